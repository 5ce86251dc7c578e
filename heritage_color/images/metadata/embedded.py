"""Metadata that a scan embeds, EXIF, IPTC and XMP, become plain text for the catalog."""

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from heritage_color.images.metadata import extended, grafting
from heritage_color.images.tiff.masters import further_directory
from heritage_color.images.wording import LONGEST_VALUE, clean, cut, legible
from heritage_color.keys import TagName

if TYPE_CHECKING:
    import exiv2

MOST_TAGS = 1000
LARGEST_SIDECAR = 8 * 2**20  # bytes; a sidecar that is larger is none
# Marks and first letters of encodings, the longer ones first
ENCODINGS = (
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
# White space, the XML declaration and comments: what XML allows before the root, beside the packet's own mark
BEFORE_ROOT = re.compile(r"\A(?:\s+|<\?xml\s[^>]*\?>|<!--.*?-->)+", re.DOTALL)
FURTHER = "(further tags)"  # stands for those beyond the most
LEFT_OUT = ("Exif.Thumbnail.", "Exif.MakerNote.", "Exif.Photo.MakerNote", "Exif.Image.PrintImageMatching")
TEXTS = {"asciiString", "string", "comment", "xmpText", "langAlt", "xmpBag", "xmpSeq", "xmpAlt"}  # exiv2's types
EXTENDED = "Xmp.xmpNote.HasExtendedXMP"
PACKETS = {"Exif.Image." + name for name in ("XMLPacket", "IPTCNAA", "ImageResources", "InterColorProfile")}


class Embedded(NamedTuple):
    """A file has tags by name, and a reason why they, or some, could not be read; it is empty where all could."""

    tags: dict[TagName, str]
    trouble: str


def read_embedded(path: Path) -> Embedded:
    """Read EXIF, IPTC and XMP of a file. Raises OSError."""
    import exiv2

    try:
        image, lost = open_metadata(path)
        tags = _tags((image.exifData(), image.iptcData(), image.xmpData()))
    except exiv2.Exiv2Error as error:
        unknown = error.args[0] == exiv2.ErrorCode.kerFileContainsUnknownImageType  # such as a bare codestream
        return Embedded({}, "" if unknown else clean(str(error.args[-1]).replace(str(path), path.name)))
    except grafting.NoDirectoryError as error:
        return Embedded({}, str(error))
    if image.xmpPacket() and not image.xmpData().count():
        return Embedded(tags, "its XMP holds nothing that can be read")
    return Embedded(tags, f"{', '.join(lost)} cannot be read" if lost else "")


def open_metadata(path: Path) -> tuple["exiv2.Image", list[str]]:
    """Return an exiv2 image with the metadata of a file, and the names of tags of a BigTIFF that it does not hold.

    exiv2 knows no BigTIFF, and of a TIFF's directories the first only: where the master lies elsewhere, or in a
    BigTIFF, it gets a classic TIFF of the master's tags. Raises Exiv2Error, NoDirectoryError, OSError.
    """
    master = further_directory(path)
    if not master and not grafting.is_big(path):
        image = _opened(str(path))
        return image, [] if _complete(image, path) else [EXTENDED]
    content, lost = grafting.as_classic(path, master)
    return _opened(content), [name_of(tag) for tag in lost]


def _complete(image: "exiv2.Image", path: Path) -> bool:
    """Add XMP that a JPEG holds beyond 64 KiB; False where it says there is some, and it cannot be read."""
    import exiv2

    digest = next((datum.toString() for datum in image.xmpData() if datum.key() == EXTENDED), "")
    if not digest:
        return True
    try:
        further = _opened(extended.read_extended_xmp(path, digest)).xmpData()
    except (exiv2.Exiv2Error, OSError):
        return False
    for datum in further:
        image.xmpData().add(datum)
    return bool(further.count())


def name_of(tag: int) -> str:
    """Name a TIFF tag; an unknown one has a number for a name."""
    import exiv2

    return str(exiv2.ExifKey(tag, "Image").key())


def read_sidecar(path: Path) -> Embedded:
    """Read the XMP properties of a sidecar file. Raises OSError.

    UTF-8, UTF-16 and UTF-32 are read, as XMP allows (ISO 16684-1, 7.1), with or without what may stand before the
    packet; exiv2 knows an XMP file only where it begins with its packet, in UTF-8.
    """
    import exiv2

    if path.stat().st_size > LARGEST_SIDECAR:
        return Embedded({}, "it is larger than a sidecar can be")
    packet = _packet(path.read_bytes())
    try:
        tags = _tags((_opened(packet).xmpData(),))  # exiv2 makes EXIF and IPTC of it, too, which nobody wrote
    except exiv2.Exiv2Error:
        return Embedded({}, "it is no XMP packet")
    return Embedded(tags, "" if tags else "it holds no property")


def _packet(content: bytes) -> bytes:
    """Return an XMP file as a packet in UTF-8 that begins with its root; bytes that are no text stay as they are."""
    encoding = next((name for mark, name in ENCODINGS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError:
        return content
    text = BEFORE_ROOT.sub("", text, count=1)
    if text.startswith("<rdf:RDF"):
        text = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{text}</x:xmpmeta>"
    return text.encode()


def _opened(source: str | bytes) -> "exiv2.Image":
    """Open an exiv2 image of a path or of a file's content, with its metadata. Raises Exiv2Error."""
    import exiv2

    exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
    image = exiv2.ImageFactory.open(source)
    image.readMetadata()
    return image


def _tags(groups: Iterable[Iterable["exiv2.Metadatum"]]) -> dict[TagName, str]:
    """Return tags by name as plain text; those beyond the most are only counted."""
    tags: dict[TagName, str] = {}
    further = 0
    for datum in (datum for group in groups for datum in group):
        name = clean(datum.key())
        if name.startswith(LEFT_OUT):
            continue
        if name in tags:  # IPTC repeats a tag for each of several names
            tags[name] = cut(f"{tags[name]}; {_value(datum)}")
        elif len(tags) < MOST_TAGS:
            tags[name] = _value(datum)
        else:
            further += 1
    return tags | ({FURTHER: f"{further} more are kept in the file only"} if further else {})


def _value(datum: "exiv2.Metadatum") -> str:
    """Return a tag's value as text; long binary values and whole packets tell only their size."""
    long = datum.size() > LONGEST_VALUE and datum.typeId().name not in TEXTS
    if long or datum.key() in PACKETS:
        return f"{datum.size()} bytes, kept in the file only"
    try:
        text = datum.toString()
    except ValueError:  # text in no known encoding
        return f"{datum.size()} bytes in an unknown encoding, kept in the file only"
    return cut(legible(text))


def describe_profile(profile: bytes) -> str:
    """Return the description that an ICC profile gives of itself; empty where it has none that can be read."""
    from PIL import ImageCms

    try:
        return clean(ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip())
    except (ImageCms.PyCMSError, OSError):
        return ""
