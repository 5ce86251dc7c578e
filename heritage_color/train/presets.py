"""Choose how the presets read a network's answers, on photographs that it did not learn from.

Each photograph is answered once; every candidate reading of a grid is then measured at the answers' own size, a
quarter of the working size. `faithful` is the closest to the truth; `balanced` the closest of those nearly as
colourful as photographs are; `vivid` the best of those as colourful, where rare colours count too.
"""

from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

from heritage_color.colorize.predict import MULTIPLE, STRIDE, working_size
from heritage_color.errors import DeliveryError, WeightsError
from heritage_color.lab import join, rgb_to_lab
from heritage_color.methods import loading
from heritage_color.methods.fusion import Answers, FusionLite, Reading, read_answers
from heritage_color.methods.networks import bins
from heritage_color.methods.weights import read_card, write_card
from heritage_color.metrics import figures
from heritage_color.metrics.protocol import evenly
from heritage_color.progress import track

Preset = str  # one of PRESETS

GRID = {
    "rebalanced": (0.0,),  # the rarity meets rare colours as often, and is closer to the truth
    "rarity": (0.0, 0.2, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7),
    "temperature": (0.5, 0.6, 0.7, 0.8),
    "regression": (0.0, 0.5),
    "gain": (1.0, 1.1, 1.2),
}
PICTURES = 500  # at most: with fewer, their mean colourfulness is not that of other photographs
EVERY = 4  # cells of the answers, each way: neighbours tell the same
BALANCED_DISTANCE, VIVID_DISTANCE = 6.2, 0.6  # of the mean colourfulness from that of the photographs
PSNR_SCALE, AUC_SCALE = 1.3, 15.0  # dB and points over grey that weigh the same for `vivid`


@dataclass(frozen=True)
class Answered:
    """A photograph at the size of the answers: lightness (h, w), sRGB (h, w, 3) in 0..1, its bins, the answers."""

    lightness: np.ndarray
    rgb: np.ndarray
    bin: np.ndarray
    answers: Answers


@dataclass(frozen=True)
class Measured:
    """A reading, PSNR in dB and rebalanced AuC in points over grey, and its mean colourfulness' distance."""

    reading: Reading
    psnr: float
    auc: float
    distance: float


@dataclass(frozen=True)
class Figures:
    """PSNR in dB, rebalanced AuC in points, and how far the mean colourfulness is from the photographs'."""

    psnr: float
    auc: float
    distance: float


def choose(weights: Path, photographs: list[Path]) -> dict[Preset, Reading]:
    """Choose the presets of a weight file, write them into its card, and return them.

    Raises DeliveryError where there is no photograph, WeightsError where the weights are not a fusion network's.
    """
    if not photographs:
        raise DeliveryError("There is no photograph to choose the presets on.")
    method = loading.load(weights.stem, weights.parent)
    if not isinstance(method, FusionLite):
        raise WeightsError(f"{weights.name} has no presets to choose: it answers in one way only.")
    some = evenly(photographs, PICTURES)
    answered = [_answer(method, path) for path in track(some, "answer photographs", len(some))]
    chosen = select(measure_candidates(answered, method.rarity))
    numbers = {name: asdict(reading) for name, reading in chosen.items()}
    write_card(weights, read_card(weights).with_facts(presets=numbers, presets_chosen_on=len(some)))
    return chosen


def _answer(method: FusionLite, path: Path) -> Answered:
    with Image.open(path) as opened:
        photograph = opened.convert("RGB")
    width, height = (max(MULTIPLE, MULTIPLE * round(side / MULTIPLE)) for side in working_size(*photograph.size))
    lightness = rgb_to_lab(_resized(photograph, width, height))[..., 0]
    rgb = _resized(photograph, width // STRIDE, height // STRIDE)[::EVERY, ::EVERY]
    lab = rgb_to_lab(rgb)
    whole = method.answers(lightness[None])
    parts = (whole.seen, whole.rebalanced, whole.regression)
    answers = Answers(*(part[0, ::EVERY, ::EVERY] for part in parts))
    return Answered(lab[..., 0], rgb, bins.nearest(lab[..., 1:]), answers)


def _resized(photograph: Image.Image, width: int, height: int) -> np.ndarray:
    return np.asarray(photograph.resize((width, height), Image.Resampling.BICUBIC), np.float32) / 255


def candidates() -> list[Reading]:
    """Return all readings of the grid."""
    return [Reading(**dict(zip(GRID, values, strict=True))) for values in product(*GRID.values())]


def measure_candidates(answered: list[Answered], rarity: np.ndarray) -> list[Measured]:
    """Each candidate's reading, with PSNR and rebalanced AuC over grey, and its mean colourfulness' distance."""
    counts = np.bincount(
        np.concatenate([photograph.bin.ravel() for photograph in answered]), minlength=len(bins.centres())
    )
    weights = [(counts.sum() / np.maximum(counts, 1))[photograph.bin.ravel()] for photograph in answered]
    truth = float(np.mean([_colourfulness(photograph.rgb) for photograph in answered]))
    no_chroma = [np.zeros((*photograph.lightness.shape, 2), np.float32) for photograph in answered]
    grey = _figures(answered, weights, truth, no_chroma)
    measured = []
    without_gain = [candidate for candidate in candidates() if candidate.gain == 1]
    for reading in track(without_gain, "weigh presets", len(without_gain)):
        chroma = [read_answers(photograph.answers, rarity, reading) for photograph in answered]
        for gain in GRID["gain"]:
            got = _figures(answered, weights, truth, [ab * np.float32(gain) for ab in chroma])
            over = (got.psnr - grey.psnr, got.auc - grey.auc)
            measured.append(Measured(replace(reading, gain=gain), *over, got.distance))
    return measured


def _figures(answered: list[Answered], weights: list[np.ndarray], truth: float, chroma: list[np.ndarray]) -> Figures:
    joined = [join(photograph.lightness, ab) for photograph, ab in zip(answered, chroma, strict=True)]
    truths = [photograph.rgb for photograph in answered]
    errors = [float(np.mean((out - true) ** 2)) for out, true in zip(joined, truths, strict=True)]
    apart = [
        np.linalg.norm((rgb_to_lab(out) - rgb_to_lab(true))[..., 1:], axis=-1).ravel()
        for out, true in zip(joined, truths, strict=True)
    ]
    return Figures(
        psnr=float(np.mean(-10 * np.log10(np.maximum(errors, 1e-12)))),
        auc=float(np.average(figures.areas(np.concatenate(apart)), weights=np.concatenate(weights))),
        distance=abs(float(np.mean([_colourfulness(out) for out in joined])) - truth),
    )


def _colourfulness(rgb: np.ndarray) -> float:
    return figures.colourfulness(np.rint(rgb * 255).astype(np.uint8))


def select(measured: list[Measured]) -> dict[Preset, Reading]:
    """Return the reading of each preset; where none is colourful enough, the most colourful there is."""
    return {
        "faithful": max(measured, key=lambda each: each.psnr).reading,
        "balanced": max(_within(measured, BALANCED_DISTANCE), key=lambda each: each.psnr).reading,
        "vivid": max(
            _within(measured, VIVID_DISTANCE), key=lambda each: each.psnr / PSNR_SCALE + each.auc / AUC_SCALE
        ).reading,
    }


def _within(measured: list[Measured], distance: float) -> list[Measured]:
    nearest = min(each.distance for each in measured)
    return [each for each in measured if each.distance <= max(distance, nearest)]
