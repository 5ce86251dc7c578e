"""Votes of other laboratories become a campaign of their own, beside ours and never mixed with them."""

import math
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from heritage_color import db
from heritage_color.digests import sha256_file
from heritage_color.errors import RatingError
from heritage_color.keys import PictureId
from heritage_color.rating.exchange import tables_of_others
from heritage_color.rating.statistics.opinion import PictureScore, opinion
from heritage_color.settings import Settings

queries = db.queries("rating/exchange")

AT_ONCE = 50_000  # votes of one statement
QUESTION = "As the other laboratory asked it."


def take_in(
    settings: Settings,
    path: Path,
    name: str,
    scale: tuple[float, float] | None = None,
    rows: str = "",
    question: str = "",
    by: str = "heritage-color",
    chosen: tables_of_others.Chosen = tables_of_others.AS_TOLD,
) -> dict:
    """Take a vote table in as an imported campaign: `{"findings", "new", ...}` and what was read.

    All or nothing: with one fault nothing is stored, and `findings` names them all. The same file under the same name
    again is `new` 0. The statistics are those of our own votes, a rater's repetitions averaged first. `scale`, `rows`
    and `chosen` as in `tables_of_others.read`. Raises RatingError: `campaign-taken` where
    another campaign has the name.
    """
    ends = scale or tables_of_others.FIVE
    if not name.strip() or ends[0] == ends[1] or not all(map(math.isfinite, ends)):
        raise RatingError("campaign-invalid", "A campaign needs a name, and a scale two different, finite ends.")
    table = tables_of_others.read(path, scale, rows, chosen)
    facts = _facts(table)
    if table.findings:
        return {"findings": table.findings, "new": 0} | facts
    with db.connect(settings) as connection:
        new = _write(connection, name.strip(), question.strip() or QUESTION, table, facts | {"by": by})
    return {"findings": [], "new": new} | facts


def _facts(table: tables_of_others.Table) -> dict:
    worst, best = table.scale or tables_of_others.FIVE
    return {
        "file": table.path.name,
        "sha256": sha256_file(table.path),
        "layout": table.layout,
        "scale": [worst, best],
        "votes": len(table.votes),
        "stimuli": len({vote[0] for vote in table.votes}),
        "raters": len({vote[1] for vote in table.votes}),
        "rows": table.rows,
        "missing": table.missing,
        "left_out": table.left_out,
        "aside": table.told(),
    }


def _write(connection, name: str, question: str, table: tables_of_others.Table, facts: dict) -> int:
    result = opinion(_one_per_rater(table.votes))
    aside = [{"reason": one["reason"], "count": one["count"]} for one in facts["aside"]]  # numbers of rows may be many
    said = facts | {"aside": aside, "agreement": asdict(result.agreement)}
    campaign_id = queries.add_imported_campaign(connection, name=name, question=question, imported_from=db.json(said))
    if campaign_id is None:
        _refuse_other(queries.find_exported(connection, name=name), facts["sha256"])
        return 0
    for first in range(0, len(table.votes), AT_ONCE):
        lot = zip(*table.votes[first : first + AT_ONCE], strict=True)
        columns = dict(zip(("stimuli", "raters", "repetitions", "scores"), map(list, lot), strict=True))
        queries.add_imported_votes(connection, campaign_id=campaign_id, **columns)
    _write_scores(connection, campaign_id, result.pictures)
    queries.add_import_event(connection, name=name, agent=facts["by"], detail=db.json(said))
    return len(table.votes)


def _write_scores(connection, campaign_id: int, pictures: dict[PictureId, PictureScore]) -> None:
    names = ("votes", "mos", "low", "high", "sos", "recovered")
    columns = {name: [getattr(score, name) for score in pictures.values()] for name in names}
    queries.add_imported_scores(connection, campaign_id=campaign_id, stimuli=list(pictures), **columns)


def _refuse_other(found: dict, sha256: str) -> None:
    """Raise where the name belongs to another campaign than to this very file."""
    if not found["imported_from"] or found["imported_from"]["sha256"] != sha256:
        raise RatingError(
            "campaign-taken", f"There is a campaign {found['name']!r} already; name another with --name."
        )


def _one_per_rater(votes: list[tables_of_others.Vote]) -> list[tuple[str, str, float]]:
    """One score of each rater on each stimulus, the mean of the repetitions: they are not independent votes."""
    repeated = defaultdict(list)
    for stimulus, rater, _, score in votes:
        repeated[stimulus, rater].append(score)
    return [(*key, sum(scores) / len(scores)) for key, scores in repeated.items()]
