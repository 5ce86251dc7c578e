"""One score of a colorization from those of its items in all campaigns of scores. Pure."""

from dataclasses import dataclass, fields

import numpy as np

from heritage_color.rating.statistics.interval import interval


@dataclass(frozen=True)
class ItemOpinion:
    """An item's score in its campaign, whose votes have that spread."""

    colorization_id: int
    votes: int
    mos: float
    low: float
    high: float
    sos: float | None
    recovered: float
    spread: float


@dataclass(frozen=True)
class OpinionScores:
    """Columns of `opinion_scores`, a row for each colorization."""

    colorization_ids: list[int]
    votes: list[int]
    mos: list[float]
    low: list[float]
    high: list[float]
    recovered: list[float]


def pool(opinions: list[ItemOpinion]) -> OpinionScores:
    """The score of each colorization, of which there is at least one item.

    Where a colorization has one item, its score is that of the item. Else the votes are taken together: their number,
    sum and sum of squares follow from mean and deviation of each item, their spread is the mean by votes.
    """
    ids = sorted({opinion.colorization_id for opinion in opinions})
    place = np.searchsorted(ids, [opinion.colorization_id for opinion in opinions])
    names = (field.name for field in fields(ItemOpinion))
    column = {name: np.array([getattr(opinion, name) or 0 for opinion in opinions], np.float64) for name in names}
    votes = np.bincount(place, column["votes"])
    total = np.bincount(place, column["votes"] * column["mos"])
    deviations = column["sos"] ** 2 * np.maximum(column["votes"] - 1, 0)
    squares = np.bincount(place, deviations + column["votes"] * column["mos"] ** 2)
    spread = np.bincount(place, column["votes"] * column["spread"]) / votes
    is_single = np.bincount(place) == 1
    mos, low, high = interval(votes, total, squares, spread)
    first = np.unique(place, return_index=True)[1]
    return OpinionScores(
        colorization_ids=ids,
        votes=votes.astype(int).tolist(),
        mos=np.where(is_single, column["mos"][first], mos).tolist(),
        low=np.where(is_single, column["low"][first], low).tolist(),
        high=np.where(is_single, column["high"][first], high).tolist(),
        recovered=(np.bincount(place, column["votes"] * column["recovered"]) / votes).tolist(),
    )
