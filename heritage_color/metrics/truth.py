"""A photograph as the truth that every row of the benchmark is measured against."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from heritage_color.keys import FigureName
from heritage_color.lab import rgb_to_lab
from heritage_color.methods.networks import bins
from heritage_color.metrics import figures, slices
from heritage_color.metrics.slices import SKIN_FIGURES


@dataclass(frozen=True)
class Truth:
    """A photograph (H, W, 3), and what every row is compared with."""

    rgb: np.ndarray

    @cached_property
    def unit(self) -> np.ndarray:
        """sRGB (H, W, 3) in 0..1."""
        return figures.to_unit(self.rgb)

    @cached_property
    def lab(self) -> np.ndarray:
        """Lab (H, W, 3)."""
        return rgb_to_lab(self.unit)

    @cached_property
    def bins(self) -> np.ndarray:
        """The gamut bin of each pixel (H * W,)."""
        return bins.nearest(self.lab[..., 1:]).ravel()

    @cached_property
    def grey_difference(self) -> np.ndarray:
        """CIEDE2000 (H, W) of its own lightness without colour."""
        return figures.grey_difference(self.lab)

    @cached_property
    def skin(self) -> tuple[np.ndarray, str | None]:
        """Where (H, W) it has colours like skin, and the skin tone; None where it has too few."""
        return slices.skin_tone(self.unit, self.lab)

    @cached_property
    def colourfulness(self) -> dict[FigureName, float]:
        """Both definitions of its colourfulness."""
        return {
            "colourfulness_truth": figures.colourfulness(self.rgb),
            "colourfulness_absolute_truth": figures.colourfulness_absolute(self.rgb),
        }

    def binned(self, values: np.ndarray | None = None) -> np.ndarray:
        """Return pixels, or a value of theirs (H * W,), added up by gamut bin (Q,)."""
        return np.bincount(self.bins, values, minlength=len(bins.centres()))


def measure_output(output: np.ndarray, truth: Truth) -> tuple[dict[FigureName, float], np.ndarray]:
    """Return all figures of one picture (H, W, 3), and the areas of its pixels by gamut bin (Q,)."""
    unit = figures.to_unit(output)
    lab = rgb_to_lab(unit)
    measured = figures.compare_arrays(unit, truth.unit, lab, truth.lab, truth.grey_difference) | truth.colourfulness
    measured["colourfulness"] = figures.colourfulness(output)
    measured["colourfulness_absolute"] = figures.colourfulness_absolute(output)
    measured["colourfulness_difference"] = abs(measured["colourfulness"] - measured["colourfulness_truth"])
    measured["lightness_error"] = figures.lightness_error(truth.lab[..., 0], lab[..., 0])
    skin, tone = truth.skin
    measured |= slices.skin_figures(lab[skin], truth.lab[skin]) if tone else dict.fromkeys(SKIN_FIGURES, np.nan)
    distance = np.linalg.norm((lab - truth.lab)[..., 1:].reshape(-1, 2), axis=1)
    return measured, truth.binned(figures.areas(distance))
