"""Reading a TIFF's samples takes more than its description: compression, palette, luma, and a reader who is right."""

from dataclasses import dataclass

from heritage_color.images.description import LAB, LIBJPEG, LIBVIPS, RGB, TIFFFILE
from heritage_color.images.refusals import RefusedError
from heritage_color.images.tagged.directories import Entry, Tiff
from heritage_color.images.tiff.old_jpeg import Parts
from heritage_color.images.tiff.tags import (
    CIE_LAB,
    COEFFICIENTS,
    COLOR_MAP,
    COMPRESSION,
    ICC_LAB,
    INDEXED,
    JPEG,
    LENGTH,
    MOST_BITS,
    NAMES,
    OLD_JPEG,
    PHOTOMETRIC,
    PHOTOMETRICS,
    PLANAR,
    PREDICTED,
    PREDICTOR,
    REFERENCE_BLACK_WHITE,
    RGB_COLOURS,
    SAMPLES,
    SUBSAMPLING,
    TILE_WIDTH,
    WIDTH,
    YCBCR,
)

BY_LIBVIPS = frozenset({1, 2, 3, 4, 5, JPEG, 8, 32771, 32773, 32809, 32946})


@dataclass(frozen=True)
class Layout:
    """A reader needs this beside the description; numbers of compression and photometric are those of the tags."""

    offset: int
    compression: int
    photometric: int
    stored_bits: int
    palette: tuple[int, ...] = ()
    coefficients: tuple[float, ...] = ()
    subsampling: tuple[int, int] = (1, 1)
    black_white: tuple[float, ...] = ()
    old_jpeg: Parts | None = None
    longest: int = 0  # bytes of all tags of a directory

    @property
    def may_be_predicted(self) -> bool:
        """Tell whether a predictor counts; programs leave its tag beside compressions where it means nothing."""
        return NAMES[self.compression] in PREDICTED


def layout_of(tiff: Tiff, entry: Entry, photometric: int, stored: int) -> Layout:
    """Return the layout of a directory. Raises RefusedError for a compression or predictor that nobody here reads."""
    compression = tiff.number(entry, COMPRESSION, 1)
    if compression not in NAMES:
        raise RefusedError("unsupported-compression", found=f"method {compression}")
    predictor = tiff.number(entry, PREDICTOR, 1)
    if NAMES[compression] in PREDICTED and predictor not in (1, 2):
        raise RefusedError("unsupported-compression", found=f"{NAMES[compression]} with predictor {predictor}")
    return Layout(
        entry.offset, compression, photometric, stored,
        palette=tiff.values(entry, COLOR_MAP) if photometric == INDEXED else (),
        coefficients=tiff.fractions(entry, COEFFICIENTS) if photometric == YCBCR else (),
        subsampling=_subsampling(tiff, entry, compression) if photometric == YCBCR else (1, 1),
        black_white=tiff.fractions(entry, REFERENCE_BLACK_WHITE) if photometric == YCBCR else (),
        old_jpeg=_old_jpeg(tiff, entry) if compression == OLD_JPEG else None,
        longest=tiff.longest,
    )  # fmt: skip


def _subsampling(tiff: Tiff, entry: Entry, compression: int) -> tuple[int, int]:
    """Return the pixels that share their chroma, across and down.

    A JPEG of today says it itself, whatever the tag holds.
    """
    factors = tiff.values(entry, SUBSAMPLING) or (2, 2)
    if len(factors) == 2 and all(factor in (1, 2, 4) for factor in factors):
        return factors[0], factors[1]
    if compression == JPEG:
        return 2, 2
    raise RefusedError("unsupported-colours", found="YCbCr whose subsampling is none of the standard's")


def _old_jpeg(tiff: Tiff, entry: Entry) -> Parts:
    """Find where the parts of a picture of compression 6 lie. Raises RefusedError for planes."""
    if tiff.number(entry, PLANAR, 1) == 2 and samples_of(tiff, entry) > 1:
        raise RefusedError("unsupported-compression", found="JPEG as TIFF 6.0 first had it, in planes")
    tiled = TILE_WIDTH in entry.tags
    offsets, lengths = ((324, 325) if tiled else (273, 279)) if entry.tags.keys() & {273, 324} else (513, 514)
    height = tiff.number(entry, LENGTH)
    return Parts(
        tiff.values(entry, offsets), tiff.values(entry, lengths),
        rows=tiff.number(entry, 323 if tiled else 278, height) or height,
        columns=tiff.number(entry, TILE_WIDTH if tiled else WIDTH) or tiff.number(entry, WIDTH),
        file=tiff.number(entry, 513),
        file_length=tiff.number(entry, 514), restart=tiff.number(entry, 515),
        tables=tuple(tiff.values(entry, number) for number in (519, 520, 521)),
    )  # fmt: skip


def samples_of(tiff: Tiff, entry: Entry) -> int:
    """Return the samples of a pixel; JPEG of the old kind may leave their number to its colours."""
    old = tiff.number(entry, COMPRESSION, 1) == OLD_JPEG and tiff.number(entry, PHOTOMETRIC, -1) in (
        RGB_COLOURS,
        YCBCR,
    )
    return tiff.number(entry, SAMPLES, len(RGB) if old else 1)


def reader_of(tiff: Tiff, entry: Entry, layout: Layout, roles: tuple[str, ...]) -> str:
    """Tell who reads such samples right, by what libvips 8.18 and libtiff 4.7 were seen to do with each kind."""
    asked = (
        layout.compression in BY_LIBVIPS,
        layout.stored_bits in (8, 16) or (layout.stored_bits in (1, 2, 4) and len(roles) == 1),
        _are_colours_right(layout, roles),
        tiff.number(entry, PLANAR, 1) != 2 or _are_planes_right(entry, layout, roles),
        PHOTOMETRIC in entry.tags and not tiff.broken,
    )
    if layout.old_jpeg:
        return LIBJPEG
    return LIBVIPS if all(asked) else TIFFFILE


def _are_colours_right(layout: Layout, roles: tuple[str, ...]) -> bool:
    """Tell whether libvips takes these colours for what they are.

    JPEGs of two components or five it reads in part.
    """
    if layout.compression == JPEG and len(roles) > len(PHOTOMETRICS[layout.photometric][1]):
        return False
    right = {
        YCBCR: layout.compression == JPEG,
        CIE_LAB: layout.stored_bits == MOST_BITS and len(roles) == len(LAB),
        ICC_LAB: False,
        INDEXED: len(roles) == 1 and layout.stored_bits <= 8,
    }
    return right.get(layout.photometric, True)


def _are_planes_right(entry: Entry, layout: Layout, roles: tuple[str, ...]) -> bool:
    """Tell whether libvips puts planes together right: those of RGB in strips do, and a single one of whole bytes."""
    if TILE_WIDTH in entry.tags:
        return False
    return layout.stored_bits in (8, 16) if len(roles) == 1 else layout.photometric == RGB_COLOURS
