"""What other readers make of a picture, to compare with ours: tifffile with imagecodecs, and Pillow.

A reading is a small version, at most 64 samples a side, of CIE lightness 0..100 as if the picture were sRGB: no
profile is applied on either side. It tells an inverted, empty, stretched, turned or exchanged picture, not rounding.
"""

import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heritage_color import lab
from heritage_color.errors import PictureError
from heritage_color.images import formats
from heritage_color.images.jpeg2000 import codestream
from heritage_color.images.reading import opening
from heritage_color.images.reading.pictures import open_picture, to_array
from heritage_color.images.refusals import RefusedError

SIDE = 64  # samples of a reading's longer side
MOST_PIXELS = 60_000_000  # of a picture that the other readers hold whole
NEAR = 2.0  # mean difference in lightness
ALIKE = 0.9  # correlation of lightness, where inks or Lab were converted
TROUBLE = (OSError, ValueError, TypeError, RuntimeError, LookupError, ArithmeticError, AttributeError, SyntaxError,
    ImportError, EOFError, MemoryError, struct.error)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """One reader's answer: upright width and height in pixels, lightness (h, w), and whether inks or Lab were read.

    `opaque` is the lightness without the last of two or four channels, which readers take for transparency also where
    the file says that it is none.
    """

    size: tuple[int, int]
    lightness: np.ndarray
    opaque: np.ndarray
    converted: bool = False

    def like(self, other: "Reading") -> bool:
        """Whether two readings show the same picture."""
        if self.size != other.size or self.lightness.shape != other.lightness.shape:
            return False
        pairs = [
            (mine, theirs) for mine in (self.lightness, self.opaque) for theirs in (other.lightness, other.opaque)
        ]
        if self.converted or other.converted:  # by other rules in each reader, some with a profile
            return any(_correlation(*pair) >= ALIKE for pair in pairs)
        return any(np.abs(mine - theirs).mean() <= NEAR for mine, theirs in pairs)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's r; 1 where both are even."""
    if min(one.std(), other.std()) < 0.01:
        return float(np.abs(one - other).mean() <= NEAR)
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def ours(path: Path) -> Reading:
    """How every stage of the archive opens the picture. Raises PictureError."""
    picture = open_picture(path)
    (width, height), levels = picture.size, 2**picture.bits - 1
    samples = to_array(picture.image, path).reshape(height, width, -1)
    return _reading(samples.astype(np.float32) / levels)


def tifffile(path: Path) -> Reading:
    """The largest directory that is no reduced copy, by tifffile; other formats by imagecodecs."""
    import tifffile as library

    if opening.sniff(path) is not formats.TIFF:
        return _by_imagecodecs(path)
    with library.TiffFile(path) as tiff:
        pages = [page for page in list(tiff.pages)[:64] if isinstance(page, library.TiffPage)]
        whole = [page for page in pages if not page.is_reduced and not page.is_mask] or pages
        page = max(whole, key=lambda one: one.imagewidth * one.imagelength)
        check_size(page.imagewidth, page.imagelength)
        return _upright(_of_page(page, library), int(page.tags.valueof(274, 1)))


def _of_page(page, library) -> tuple[np.ndarray, bool]:
    """Samples (h, w, bands) 0..1 of a directory, and whether they are inks or Lab."""
    samples = page.asarray().reshape(page.imagelength, page.imagewidth, -1) if _single(page) else page.asarray()
    if samples.ndim == 3 and samples.shape[0] < samples.shape[2]:
        samples = np.moveaxis(samples, 0, 2)
    photometric, levels = library.PHOTOMETRIC(page.photometric).name, 2.0**page.bitspersample - 1
    if samples.dtype.kind not in "ub":
        raise ValueError(f"{samples.dtype} samples")
    values = samples.astype(np.float32).reshape(page.imagelength, page.imagewidth, -1) / levels
    if photometric == "PALETTE":
        return np.moveaxis(page.colormap, 0, 1)[samples.reshape(values.shape[:2])] / np.float32(65535), False
    if photometric == "MINISWHITE":
        return 1 - values[..., :1], False
    if photometric in ("SEPARATED", "CIELAB", "ICCLAB"):
        return _from_inks(values) if photometric == "SEPARATED" else values[..., :1], True
    if photometric == "YCBCR" and page.compression != 7:
        return values[..., :1], True
    return values, False


def _single(page) -> bool:
    return page.samplesperpixel == 1


def _by_imagecodecs(path: Path) -> Reading:
    import imagecodecs

    content, found = path.read_bytes(), opening.sniff(path)
    decoders: dict = {
        formats.JPEG: imagecodecs.jpeg8_decode,
        formats.JPEG2000: imagecodecs.jpeg2k_decode,
        formats.PNG: imagecodecs.png_decode,
        formats.WEBP: imagecodecs.webp_decode,
    }
    samples = decoders[found](content)
    depth = {np.uint8: 8, np.uint16: 16}[samples.dtype.type]
    if depth == 16 and found is formats.JPEG2000:
        depth = _precision(content)
    values = samples.reshape(*samples.shape[:2], -1).astype(np.float32) / (2.0**depth - 1)
    return _reading(_from_inks(values) if values.shape[2] == 4 and found is formats.JPEG else values)


def _precision(content: bytes) -> int:
    start = content.find(codestream.START)
    return (content[start + 42] & 0x7F) + 1


def pillow(path: Path) -> Reading:
    """By Pillow, which has libtiff, libjpeg, OpenJPEG and libwebp of its own; of several frames the largest."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # `check_size` asks
    with Image.open(path) as image:
        check_size(*image.size)
        frame = max(range(min(getattr(image, "n_frames", 1), 16)), key=lambda place: _pixels(image, place))
        image.seek(frame)
        upright = ImageOps.exif_transpose(image)
        return _reading(*_of_pillow(upright))


def _pixels(image, place: int) -> int:
    image.seek(place)
    return image.size[0] * image.size[1]


def _of_pillow(image) -> tuple[np.ndarray, bool]:
    if image.mode.startswith("I;16") or image.mode == "I":
        return np.asarray(image).astype(np.float32)[..., None] / 65535, False
    if image.mode in ("CMYK", "LAB"):
        values = np.asarray(image, np.float32) / 255
        return (_from_inks(values), True) if image.mode == "CMYK" else (values[..., :1], True)
    plain = image.convert(
        "RGBA" if image.mode in ("RGBA", "LA", "PA", "P") else "L" if image.mode == "1" else image.mode
    )
    return np.asarray(plain, np.float32).reshape(plain.height, plain.width, -1) / 255, False


def _from_inks(values: np.ndarray) -> np.ndarray:
    """Red, green and blue of inks 0..1, without a profile."""
    return (1 - values[..., :3]) * (1 - values[..., 3:4])


def check_size(width: int, height: int) -> None:
    """Raise ValueError for a picture that another reader would hold whole in too much memory."""
    if width * height > MOST_PIXELS:
        raise ValueError(f"{width} x {height} pixels are too many to compare")


def _upright(read: tuple[np.ndarray, bool], orientation: int) -> Reading:
    values, converted = read
    turns: dict[int, Callable] = {
        2: lambda v: v[:, ::-1], 3: lambda v: v[::-1, ::-1], 4: lambda v: v[::-1], 5: lambda v: v.swapaxes(0, 1),
        6: lambda v: v.swapaxes(0, 1)[:, ::-1], 7: lambda v: v[::-1, ::-1].swapaxes(0, 1),
        8: lambda v: v.swapaxes(0, 1)[::-1],
    }  # fmt: skip
    return _reading(turns.get(orientation, lambda v: v)(values), converted)


def _reading(values: np.ndarray, converted: bool = False) -> Reading:
    """Of samples (h, w, bands) 0..1: grey, grey and alpha, RGB, RGB and alpha, on white."""
    values = values.reshape(*values.shape[:2], -1)
    opaque = values[..., :-1] if values.shape[2] in (2, 4) else values
    if opaque is not values:
        values = opaque * values[..., -1:] + 1 - values[..., -1:]
    height, width = values.shape[:2]
    return Reading((width, height), _lightness(_small(values)), _lightness(_small(opaque)), converted)


def _small(values: np.ndarray) -> np.ndarray:
    """Means of blocks, so that the longer side has at most 64; what is left at the far edges is left out."""
    height, width = values.shape[:2]
    step = max(1, -(-max(height, width) // SIDE))
    rows, columns = max(1, height // step), max(1, width // step)
    down, across = min(step, height), min(step, width)
    blocks = values[: rows * down, : columns * across].reshape(rows, down, columns, across, -1)
    return blocks.mean((1, 3))


def _lightness(values: np.ndarray) -> np.ndarray:
    linear = lab.srgb_to_linear(np.clip(values.astype(np.float64), 0, 1))
    luminance = linear[..., 0] if linear.shape[2] == 1 else linear[..., :3] @ np.asarray(lab.RGB_TO_XYZ[1])
    return np.where(luminance > lab.EPSILON, np.cbrt(luminance) * 116 - 16, luminance * lab.KAPPA)


READERS: dict[str, Callable[[Path], Reading]] = {"tifffile": tifffile, "pillow": pillow}


def read(reader: Callable[[Path], Reading], path: Path) -> Reading | str:
    """A reading, or in a few words why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reader(path)
    except TROUBLE as error:
        return f"{type(error).__name__}: {error}"[:120]


def compare(path: Path, names: tuple[str, ...]) -> str:
    """`equal`, `differing`, or why it was not compared: in the words of the sums that `awkward` prints.

    `agreed` where all the others show the same picture and we refuse it; `alone` where they do not agree.
    """
    others = [read(READERS[name], path) for name in names]
    readings = [one for one in others if isinstance(one, Reading)]
    agree = len(readings) == len(names) and all(one.like(readings[0]) for one in readings[1:])
    own = _own(path)
    if own is None:
        return "agreed" if agree else "alone"
    if not readings:
        return "unread by others"
    if any(own.like(one) for one in readings):
        return "equal"
    return "differing" if agree else "differing, others disagree"


def _own(path: Path) -> Reading | None:
    try:
        return ours(path)
    except (PictureError, RefusedError):
        return None
