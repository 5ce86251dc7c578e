"""Simulated raters: they exercise the statistics in the demonstration, and their votes are marked as simulated."""

import hashlib
import uuid

import numpy as np

NAMESPACE = uuid.UUID("6c1f2c0e-8f2b-5d0c-9a4e-0d6a3c3f1b77")  # ours, for version 5 ids
CARELESS_EVERY = 10  # every tenth rater votes without looking


def rater_id(campaign: str, seed: int, number: int) -> uuid.UUID:
    """Return the same id in every run for the same rater of a campaign."""
    return uuid.uuid5(NAMESPACE, f"{campaign}/{seed}/{number}")


def vote_key(item_id: str, rater: str) -> uuid.UUID:
    """Return the same key in every run for the same rater's vote on a picture."""
    return uuid.uuid5(NAMESPACE, f"{item_id}/{rater}")


def scores(pictures: list[str], raters: int, seed: int) -> np.ndarray:
    """Votes 1..5, uint8 (raters, pictures), for pictures named by their checksums.

    A vote is the picture's quality plus the rater's bias plus noise of the rater's own size, rounded (ITU-T P.910
    Annex E); one rater in ten votes at random. Each vote depends on seed, rater and picture alone.
    """
    table = np.empty((raters, len(pictures)), np.uint8)
    for number in range(raters):
        random = np.random.default_rng([seed, number])
        bias, inconsistency = random.normal(0, 0.4), random.uniform(0.3, 0.9)
        careless = number % CARELESS_EVERY == CARELESS_EVERY - 1
        for place, picture in enumerate(pictures):
            vote = _vote(np.random.default_rng([seed, number, _number(picture)]), inconsistency, careless)
            table[number, place] = vote if careless else _on_scale(quality(picture, seed) + bias + vote)
    return table


def quality(picture: str, seed: int) -> float:
    """The score 1.6..4.7 that an unbiased simulated rater means for a picture."""
    return float(np.random.default_rng([seed, _number(picture)]).uniform(1.6, 4.7))


def _vote(random: np.random.Generator, inconsistency: float, careless: bool) -> float:
    return float(random.integers(1, 6)) if careless else random.normal(0, inconsistency)


def _on_scale(value: float) -> int:
    return int(np.clip(np.rint(value), 1, 5))


def _number(picture: str) -> int:
    return int(hashlib.sha256(picture.encode()).hexdigest()[:16], 16)
