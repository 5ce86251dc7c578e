"""Opinion scores: the recovered score against a published table, the interval against its promise."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_color.rating.statistics.opinion import opinion, opinion_text

CARELESS = ("00", "01", "02", "03", "04")  # they voted at random
VOTES = Path(__file__).with_name("vqeg_votes.txt")


def published_votes():
    """79 videos by 26 raters, of whom five voted at random: the sample table of ITU-T P.910's reference code.

    github.com/Netflix/sureal, itut_p910_demo (Apache-2.0); the expected figures stand beside it.
    """
    for picture, line in enumerate(VOTES.read_text().splitlines()):
        for rater, vote in enumerate(line.replace(" ", "")):
            if vote != ".":
                yield f"{picture:02}", f"{rater:02}", int(vote)


@pytest.fixture(scope="module")
def published():
    """What we make of the published votes."""
    return opinion(published_votes())


def test_recovered_scores_are_those_of_the_standards_reference_code(published):
    expected = {"00": 4.926232195563247, "09": 1.3750512302890123, "27": 1.04091984876879, "68": 3.7295998553878307}
    found = {picture: published.pictures[picture].recovered for picture in expected}
    assert found == pytest.approx(expected, abs=1e-7)


def test_bias_and_inconsistency_are_those_of_the_standards_reference_code(published):
    raters = published.raters
    bias = {"00": -0.189852445792812, "09": 0.8101475542071879, "25": 0.08862856686541574}
    inconsistency = {"00": 1.8339364220090855, "11": 0.44599274299540687, "25": 0.4806602532869842}
    assert {name: raters[name].bias for name in bias} == pytest.approx(bias, abs=1e-7)
    assert {name: raters[name].inconsistency for name in inconsistency} == pytest.approx(inconsistency, abs=1e-7)


def test_standard_errors_are_those_of_the_standards_reference_code(published):
    expected = {"00": 0.1548785178603921, "09": 0.100043635773705, "27": 0.2060655739375378, "78": 0.16654764193759772}
    found = {picture: published.pictures[picture].error for picture in expected}
    assert found == pytest.approx(expected, abs=1e-7)


def test_few_votes_give_no_standard_error_and_one_no_deviation():
    picture = opinion([("a", "x", 4), ("b", "x", 3), ("b", "y", 5)]).pictures
    assert (picture["a"].error, picture["a"].sos) == (None, None)
    assert picture["b"].sos == pytest.approx(2**0.5)


def test_the_panel_is_told_how_far_it_agrees_and_whom_the_rules_reject(published):
    assert 0.4 < published.agreement.low < published.agreement.alpha < published.agreement.high < 0.7
    assert [name for name, rater in published.raters.items() if rater.bt500] == ["01"]
    assert [name for name, rater in published.raters.items() if rater.correlation < 0.75] == list(CARELESS)


def simulated(random, pictures, raters, each):
    """True scores of pictures, and votes of raters of whom one in ten is careless; each votes on `each` pictures."""
    truth = random.uniform(1.3, 4.7, pictures)
    votes = []
    for rater in range(raters):
        bias, noise = random.normal(0, 0.5), random.uniform(0.3, 1)
        for picture in random.permutation(pictures)[:each]:
            meant = truth[picture] + bias + random.normal(0, noise)
            vote = random.integers(1, 6) if rater % 10 == 9 else np.clip(np.rint(meant), 1, 5)
            votes.append((f"{picture:03}", f"{rater:03}", int(vote)))
    return truth, votes


def error(truth, votes, figure):
    """Root mean square distance of a figure from the truth, a shift of all pictures left aside."""
    scores = opinion(votes).pictures
    off = np.array([getattr(scores[f"{picture:03}"], figure) - true for picture, true in enumerate(truth)])
    return (off - off.mean()).std()


@pytest.mark.parametrize(("pictures", "raters", "each"), [(12, 15, 12), (12, 60, 3), (40, 24, 40), (200, 300, 12)])
def test_recovered_is_nearer_to_the_truth_than_the_mean(pictures, raters, each):
    random = np.random.default_rng(910)
    tables = [simulated(random, pictures, raters, each) for _ in range(10)]
    recovered = np.mean([error(*table, "recovered") for table in tables])
    assert recovered < 0.9 * np.mean([error(*table, "mos") for table in tables])


def test_bias_without_noise_is_taken_out_exactly():
    votes = [
        (picture, rater, score + bias)
        for picture, score in (("a", 2), ("b", 3))
        for rater, bias in (("x", 1), ("y", -1))
    ]
    scores = opinion(votes)
    assert scores.pictures["a"].recovered == pytest.approx(2)
    rater = scores.raters["x"]
    assert (rater.bias, rater.inconsistency, rater.used) == (pytest.approx(1), pytest.approx(0), True)


def test_a_rater_with_a_single_vote_moves_nobody():
    votes = list(published_votes())
    before, after = opinion(votes), opinion([*votes, ("09", "stranger", 5)])
    assert after.pictures["09"].recovered == pytest.approx(before.pictures["09"].recovered, abs=1e-6)
    assert after.raters["stranger"].used is False


def test_pictures_with_single_votes_only_keep_their_mean():
    pictures = opinion([("a", "x", 5), ("a", "y", 2), ("b", "z", 4)]).pictures
    assert [picture.recovered for picture in pictures.values()] == [3.5, 4]


@pytest.mark.parametrize("votes", [1, 3, 5, 15])
def test_the_interval_covers_the_true_mean_as_often_as_it_says(votes):
    random = np.random.default_rng(95)
    shares = [random.dirichlet([1, 2, 3, 2, 1]) for _ in range(30)]
    shares += [[share, 0, 0, 0, 1 - share] for share in (0.1, 0.5, 0.9)] + [[0, 0, 0, 0.1, 0.9]]
    truth = np.array(shares) @ np.arange(1, 6)
    covered = []
    for _ in range(40):
        cast = [random.choice(5, votes, p=share) + 1 for share in shares]
        table = [(f"{p:03}", f"{p}/{r}", int(vote)) for p, line in enumerate(cast) for r, vote in enumerate(line)]
        scores = opinion(table).pictures
        covered += [scores[f"{p:03}"].low <= true <= scores[f"{p:03}"].high for p, true in enumerate(truth)]
    assert np.mean(covered) >= 0.94


def test_the_interval_of_equal_votes_has_a_width_inside_the_scale():
    picture = opinion([("a", str(rater), 5) for rater in range(3)]).pictures["a"]
    assert picture.mos == picture.high == 5
    assert 3 < picture.low < 4.5


def test_more_votes_narrow_the_interval():
    widths = []
    for raters in (4, 16, 64):
        picture = opinion([("a", str(rater), 2 + rater % 3) for rater in range(raters)]).pictures["a"]
        widths.append(picture.high - picture.low)
    assert widths == sorted(widths, reverse=True)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz"), st.integers(1, 5)), max_size=40))
def test_any_votes_give_finite_scores_and_intervals_that_hold_the_mean(votes):
    scores = opinion(votes)
    assert all(1 <= p.low <= p.mos <= p.high <= 5 for p in scores.pictures.values())
    json.dumps(asdict(scores), allow_nan=False)
    figures = [p.recovered for p in scores.pictures.values()] + [r.bias for r in scores.raters.values()]
    assert np.isfinite(figures).all()


def test_the_order_of_votes_does_not_matter():
    votes = list(published_votes())
    assert opinion(votes) == opinion(reversed(votes))


def test_the_tables_for_the_screen_name_every_picture_and_rater():
    lines = opinion_text(opinion([("a", "x", 5), ("a", "y", 2), ("b", "y", 4)])).splitlines()
    assert [line.split()[0] for line in lines if line] == ["picture", "a", "b", "rater", "x", "y", "Agreement:"]
    assert [line.split()[-1] for line in lines[5:7]] == ["no", "yes"]
