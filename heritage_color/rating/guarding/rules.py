"""The rules of screening: which there are, what each looks at, and against whom they speak. Pure."""

from dataclasses import dataclass

import numpy as np

from heritage_color.keys import RaterId, Rule
from heritage_color.rating.campaigns.campaign import Limits, Screening
from heritage_color.rating.statistics import rejection
from heritage_color.rating.statistics.table import VoteTable

# Rules in the order in which they speak; a campaign's `screening` may switch each off (False) or on (True), or give
# other limits. The last three want panels: on a crowd's few votes they decide by chance (docs/rating.md).
STANDARD: Screening = {
    "control": {"least": 3, "share": 0.5},  # of that many gold and trap pictures, more than this share answered wrong
    "straight-lining": {"least": 20, "share": 0.95},  # of so many answers, this share the same
    "too-fast": {"least": 10, "share": 0.5, "seconds": 0.8},  # of so many answers, more than this share in that time
    "bt500": False,
    "p913": False,
    "correlation": False,
}
PANEL: Limits = {"least": 15}  # votes below which the rules for panels say nothing of a rater
RULES = list(STANDARD)
REASONS = {
    "bt500": "Too many votes lie far from those of the others, above as often as below (ITU-R BT.500-15 A1-2.3.1).",
    "p913": "The same, once everybody's bias is taken off (ITU-T P.913 12.4).",
    "correlation": f"The votes correlate below {rejection.LEAST_CORRELATION} with the mean scores.",
}

Rules = dict[Rule, Limits]  # those that are on, with their limits


@dataclass(frozen=True)
class Conduct:
    """What the rules of conduct look at: how many control pictures a rater answered and failed, how many pictures they
    scored and how often with the commonest answer, how many answers have a time and how many were too fast."""

    controls: int
    failed: int
    scored: int
    same: int | None
    timed: int
    fast: int


@dataclass(frozen=True)
class Mark:
    """The rule that speaks against a rater, and why."""

    rule: Rule
    reason: str


def rules_of(screening: Screening) -> Rules:
    """The limits of each rule that is on, in the order of STANDARD."""
    rules: Rules = {}
    for name, standard in STANDARD.items():
        limits = screening.get(name, standard)
        if limits:
            usual = standard if isinstance(standard, dict) else PANEL
            rules[name] = usual | (limits if isinstance(limits, dict) else {})
    return rules


def panel_rules(rules: Rules) -> Rules:
    """Return those of the rules that compare raters with each other."""
    return {name: limits for name, limits in rules.items() if STANDARD[name] is False}


def judge(conduct: Conduct, rules: Rules) -> Mark | None:
    """Return the first rule of conduct that speaks against a rater, and why; else None."""
    if _speaks(rules.get("control"), conduct.controls, conduct.failed):
        sentence = f"{conduct.failed} of {conduct.controls} pictures whose answer is known were answered otherwise."
        return Mark("control", sentence)
    scored, same = conduct.scored, conduct.same or 0
    limits = rules.get("straight-lining")
    if limits and scored >= max(limits["least"], 1) and same / scored >= limits["share"]:
        return Mark("straight-lining", f"{same} of {scored} answers are the same.")
    if _speaks(rules.get("too-fast"), conduct.timed, conduct.fast):
        seconds = rules["too-fast"]["seconds"]
        return Mark("too-fast", f"{conduct.fast} of {conduct.timed} answers took less than {seconds:g} seconds.")
    return None


def _speaks(limits: Limits | None, seen: int, against: int) -> bool:
    """Whether it was more than the share. It divides, as 63 / 90 is 0.7 to the last bit, and 0.7 * 90 less than 63."""
    return limits is not None and seen >= max(limits["least"], 1) and against / seen > limits["share"]


def judge_panel(table: VoteTable, rules: Rules) -> dict[RaterId, Mark]:
    """Raters whom rules for panels reject: BT.500, P.913 12.4, correlation with the others."""
    votes = np.bincount(table.rater, minlength=len(table.raters))
    marks: dict[RaterId, Mark] = {}
    for name, limits in reversed(rules.items()):  # the first rule has the last word
        for place in np.flatnonzero(_rejected(name, table) & (votes >= limits["least"])):
            marks[table.raters[place]] = Mark(name, REASONS[name])
    return marks


def _rejected(name: Rule, table: VoteTable) -> np.ndarray:
    if name == "bt500":
        return rejection.reject_bt500(table).rejected
    if name == "p913":
        return rejection.reject_bt500(rejection.without_bias(table)).rejected
    return rejection.low_correlation(table)
