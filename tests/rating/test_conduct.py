"""Rules that tell votes given without looking, on votes whose raters are known."""

import numpy as np
import pytest

from heritage_color.rating import conduct


def given(*raters):
    """Votes of raters: pairs of a list of answers and a list of seconds."""
    rater = np.concatenate([np.full(len(answers), number) for number, (answers, _) in enumerate(raters)])
    answer, seconds = (np.concatenate([np.array(one[side], float) for one in raters]) for side in (0, 1))
    return conduct.Given(rater, answer, seconds)


def marked(votes, rule):
    """Numbers of the raters all of whose votes a rule marks."""
    found = conduct.RULES[rule](votes)
    return [rater for rater in np.unique(votes.rater).tolist() if found[votes.rater == rater].all()]


CAREFUL = ([4, 3, 5, 2, 4, 4, 1, 3, 5, 4, 4, 2, 3], [2.5] * 13)


def test_a_vote_before_anybody_can_have_looked_is_marked_alone():
    votes = given(([4, 4, 3], [0.1, 0.5, np.nan]))
    assert conduct.too_fast(votes).tolist() == [True, False, False]


def test_who_is_too_fast_in_the_median_is_marked_and_who_was_fast_once_is_not():
    hasty = ([4, 3, 5, 2] * 3, [0.7] * 8 + [30.0] * 4)
    once = ([4, 3, 5, 2] * 3, [0.5] * 3 + [3.0] * 9)
    assert marked(given(CAREFUL, hasty, once), "hasty") == [1]


@pytest.mark.parametrize("votes", [11, 12])
def test_a_rule_about_a_rater_is_silent_until_it_has_seen_enough(votes):
    straight = ([5] * votes, [0.6] * votes)
    expected = [1] if votes >= conduct.VOTES_LEAST else []
    assert marked(given(CAREFUL, straight), "straight-line") == expected
    assert marked(given(CAREFUL, straight), "hasty") == expected


def test_one_answer_for_nearly_everything_is_a_straight_line_and_for_most_things_not():
    nearly = ([3] * 39 + [4], [2.0] * 40)
    mostly = ([3] * 36 + [4] * 4, [2.0] * 40)
    assert marked(given(CAREFUL, nearly, mostly), "straight-line") == [1]


def test_careful_raters_of_a_simulated_crowd_are_hardly_ever_marked():
    random = np.random.default_rng(5)
    raters = [
        (np.clip(np.rint(random.normal(3.4, 1.1, 30)), 1, 5), random.lognormal(1.2, 0.5, 30)) for _ in range(2000)
    ]
    found = conduct.judge(given(*raters))
    assert np.mean(found != "") < 0.001


def test_times_that_were_not_measured_mark_nobody():
    assert not conduct.hasty(given(([1, 2] * 10, [np.nan] * 20))).any()


def test_the_first_rule_names_a_vote_and_a_campaign_may_choose_rules_and_limits():
    votes = given(([5] * 12, [0.1] * 12))
    assert set(conduct.judge(votes)) == {"too-fast"}
    assert set(conduct.judge(votes, {"rules": ["straight-line"]})) == {"straight-line"}
    assert set(conduct.judge(votes, {"seconds-least": 0.05, "votes-least": 20})) == {""}


def test_no_votes_are_judged_in_peace():
    nothing = conduct.Given(np.zeros(0, int), np.zeros(0), np.zeros(0))
    assert conduct.judge(nothing).tolist() == []
