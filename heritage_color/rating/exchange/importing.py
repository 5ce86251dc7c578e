"""Votes of other laboratories become a campaign of their own, beside ours and never mixed with them."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.db import Connection
from heritage_color.digests import sha256_file
from heritage_color.errors import RatingError
from heritage_color.events import Event, EventType, Key
from heritage_color.keys import Json, PictureId, Sha256
from heritage_color.rating.campaigns.lifecycle import find_campaign
from heritage_color.rating.exchange.cells import Finding
from heritage_color.rating.exchange.foreign_table import FIVE, Aside, Table, Vote
from heritage_color.rating.exchange.long_tables import AS_TOLD, Chosen
from heritage_color.rating.exchange.tables_of_others import read_table
from heritage_color.rating.statistics.opinion import PictureScore, opinion
from heritage_color.settings import Settings

queries = db.queries("rating/exchange")

AT_ONCE = 50_000  # votes of one statement
QUESTION = "As the other laboratory asked it."


@dataclass(frozen=True)
class Outcome:
    """What became of a table: every fault it has, and how many votes are new in the catalog."""

    findings: list[Finding]
    new: int


@dataclass(frozen=True)
class Facts:
    """What was read of a table; `scale` has its worst and its best score, `aside` the rows that are no votes."""

    file: str
    sha256: Sha256
    layout: str
    scale: list[float]
    votes: int
    stimuli: int
    raters: int
    rows: int
    missing: int
    left_out: int
    aside: list[Aside]


@dataclass(frozen=True)
class TakenIn(Facts, Outcome):
    """What became of a table, and what was read of it."""


def take_in(
    settings: Settings,
    path: Path,
    name: str,
    scale: tuple[float, float] | None = None,
    rows: str = "",
    question: str = "",
    by: str = "heritage-color",
    chosen: Chosen = AS_TOLD,
) -> TakenIn:
    """Take a vote table in as an imported campaign.

    All or nothing: with one fault nothing is stored, and `findings` names them all. The same file under the same name
    again is `new` 0. The statistics are those of our own votes, a rater's repetitions averaged first. `scale`, `rows`
    and `chosen` are as in `tables_of_others.read_table`. Raises RatingError: `campaign-taken` where another campaign
    has the name.
    """
    ends = scale or FIVE
    if not name.strip() or ends[0] == ends[1] or not all(map(math.isfinite, ends)):
        raise RatingError("campaign-invalid", "A campaign needs a name, and a scale two different, finite ends.")
    table = read_table(path, scale, rows, chosen)
    facts = _facts(table)
    if table.findings:
        return TakenIn(findings=table.findings, new=0, **vars(facts))
    with open_archive(settings) as archive:
        new = _write(archive, name.strip(), question.strip() or QUESTION, table, facts, by)
    return TakenIn(findings=[], new=new, **vars(facts))


def _facts(table: Table) -> Facts:
    return Facts(
        file=table.path.name,
        sha256=sha256_file(table.path),
        layout=table.layout,
        scale=list(table.scale or FIVE),
        votes=len(table.votes),
        stimuli=len({vote[0] for vote in table.votes}),
        raters=len({vote[1] for vote in table.votes}),
        rows=table.rows,
        missing=table.missing,
        left_out=table.left_out,
        aside=table.told(),
    )


def _write(archive: Archive, name: str, question: str, table: Table, facts: Facts, by: str) -> int:
    result = opinion(_one_per_rater(table.votes))
    aside = [{"reason": rows.reason, "count": rows.count} for rows in facts.aside]  # numbers of rows may be many
    origin: Json = vars(facts) | {"by": by, "aside": aside, "agreement": asdict(result.agreement)}
    campaign_id = queries.add_imported_campaign(
        archive.db, name=name, question=question, imported_from=db.json(origin)
    )
    if campaign_id is None:
        _refuse_other(archive.db, name, facts.sha256)
        return 0
    for first in range(0, len(table.votes), AT_ONCE):
        stimuli, raters, repetitions, scores = map(list, zip(*table.votes[first : first + AT_ONCE], strict=True))
        lot = {"stimuli": stimuli, "raters": raters, "repetitions": repetitions, "scores": scores}
        queries.add_imported_votes(archive.db, campaign_id=campaign_id, **lot)
    _write_scores(archive.db, campaign_id, result.pictures)
    archive.note(Event(Key.IMPORTED_VOTES.of(name=name), EventType.INGESTION, by, "taken in", origin))
    return len(table.votes)


def _write_scores(connection: Connection, campaign_id: int, pictures: dict[PictureId, PictureScore]) -> None:
    names = ("votes", "mos", "low", "high", "sos", "recovered")
    columns = {name: [getattr(score, name) for score in pictures.values()] for name in names}
    queries.add_imported_scores(connection, campaign_id=campaign_id, stimuli=list(pictures), **columns)


def _refuse_other(connection: Connection, name: str, sha256: Sha256) -> None:
    """Raise where the name belongs to another campaign than to this very file."""
    campaign = find_campaign(connection, name)
    if not campaign.imported_from or campaign.imported_from["sha256"] != sha256:
        raise RatingError(
            "campaign-taken", f"There is a campaign {campaign.name!r} already; name another with --name."
        )


def _one_per_rater(votes: Iterable[Vote]) -> list[tuple[str, str, float]]:
    """One score of each rater on each stimulus, the mean of the repetitions: they are not independent votes."""
    repeated = defaultdict(list)
    for stimulus, rater, _, score in votes:
        repeated[stimulus, rater].append(score)
    return [(*key, sum(scores) / len(scores)) for key, scores in repeated.items()]
