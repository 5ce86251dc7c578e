"""Screening: whose votes the rules set aside. Nothing is deleted, every mark names its rule and can be taken back."""

import numpy as np

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns.identifiers import known_form
from heritage_color.rating.campaigns.lifecycle import SCALED
from heritage_color.rating.statistics import rejection
from heritage_color.rating.statistics.table import VoteTable, tabulate
from heritage_color.settings import Settings

queries = db.queries("rating/guarding")
moments = db.queries("rating/moments")

# Rules in the order in which they speak; a campaign's `screening` may switch each off (False) or on (True), or give
# other limits. The last three want panels: on a crowd's few votes they decide by chance (docs/rating.md).
STANDARD: dict[str, dict | bool] = {
    "control": {"least": 3, "share": 0.5},  # of that many gold and trap pictures, more than this share answered wrong
    "straight-lining": {"least": 20, "share": 0.95},  # of so many answers, this share the same
    "too-fast": {"least": 10, "share": 0.5, "seconds": 0.8},  # of so many answers, more than this share in that time
    "bt500": False,
    "p913": False,
    "correlation": False,
}
PANEL = {"least": 15}  # votes below which the rules for panels say nothing of a rater
RULES = list(STANDARD)


def screen(connection, campaign: dict, full: bool = False) -> dict:
    """Mark the votes of whom the campaign's rules speak against, and bring back those of whom they do no more.

    `{"screened", "restored"}`: raters. Looks at who has voted since the last run, and at everybody where `full`, where
    the rules have changed, or where rules for panels are on. Commits after each rater; killed, it goes on.
    """
    rules = rules_of(campaign)
    result = campaign["result"] or {}
    everybody = full or bool(panel_rules(rules)) or result.get("rules") != rules or "computed_at" not in result
    who = {"campaign_id": campaign["campaign_id"]}
    chosen = None
    if not everybody:
        since = queries.raters_since(connection, since=result["computed_at"], **who)
        chosen = [row["rater_id"] for row in since]
    marks = _marks(connection, campaign, rules, chosen)
    counts = {"screened": 0, "restored": 0, "again": 0}
    for change, rater, mark in _changes(connection, campaign, marks, chosen):
        _apply(connection, campaign, rater, mark)
        counts[change] += 1
    connection.commit()
    return {name: counts[name] for name in ("screened", "restored")}


def rules_of(campaign: dict) -> dict:
    """The limits of each rule that is on in a campaign, in the order of STANDARD."""
    found: dict[str, dict] = {}
    for name, standard in STANDARD.items():
        given = campaign["screening"].get(name, standard)
        if given:
            limits = standard if isinstance(standard, dict) else PANEL
            found[name] = limits | (given if isinstance(given, dict) else {})
    return found


def panel_rules(rules: dict) -> dict:
    """Those of the rules that compare raters with each other."""
    return {name: limits for name, limits in rules.items() if STANDARD[name] is False}


def _marks(connection, campaign: dict, rules: dict, chosen: list[str] | None) -> dict[str, tuple[str, str]]:
    """Of each rater whom a rule speaks against, the first such rule and its reason."""
    fast = rules.get("too-fast", {}).get("seconds", 0)
    conduct = queries.rater_conduct(
        connection, campaign_id=campaign["campaign_id"], fast=fast, rules=RULES, rater_ids=chosen
    )
    marks = {row["rater_id"]: mark for row in conduct if (mark := judge(row, rules))}
    asked = panel_rules(rules) if campaign["method"] in SCALED else {}
    if asked:
        votes = queries.votes_to_judge(connection, campaign_id=campaign["campaign_id"], rules=RULES)
        table = tabulate((row["picture"], row["rater"], row["score"]) for row in votes)
        marks = judge_panel(table, asked) | marks
    return marks


def judge(conduct: dict, rules: dict) -> tuple[str, str] | None:
    """The first rule of conduct that speaks against a rater, and why, from a row of `rater_conduct`; else None."""
    controls, failed = conduct["controls"], conduct["failed"]
    if _speaks(rules.get("control"), controls, failed):
        return "control", f"{failed} of {controls} pictures whose answer is known were answered otherwise."
    scored, same = conduct["scored"], conduct["same"] or 0
    limits = rules.get("straight-lining")
    if limits and scored >= max(limits["least"], 1) and same / scored >= limits["share"]:
        return "straight-lining", f"{same} of {scored} answers are the same."
    timed, fast = conduct["timed"], conduct["fast"]
    if _speaks(rules.get("too-fast"), timed, fast):
        seconds = rules["too-fast"]["seconds"]
        return "too-fast", f"{fast} of {timed} answers took less than {seconds:g} seconds."
    return None


def _speaks(limits: dict | None, seen: int, against: int) -> bool:
    """More than the share. Divided, not multiplied: 63 / 90 is 0.7 to the last bit, and 0.7 * 90 is less than 63."""
    return limits is not None and seen >= max(limits["least"], 1) and against / seen > limits["share"]


def judge_panel(table: VoteTable, rules: dict) -> dict[str, tuple[str, str]]:
    """Raters whom rules for panels reject, with rule and reason: BT.500, P.913 12.4, correlation with the others."""
    votes = np.bincount(table.rater, minlength=len(table.raters))
    marks: dict[str, tuple[str, str]] = {}
    for name, limits in reversed(rules.items()):  # the first rule has the last word
        for place in np.flatnonzero(_rejected(name, table) & (votes >= limits["least"])):
            marks[table.raters[place]] = name, REASONS[name]
    return marks


REASONS = {
    "bt500": "Too many votes lie far from those of the others, above as often as below (ITU-R BT.500-15 A1-2.3.1).",
    "p913": "The same, once everybody's bias is taken off (ITU-T P.913 12.4).",
    "correlation": f"The votes correlate below {rejection.LEAST_CORRELATION} with the mean scores.",
}


def _rejected(name: str, table: VoteTable) -> np.ndarray:
    if name == "bt500":
        return rejection.reject_bt500(table).rejected
    if name == "p913":
        return rejection.reject_bt500(rejection.without_bias(table)).rejected
    return rejection.low_correlation(table)


def _changes(connection, campaign: dict, marks: dict, chosen: list[str] | None):
    """What differs from the marks that stand: (screened or restored, rater, mark), raters in order."""
    standing = {row["rater_id"]: row for row in queries.list_screened(connection, campaign_id=campaign["campaign_id"])}
    for rater in sorted(set(marks) | set(standing)):
        kept, mark = standing.get(rater), marks.get(rater)
        if kept and kept["pardoned_at"]:
            continue
        if mark:  # also where it stands: votes that came since are marked, too
            yield ("screened" if not kept or kept["rule"] != mark[0] else "again"), rater, mark
        elif chosen is None or rater in chosen:
            yield "restored", rater, None


def _apply(connection, campaign: dict, rater_id: str, mark: tuple[str, str] | None) -> None:
    """Mark a rater's votes, or bring them back, in one transaction."""
    who = {"campaign_id": campaign["campaign_id"], "rater_id": rater_id}
    moments.lock_counts(connection)
    queries.mark_votes(connection, rule=mark[0] if mark else None, rules=RULES, **who)
    if mark:
        queries.keep_mark(connection, rule=mark[0], reason=mark[1], **who)
    else:
        queries.drop_mark(connection, **who)
    connection.commit()


def screened(settings: Settings, campaign_id: int) -> list[dict]:
    """Whose votes are set aside, newest first: rater_id, rule, reason, votes, screened_at, and the pardon, if any."""
    with db.connect(settings) as connection:
        return [dict(row) for row in queries.list_screened(connection, campaign_id=campaign_id)]


def pardon(settings: Settings, campaign_id: int, rater_id: str, by: str) -> bool:
    """Bring a rater's votes back and let the rules rest for them in this campaign. False when it was so already.

    Raises RatingError `rater-unknown` where no rule speaks against the rater.
    """
    who = {"campaign_id": campaign_id, "rater_id": known_form(rater_id, "rater")}
    with db.connect(settings) as connection:
        if not any(
            row["rater_id"] == who["rater_id"] for row in queries.list_screened(connection, campaign_id=campaign_id)
        ):
            raise RatingError("rater-unknown", "No votes of this rater are set aside in this campaign.")
        moments.lock_counts(connection)
        pardoned = queries.pardon(connection, by=by, **who)
        queries.mark_votes(connection, rule=None, rules=RULES, **who)
    return bool(pardoned)
