"""The samples of a described TIFF are read by libvips row by row, or by tifffile and imagecodecs as a whole."""

import logging
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color.images import libvips
from heritage_color.images.description import (
    GREY,
    LAB,
    LIBJPEG,
    LIBVIPS,
    LUMA,
    PALETTE,
    PREMULTIPLIED,
    RGB,
    TRANSPARENCY,
    Description,
)
from heritage_color.images.refusals import UNWRITTEN, Limits, RefusedError, refusal
from heritage_color.images.tiff import old_jpeg, subsampling
from heritage_color.images.tiff.layout import Layout
from heritage_color.images.tiff.tags import CIE_LAB, JPEG, WHITE_IS_ZERO

if TYPE_CHECKING:
    import numpy as np
    import pyvips
    import tifffile

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it finds odd is judged here, and told in a report

# What tifffile and its codecs raise on broken files; codecs' own errors derive from RuntimeError
TROUBLE = (ValueError, RuntimeError, OSError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error)
LENGTHS = (279, 325)  # tags with the bytes of strips and tiles
ORDINARY = (
    2**23
)  # bytes of tags; from 50 MB on libvips gives up, which Photoshop's layers may have, unless told not to
COPIES = 3  # of all samples, which are in memory at once: as decoded, in their order, and as the picture
FULL_RANGE = (0, 255, 128, 255, 128, 255)  # ReferenceBlackWhite that changes nothing
TO_LUMA = [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]  # JFIF 1.02
BT_601 = TO_LUMA[0]  # TIFF 6.0, section 21: the default of YCbCrCoefficients


def read_tiff(
    path: Path, description: Description, limits: Limits, access: str, fail_on: str
) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return a pyvips image and the role of each band, samples of full range; Lab as floats.

    Raises RefusedError, and pyvips.Error where libvips reads, also later as pixels are asked for.
    """
    if description.reader == LIBVIPS:
        return _by_libvips(path, description, limits, access, fail_on)
    if description.reader == LIBJPEG:
        image, roles = old_jpeg.read_old_jpeg(path, description, fail_on)
        return _by_black_and_white(image, description.layout), roles
    return interpreted(_by_tifffile(path, description, limits), description)


def _by_libvips(
    path: Path, description: Description, limits: Limits, access: str, fail_on: str
) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Read by libvips, which undoes palettes, white as zero, JPEG's YCbCr and premultiplication itself.

    It scales samples of fewer bits up to 8, too.
    """
    place, layout = description.directory, description.layout
    sub = {} if place.sub is None else {"subifd": place.sub}
    if layout.longest * COPIES > limits.memory:
        raise RefusedError("too-much-memory")
    large = {"unlimited": True} if layout.longest > ORDINARY else {}
    image = libvips.open_image(path, access, fail_on, page=place.page, **sub, **large)
    roles = tuple(TRANSPARENCY if role == PREMULTIPLIED else role for role in description.roles)
    kind = "ushort" if layout.stored_bits > 8 else "uchar"
    if description.colour_roles == PALETTE:
        roles = GREY if image.bands == 1 else RGB
    elif description.colour_roles == LUMA:
        roles = (*RGB, *roles[len(LUMA) :])
    libvips.check_image(
        image, description.width, description.height, len(roles), "short" if layout.photometric == CIE_LAB else kind
    )
    if layout.photometric == CIE_LAB:
        image = image.copy(interpretation="multiband").linear([100 / 32767, 1 / 256, 1 / 256], 0)
    return _scaled(image, description), roles


def _by_black_and_white(image: "pyvips.Image", layout: Layout) -> "pyvips.Image":
    """Correct RGB, as libjpeg made it of luma 0..255, by the levels of black and white that the tags state."""
    if layout.black_white in ((), FULL_RANGE):
        return image
    luma = image.recomb(TO_LUMA).linear(1, [0, 128, 128]).rint().cast("uchar")
    return _from_luma(luma, layout)


def _scaled(image: "pyvips.Image", description: Description) -> "pyvips.Image":
    """Return the image with samples whose significant bits fill all those stored."""
    bits, stored = description.bits, description.layout.stored_bits
    if not bits < stored == 16:
        return image
    if description.layout.photometric != WHITE_IS_ZERO:
        return libvips.stretched(image, bits)
    shade = libvips.stretched(image[0].invert(), bits).invert()  # libvips has turned all 16 bits over
    return shade if image.bands == 1 else shade.bandjoin(libvips.stretched(image[1:], bits))


def _by_tifffile(path: Path, description: Description, limits: Limits) -> "np.ndarray":
    """Read stored samples (H, W, samples). Raises RefusedError."""
    import tifffile

    size = 2 if description.layout.stored_bits > 8 else 1
    if description.width * description.height * len(description.roles) * size * COPIES > limits.memory:
        raise RefusedError("too-much-memory")
    try:
        with tifffile.TiffFile(path) as tiff:
            page = page_of(tiff, description)
            _check_complete(page, path.stat().st_size, description.layout.stored_bits)
            if is_subsampled(description):
                return _checked(subsampling.read_subsampled(tiff.filehandle, page, description), description)
            samples = page.asarray(maxworkers=1)
            planes, _, rows, columns, together = page.shaped
    except NotImplementedError as error:
        raise RefusedError("unsupported-compression", found=description.compression, why=str(error)) from error
    except TROUBLE as error:
        raise refusal(str(error)) from error
    count = planes * rows * columns * together
    if samples.size != count:  # tifffile gives none where a tag that it needs is of a kind that makes no sense
        raise RefusedError("unlike-its-tags", expected=f"{count} samples", found=str(samples.size))
    samples = samples.reshape(planes, rows, columns, together).transpose(1, 2, 0, 3)
    return _checked(samples.reshape(rows, columns, planes * together), description)


def page_of(tiff: "tifffile.TiffFile", description: Description) -> "tifffile.TiffPage":
    """Return the described directory of an open tifffile.TiffFile, its tags taken as libtiff takes them."""
    import tifffile

    tiff.filehandle.seek(description.layout.offset)
    page = tifffile.TiffPage(tiff, description.directory.page)
    if not description.layout.may_be_predicted:
        page.predictor = tifffile.PREDICTOR.NONE
    if description.planar and description.layout.compression == JPEG:  # each plane is a JPEG in grey, whatever all are
        page.photometric = tifffile.PHOTOMETRIC.MINISBLACK
    return page


def is_subsampled(description: Description) -> bool:
    """Tell whether chroma is stored for blocks of pixels, and no codec undoes that."""
    layout = description.layout
    return description.colour_roles == LUMA and layout.compression != JPEG and layout.subsampling != (1, 1)


def _check_complete(page: "tifffile.TiffPage", size: int, stored: int) -> None:
    """Raise RefusedError where strips end behind the file, or tifffile would make up what was never written."""
    ends = [start + length for start, length in zip(page.dataoffsets, page.databytecounts, strict=False)]
    if not ends or max(ends) > size:
        raise RefusedError("truncated")
    if not all(page.databytecounts) or (stored not in (8, 16) and not any(tag in page.tags for tag in LENGTHS)):
        raise RefusedError("unsupported", format=UNWRITTEN)


def _checked(samples: "np.ndarray", description: Description) -> "np.ndarray":
    """Return the samples. Raises RefusedError where they have another shape or depth than described."""
    shape, kinds = samples.shape, ("bool", "uint8") if description.layout.stored_bits <= 8 else ("uint16",)
    if shape != (description.height, description.width, len(description.roles)):
        expected = f"{description.width} x {description.height} x {len(description.roles)} samples"
        raise RefusedError("unlike-its-tags", expected=expected, found=f"{shape[1]} x {shape[0]} x {shape[2]}")
    if str(samples.dtype) not in (*kinds, "int8", "int16"):
        expected = f"{description.layout.stored_bits}-bit samples"
        raise RefusedError("unlike-its-tags", expected=expected, found=str(samples.dtype))
    return samples


def interpreted(samples: "np.ndarray", description: Description) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return the image of stored samples (H, W, bands) by their interpretation, and the role of each band."""
    import numpy as np
    import pyvips

    layout, count = description.layout, len(description.colour_roles)
    kind = np.uint16 if layout.stored_bits > 8 else np.uint8
    samples = np.ascontiguousarray(samples.astype(kind) if samples.dtype == bool else samples.view(kind))
    image = pyvips.Image.new_from_array(samples).copy(interpretation="multiband")
    rest = image[count:] if image.bands > count else None
    colours, roles = _colours(image[0] if count == 1 else image[:count], description)
    if rest is None:
        return colours, roles
    return colours.bandjoin(libvips.stretched(rest, description.bits)), (*roles, *description.roles[count:])


def _colours(image: "pyvips.Image", description: Description) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return the bands of colour, of full range, and their roles."""
    layout, roles = description.layout, description.colour_roles
    if roles == PALETTE:
        return _looked_up(image, layout), RGB
    if roles == LAB:
        return _lab(image, layout), LAB
    if roles == LUMA and (layout.compression != JPEG or description.planar):  # a plane is grey to its codec
        return _from_luma(libvips.stretched(image, description.bits), layout), RGB
    full = libvips.stretched(image, description.bits)
    if layout.photometric == WHITE_IS_ZERO:
        full = full.invert()
    return full, RGB if roles == LUMA else roles


def _looked_up(image: "pyvips.Image", layout: Layout) -> "pyvips.Image":
    """Look up a palette's colours; maps of 8 bits that old writers left in the low byte are told by that."""
    import numpy as np
    import pyvips

    table = np.clip(np.array(layout.palette, np.int64), 0, 65535).astype(np.uint16)
    if len(table) != 3 << layout.stored_bits:
        raise RefusedError("damaged", why="its palette is incomplete")
    if layout.stored_bits > 8:
        table = table * 257 if table.max() < 256 else table
    else:
        table = (table if table.max() < 256 else table >> 8).astype(np.uint8)
    return image.maplut(pyvips.Image.new_from_array(np.ascontiguousarray(table.reshape(3, 1, -1).transpose(1, 2, 0))))


def _lab(image: "pyvips.Image", layout: Layout) -> "pyvips.Image":
    """Return L* 0..100, a* and b* of CIE Lab (a*, b* signed) or ICC Lab (128 is neutral, L* 100 is 65280 of 16 bits).

    TIFF 6.0, section 23, and Adobe's TIFF technical notes for Photoshop of 2002.
    """
    deep = layout.stored_bits > 8
    signed, step = ("short", 256) if deep else ("char", 1)
    if layout.photometric == CIE_LAB:
        lightness = image[0] * (100 / (65535 if deep else 255))
        return lightness.bandjoin(image[1:3].copy(format=signed) / step)
    lightness = image[0] * (100 / (65280 if deep else 255))
    return lightness.bandjoin(image[1:3] / step - 128)


def _from_luma(image: "pyvips.Image", layout: Layout) -> "pyvips.Image":
    """Return RGB of YCbCr samples, after TIFF 6.0, section 21."""
    most = 65535 if image.format == "ushort" else 255
    half = (most + 1) // 2
    usable = len(layout.coefficients) == 3 and all(0 < weight < 1 for weight in layout.coefficients)
    red, green, blue = layout.coefficients if usable else BT_601
    stated = layout.black_white if len(layout.black_white) == 6 else (0, 0)
    whole = all(low < high for low, high in zip(stated[::2], stated[1::2], strict=True))
    black, white, *chroma = stated if whole else (0, most, half, most, half, most)
    scales = [most / (white - black)] + [(most - half) / (top - low) for low, top in (chroma[:2], chroma[2:])]
    lows = [black, chroma[0], chroma[2]]
    full = image.linear(scales, [-low * scale for low, scale in zip(lows, scales, strict=True)])
    to_red, to_blue = 2 - 2 * red, 2 - 2 * blue
    weights = [[1, 0, to_red], [1, -to_blue * blue / green, -to_red * red / green], [1, to_blue, 0]]
    rgb = full.recomb(weights).rint()
    rgb = (rgb < 0).ifthenelse(0, rgb)
    return (rgb > most).ifthenelse(most, rgb).cast(image.format)
