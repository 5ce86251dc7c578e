"""What samples mean by the formulas of the standards, in numpy, without the code that is tested."""

from dataclasses import dataclass, field

import icc_profiles
import numpy as np

HEIGHT, WIDTH = 40, 48
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
LIGHT = 0.02 + 0.96 * (COLUMNS / (WIDTH - 1) * 0.6 + ROWS / (HEIGHT - 1) * 0.4)  # grey 0..1, alike in no two turns
HUES = np.stack([LIGHT, LIGHT * 0.8 + 0.05, 0.9 - LIGHT * 0.7], axis=-1)
INKS = np.stack([LIGHT * 0.6, 0.5 - LIGHT / 2, LIGHT / 2, 0.3 - 0.3 * LIGHT], axis=-1)
COVERED = COLUMNS > 9  # where nothing is transparent
ARTIST = "Studio Äther, Wien"
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear sRGB (IEC 61966-2-1)
BT_601 = np.array([0.299, 0.587, 0.114])
PROFILES = {
    "none": b"", "linear grey": icc_profiles.grey(1.0), "grey 2.2": icc_profiles.grey(2.2),
    "sRGB": icc_profiles.rgb(icc_profiles.SRGB_CURVE), "linear RGB": icc_profiles.rgb(1.0),
    "damaged": b"no profile" * 20,
}  # fmt: skip
CURVES = {  # from values 0..1 to linear light; a gamma is kept in steps of 1/256 (ICC.1, 10.6)
    "linear grey": lambda values: values, "grey 2.2": lambda values: values ** (563 / 256),
    "linear RGB": lambda values: values,
}  # fmt: skip
FITTING = {"grey": ("linear grey", "grey 2.2"), "RGB": ("sRGB", "linear RGB")}
# How pixels as stored are turned, by the number of their orientation (TIFF 6.0, tag 274)
TURNS = {
    1: lambda image: image, 2: lambda image: image[:, ::-1], 3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1], 5: lambda image: image.swapaxes(0, 1),
    6: lambda image: image.swapaxes(0, 1)[:, ::-1], 7: lambda image: image.swapaxes(0, 1)[::-1, ::-1],
    8: lambda image: image.swapaxes(0, 1)[::-1],
}  # fmt: skip


@dataclass
class Meaning:
    """What must be found: `lightness` (H, W) 0..100 upright, and `notes`, which are reason codes.

    `tolerated` are those that may be there, too. `most` is how far a pixel may lie off: a little for rounding, more
    where a codec loses something.
    """

    lightness: np.ndarray
    bits: int
    channels: int
    pixels_per_inch: list[float] | None = None
    notes: set[str] = field(default_factory=set)
    most: float = 2.0
    artist: str | None = ARTIST
    tolerated: set[str] = field(default_factory=set)


def levels(values: np.ndarray, bits: int) -> np.ndarray:
    """Values 0..1 as whole numbers of so many bits."""
    return np.rint(np.clip(values, 0, 1) * (2**bits - 1)).astype(np.int64)


def srgb_light(values: np.ndarray) -> np.ndarray:
    """Linear light of sRGB values 0..1."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lightness(values: np.ndarray, profile: str = "none") -> np.ndarray:
    """CIE lightness (H, W) of values 0..1, grey (H, W) or RGB (H, W, 3), by a profile if it is one of theirs."""
    fits = profile in FITTING["grey" if values.ndim == 2 else "RGB"]
    linear = CURVES.get(profile, srgb_light)(values) if fits else srgb_light(values)
    luminance = linear if values.ndim == 2 else linear @ LUMINANCE
    return np.where(luminance > 216 / 24389, 116 * np.cbrt(luminance) - 16, luminance * 24389 / 27)


def of_inks(inks: np.ndarray) -> np.ndarray:
    """CIE lightness of four inks 0..1 without a profile, which have no formula: by libvips' own, in 16 bits."""
    import pyvips

    image = pyvips.Image.new_from_array(levels(inks, 16).astype(np.uint16)).copy(interpretation="cmyk")
    return lightness(image.colourspace("rgb16").numpy() / 65535)


def luma(rgb: np.ndarray, bits: int) -> np.ndarray:
    """Y, Cb and Cr as whole numbers of RGB 0..1 (ITU-R BT.601, full range)."""
    most, middle = 2**bits - 1, 2 ** (bits - 1)
    y = rgb @ BT_601
    chroma = [(rgb[..., 2] - y) / 1.772 * most + middle, (rgb[..., 0] - y) / 1.402 * most + middle]
    return np.rint(np.clip(np.dstack([y * most, *chroma]), 0, most)).astype(np.int64)


def of_luma(stored: np.ndarray, bits: int) -> np.ndarray:
    """RGB 0..1 of Y, Cb and Cr as they are stored."""
    y, cb, cr = np.moveaxis((stored - [0, 2 ** (bits - 1), 2 ** (bits - 1)]) / (2**bits - 1), -1, 0)
    red, blue = y + 1.402 * cr, y + 1.772 * cb
    green = (y - 0.299 * red - 0.114 * blue) / 0.587
    return np.clip(np.dstack([red, green, blue]), 0, 1)


def on_white(values: np.ndarray) -> np.ndarray:
    """Values of which only the covered ones count, the others white."""
    return np.where(COVERED if values.ndim == 2 else COVERED[..., None], values, 1.0)


def upright(image: np.ndarray, orientation: int) -> np.ndarray:
    """Pixels as people see them."""
    return TURNS[orientation](image)


def turned(pair: list[float] | None, orientation: int) -> list[float] | None:
    """A resolution across and down, of pixels as stored, for the picture upright."""
    return pair[::-1] if pair and orientation >= 5 else pair
