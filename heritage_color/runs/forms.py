"""What can be started, and which fields its form has: Airflow takes unknown names in silence, so we look ourselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from heritage_color.errors import RunError
from heritage_color.keys import FormField, FormValue


class Kind(StrEnum):
    """What a run does."""

    TAKE_IN = "take-in"
    WATCH_INBOX = "watch-inbox"
    COLORIZE = "colorize"
    MEASURE = "measure"
    QUEUE_RATINGS = "queue-ratings"
    SCORE = "score"
    WATCH_CAMPAIGNS = "watch-campaigns"
    PUBLISH = "publish"
    AUDIT = "audit"
    EXPORT = "export"
    LIKENESSES = "likenesses"
    TAGS = "tags"
    TRAIN = "train"
    BENCHMARK = "benchmark"
    PROMOTE = "promote"


class Type(StrEnum):
    """What a field of a form may hold."""

    TEXT = "a text"
    NUMBER = "a whole number"
    DECIMAL = "a number"
    YES = "yes or no"
    TEXTS = "a list of texts"
    NUMBERS = "a list of whole numbers"


@dataclass(frozen=True)
class Form:
    """The DAG that a kind of run is, the fields of its form, and those that must be filled in."""

    dag_id: str
    fields: Mapping[FormField, Type]
    required: frozenset[FormField] = frozenset()


FORMS = {
    Kind.TAKE_IN: Form("ingest_scans", {"delivery": Type.TEXT}, frozenset({"delivery"})),
    Kind.WATCH_INBOX: Form("watch_inbox", {}),
    Kind.COLORIZE: Form(
        "colorize_photographs",
        {
            "method": Type.TEXT,
            "preset": Type.TEXT,
            "lanes": Type.NUMBER,
            "deliveries": Type.NUMBERS,
            "collections": Type.TEXTS,
            "identifiers": Type.TEXTS,
            "again": Type.YES,
        },
    ),
    Kind.MEASURE: Form("measure_quality", {}),
    Kind.QUEUE_RATINGS: Form(
        "queue_ratings", {"campaign": Type.TEXT, "votes_wanted": Type.NUMBER, "method": Type.TEXT}
    ),
    Kind.SCORE: Form("score_opinions", {"full": Type.YES}),
    Kind.WATCH_CAMPAIGNS: Form("watch_campaigns", {}),
    Kind.PUBLISH: Form("publish_approved", {}),
    Kind.AUDIT: Form("audit_fixity", {"older_than_days": Type.NUMBER, "gigabytes": Type.DECIMAL}),
    Kind.EXPORT: Form("export_catalog", {}),
    Kind.LIKENESSES: Form("find_likenesses", {}),
    Kind.TAGS: Form("propose_tags", {}),
    Kind.TRAIN: Form(
        "train_colorizer",
        {"folder": Type.TEXT, "method": Type.TEXT, "epochs": Type.NUMBER, "batch": Type.NUMBER},
    ),
    Kind.BENCHMARK: Form(
        "benchmark_methods",
        {"folder": Type.TEXT, "methods": Type.TEXT, "pictures": Type.NUMBER, "out": Type.TEXT},
        frozenset({"folder", "out"}),
    ),
    Kind.PROMOTE: Form(
        "promote_model",
        {"model_id": Type.NUMBER, "figure": Type.TEXT, "why": Type.TEXT},
        frozenset({"model_id", "why"}),
    ),
}
KINDS = {form.dag_id: kind for kind, form in FORMS.items()}


def check_form(kind: Kind, parameters: Mapping[FormField, FormValue]) -> dict[FormField, FormValue]:
    """The fields that are filled in. Raises RunError with every fault: unknown, lacking, or of another type."""
    form = FORMS[kind]
    filled: dict[FormField, FormValue] = {
        name: value for name, value in parameters.items() if value is not None and value != "" and value != []
    }
    unknown = sorted(set(parameters) - set(form.fields))
    faults = [f"The form of {kind} has no field {', '.join(unknown)}."] if unknown else []
    faults += [f"{name} must be filled in." for name in sorted(form.required - set(filled))]
    faults += [
        f"{name} must be {form.fields[name]}, found {value!r}."
        for name, value in filled.items()
        if name in form.fields and not _fits(value, form.fields[name])
    ]
    if faults:
        raise RunError(" ".join(faults))
    return filled


def kind_of(dag_id: str) -> Kind | None:
    """What a DAG of ours does; None for a DAG of somebody else."""
    return KINDS.get(dag_id)


def _fits(value: FormValue, kind: Type) -> bool:
    if kind in (Type.TEXTS, Type.NUMBERS):
        of = Type.TEXT if kind is Type.TEXTS else Type.NUMBER
        return isinstance(value, list) and all(_fits(item, of) for item in value)
    if isinstance(value, bool):
        return kind is Type.YES
    types = {Type.TEXT: str, Type.NUMBER: int, Type.DECIMAL: int | float, Type.YES: bool}
    return isinstance(value, types[kind])
