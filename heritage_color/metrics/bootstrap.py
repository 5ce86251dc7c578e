"""Figures of a set of photographs from small sums per picture, and their intervals by resampling the pictures."""

from dataclasses import dataclass, field

import numpy as np

from heritage_color.keys import FigureName, RowName

RESAMPLES, SEED = 1000, 2020
INTERVAL = (2.5, 97.5)  # percent: the middle 95% of the resamples (Efron & Tibshirani 1993, section 13.3)
LEAST_PICTURES = 5  # of a slice: resampling fewer says next to nothing
DIGITS = 5


@dataclass(frozen=True)
class Sums:
    """What is kept of n pictures under one row of the table.

    `figures` (n,) by name, NaN or infinite where a picture has none; `area` (n, Q), the areas under the curves of a
    picture's pixels added up by the gamut bin of their true colour; `pixels` (n, Q), the number of those pixels.
    """

    figures: dict[FigureName, np.ndarray]
    area: np.ndarray
    pixels: np.ndarray

    def take(self, members: np.ndarray) -> "Sums":
        """Return the sums of some of the pictures, by their positions."""
        figures = {name: values[members] for name, values in self.figures.items()}
        return Sums(figures, self.area[members], self.pixels[members])


def resamples(pictures: int) -> np.ndarray:
    """How often each of n pictures is drawn in each of 1000 draws of n with replacement (1000, n), the same always."""
    random = np.random.default_rng(SEED)
    drawn = (np.bincount(random.integers(0, pictures, pictures), minlength=pictures) for _ in range(RESAMPLES))
    return np.fromiter(drawn, np.dtype((np.float32, pictures)), RESAMPLES)


def once(pictures: int) -> np.ndarray:
    """Return every picture counted once (1, n): the weights of the set itself."""
    return np.ones((1, pictures), np.float32)


def mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted means (R,) of values (n,) under weights (R, n); what is not finite is left out, NaN where all is."""
    finite = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        means: np.ndarray = (weights @ np.where(finite, values, 0)) / (weights @ finite.astype(np.float64))
    return means


def set_figures(sums: Sums, weights: np.ndarray) -> dict[FigureName, np.ndarray]:
    """Return every figure (R,) of the set under weights (R, n) of its pictures."""
    means = {name: mean(values, weights) for name, values in sums.figures.items()}
    for kind in ("colourfulness", "colourfulness_absolute"):
        if kind in means:
            means[f"{kind}_distance"] = np.abs(means[kind] - means[f"{kind}_truth"])
    return means | {"auc": pooled_auc(sums, weights), "auc_rebalanced": rebalanced_auc(sums, weights)}


def pooled_auc(sums: Sums, weights: np.ndarray) -> np.ndarray:
    """Return percent (R,): the area under the curve of all pixels of the set together."""
    pooled: np.ndarray = (weights @ sums.area.sum(1)) / (weights @ sums.pixels.sum(1))
    return pooled


def rebalanced_auc(sums: Sums, weights: np.ndarray) -> np.ndarray:
    """Return percent (R,): the same, each pixel weighted by one over the frequency of its bin in the set.

    The frequencies are the set's own, for its resamples too: were they counted anew, a resample that lacks the rare
    bins would seem to do better.
    """
    counted = sums.pixels.sum(0)
    inverse = np.divide(1.0, counted, out=np.zeros(len(counted)), where=counted > 0)
    balanced: np.ndarray = (weights @ (sums.area @ inverse)) / (weights @ (sums.pixels @ inverse))
    return balanced


def interval(values: np.ndarray) -> list[float] | None:
    """Return the middle 95% of a figure's resamples (R,); None where no resample has the figure."""
    finite = values[np.isfinite(values)]
    return [round(float(end), DIGITS) for end in np.percentile(finite, INTERVAL)] if len(finite) else None


@dataclass(frozen=True)
class Summary:
    """The figures of some pictures under each row of the table.

    `rows` holds the means; a figure that no picture has is left out. `intervals` are `[low, high]`. `counted` says of
    how many pictures each figure's mean is, and `resampled`, where they are fewer than RESAMPLES, of how many
    resamples its interval is: a resample that drew none of those pictures has no mean. `over_grey`, as
    `[difference, low, high]`, and `counted_over_grey` are empty where there is no row `grey/-`.
    """

    rows: dict[RowName, dict[FigureName, float]]
    intervals: dict[RowName, dict[FigureName, list[float]]]
    counted: dict[RowName, dict[FigureName, int]]
    resampled: dict[RowName, dict[FigureName, int]]
    over_grey: dict[RowName, dict[FigureName, list[float]]] = field(default_factory=dict)
    counted_over_grey: dict[RowName, int] = field(default_factory=dict)


def summary(rows: dict[RowName, Sums]) -> Summary:
    """The figures of the rows' pictures, their intervals, and how far each row is from grey where grey is a row."""
    pictures = len(next(iter(rows.values())).area)
    draws = resamples(pictures)
    drawn = {name: set_figures(sums, draws) for name, sums in rows.items()}
    means = {name: set_figures(sums, once(pictures)) for name, sums in rows.items()}
    grey = rows.get("grey/-")
    return Summary(
        rows={name: _rounded(figures) for name, figures in means.items()},
        intervals={name: _intervals(figures) for name, figures in drawn.items()},
        counted={name: counted(sums) for name, sums in rows.items()},
        resampled={name: _fewer(figures) for name, figures in drawn.items()},
        over_grey={name: over(sums, grey, draws) for name, sums in rows.items()} if grey else {},
        counted_over_grey={name: _count_gains(sums, grey) for name, sums in rows.items()} if grey else {},
    )


def counted(sums: Sums) -> dict[FigureName, int]:
    """Of how many pictures the mean of each figure is."""
    return {name: int(np.isfinite(values).sum()) for name, values in sums.figures.items()}


def _fewer(drawn: dict[FigureName, np.ndarray]) -> dict[FigureName, int]:
    """Return how many resamples (R,) have a figure, for each figure that some resample lacks."""
    having = {name: int(np.isfinite(values).sum()) for name, values in drawn.items()}
    return {name: number for name, number in having.items() if number < len(drawn[name])}


def _gain(sums: Sums, other: Sums) -> np.ndarray:
    """Return PSNR (n,) less that of another row, picture by picture; not finite where either equals the truth."""
    with np.errstate(invalid="ignore"):
        gain: np.ndarray = sums.figures["psnr_rgb"] - other.figures["psnr_rgb"]
    return gain


def _count_gains(sums: Sums, other: Sums) -> int:
    """Of how many pictures there is a difference to another row."""
    return int(np.isfinite(_gain(sums, other)).sum())


def over(sums: Sums, other: Sums, draws: np.ndarray) -> dict[FigureName, list[float]]:
    """`[difference, low, high]` to another row on the same pictures: of PSNR picture by picture, of rebalanced AuC
    pooled.
    """
    psnr = _gain(sums, other)
    both = [
        {
            "psnr_rgb": mean(psnr, weights),
            "auc_rebalanced": rebalanced_auc(sums, weights) - rebalanced_auc(other, weights),
        }
        for weights in (once(len(psnr)), draws)
    ]
    ends = _intervals(both[1])
    return {name: [value, *ends[name]] for name, value in _rounded(both[0]).items() if name in ends}


def _rounded(means: dict[FigureName, np.ndarray]) -> dict[FigureName, float]:
    return {name: round(float(values[0]), DIGITS) for name, values in means.items() if np.isfinite(values[0])}


def _intervals(drawn: dict[FigureName, np.ndarray]) -> dict[FigureName, list[float]]:
    ends = {name: interval(values) for name, values in drawn.items()}
    return {name: pair for name, pair in ends.items() if pair is not None}
