"""Strengths from pairs, and fooling rates from Turing tests."""

from collections import defaultdict
from dataclasses import dataclass

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.keys import PictureId
from heritage_color.rating.scores.figures import Result, ScoringCampaign, chunks
from heritage_color.rating.scores.writing import keep_result, revision_of
from heritage_color.rating.statistics import fooling
from heritage_color.rating.statistics.fooling import Trial
from heritage_color.rating.statistics.pairs import Strength, Strengths, strengths_of, tabulate_sums

queries = db.queries("rating/scores")
moments = db.queries("rating/moments")

Way = str  # how a colorization was made: method, beginning of the weights' checksum, preset


@dataclass(frozen=True)
class PairSum:
    """How often each colorization of a pair was preferred, and how the two were made."""

    first: int
    second: int
    first_way: Way
    second_way: Way
    first_wins: int
    second_wins: int


@dataclass(frozen=True)
class PairsResult(Result):
    """How each way to colorize does against the others."""

    ways: dict[Way, Strength]


@dataclass(frozen=True)
class TuringResult(Result):
    """How often colorizations were taken for real: all of them, and those of each way to colorize."""

    all: fooling.FoolingRate
    ways: dict[Way, fooling.FoolingRate]


@dataclass(frozen=True)
class PairStrengths:
    """Columns of `pair_strengths`, a row for each colorization."""

    colorization_ids: list[int]
    pairs: list[int]
    wins: list[float]
    strength: list[float]
    low: list[float]
    high: list[float]


def score_choices(connection: Connection, campaign: ScoringCampaign, simulated: bool) -> int:
    """Compute strengths or fooling rates from the votes of one kind of raters. Returns the number of votes."""
    moments.freeze(connection)
    revision = revision_of(connection, campaign.campaign_id)
    if campaign.method == "pairs":
        sums = pair_sums(connection, campaign.campaign_id, simulated)
        connection.commit()
        votes = sum(pair.first_wins + pair.second_wins for pair in sums)
        _write_strengths(connection, campaign, simulated, _picture_strengths(sums).pictures)
        result: Result = PairsResult(votes, _way_strengths(sums).pictures)
    else:
        trials = _trials(connection, campaign.campaign_id, simulated)
        connection.commit()
        votes = sum(map(len, trials.values()))
        result = _fooling_rates(votes, trials)
    keep_result(connection, campaign, simulated, revision, result)
    return votes


def pair_sums(connection: Connection, campaign_id: int, simulated: bool) -> list[PairSum]:
    """Return what was preferred in a campaign of pairs: a row per pair, however many have voted."""
    return db.records(PairSum, queries.pair_sums(connection, campaign_id=campaign_id, simulated=simulated))


def _picture_strengths(sums: list[PairSum]) -> Strengths:
    """Strengths of colorizations among those of the same photograph."""
    rows = ((str(pair.first), str(pair.second), pair.first_wins, pair.second_wins) for pair in sums)
    return strengths_of(tabulate_sums(rows))


def _way_strengths(sums: list[PairSum]) -> Strengths:
    """Strengths of the ways to colorize; a way against itself tells nothing."""
    rows = (
        (pair.first_way, pair.second_way, pair.first_wins, pair.second_wins)
        for pair in sums
        if pair.first_way != pair.second_way
    )
    return strengths_of(tabulate_sums(rows))


def _write_strengths(
    connection: Connection, campaign: ScoringCampaign, simulated: bool, pictures: dict[PictureId, Strength]
) -> None:
    which = {"campaign_id": campaign.campaign_id, "simulated": simulated}
    strengths = pictures.values()
    columns = PairStrengths(
        colorization_ids=[int(name) for name in pictures],
        pairs=[strength.pairs for strength in strengths],
        wins=[strength.wins for strength in strengths],
        strength=[strength.strength for strength in strengths],
        low=[strength.low for strength in strengths],
        high=[strength.high for strength in strengths],
    )
    for chunk in chunks(columns):
        queries.keep_strengths(connection, **which, **chunk)
        connection.commit()
    queries.drop_strengths(connection, colorization_ids=columns.colorization_ids, **which)


def _trials(connection: Connection, campaign_id: int, simulated: bool) -> dict[Way, list[Trial]]:
    """The trials of a Turing test by the way in which the colorization was made."""
    by_way: dict[Way, list[Trial]] = defaultdict(list)
    for rows in db.stream(connection, queries.turing_trials, campaign_id=campaign_id, simulated=simulated):
        for way, picture, rater, fooled in rows:
            by_way[way].append((picture, rater, fooled))
    return by_way


def _fooling_rates(votes: int, by_way: dict[Way, list[Trial]]) -> TuringResult:
    """Return how often colorizations were taken for real: all, and by each way to colorize, each computed once."""
    ways = {way: fooling.fooling_rate(trials) for way, trials in sorted(by_way.items())}
    everything = fooling.fooling_rate(trial for trials in by_way.values() for trial in trials)
    return TuringResult(votes, everything, ways)
