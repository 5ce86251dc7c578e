"""The champion's moves: the gate, promotions and roll backs, each by a person's word."""

from dataclasses import asdict, dataclass

from heritage_color import db
from heritage_color.errors import ModelError
from heritage_color.events import Event, EventType, Key, note
from heritage_color.settings import Settings
from heritage_color.train import records, registry, registry_pages
from heritage_color.train.figures import FIGURE, FIGURES
from heritage_color.train.records import Metric, Model, Move, Reference, RowName
from heritage_color.train.registering import model_of, register_installed, replaced_by
from heritage_color.train.registry import Comparison, Opinions

queries = db.queries("train/registry")


@dataclass(frozen=True)
class Verdict:
    """Whether a model may become champion, every reason against it, what was compared, and all of it as a page."""

    model_id: int
    reference: str
    passes: bool
    reasons: list[str]
    figures: list[Comparison]
    opinions: Opinions | None
    text: str


@dataclass(frozen=True)
class Seen:
    """What a promotion was decided on: the figures beside those of `reference`, and the one that was chosen by."""

    reference: str
    figures: list[Comparison]
    opinions: Opinions | None
    chosen: Metric


@dataclass(frozen=True)
class Promoted:
    """The champion of a method; `new` is 1 where it just became one."""

    model_id: int
    method: str
    new: int


@dataclass(frozen=True)
class RolledBack:
    """The model that a method no longer uses, and the one it uses again, None for the installed weights."""

    method: str
    from_model_id: int | None
    model_id: int | None


@dataclass(frozen=True)
class Approval:
    """Who decided, and why."""

    by: str
    why: str

    def check(self) -> None:
        """Raises ModelError where a name or a reason is lacking."""
        if not self.by.strip() or not self.why.strip():
            raise ModelError("A champion moves by a person's word: say who approves it and why.")


def gate(settings: Settings, model_id: int, figure: Metric = FIGURE) -> Verdict:
    """Tell whether a model may become champion. Raises ModelError for an unknown model or figure."""
    register_installed(settings, model_id)
    with db.connect(settings) as connection:
        return _verdict(settings, connection, model_of(connection, model_id), figure)


def _verdict(settings: Settings, connection: db.Connection, model: Model, figure: Metric) -> Verdict:
    if figure not in FIGURES:
        raise ModelError(f"There is no figure {figure!r} to choose. Figures: {', '.join(FIGURES)}.")
    row = registry.row_of(model.judged, model.method, settings.preset)
    other = replaced_by(settings, connection, model)
    reference = _reference(model, other, row)
    opinions = _opinions(settings, connection, model, other)
    reasons, compared = registry.judge_candidate(model, row, reference, figure, opinions)
    reports = [registry_pages.Report(name, model.judged and model.judged.report(name)) for name in records.REPORTS]
    title = f"Model {model.model_id}, {row}, weights {model.weights_sha256[:12]}, beside {reference.name}."
    text = registry_pages.as_markdown(title, compared, reference.name, opinions, reports)
    return Verdict(model.model_id, reference.name, not reasons, reasons, compared, opinions, text)


def _opinions(settings: Settings, connection: db.Connection, model: Model, other: Model | None) -> Opinions | None:
    """Return what people think of pictures that both models coloured."""
    if other is None:
        return None
    pair = {"model_id": model.model_id, "other_id": other.model_id, "preset": settings.preset}
    return registry.paired(row["difference"] for row in queries.paired_scores(connection, **pair))


def _reference(model: Model, other: Model | None, row: RowName) -> Reference:
    """Return what the model would replace; where there is nothing, it must beat an answer without colour."""
    if other is None:
        return Reference("the grey baseline", model.judged, "grey/-", row)
    name = "the champion" if other.is_champion else "the installed weights"
    return Reference(f"{name} (model {other.model_id})", other.judged, row, row)


def pass_gate(settings: Settings, model_id: int, figure: Metric = FIGURE) -> Verdict:
    """As `gate`. Raises ModelError with every reason where the model may not become champion."""
    verdict = gate(settings, model_id, figure)
    _refuse(verdict)
    return verdict


def _refuse(verdict: Verdict) -> None:
    if not verdict.passes:
        raise ModelError(f"Model {verdict.model_id} may not become champion. {' '.join(verdict.reasons)}")


def promote(settings: Settings, model_id: int, by: str, why: str, figure: Metric = FIGURE) -> Promoted:
    """Make a model the champion of its method, as a person decided. Raises ModelError where the gate does not pass.

    What is the champion already stays so: a second call changes nothing.
    """
    approval = Approval(by, why)
    approval.check()
    register_installed(settings, model_id)
    with db.connect(settings) as connection:
        queries.lock_moves(connection)
        model = model_of(connection, model_id)
        if model.is_champion:
            return Promoted(model_id, model.method, 0)
        verdict = _verdict(settings, connection, model, figure)
        _refuse(verdict)
        before = queries.champion(connection, method=model.method)
        seen = Seen(verdict.reference, verdict.figures, verdict.opinions, figure)
        _move(connection, model.method, Move("promotion", model_id, before), approval, seen)
    return Promoted(model_id, model.method, 1)


def _move(connection: db.Connection, method: str, move: Move, approval: Approval, seen: Seen | None = None) -> None:
    """Write the move and its event, with the figures that were seen before it."""
    figures = asdict(seen) if seen else {}
    row = {"kind": move.kind, "method": method, "model_id": move.model_id, "from_model_id": move.from_model_id}
    told = row | {"why": approval.why}
    move_id = queries.add_move(connection, approved_by=approval.by, figures=db.json(figures), **told)
    detail = {**told, "figures": figures}
    note(connection, Event(Key.CHAMPION.of(move_id=move_id), EventType.METADATA, approval.by, "success", detail))


def roll_back(settings: Settings, method: str, by: str, why: str = "Rolled back.") -> RolledBack:
    """Put the champion before the current one back; before the first, that is the installed weights.

    Raises ModelError where the installed weights are in use already.
    """
    approval = Approval(by, why)
    approval.check()
    with db.connect(settings) as connection:
        queries.lock_moves(connection)
        stack = registry.standing(db.records(Move, queries.moves(connection, method=method)))
        if len(stack) < 2:
            raise ModelError(f"{method} has no champion to take back: its installed weights are in use.")
        _move(connection, method, Move("roll back", stack[-2], stack[-1]), approval)
    return RolledBack(method, stack[-1], stack[-2])
