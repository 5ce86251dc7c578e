"""Whose votes the rules set aside, and how they come back, in a real catalog."""

import uuid

import pytest
from catalog_rows import add_museum, insert

from heritage_color.errors import RatingError
from heritage_color.rating import scoring
from heritage_color.rating.campaigns import lifecycle, voting
from heritage_color.rating.guarding import rules, screening
from heritage_color.rating.steps import queue

CARELESS, CAREFUL = (str(uuid.UUID(int=number)) for number in (1, 2))


@pytest.fixture
def spring(site):
    """Four pictures and three traps, answered 1 or 2 by whoever looks."""
    add_museum(site, 4)
    campaign = queue(site, "spring", 9).campaign_id
    for number in range(3):
        insert(site, "campaign_items", "item_id", campaign_id=campaign, colorization_id=1, role="trap",
               altered_key=f"previews/{number}", expected_low=1, expected_high=2)  # fmt: skip
    return campaign


def answer_all(site, rows, who, of_traps, scores=(5, 4, 3, 2), seconds=4.0):
    items = rows("select item_id::text, role from campaign_items order by role, item_id")
    ordinary = iter(scores)
    for item in items:
        answer = of_traps if item["role"] == "trap" else next(ordinary)
        voting.vote(site, item["item_id"], who, answer, uuid.uuid4(), seconds)


def counted(rows) -> list[int]:
    return [row["human_votes"] for row in rows("select human_votes from campaign_items where role = 'ordinary'")]


def test_who_falls_into_the_traps_counts_no_more_and_the_others_do(site, spring, rows):
    answer_all(site, rows, CARELESS, 5)
    answer_all(site, rows, CAREFUL, 1)
    counts = scoring.score(site)
    assert (counts.screened, counts.scored) == (1, 4)
    (mark,) = screening.screened(site, spring)
    assert (mark.rater_id, mark.rule, mark.votes) == (CARELESS, "control", 7)
    assert mark.reason == "3 of 3 pictures whose answer is known were answered otherwise."
    assert counted(rows) == [1] * 4
    assert rows("select count(*) n from ratings") == [{"n": 14}]


def test_a_second_run_marks_nobody_twice_and_marks_votes_that_came_since(site, spring, rows):
    answer_all(site, rows, CARELESS, 5)
    scoring.score(site)
    add = insert(site, "campaign_items", "item_id", campaign_id=spring, colorization_id=2, role="gold",
                 altered_key="previews/9", expected_low=4, expected_high=5)  # fmt: skip
    voting.vote(site, add, CARELESS, 5, uuid.uuid4())
    assert scoring.score(site).screened == 0
    assert rows("select count(*) n from ratings where screened_by = 'control'")[0]["n"] == 8


def test_a_rule_that_is_switched_off_brings_its_votes_back(site, spring, rows):
    answer_all(site, rows, CARELESS, 5)
    scoring.score(site)
    lifecycle.change(site, spring, screening={"control": False})
    rows("update campaign_items set revision = revision + 1")
    assert scoring.score(site, full=True).restored == 1
    assert counted(rows) == [1] * 4
    assert screening.screened(site, spring) == []


def test_staff_pardon_a_rater_for_good(site, spring, rows):
    answer_all(site, rows, CARELESS, 5)
    scoring.score(site)
    assert screening.pardon(site, spring, CARELESS, "A. Curator") is True
    assert screening.pardon(site, spring, CARELESS, "A. Curator") is False
    assert counted(rows) == [1] * 4
    assert scoring.score(site, full=True).screened == 0
    assert screening.screened(site, spring)[0].pardoned_by == "A. Curator"
    (event,) = rows("select agent, outcome, detail from events where outcome = 'pardoned'")
    assert event == {"agent": "A. Curator", "outcome": "pardoned", "detail": {"campaign_id": spring}}
    with pytest.raises(RatingError, match="No votes of this rater"):
        screening.pardon(site, spring, CAREFUL, "A. Curator")


def test_what_others_set_aside_stays_aside(site, spring, rows):
    answer_all(site, rows, CAREFUL, 1)
    rows("update ratings set screened_by = 'hold:burst-1'")
    scoring.score(site)
    assert rows("select distinct screened_by from ratings") == [{"screened_by": "hold:burst-1"}]


@pytest.mark.parametrize("share", [0.55, 0.7, 0.95])
def test_a_share_is_met_at_the_number_that_it_says_whatever_rounding_does(share):
    seen = range(20, 2020, 20)
    control, straight = ({rule: {"least": 3, "share": share}} for rule in ("control", "straight-lining"))
    speaks = [rules.judge(conduct(controls=n, failed=round(share * n)), control) for n in seen]
    same = [rules.judge(conduct(scored=n, same=round(share * n)), straight) for n in seen]
    assert (set(speaks), None in same) == ({None}, False)  # more than the share, or as much as it


def conduct(**given) -> rules.Conduct:
    none = dict.fromkeys(("controls", "failed", "scored", "same", "timed", "fast"), 0)
    return rules.Conduct(**(none | given))


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"controls": 4, "failed": 3}, "control"),
        ({"controls": 4, "failed": 2}, None),
        ({"controls": 2, "failed": 2}, None),
        ({"scored": 20, "same": 19}, "straight-lining"),
        ({"scored": 20, "same": 18}, None),
        ({"timed": 10, "fast": 6}, "too-fast"),
        ({"timed": 9, "fast": 9}, None),
    ],
)
def test_each_rule_of_conduct_has_its_limit(given, rule):
    mark = rules.judge(conduct(**given), rules.rules_of({}))
    assert (mark.rule if mark else None) == rule


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"controls": 1, "failed": 1}, "1 of 1 pictures whose answer is known were answered otherwise."),
        ({"scored": 1, "same": 1}, "1 of 1 answers are the same."),
        ({"timed": 1, "fast": 1}, "1 of 1 answers took less than 0.8 seconds."),
    ],
)
def test_a_campaign_may_let_a_single_answer_speak_and_is_told_which_did(given, reason):
    least = {rule: {"least": 1} for rule in ("control", "straight-lining", "too-fast")}
    assert rules.judge(conduct(**given), rules.rules_of(least)).reason == reason
    assert rules.judge(conduct(), rules.rules_of({rule: {"least": 0} for rule in least})) is None


def test_rules_for_panels_are_off_until_a_campaign_asks_for_them():
    assert rules.panel_rules(rules.rules_of({})) == {}
    asked = rules.rules_of({"bt500": True, "correlation": {"least": 30}})
    assert rules.panel_rules(asked) == {"bt500": {"least": 15}, "correlation": {"least": 30}}


def test_a_rater_who_turned_the_scale_over_is_told_from_the_others():
    from heritage_color.rating.statistics.table import tabulate

    votes = [(f"p{number}", f"r{rater}", 1 + number % 5) for number in range(20) for rater in range(6)]
    votes += [(f"p{number}", "turned", 5 - number % 5) for number in range(20)]
    marks = rules.judge_panel(tabulate(votes), {"correlation": {"least": 15}})
    assert list(marks) == ["turned"]
    assert marks["turned"].rule == "correlation"
