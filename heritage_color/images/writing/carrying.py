"""What a master says of itself goes with its colorization, tag by tag; what made the colorization stands beside it.

exiv2 reads and composes; it never writes into a file (`metadata/grafting.py` and `chunks.py` do). docs/colorizing.md
has the list of what is left out, and where our own words stand.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color.images import wording
from heritage_color.images.metadata import embedded, grafting
from heritage_color.images.writing import chunks
from heritage_color.keys import TagName

if TYPE_CHECKING:
    import exiv2

# Groups of EXIF that are carried; others are previews of the master, and what exiv2 reads out of a camera's own note
GROUPS = ("Image", "Photo", "GPSInfo")
# Tags that say how the master's own file is laid out, coloured or turned
# fmt: off
STRUCTURAL = frozenset({
    "ImageWidth", "ImageLength", "BitsPerSample", "Compression", "PhotometricInterpretation", "StripOffsets",
    "SamplesPerPixel", "RowsPerStrip", "StripByteCounts", "PlanarConfiguration", "XResolution", "YResolution",
    "ResolutionUnit", "Orientation", "Predictor", "TileWidth", "TileLength", "TileOffsets", "TileByteCounts",
    "SampleFormat", "SMinSampleValue", "SMaxSampleValue", "MinSampleValue", "MaxSampleValue", "ExtraSamples",
    "ColorMap", "InterColorProfile", "ExifTag", "GPSTag", "NewSubfileType", "SubfileType", "FillOrder",
    "JPEGTables", "JPEGProc", "JPEGInterchangeFormat", "JPEGInterchangeFormatLength", "SubIFDs", "IPTCNAA",
    "ImageResources", "XMLPacket", "TransferFunction", "TransferRange", "WhitePoint", "PrimaryChromaticities",
    "GrayResponseUnit", "GrayResponseCurve", "T4Options", "T6Options", "YCbCrCoefficients", "YCbCrSubSampling",
    "YCbCrPositioning", "ReferenceBlackWhite", "InkSet", "InkNames", "NumberOfInks", "DotRange", "PageNumber",
})
OF_THE_FILE = frozenset({
    "ColorSpace", "PixelXDimension", "PixelYDimension", "ComponentsConfiguration", "CompressedBitsPerPixel",
    "InteroperabilityTag", f"0x{grafting.LAYERS:04x}",  # exiv2 has no name for it
})
XMP_OF_THE_FILE = frozenset({
    *(f"Xmp.tiff.{name}" for name in STRUCTURAL),
    *(f"Xmp.exif.{name}" for name in OF_THE_FILE),
    "Xmp.photoshop.ICCProfile", "Xmp.photoshop.ColorMode", "Xmp.dc.format", "Xmp.xmp.Thumbnails",
    "Xmp.xmpNote.HasExtendedXMP",
})
# fmt: on
# Descriptions that programs read for how samples lie: OME-XML, ImageJ's, tifffile's. Of a result they would be wrong,
# and with OME's SignificantBits a reader would take its greys for white
LAYOUT_TEXT = re.compile(r"ImageJ=|\{\"shape\":|(<\?xml.{0,2000})?<OME[\s>]", re.DOTALL)
SIZE = (grafting.WIDTH, grafting.LENGTH)  # of the block that exiv2 fills
SOURCE_TYPE = "Xmp.iptcExt.DigitalSourceType"
# Where others say what a property of ours would say: readers take them for one
SAME = {
    "Xmp.photoshop.Instructions": "Iptc.Application2.SpecialInstructions",
    "Xmp.xmp.CreatorTool": "Exif.Image.Software",
}
HISTORY, DERIVED_FROM, INGREDIENTS = "Xmp.xmpMM.History", "Xmp.xmpMM.DerivedFrom", "Xmp.xmpMM.Ingredients"


@dataclass(frozen=True)
class Provenance:
    """A colorization says how it was made, in XMP.

    `states` are properties that it states whatever its master says; `where_free` are those of which the master's own
    are kept; `event` has the fields of its event in `xmpMM:History`; `original` is its master, in `xmpMM:DerivedFrom`.
    """

    states: dict[TagName, str] = field(default_factory=dict)
    where_free: dict[TagName, str] = field(default_factory=dict)
    event: dict[TagName, str] = field(default_factory=dict)
    original: str = ""


def carry(source: Path, destination: Path, provenance: Provenance) -> list[str]:
    """Put EXIF, IPTC and XMP of a master into a TIFF or PNG, and add its provenance.

    Returns warnings, in sentences, that name the tags that could not be carried. Raises OSError.
    """
    import exiv2

    is_png = destination.suffix == ".png"
    order = "<" if is_png else grafting.order_of(destination)
    master, lost, warnings = None, list[str](), list[str]()
    try:
        master, lost = embedded.open_metadata(source)
    except (exiv2.Exiv2Error, grafting.NoDirectoryError) as error:
        warnings += _unreadable(source, error)
    block, missing = _composed(master, provenance, order)
    if is_png:
        remarks = chunks.comment(wording.legible(master.comment())) if master else []
        _put_into_png(block, destination, order, chunks.texts(source) or remarks)
    else:
        _put_into_tiff(block, destination)
    if lost or missing:
        warnings.append(f"{source.name} has tags that were not carried over: {', '.join([*lost, *missing])}.")
    return warnings


def _unreadable(source: Path, error: Exception) -> list[str]:
    """Warn that metadata cannot be read; a kind of file that exiv2 knows to have none gives no warning."""
    import exiv2

    if error.args[0] == exiv2.ErrorCode.kerFileContainsUnknownImageType:
        return []
    why = wording.clean(str(error.args[-1])).replace(str(source), source.name).rstrip(".")
    return [f"The metadata of {source.name} cannot be read: {why}. They were not carried over."]


def _put_into_tiff(block: bytes, destination: Path) -> None:
    groups = grafting.read_block(block)
    groups[0] = [entry for entry in groups[0] if entry.tag not in SIZE]
    grafting.graft(groups, destination)


def _put_into_png(block: bytes, destination: Path, order: str, further: list[bytes]) -> None:
    groups = grafting.read_block(block)
    packets = {entry.tag: entry.value for entry in groups[0] if entry.tag in (grafting.XMP, grafting.IPTC)}
    groups[0] = [entry for entry in groups[0] if entry.tag not in (*SIZE, *packets)]
    exif = grafting.block(groups, order) if any(groups.values()) else b""
    chunks.put(destination, exif, packets.get(grafting.IPTC, b""), packets.get(grafting.XMP, b""), further)


def _composed(master: "exiv2.Image | None", provenance: Provenance, order: str) -> tuple[bytes, list[str]]:
    """Compose a classic TIFF block of what is carried and the provenance; also name the tags that it does not hold."""
    import exiv2

    empty = grafting.empty(order)  # exiv2 points into these bytes until it writes others, and does not keep them
    target = exiv2.ImageFactory.open(empty)
    target.readMetadata()
    left_out = [datum.key() for datum in master.exifData() if _tells_layout(datum)] if master else []
    if master is not None:
        for datum in filter(is_carried, master.exifData()):
            target.exifData().add(datum)
        target.setIptcData(master.iptcData())
        for datum in filter(is_carried, master.xmpData()):
            target.xmpData().add(datum)
    intended = _tally(target)
    _state(target, provenance)
    target.writeMetadata()
    content = bytes(target.io().mmap())
    missing = {name for name, *_ in intended - _tally(_reopened(content))} - set(provenance.states)
    return content, sorted({*left_out, *missing})


def _reopened(content: bytes) -> "exiv2.Image":
    import exiv2

    image = exiv2.ImageFactory.open(content)
    image.readMetadata()
    return image


def is_carried(datum: "exiv2.Metadatum") -> bool:
    """Tell whether a tag of a master goes into its colorization."""
    name = datum.key()
    if name.startswith("Xmp."):
        return name.split("[")[0].split("/")[0] not in XMP_OF_THE_FILE
    if name.startswith("Exif."):
        tag = datum.tagName()
        of_the_file = tag in STRUCTURAL or tag in OF_THE_FILE or _tells_layout(datum)
        return datum.groupName() in GROUPS and not of_the_file
    return True


def _tells_layout(datum: "exiv2.Metadatum") -> bool:
    return datum.key() == "Exif.Image.ImageDescription" and bool(LAYOUT_TEXT.match(_text(datum)))


def _tally(image: "exiv2.Image") -> Counter[tuple[str, str, str]]:
    """Count the tags with their types and values."""
    groups = (image.exifData(), image.iptcData(), image.xmpData())
    return Counter((datum.key(), datum.typeName(), _text(datum)) for group in groups for datum in group)


def _text(datum: "exiv2.Metadatum") -> str:
    try:
        return str(datum.toString())
    except ValueError:  # text in no known encoding
        return f"{datum.size()} bytes"


def _state(target: "exiv2.Image", provenance: Provenance) -> None:
    """Add the provenance beside what the master says."""
    xmp = target.xmpData()
    keys = {datum.key() for group in (target.exifData(), target.iptcData(), xmp) for datum in group}
    event = dict(provenance.event)
    if SOURCE_TYPE in provenance.states and SOURCE_TYPE in keys:
        event["parameters"] = (
            f"{event.get('parameters', '')} The original's own: {xmp[SOURCE_TYPE].toString()}".strip()
        )
    free = {name: value for name, value in provenance.where_free.items() if not {name, SAME.get(name)} & keys}
    for name, value in (provenance.states | free).items():
        xmp[name] = value
    if event:
        _append(xmp, HISTORY, "Seq", {f"stEvt:{name}": value for name, value in event.items()})
    if provenance.original and DERIVED_FROM in keys:
        _append(xmp, INGREDIENTS, "Bag", {"stRef:documentID": provenance.original})
    elif provenance.original:
        xmp[f"{DERIVED_FROM}/stRef:documentID"] = provenance.original


def _append(xmp: "exiv2.XmpData", name: str, kind: str, fields: dict[TagName, str]) -> None:
    """Add a structure to an array, which is made where there is none."""
    keys = {datum.key() for datum in xmp}
    if name not in keys:
        import exiv2

        xmp.add(exiv2.XmpKey(name), exiv2.XmpTextValue(f'type="{kind}"'))
    number = 1 + sum(f"{name}[{place}]" in keys for place in range(1, len(keys) + 1))
    for key, value in fields.items():
        xmp[f"{name}[{number}]/{key}"] = value
