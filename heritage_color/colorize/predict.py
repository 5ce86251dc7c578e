"""Chroma of lightness of any size: brought to the size that the networks were trained at, predicted, brought back.

What helps every method is done here, once: the method sees the photograph without its frame and with the contrast that
the print once had, and its answer gets no colour on the frame and less colour where the method is unsure.
"""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

import numpy as np

from heritage_color.colorize.fade import CURVE, Curve, fade
from heritage_color.colorize.frame import photograph_mask
from heritage_color.colorize.join import enlarge
from heritage_color.colorize.sources import SourceFacts
from heritage_color.colorize.tint import stretched
from heritage_color.methods.colorizer import Colorizer, Prediction

SHORTER, LONGER = 384, 768  # pixels: the working size; users report green casts where the aspect is squashed
MULTIPLE = 32  # of the network's coarsest stride
STRIDE = 4


class ChromaFacts(TypedDict):
    """What a colorization's record says of a prediction.

    `frame`: the share of the picture, 0..1, that is no photograph; `uncertainty` and `uncertainty_p95`: the mean and
    the 95th percentile over what is photograph, 0..1, or None; `sources`: the photographs whose colours these are,
    where there are such.
    """

    frame: float
    uncertainty: float | None
    uncertainty_p95: float | None
    sources: NotRequired[list[SourceFacts]]


@dataclass(frozen=True)
class Chroma(Prediction):
    """What the join takes of one picture: ab (h/4, w/4, 2), or (h, w, 2) where it ends at a frame.

    `uncertainty` (h/4, w/4) 0..1 is the method's own, or None.
    """

    photograph: np.ndarray  # mask (h, w) 0..1 of what is photograph, no frame
    contrast: tuple[float, float] | None  # the two lightnesses that the method saw as black and white, if stretched

    def facts(self) -> ChromaFacts:
        """As a colorization's record has it."""
        frame = round(float(1 - self.photograph.mean()), 4)
        unsure = None if self.uncertainty is None else round(self._mean_uncertainty(self.uncertainty), 4)
        facts = ChromaFacts(frame=frame, uncertainty=unsure, uncertainty_p95=self.most_unsure)
        if self.sources:
            facts["sources"] = list(self.sources)
        return facts

    @property
    def most_unsure(self) -> float | None:
        """The 95th percentile of the uncertainty, 0..1, over what is photograph; None without an uncertainty."""
        if self.uncertainty is None:
            return None
        inside = self.photograph[::STRIDE, ::STRIDE] > 0.5
        return round(float(np.percentile(self.uncertainty[inside] if inside.any() else self.uncertainty, 95)), 4)

    def _mean_uncertainty(self, uncertainty: np.ndarray) -> float:
        weights = self.photograph[::STRIDE, ::STRIDE]
        return float(np.average(uncertainty, weights=weights if weights.any() else None))


def working_size(width: int, height: int) -> tuple[int, int]:
    """Width and height that a picture is predicted at: shorter side 384, longer at most 768, multiples of 4."""
    scale = min(SHORTER / min(width, height), LONGER / max(width, height))
    return tuple(max(STRIDE, STRIDE * round(side * scale / STRIDE)) for side in (width, height))  # type: ignore


@dataclass(frozen=True)
class Seen:
    """What a method was shown of one picture, and where it lies in the picture."""

    lightness: np.ndarray  # (h', w') of the window, contrast restored
    mask: np.ndarray  # (h, w) 0..1 of what is photograph
    window: tuple[slice, slice]
    contrast: tuple[float, float] | None


@dataclass(frozen=True)
class Asked:
    """What a method answered to some pictures, before a preset is chosen."""

    seen: list[Seen]
    groups: list[tuple[list[int], object]]  # pictures of one padded size, and the method's own answers to them


def predict(method: Colorizer, small: list[np.ndarray], preset: str) -> list[Chroma]:
    """Chroma of each lightness (h, w) of a working size, those of one size together."""
    return read_answers(method, ask(method, small), preset)


def ask(method: Colorizer, small: list[np.ndarray]) -> Asked:
    """The part of `predict` that costs time: `read_answers` makes chroma of it, preset by preset."""
    seen = [_look(lightness) for lightness in small]
    padded = [_pad(picture.lightness) for picture in seen]
    groups = []
    for shape in sorted({item.shape for item in padded}):
        members = [index for index, item in enumerate(padded) if item.shape == shape]
        groups.append((members, method.answers(np.stack([padded[index] for index in members]))))
    return Asked(seen, groups)


def read_answers(method: Colorizer, asked: Asked, preset: str, curve: Curve = CURVE) -> list[Chroma]:
    """Chroma of each picture that the method was asked, as a preset reads its answers, faded along a curve."""
    chroma: dict[int, Chroma] = {}
    for members, answers in asked.groups:
        prediction = method.reading(answers, preset)
        for row, index in enumerate(members):
            seen = asked.seen[index]
            whole = _widen(_crop(prediction, row, seen.lightness.shape), seen.window, seen.mask.shape)
            ab = _coloured(whole, seen.mask, curve)
            chroma[index] = Chroma(ab, whole.uncertainty, seen.mask, seen.contrast, sources=whole.sources)
    return [chroma[index] for index in range(len(asked.seen))]


def _look(lightness: np.ndarray) -> Seen:
    mask = photograph_mask(lightness)
    restored, contrast = stretched(lightness, mask)
    window = _window(mask)
    return Seen(restored[window], mask, window, contrast)


def uncertainty_map(chroma: Chroma) -> np.ndarray | None:
    """Picture (h, w), uint8, of how unsure the method was: 0 sure, 255 knows nothing; frames are 0. None without."""
    if chroma.uncertainty is None:
        return None
    wide = enlarge(chroma.uncertainty[..., None], *chroma.photograph.shape)[..., 0]
    levels: np.ndarray = np.rint(255 * np.clip(wide * chroma.photograph, 0, 1)).astype(np.uint8)
    return levels


def _window(mask: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns that hold all of the photograph, in whole cells of the answer.

    Of 46 photographs in a film frame, the method's answer without it is nearer to the truth: 22.75 against 22.58 dB.
    """
    spans = [np.flatnonzero(mask.max(axis)) for axis in (1, 0)]
    first, last = ([span[end] // STRIDE for span in spans] for end in (0, -1))
    rows, columns = (slice(STRIDE * start, STRIDE * (end + 1)) for start, end in zip(first, last, strict=True))
    return rows, columns


def _widen(answer: Prediction, window: tuple[slice, slice], shape: tuple[int, ...]) -> Prediction:
    """The answer of a window continued over the frame around it, which the mask takes the colour of."""
    around = [
        (span.start // STRIDE, side // STRIDE - span.stop // STRIDE) for span, side in zip(window, shape, strict=True)
    ]
    uncertainty = None if answer.uncertainty is None else np.pad(answer.uncertainty, around, "edge")
    return Prediction(np.pad(answer.ab, [*around, (0, 0)], "edge"), uncertainty, sources=answer.sources)


def _coloured(answer: Prediction, mask: np.ndarray, curve: Curve) -> np.ndarray:
    """The answer's chroma, faded where it is unsure; at the mask's size where a frame cuts it off."""
    ab = answer.ab if answer.uncertainty is None else answer.ab * fade(answer.uncertainty, curve)[..., None]
    return ab if mask.min() == 1 else enlarge(ab, *mask.shape) * mask[..., None]


def _pad(lightness: np.ndarray) -> np.ndarray:
    """Mirrored at its right and lower side to multiples of 32: the aspect is kept."""
    rows, columns = (-side % MULTIPLE for side in lightness.shape)
    return np.pad(lightness, ((0, rows), (0, columns)), "symmetric").astype(np.float32)


def _crop(prediction: Prediction, row: int, shape: tuple[int, int]) -> Prediction:
    rows, columns = shape[0] // STRIDE, shape[1] // STRIDE
    uncertainty = prediction.uncertainty
    return Prediction(
        prediction.ab[row, :rows, :columns],
        None if uncertainty is None else uncertainty[row, :rows, :columns],
        sources=prediction.sources[row] if prediction.sources else (),
    )
