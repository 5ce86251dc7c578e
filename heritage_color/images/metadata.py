"""Embedded metadata of a scan: EXIF, IPTC, XMP, resolution and profile, as plain text for the catalog."""

import io
from pathlib import Path

LONGEST_VALUE = 2000  # characters; longer ones are previews and maker notes
MOST_TAGS = 1000
LEFT_OUT = ("Exif.Thumbnail.", "Exif.MakerNote.", "Exif.Photo.MakerNote", "Exif.Image.PrintImageMatching")


def read(path: Path) -> tuple[dict[str, str], str]:
    """EXIF, IPTC and XMP tags of a file by name, and why they could not be read (empty when they could)."""
    import exiv2

    exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
    try:
        image = exiv2.ImageFactory.open(str(path))
        image.readMetadata()
        return _tags((image.exifData(), image.iptcData(), image.xmpData())), ""
    except exiv2.Exiv2Error as error:
        unknown = error.args[0] == exiv2.ErrorCode.kerFileContainsUnknownImageType  # such as BigTIFF: no fault of it
        return {}, "" if unknown else clean(str(error.args[-1]).replace(str(path), path.name))
    except ValueError as error:  # text in no known encoding
        return {}, clean(str(error))


def _tags(groups) -> dict[str, str]:
    tags: dict[str, str] = {}
    for datum in (datum for group in groups for datum in group):
        name = clean(datum.key())
        if len(tags) < MOST_TAGS and not name.startswith(LEFT_OUT) and datum.size() <= LONGEST_VALUE:
            tags[name] = clean(datum.toString())
    return tags


def clean(text: str) -> str:
    """Text that a jsonb column takes: no zero characters, no lone surrogates, not too long."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST_VALUE]


def describe_profile(profile: bytes) -> str:
    """The description that an ICC profile gives of itself; empty where it has none that can be read."""
    from PIL import ImageCms

    try:
        return clean(ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip())
    except (ImageCms.PyCMSError, OSError):
        return ""
