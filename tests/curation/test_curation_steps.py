"""Decisions of curators in a real catalog."""

from dataclasses import replace

import pytest
from catalog_rows import add_colorization, add_museum, add_scan

from heritage_color.curation import reasons, steps
from heritage_color.curation.steps import ApprovedByRule, Flagged
from heritage_color.errors import CurationError
from heritage_color.rating import steps as rating


@pytest.fixture
def picture(site):
    """One undecided colorization."""
    return add_museum(site, 1)[0]


def approve(site, picture, note="", curator="A. Curator"):
    return steps.decide(site, picture, "approved", "plausible", note, curator)


def test_a_decision_is_a_row_and_an_event(site, picture, rows):
    assert approve(site, picture).new == 1
    event = rows("select agent, outcome, detail, colorization_id from events where event_type = 'appraisal'")[0]
    assert event["agent"] == "A. Curator"
    assert (event["outcome"], event["detail"]["reason"]) == ("approved", "plausible")


def test_the_same_decision_again_adds_nothing(site, picture, rows):
    first = approve(site, picture)
    assert approve(site, picture) == replace(first, new=0)
    assert rows("select count(*) n from decisions")[0]["n"] == 1


def test_the_newest_decision_holds_and_the_older_ones_stay(site, picture, rows):
    approve(site, picture)
    steps.decide(site, picture, "rejected", "skin-tones", "", "B. Curator")
    approve(site, picture)
    assert rows("select verdict from current_decisions") == [{"verdict": "approved"}]
    assert rows("select count(*) n from events where event_type = 'appraisal'")[0]["n"] == 3


@pytest.mark.parametrize(
    ("verdict", "reason", "note", "curator", "sentence"),
    [
        ("maybe", "plausible", "", "A", "approved, rejected, sent back"),
        ("approved", "dull", "", "A", "choose one of plausible"),
        ("rejected", "other", "  ", "A", "needs a note"),
        ("approved", "plausible", "", " ", "name of its curator"),
    ],
)
def test_an_incomplete_decision_is_refused(site, picture, verdict, reason, note, curator, sentence):
    with pytest.raises(CurationError, match=sentence):
        steps.decide(site, picture, verdict, reason, note, curator)


def test_a_withdrawn_colorization_takes_no_decision(site, picture):
    steps.flag_do_not_colorize(site, 1, "sacred object", "A. Curator")
    with pytest.raises(CurationError, match="was withdrawn"):
        approve(site, picture)


def test_an_unknown_colorization_takes_no_decision(site):
    with pytest.raises(CurationError, match="no colorization 404"):
        approve(site, 404)


def test_flagging_a_scan_withdraws_all_its_colorizations_once(site, picture, rows):
    add_colorization(site, 1, "vivid")
    assert steps.flag_do_not_colorize(site, 1, "sacred object", "A. Curator") == Flagged(1, withdrawn=2, new=1)
    assert steps.flag_do_not_colorize(site, 1, "another reason", "B. Curator").new == 0
    assert rows("select do_not_colorize_reason as reason from scans") == [{"reason": "sacred object"}]
    assert rows("select agent from events where event_key like 'do-not%%'") == [{"agent": "A. Curator"}]


def test_flagging_needs_a_scan_and_a_reason(site):
    with pytest.raises(CurationError, match="no scan 7"):
        steps.flag_do_not_colorize(site, 7, "sacred object", "A. Curator")
    with pytest.raises(CurationError, match="carries a reason"):
        steps.flag_do_not_colorize(site, 7, " ", "A. Curator")


def test_each_state_has_its_count(site):
    pictures = add_museum(site, 4)
    approve(site, pictures[0])
    steps.decide(site, pictures[1], "rejected", "dull", "", "A. Curator")
    steps.flag_do_not_colorize(site, 3, "sacred object", "A. Curator")
    others = {"published": 0, "approved once": 0, "sent back": 0}
    assert steps.count_states(site) == {"approved": 1, "rejected": 1, "withdrawn": 1, "undecided": 1} | others


def test_a_rule_approves_by_score_and_says_so(site, rows):
    add_museum(site, 4)
    add_colorization(site, add_scan(site, "unrated"))
    rating.queue(site, "spring", 5)
    rating.simulate(site, "spring", 10)
    rating.score(site)
    second = rows("select mos from opinion_scores where simulated order by mos desc")[1]["mos"]
    assert steps.approve_by_rule(site, second) == ApprovedByRule(approved=2, new=2)
    assert steps.approve_by_rule(site, second) == ApprovedByRule(approved=2, new=0)
    decisions = rows("select curator, note from current_decisions where verdict = 'approved'")
    assert {(row["curator"], "simulated raters" in row["note"]) for row in decisions} == {("demo script", True)}


def test_reasons_are_one_table_with_codes_of_their_own():
    codes = [reason.code for reason in reasons.REASONS]
    assert len(set(codes)) == len(codes)
    assert {reason.verdict for reason in reasons.REASONS} == set(reasons.VERDICTS)


def test_every_reason_stands_in_the_documentation_with_its_words(repository):
    text = (repository / "docs" / "publishing.md").read_text()
    assert all(f"`{reason.code}`" in text and reason.words in text for reason in reasons.REASONS)
