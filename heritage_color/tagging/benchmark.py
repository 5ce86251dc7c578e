"""The tagger beside its baselines, on photographs that it never saw and whose tags are known. Pure but for files."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from heritage_color.errors import DeliveryError
from heritage_color.progress import track
from heritage_color.tagging import baselines, figures, labels
from heritage_color.tagging.features import encoder
from heritage_color.tagging.proposing import Tagger

Ranker = str  # the name of what ranks tags: frequency, cgan, neighbours
COLUMNS = {
    "hit_1": "hit@1",
    "hit_10": "hit@10",
    "precision_10": "precision@10",
    "at_most": "at most",
    "hit_10_by_tag": "hit@10 by tag",
}
LEVELS = {0: "all tags", 1: "level 1, broad", 2: "level 2, kinds", 3: "level 3, special"}


@dataclass(frozen=True)
class Row:
    """The figures of a ranker on the tags of one level; so many tags and photographs."""

    level: str
    tags: int
    photographs: int
    ranker: Ranker
    hit_1: float
    hit_10: float
    precision_10: float
    at_most: float
    hit_10_by_tag: float


@dataclass(frozen=True)
class Comparison:
    """The tagger beside its baselines, on so many photographs, with a vocabulary of so many tags."""

    photographs: int
    tags: int
    rows: list[Row]


def compare_rankers(tagger: Tagger, folder: Path, tags_file: Path, run: Path | None = None) -> Comparison:
    """Compute figures per level and ranker, of the tagged photographs of a folder.

    `run` is the folder of the training run: with it the tags of the most similar training photographs stand beside.
    Raises DeliveryError.
    """
    tagged = labels.of_folder(folder, labels.read_tags(tags_file))
    carried = tagger.vocabulary.matrix(tagged.values())
    if not carried.any():
        raise DeliveryError(f"No photograph of {folder} carries a tag that the model knows.")
    features = np.stack([encoder().of_file(path) for path in track(tagged, "look", len(tagged))])
    rankings = rank(tagger, features, run)
    rows = [row for level in LEVELS for row in rows_of(level, rankings, carried, tagger.vocabulary.levels)]
    return Comparison(int(carried.any(1).sum()), len(tagger.vocabulary.tags), rows)


def rank(tagger: Tagger, features: np.ndarray, run: Path | None) -> dict[Ranker, np.ndarray]:
    """Return rankings (N, V) by each ranker."""
    each = [tagger.votes(photograph)[1] for photograph in track(features, "vote", len(features))]
    rankings = {
        "frequency": baselines.by_frequency(tagger.vocabulary.counts, len(features)),
        "cgan": np.stack(each),
    }
    if run is not None:
        rankings["neighbours"] = baselines.by_neighbours(features, *learned(tagger, run))
    return rankings


def learned(tagger: Tagger, run: Path) -> tuple[np.ndarray, np.ndarray]:
    """Features (N, 1280) and tags (N, V) of the training photographs. Raises DeliveryError for another model's run."""
    file = run / "learned.npz"
    if not file.is_file():
        raise DeliveryError(f"{run} is no folder of a training run of tags: it has no learned.npz.")
    with np.load(file) as kept:
        if tuple(kept["tags"]) != tagger.vocabulary.tags:
            raise DeliveryError(f"{run} was trained with other tags than the model that is compared.")
        return kept["features"].astype(np.float32), kept["carried"]


def rows_of(level: int, rankings: dict[Ranker, np.ndarray], carried: np.ndarray, levels: np.ndarray) -> list[Row]:
    """Return a row per ranker, of the tags of one level (0: of all), each ranker placing those of that level only."""
    chosen = (levels == level) | (level == 0)
    of_level = carried[:, chosen]
    if not of_level.any():
        return []
    tags, photographs = int(of_level.any(0).sum()), int(of_level.any(1).sum())
    return [
        Row(
            LEVELS[level],
            tags,
            photographs,
            ranker,
            **asdict(figures.measure_ranking(figures.of_level(ranking, chosen), of_level)),
        )
        for ranker, ranking in rankings.items()
    ]


def as_text(comparison: Comparison) -> str:
    """Return the rows as a table of plain lines."""
    head = f"{'':18}{'photographs':>12}{'tags':>6}  {'ranker':12}" + "".join(
        f"{name:>15}" for name in COLUMNS.values()
    )
    lines = [
        f"{row.level:18}{row.photographs:>12}{row.tags:>6}  {row.ranker:12}"
        + "".join(f"{getattr(row, name):>15.3f}" for name in COLUMNS)
        for row in comparison.rows
    ]
    known = f"{comparison.photographs} photographs, {comparison.tags} tags in the vocabulary"
    return "\n".join([known, head, *lines])
