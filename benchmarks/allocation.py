"""Which picture the catalog shows next: the one whose score is least certain, votes on their way counted in.

The catalog decides so itself, in SQL (`expected_half_width`); this is the same rule for simulations, and a test
compares the two.
"""

import numpy as np

from benchmarks.stopping import LEAST_VOTES, half_width
from heritage_color.rating.statistics.interval import HIGHEST, LOWEST, WIDTH, spread_of_all


def need(
    votes: np.ndarray,
    total: np.ndarray,
    squares: np.ndarray,
    target: float,
    of_all: float | None = None,
    pending: np.ndarray | int = 0,
) -> np.ndarray:
    """How much each picture needs the next vote: 0 where it has enough, else the half-width it is going to have.

    Show the greatest. Giving every vote to the widest interval makes the widest as narrow as the votes allow at any
    moment, so a campaign may end early. `pending` is the number of votes on their way (reservations that stand): a
    hundred raters who come at once then see a hundred pictures. Other arguments as in `stopping.half_width`.
    """
    votes, total, squares = (np.asarray(value, np.float64) for value in (votes, total, squares))
    of_all = spread_of_all(votes, total, squares) if of_all is None else of_all
    coming, known = votes + pending, votes > 0
    middle = (LOWEST + HIGHEST) / 2  # where nothing is known, the widest interval is to be expected
    unknown = middle**2 + of_all * (WIDTH / 2) ** 2
    mean = np.divide(total, votes, where=known, out=np.full_like(total, middle))
    mean_square = np.divide(squares, votes, where=known, out=np.full_like(total, unknown))
    half = half_width(coming, mean * coming, mean_square * coming, of_all)
    return np.where((half <= target) & (coming >= LEAST_VOTES), 0.0, half)
