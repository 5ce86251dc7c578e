"""Models, benchmarks and moves of the registry, as records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from heritage_color.keys import ObjectKey, Sha256

REPORTS = ("skin_tone", "era")
RowName = str  # METHOD/PRESET, as a benchmark names its rows
Metric = str  # a figure's name in a benchmark
Bounds = Sequence[float | None]  # of a 95% interval, last its low and its high end
Figures = Mapping[Metric, float | None]


@dataclass(frozen=True)
class Protocol:
    """What a benchmark says of one model and of the baselines beside it, row by row.

    `over_grey` holds each figure's gain over grey before its interval's two ends; the reports are nested as their
    benchmark has them.
    """

    rows: Mapping[RowName, Figures] = field(default_factory=dict)
    intervals: Mapping[RowName, Mapping[Metric, Bounds]] = field(default_factory=dict)
    over_grey: Mapping[RowName, Mapping[Metric, Bounds]] = field(default_factory=dict)
    pictures: int | None = None
    skin_tone: object = None
    era: object = None

    @classmethod
    def read(cls, document: object) -> "Protocol | None":
        """The protocol in a document of the catalog, whose further parts are left aside; None where there is none."""
        if not isinstance(document, dict):
            return None
        known = {part.name for part in fields(cls)}
        return cls(**{name: value for name, value in document.items() if name in known})

    def report(self, name: str) -> object:
        """One of REPORTS, None where it is absent or empty."""
        return getattr(self, name) or None

    @property
    def absent_reports(self) -> list[str]:
        """Which of REPORTS there are none of."""
        return [name for name in REPORTS if not self.report(name)]


@dataclass(frozen=True)
class Model:
    """A row of the registry. `protocol` is the newest benchmark's, as `Protocol.read` takes it."""

    model_id: int
    method: str
    weights_sha256: Sha256
    weights_key: ObjectKey | None
    protocol: object
    is_champion: bool
    promotable: bool = False

    @property
    def judged(self) -> Protocol | None:
        """What its newest benchmark says, None before there is one."""
        return Protocol.read(self.protocol)


@dataclass(frozen=True)
class ListedModel:
    """A model with all that the list of the registry shows of it."""

    model_id: int
    method: str
    weights_sha256: Sha256
    registered_at: datetime
    judged_at: datetime | None
    protocol: object
    code_revision: str | None
    data_manifest_sha256: Sha256 | None
    parent_id: int | None
    archived: bool
    champion: bool
    approved_by: str | None
    why: str | None
    approved_at: datetime | None


@dataclass(frozen=True)
class Move:
    """A move of a method's champion: "promotion" or "roll back", to a model or, by None, to the installed weights."""

    kind: str
    model_id: int | None
    from_model_id: int | None = None


@dataclass(frozen=True)
class Reference:
    """What a candidate is compared with: a model's protocol and row. `margins` is the row whose interval counts."""

    name: str
    protocol: Protocol | None
    row: RowName
    margins: RowName
