"""Strengths from pairs, against choix and against what a simulated panel knows of its pictures."""

import choix
import numpy as np
import pytest

from heritage_color.rating.statistics.pairs import PRIOR_PRECISION, Strengths, strengths, strengths_of, tabulate_sums


def simulated(random, true, votes):
    """Votes (left, right, won) on random pairs of pictures of true strengths."""
    for left, right in random.choice(len(true), (votes, 2)):
        if left != right:
            yield f"{left:02}", f"{right:02}", float(random.random() < 1 / (1 + np.exp(true[right] - true[left])))


def column(result, name):
    """One figure of all pictures, in the order of their names."""
    return np.array([getattr(figures, name) for figures in result.pictures.values()])


def ordered(votes):
    """Votes as choix takes them: winner before loser."""
    return [(int(left), int(right)) if won else (int(right), int(left)) for left, right, won in votes]


def test_strengths_are_those_of_choix():
    random = np.random.default_rng(1952)
    votes = list(simulated(random, random.normal(0, 1.5, 20), 600))
    expected = choix.ilsr_pairwise(20, ordered(votes), tol=1e-12)
    assert column(strengths(votes), "strength") == pytest.approx(expected, abs=1e-6)


def test_with_a_picture_that_always_won_strengths_are_those_of_choix_with_the_same_prior():
    votes = [("00", "01", 1.0), ("00", "02", 1.0), ("01", "02", 1.0), ("02", "01", 1.0)]
    found = strengths(votes)
    expected = choix.opt_pairwise(3, ordered(votes), alpha=PRIOR_PRECISION / 2, tol=1e-12)
    assert column(found, "prior").all()
    assert column(found, "strength") == pytest.approx(expected, abs=1e-6)


def test_two_pictures_have_the_log_odds_of_their_wins():
    found = strengths([("a", "b", 1.0)] * 3 + [("b", "a", 1.0)]).pictures
    assert found["a"].strength - found["b"].strength == pytest.approx(np.log(3))
    assert found["a"].beats == pytest.approx(1 / (1 + 3**-0.5))
    assert (found["a"].high - found["a"].low) / 2 / 1.96 == pytest.approx((1 / 3 + 1) ** 0.5 / 2, rel=1e-4)


def test_a_tie_is_half_a_win_for_each():
    ties = strengths([("a", "b", 0.5)] * 2 + [("b", "c", 0.5)] * 2)
    assert column(ties, "strength") == pytest.approx([0, 0, 0])
    assert list(column(ties, "wins")) == [1, 2, 1]


def test_pictures_never_compared_are_told_apart():
    found = strengths([("a", "b", 1.0), ("b", "a", 1.0), ("c", "d", 1.0)])
    assert found.groups == 2
    assert [list(column(found, name)) for name in ("group", "prior")] == [[0, 0, 1, 1], [False, False, True, True]]


def test_the_interval_covers_the_true_strength_as_often_as_it_says():
    random, covered = np.random.default_rng(95), []
    for _ in range(25):
        true = random.normal(0, 1, 12)
        found = strengths(simulated(random, true - true.mean(), 500))
        covered.append((column(found, "low") <= true - true.mean()) & (true - true.mean() <= column(found, "high")))
    assert 0.93 <= np.mean(covered) <= 0.97


def test_a_group_has_the_figures_that_it_has_alone():
    random = np.random.default_rng(3)
    alone = [list(simulated(random, random.normal(size=size), 60)) for size in (4, 2, 4, 3)]
    together = strengths(
        (f"{n}/{left}", f"{n}/{right}", won) for n, rows in enumerate(alone) for left, right, won in rows
    )
    for number, rows in enumerate(alone):
        for name, expected in strengths(rows).pictures.items():
            found = together.pictures[f"{number}/{name}"]
            assert [getattr(found, key) for key in ("strength", "low")] == pytest.approx(
                [getattr(expected, key) for key in ("strength", "low")], abs=1e-8
            )


def test_counted_votes_have_the_strengths_of_the_single_ones():
    sums = [("a", "b", 3, 1), ("b", "c", 2, 2), ("a", "c", 4, 0), ("c", "d", 1, 2)]
    single = [(left, right, won) for left, right, *counts in sums for won, n in zip((1.0, 0.0), counts, strict=True)
              for _ in range(n)]  # fmt: skip
    counted, expected = strengths_of(tabulate_sums(sums)), strengths(single)
    assert [list(column(counted, name)) for name in ("pairs", "wins")] == [[8, 8, 11, 3], [7, 3, 3, 2]]
    assert list(column(counted, "strength")) == pytest.approx(list(column(expected, "strength")), abs=1e-8)
    assert list(column(counted, "low")) == pytest.approx(list(column(expected, "low")), abs=1e-8)


def test_no_votes_are_no_strengths():
    assert strengths([]) == Strengths({}, 0)
