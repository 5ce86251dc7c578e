"""The figures of a campaign's items and raters, as columns of the catalog's tables. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from heritage_color.keys import Column, Json, RaterId
from heritage_color.rating.campaigns.campaign import Campaign
from heritage_color.rating.statistics import hidden, opinion, rejection
from heritage_color.rating.statistics.interval import interval
from heritage_color.rating.statistics.opinion import known_or_none
from heritage_color.rating.statistics.table import VoteTable
from heritage_color.rows import Shape

CHUNK = 5_000  # rows written before a commit


@dataclass(frozen=True)
class ScoringCampaign(Campaign):
    """A campaign that is to be scored, with what the last run said of people's votes as a whole; None before."""

    result: Json | None


@dataclass(frozen=True)
class ScoredItem:
    """An item to score, with its recovered score as it is kept; `revision` counts the changes of its votes."""

    item_id: str
    scan_id: int
    role: str
    colorization_id: int | None
    revision: int
    recovered: float | None


@dataclass(frozen=True)
class ItemScores:
    """Columns of `item_scores`, a row for each item."""

    item_ids: list[str]
    revision: list[int]
    votes: list[int]
    mos: list[float]
    low: list[float]
    high: list[float]
    sos: list[float | None]
    recovered: list[float]
    difference: list[float | None]


@dataclass(frozen=True)
class RaterScores:
    """Columns of `rater_scores`, a row for each rater."""

    rater_ids: list[RaterId]
    votes: list[int]
    bias: list[float]
    inconsistency: list[float]
    correlation: list[float | None]


@dataclass(frozen=True)
class Result:
    """What scoring says of a campaign as a whole, as the catalog keeps it: first, how many votes it counted."""

    votes: int


@dataclass(frozen=True)
class SolvedResult(Result):
    """Of these votes so many were solved for."""

    solved_votes: int


@dataclass(frozen=True)
class ScaledResult(SolvedResult):
    """How far the raters of a scale agree (as in `Agreement`), and `noise`: the mean of all squared residuals."""

    raters: int
    alpha: float | None
    low: float | None
    high: float | None
    spread: float
    noise: float


@dataclass(frozen=True)
class Solution:
    """Figures of items and raters, and what a campaign says as a whole."""

    items: ItemScores
    raters: RaterScores
    result: SolvedResult


NOTHING = Solution(
    ItemScores([], [], [], [], [], [], [], [], []),
    RaterScores([], [], [], [], []),
    SolvedResult(votes=0, solved_votes=0),
)


def item_scores(
    campaign: Campaign, items: list[ScoredItem], table: VoteTable, recovered: np.ndarray, spread: float | None
) -> ItemScores:
    """Figures of items, which are the pictures of the table; their intervals lean on `spread`, or on the table's own.

    The differences to hidden references are computed where the method has such.
    """
    votes, total, squares = opinion.sums(table)
    mos, low, high = interval(votes, total, squares, spread)
    difference = np.full(len(items), np.nan)
    if campaign.method == "acr-hr":
        scan = np.unique([item.scan_id for item in items], return_inverse=True)[1]
        is_reference = np.array([item.role == "hidden-reference" for item in items])
        difference = hidden.differential(table, scan, is_reference)
    return ItemScores(
        item_ids=table.pictures,
        revision=[item.revision for item in items],
        votes=votes.tolist(),
        mos=mos.tolist(),
        low=low.tolist(),
        high=high.tolist(),
        sos=known(table.deviation()),
        recovered=recovered.tolist(),
        difference=known(difference),
    )


def rater_scores(table: VoteTable, bias: np.ndarray, inconsistency: np.ndarray, places: Sequence[int]) -> RaterScores:
    """Figures of those raters of a table that stand at some places."""
    chosen = np.array(places, np.intp)
    return RaterScores(
        rater_ids=[table.raters[place] for place in places],
        votes=np.bincount(table.rater, minlength=len(table.raters))[chosen].tolist(),
        bias=bias[chosen].tolist(),
        inconsistency=inconsistency[chosen].tolist(),
        correlation=known(rejection.correlations(table)[chosen]),
    )


def known(values: np.ndarray) -> list[float | None]:
    """Values as the catalog takes them, None for NaN."""
    return [known_or_none(value) for value in values.tolist()]


def chunks(columns: Shape) -> Iterator[dict[Column, Sequence[object]]]:
    """Yield the columns of a record of columns, so many rows at a time."""
    names = [column.name for column in fields(columns)]
    for start in range(0, len(getattr(columns, names[0])), CHUNK):
        yield {name: getattr(columns, name)[start : start + CHUNK] for name in names}
