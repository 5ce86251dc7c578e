"""What a benchmark comes to: records for the program, and the JSON that people and the registry keep."""

from dataclasses import asdict, dataclass, field

from heritage_color.keys import FigureName, GroupName, Json, MethodName, RowName, Sha256, Word


@dataclass(frozen=True)
class RowCost:
    """What a row costs a picture: median seconds, the peak of memory and the size of its weight files in bytes."""

    seconds: float
    peak_memory: int
    weights_bytes: int | None = None  # None where nobody looked for the files


@dataclass(frozen=True, kw_only=True)
class Group:
    """The figures of some pictures, of one skin tone or decade; too few of them have no intervals."""

    works: int | None = None  # that the pictures of a decade show
    pictures: int
    rows: dict[RowName, dict[FigureName, float]]
    counted: dict[RowName, dict[FigureName, int]]
    intervals: dict[RowName, dict[FigureName, list[float]]] | None = None
    resampled: dict[RowName, dict[FigureName, int]] | None = None


@dataclass(frozen=True)
class SkinTones:
    """Errors over pixels like skin, by skin tone; `pictures_without` have too few of them."""

    rule: str
    pictures_without: int
    groups: dict[GroupName, Group]


@dataclass(frozen=True)
class Protocol:
    """What the figures depend on: the pictures, how they are brought to size, the software, and the weights."""

    format: int
    pictures: int
    list_sha256: Sha256
    crop: int | None
    resize: str
    most_pixels: int
    working_size: str
    bootstrap: str
    machine: str
    software: dict[Word, str]
    weights: dict[MethodName, dict[Word, Sha256]]


@dataclass(frozen=True)
class Result:
    """The figures of every row over a set of photographs.

    `rows`, `intervals`, `counted`, `resampled`, `over_grey` and `counted_over_grey` as in `bootstrap.Summary`.
    `skin_tone` is None where no picture has colours like skin, `era` empty where none has a date: no report is better
    than one of nothing. `refused` has a sentence for each picture that was left out.
    """

    pictures: int
    rows: dict[RowName, dict[FigureName, float]]
    intervals: dict[RowName, dict[FigureName, list[float]]]
    counted: dict[RowName, dict[FigureName, int]]
    resampled: dict[RowName, dict[FigureName, int]]
    over_grey: dict[RowName, dict[FigureName, list[float]]]
    counted_over_grey: dict[RowName, int]
    cost: dict[RowName, RowCost]
    skin_tone: SkinTones | None
    era: dict[GroupName, Group]
    sheets: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    protocol: Protocol | None = None


def as_json(result: Result) -> Json:
    """The result as benchmark.json has it; what it does not have is left out there."""
    about = asdict(result) | {"cost": {name: _present(cost) for name, cost in result.cost.items()}}
    about["era"] = {name: _present(group) for name, group in result.era.items()}
    about["skin_tone"] = {}
    if result.skin_tone:
        groups = {name: _present(group) for name, group in result.skin_tone.groups.items()}
        about["skin_tone"] = asdict(result.skin_tone) | {"groups": groups}
    if result.protocol is None:
        del about["protocol"]
    return about


def _present(record: RowCost | Group) -> Json:
    return {name: value for name, value in asdict(record).items() if value is not None}
