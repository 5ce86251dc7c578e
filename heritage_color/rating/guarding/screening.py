"""Screening: whose votes the rules set aside. Nothing is deleted, every mark names its rule and can be taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import RatingError
from heritage_color.events import Event, EventType, Key, note, this_moment
from heritage_color.keys import RaterId, Rule
from heritage_color.rating.campaigns.campaign import Campaign
from heritage_color.rating.campaigns.identifiers import known_form
from heritage_color.rating.guarding.rules import (
    RULES,
    Conduct,
    Mark,
    Rules,
    judge,
    judge_panel,
    panel_rules,
    rules_of,
)
from heritage_color.rating.methods import SCALED
from heritage_color.rating.scores.figures import ScoringCampaign
from heritage_color.rating.statistics.table import tabulate
from heritage_color.settings import Settings

queries = db.queries("rating/guarding")
moments = db.queries("rating/moments")


@dataclass(frozen=True)
class Screened:
    """How many raters' votes were set aside, and how many raters' votes were brought back."""

    screened: int
    restored: int


@dataclass(frozen=True)
class RaterConduct(Conduct):
    """The conduct of a rater in a campaign."""

    rater_id: RaterId


@dataclass(frozen=True)
class ScreenedRater:
    """A rater whose votes are set aside: by which rule, why, how many, since when; and the pardon, if any."""

    rater_id: RaterId
    rule: Rule
    reason: str
    votes: int
    screened_at: datetime
    pardoned_by: str | None
    pardoned_at: datetime | None


def screen(connection: Connection, campaign: ScoringCampaign, full: bool = False) -> Screened:
    """Set aside the votes of raters against whom the campaign's rules speak, and bring back those of all others.

    Only raters who have voted since it was scored last are looked at; everybody is
    with `full`, when the rules have changed, or when rules for panels are on. It commits after each rater, so that a
    run that is killed goes on.
    """
    rules, result = rules_of(campaign.screening), campaign.result or {}
    everybody = full or bool(panel_rules(rules)) or result.get("rules") != rules or "computed_at" not in result
    chosen = None if everybody else raters_since(connection, campaign, result["computed_at"])
    marks = _marks(connection, campaign, rules, chosen)
    screened = restored = 0
    for rater_id, kept, mark in _to_apply(connection, campaign, marks, chosen):
        _apply(connection, campaign, rater_id, mark)
        restored += mark is None
        screened += mark is not None and (kept is None or kept.rule != mark.rule)
    connection.commit()
    return Screened(screened, restored)


def raters_since(connection: Connection, campaign: Campaign, since: str) -> list[RaterId]:
    """Who has voted in a campaign since a moment."""
    rows = queries.raters_since(connection, since=since, campaign_id=campaign.campaign_id)
    return [row["rater_id"] for row in rows]


def _marks(
    connection: Connection, campaign: Campaign, rules: Rules, chosen: list[RaterId] | None
) -> dict[RaterId, Mark]:
    """Return the first rule that speaks against each rater, with its reason; raters without one are left out."""
    fast = rules.get("too-fast", {}).get("seconds", 0)
    rows = queries.rater_conduct(
        connection, campaign_id=campaign.campaign_id, fast=fast, rules=RULES, rater_ids=chosen
    )
    marks = {rater.rater_id: mark for rater in db.records(RaterConduct, rows) if (mark := judge(rater, rules))}
    asked = panel_rules(rules) if campaign.method in SCALED else {}
    if asked:
        votes = queries.votes_to_judge(connection, campaign_id=campaign.campaign_id, rules=RULES)
        table = tabulate((row["picture"], row["rater"], row["score"]) for row in votes)
        marks = judge_panel(table, asked) | marks
    return marks


def _to_apply(
    connection: Connection, campaign: Campaign, marks: dict[RaterId, Mark], chosen: list[RaterId] | None
) -> Iterator[tuple[RaterId, ScreenedRater | None, Mark | None]]:
    """Raters in order, each with the mark that stands and the mark that it becomes; without one the votes come back.

    A mark that stands is applied again, as votes that came since are to be marked, too.
    """
    standing = {rater.rater_id: rater for rater in _screened(connection, campaign.campaign_id)}
    for rater_id in sorted(set(marks) | set(standing)):
        kept, mark = standing.get(rater_id), marks.get(rater_id)
        is_pardoned = kept is not None and kept.pardoned_at is not None
        if not is_pardoned and (mark or chosen is None or rater_id in chosen):
            yield rater_id, kept, mark


def _apply(connection: Connection, campaign: Campaign, rater_id: RaterId, mark: Mark | None) -> None:
    """Mark a rater's votes, or bring them back, in one transaction."""
    who = {"campaign_id": campaign.campaign_id, "rater_id": rater_id}
    moments.lock_counts(connection)
    queries.mark_votes(connection, rule=mark.rule if mark else None, rules=RULES, **who)
    if mark:
        queries.keep_mark(connection, rule=mark.rule, reason=mark.reason, **who)
    else:
        queries.drop_mark(connection, **who)
    connection.commit()


def _screened(connection: Connection, campaign_id: int) -> list[ScreenedRater]:
    return db.records(ScreenedRater, queries.list_screened(connection, campaign_id=campaign_id))


def screened(settings: Settings, campaign_id: int) -> list[ScreenedRater]:
    """Whose votes are set aside in a campaign, newest first."""
    with db.connect(settings) as connection:
        return _screened(connection, campaign_id)


def pardon(settings: Settings, campaign_id: int, rater_id: str, by: str) -> bool:
    """Bring a rater's votes back and let the rules rest for them in this campaign. False when it was so already.

    Raises RatingError `rater-unknown` where no rule speaks against the rater.
    """
    rater = known_form(rater_id, "rater")
    with db.connect(settings) as connection:
        if not any(marked.rater_id == rater for marked in _screened(connection, campaign_id)):
            raise RatingError("rater-unknown", "No votes of this rater are set aside in this campaign.")
        moments.lock_counts(connection)
        pardoned = queries.pardon(connection, by=by, campaign_id=campaign_id, rater_id=rater)
        queries.mark_votes(connection, rule=None, rules=RULES, campaign_id=campaign_id, rater_id=rater)
        if pardoned:
            key = Key.PARDON.of(campaign_id=campaign_id, moment=this_moment())
            detail = {"campaign_id": campaign_id}
            note(connection, Event(key, EventType.METADATA, by, "pardoned", detail))
    return bool(pardoned)
