"""Chroma of lightness of any size: brought to the size that the networks were trained at, predicted, brought back."""

import numpy as np

from heritage_color.methods import Colorizer, Prediction

SHORTER, LONGER = 256, 512  # pixels: the working size; users report green casts where the aspect is squashed
MULTIPLE = 32  # of the network's coarsest stride
STRIDE = 4


def working_size(width: int, height: int) -> tuple[int, int]:
    """Width and height that a picture is predicted at: shorter side 256, longer at most 512, multiples of 4."""
    scale = min(SHORTER / min(width, height), LONGER / max(width, height))
    return tuple(max(STRIDE, STRIDE * round(side * scale / STRIDE)) for side in (width, height))  # type: ignore


def predict(method: Colorizer, small: list[np.ndarray], preset: str) -> list[Prediction]:
    """Chroma (h/4, w/4, 2) and uncertainty of each lightness (h, w) of a working size, those of one size together."""
    answers: dict[int, Prediction] = {}
    padded = [_pad(lightness) for lightness in small]
    for shape in {item.shape for item in padded}:
        group = [index for index, item in enumerate(padded) if item.shape == shape]
        prediction = method.predict(np.stack([padded[index] for index in group]), preset)
        for row, index in enumerate(group):
            answers[index] = _crop(prediction, row, small[index].shape)
    return [answers[index] for index in range(len(small))]


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
    )
