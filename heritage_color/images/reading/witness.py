"""A picture that is not of the plain kinds is read in part by a second reader, and both must agree.

Independent is another implementation of container and sample layout: tifffile where libtiff read, our own directories
where tifffile did, libpng and Pillow beside libvips and OpenJPEG. Where both end in one codec library, that is told.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from heritage_color.images import formats
from heritage_color.images.description import GREY, LIBJPEG, LIBVIPS, PREMULTIPLIED, RGB, Description
from heritage_color.images.jpeg2000.describing import Layout
from heritage_color.images.jpeg2000.header import LAB_SPACE, LUMA_SPACE
from heritage_color.images.reading import bands, opening
from heritage_color.images.refusals import Limits, RefusedError
from heritage_color.images.tiff import samples as tiff_samples
from heritage_color.images.tiff import segments
from heritage_color.images.tiff.tags import JPEG

if TYPE_CHECKING:
    import pyvips
    import tifffile

SMALL = 2**20  # pixels of a picture that is read whole; of a larger one, some strips or tiles
LARGEST = 2**26  # pixels that readers which know no parts are asked for
MEAN, MOST = 1 / 255, 24 / 255  # of full range; JPEG decoders differ by as much at edges of colour
PLAIN = frozenset({"none", "LZW", "Deflate", "PackBits"})  # compressions of plain TIFFs
UNKNOWN = "no second reader here knows such a picture"
ONE_CODEC = "one codec, two containers"
SHARED = frozenset({JPEG, 33003, 33005, 34712, 34933, 34927, 50001, 22610, 34934, 50002, 52546})


@dataclass(frozen=True)
class Testimony:
    """It tells who read, how much of the picture the second one read, and whether both used one codec library.

    `alone` says why there is no second reading; it is empty where both agree.
    """

    first: str
    second: str = ""
    share: str = "all of it"
    one_codec: bool = False
    alone: str = ""

    @property
    def sentence(self) -> str:
        """Say it in words for the report."""
        if self.alone:
            return f"{self.first} alone: {self.alone}"
        codec = f" ({ONE_CODEC})" if self.one_codec else ""
        return f"{self.first} and {self.second} agree on {self.share}{codec}"


def is_plain(description: Description) -> bool:
    """Tell whether every reader reads it alike: grey or RGB of 8 or 16 bits, one directory, usual compression."""
    simple = description.roles in (GREY, RGB) and description.bits in (8, 16) and len(description.directories) == 1
    if description.format is formats.TIFF:
        usual = description.compression in PLAIN and description.layout.stored_bits == description.bits
        return simple and usual and description.reader == LIBVIPS and not description.planar and not description.notes
    return simple and not description.notes


def hear(path: Path, description: Description, limits: Limits) -> Testimony:
    """Read a part of a picture twice. Raises RefusedError `readers-disagree` with what both saw."""
    import pyvips

    first = _first_name(description)
    by = _of_tiff if description.format is formats.TIFF else _of_whole
    try:
        return by(path, description, limits)
    except segments.UnreadError as unread:
        return Testimony(first, alone=str(unread))
    except RefusedError as refused:
        if refused.code == "readers-disagree":
            raise
        return Testimony(first, alone=UNKNOWN)
    except (*tiff_samples.TROUBLE, SyntaxError, pyvips.Error, MemoryError):  # Pillow raises SyntaxError
        return Testimony(first, alone=UNKNOWN)


def _first_name(description: Description) -> str:
    return "OpenJPEG" if description.format is formats.JPEG2000 else description.reader


def _of_tiff(path: Path, description: Description, limits: Limits) -> Testimony:
    """Read a TIFF again, strip by strip or tile by tile, and hold each against the same part of the first reading."""
    first = _first_name(description)
    if description.reader == LIBJPEG:
        raise segments.UnreadError("JPEG as TIFF 6.0 first had it")
    second, parts = (
        ("tifffile", _by_tifffile) if description.reader == LIBVIPS else ("our own container reader", segments.parts)
    )
    read, roles = opening.read_bands(path, description, limits, "random", "error")
    image = bands.arranged(read, roles, description)
    count = compared = 0
    for place in parts(path, description, partial(_numbers, description)):
        read, roles = tiff_samples.interpreted(place.samples, description)
        other = bands.arranged(read, roles, description)
        part = image.crop(place.left, place.top, other.width, other.height)
        _hold_against(part, other, (first, second), PREMULTIPLIED in description.roles)
        count, compared = count + 1, compared + other.width * other.height
    pixels = description.width * description.height
    share = "all of it" if compared == pixels <= SMALL else f"{count} of its strips or tiles"
    return Testimony(first, second, share, description.layout.compression in SHARED)


def _numbers(description: Description, count: int) -> list[int]:
    """Say which of so many strips or tiles are read: all of a small picture, else the first, middle and last."""
    if description.width * description.height <= SMALL:
        return list(range(count))
    return sorted({0, count // 2, count - 1})


def _by_tifffile(path: Path, description: Description, choose: Callable[[int], list[int]]) -> Iterator[segments.Part]:
    """Do as `segments.parts`, by tifffile's own container reader."""
    import tifffile

    with tifffile.TiffFile(path) as tiff:
        page = tiff_samples.page_of(tiff, description)
        width, height = page.imagewidth, page.imagelength
        across, down = (page.tilewidth, page.tilelength) if page.is_tiled else (width, page.rowsperstrip)
        columns, rows = -(-width // across), -(-height // down)
        planes = len(description.roles) if description.planar else 1
        for number in choose(columns * rows):
            left, top = number % columns * across, number // columns * down
            parts = [_decoded(tiff, page, plane * columns * rows + number) for plane in range(planes)]
            yield segments.Part(left, top, np.concatenate(parts, axis=2)[: height - top, : width - left])


def _decoded(tiff: "tifffile.TiffFile", page: "tifffile.TiffPage", number: int) -> np.ndarray:
    """Return stored samples (h, w, samples) of a strip or tile by tifffile."""
    tables = {"jpegtables": page.jpegtables, "jpegheader": page.jpegheader} if page.compression == JPEG else {}
    tiff.filehandle.seek(page.dataoffsets[number])
    content = tiff.filehandle.read(page.databytecounts[number])
    segment, _, shape = page.decode(content, number, **tables)
    if segment is None:
        raise segments.UnreadError("a strip is empty")
    return np.asarray(segment).reshape(segment.shape[-3:])[: shape[1], : shape[2]]


def _hold_against(
    first: "pyvips.Image", second: "pyvips.Image", readers: tuple[str, str], multiplied: bool = False
) -> None:
    """Raise RefusedError where two readers' images of one part differ by more than decoders do.

    Colours `multiplied` by less than they are stand for nothing: each reader cuts them in its own way.
    """
    same = first.bands == second.bands or {first.bands, second.bands} == {1, 3}  # a palette of greys is either
    if not same or (first.width, first.height) != (second.width, second.height):
        raise RefusedError("readers-disagree", first=_size(readers[0], first), second=_size(readers[1], second))
    for top, height in _stripes(first.width, first.height):
        mine, theirs = (_full_range(image.crop(0, top, image.width, height)) for image in (first, second))
        difference = np.abs(mine - theirs)
        if difference.mean() > MEAN * (4 if multiplied else 1) or (difference.max() > MOST and not multiplied):
            raise RefusedError("readers-disagree", first=_seen(readers[0], mine), second=_seen(readers[1], theirs))


def _stripes(width: int, height: int) -> list[tuple[int, int]]:
    """Return top and height of the rows that are compared: all of a small part, else first, middle and last."""
    if width * height <= SMALL:
        return [(0, height)]
    deep = max(1, SMALL // width)
    return [(top, deep) for top in (0, (height - deep) // 2, height - deep)]


def _full_range(image: "pyvips.Image") -> np.ndarray:
    """Return samples (h, w, bands) 0..1; those of Lab are divided by a hundred."""
    most = {"uchar": 255, "ushort": 65535}.get(image.format, 100)
    return np.asarray(image.numpy(), np.float32).reshape(image.height, image.width, -1) / np.float32(most)


def _size(name: str, image: "pyvips.Image") -> str:
    return f"{name} sees {image.width} x {image.height} pixels of {image.bands} channels"


def _seen(name: str, samples: np.ndarray) -> str:
    levels = ", ".join(f"{100 * mean:.1f} %" for mean in samples.mean((0, 1)))
    return f"{name} sees a mean of {levels}"


def _of_whole(path: Path, description: Description, limits: Limits) -> Testimony:
    """Read a file again that other readers know only as a whole."""
    first, second = _first_name(description), "libpng" if description.format is formats.PNG else "Pillow"
    pixels = description.width * description.height
    if pixels > LARGEST or pixels * len(description.roles) * 4 > limits.memory:
        return Testimony(first, alone="it is too large to be read twice")
    image, roles = opening.read_bands(path, description, limits, "random", "error")
    samples, most = (_by_libpng if second == "libpng" else _by_pillow)(path, description, len(roles))
    if samples.shape[2] == 3 and len(roles) == 1 and (np.ptp(samples, axis=2) == 0).all():
        samples = samples[..., :1]  # a palette of greys
    _hold_against(image, _filling(samples, most, image.format), (first, second))
    share = "all of it" if pixels <= SMALL else "three stripes of it"
    return Testimony(first, second, share, one_codec=True)


def _by_libpng(path: Path, description: Description, count: int) -> tuple[np.ndarray, int]:
    """Return samples (h, w, bands) of full range by libpng, and their maximum."""
    import imagecodecs

    samples = imagecodecs.png_decode(path.read_bytes())
    return samples.reshape(*samples.shape[:2], -1), np.iinfo(samples.dtype).max


def _by_pillow(path: Path, description: Description, count: int) -> tuple[np.ndarray, int]:
    """Return samples (h, w, bands) by Pillow, and their maximum. Raises UnreadError where it holds them otherwise."""
    from PIL import Image

    if description.format is formats.JPEG2000 and (why := _beyond_pillow(description.layout)):
        raise segments.UnreadError(why)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(path) as picture:
            samples = np.asarray(picture)
    samples = samples.reshape(*samples.shape[:2], -1)
    if (
        description.bits > 8 and samples.dtype == np.uint8
    ):  # Pillow 13 rounds the brightest of 12 bits up to 256, which is 0
        raise segments.UnreadError("Pillow turns white into black in such pictures")
    if samples.shape[2] != count or samples.dtype not in (np.uint8, np.uint16, np.int32):
        raise segments.UnreadError("Pillow has no such mode")
    held = 8 if samples.dtype == np.uint8 else 16
    spare = max(0, held - description.bits)  # Pillow moves JPEG 2000's samples to the top, and leaves these bits zero
    return samples >> spare if spare else samples, (2**held - 1) >> spare


def _beyond_pillow(layout: Layout) -> str:
    """Say what of a JPEG 2000 file's boxes Pillow does not follow, so that it is no witness; else empty."""
    depths = {component.bits for component in layout.stream.components}
    if len(depths) > 1:
        return "Pillow reads components of unlike depths itself"
    if not layout.header.palette and [component for component, _ in layout.channels] != list(
        range(len(layout.channels))
    ):
        return "Pillow leaves channels in the order in which they are stored"
    if layout.header.space == LAB_SPACE:
        return "Pillow knows no CIE Lab in JPEG 2000"
    if layout.header.space == LUMA_SPACE and max(depths) < 8:
        return "Pillow makes colours of fewer than 8 bits too dark"
    return ""


def _filling(samples: np.ndarray, most: int, kind: str) -> "pyvips.Image":
    """Return a pyvips image of full range, which is computed where it is looked at."""
    import pyvips

    image = pyvips.Image.new_from_array(np.ascontiguousarray(samples))
    return (image * ((255 if kind == "uchar" else 65535) / most)).rint().cast(kind)
