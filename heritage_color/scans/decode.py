"""Decodes one picture in full and says what it is, or why it cannot be taken in. Runs in a process of its own.

libvips streams the rows into a version of at most 256 pixels, so that a master of any size needs little memory.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from heritage_color import images
from heritage_color.errors import PictureError
from heritage_color.images import compression, formats, likeness, metadata, opening
from heritage_color.images.formats import Format
from heritage_color.images.opening import Limits, RefusedError
from heritage_color.scans import colour

BLOCK = 2**20
THUMBNAIL = 320  # pixels of the longer side
SAMPLE = 256  # pixels of the small version's sides, about
STORED_BITS = (1, 2, 4, 8, 16)
ASSUMED = (1.0, round(72 / 25.4, 5))  # pixels per millimetre where the header says nothing: libvips, its JPEG reader
TURNED = (5, 6, 7, 8)  # EXIF orientations that exchange width and height
# libjpeg counts these as mere warnings, though pixels are lost
SPOILED = re.compile(r"bad huffman|premature end|bad arithmetic|corrupt data", re.I)


def digest(path: Path, algorithms: Iterable[str]) -> dict[str, str]:
    """Hex digests of a file by algorithm, all from one reading."""
    running = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            for one in running.values():
                one.update(block)
    return {name: one.hexdigest() for name, one in running.items()}


def examine(path: Path, limits: Limits) -> dict:
    """What a file is: `picture` (its facts; None where it is refused) and `notes`, pairs of reason code and facts."""
    notes: list[tuple[str, dict]] = []
    try:
        return {"picture": _facts(path, limits, notes), "notes": notes}
    except RefusedError as refused:
        return {"picture": None, "notes": [*notes, (refused.code, refused.facts)]}
    except MemoryError:
        return {"picture": None, "notes": [*notes, ("too-much-memory", {})]}


def examine_sidecar(path: Path) -> dict:
    """As `examine`, of an XMP sidecar: its facts are the properties, under `metadata`."""
    tags, trouble = metadata.read_sidecar(path)
    if trouble:
        return {"picture": None, "notes": [("sidecar-unreadable", {"why": trouble})]}
    return {"picture": {"media_type": "application/rdf+xml", "suffix": ".xmp", "metadata": tags}, "notes": []}


def save_thumbnail(path: Path, destination: Path, limits: Limits) -> bool:
    """Write a small JPEG of a picture; of a damaged one what its decoder makes of it. False where that is nothing."""
    import pyvips

    try:
        found = pyvips.Image.new_from_file(str(path), fail_on="none")
        opening.check_size(found.width, found.height, limits)
        images.save_preview(images.open_picture(path), destination, THUMBNAIL)
    except (PictureError, pyvips.Error):
        return _save_what_is_there(path, destination)
    except (RefusedError, OSError):
        return False
    return True


def _save_what_is_there(path: Path, destination: Path) -> bool:
    import pyvips

    try:
        image = pyvips.Image.thumbnail(str(path), THUMBNAIL, height=THUMBNAIL, size="down", fail_on="none")
        image = image.copy_memory()
        if image.deviate() == 0:  # of what is missing, decoders make one colour
            return False
        image.jpegsave(str(destination), Q=80, keep="none")
    except pyvips.Error:
        return False
    return True


def _facts(path: Path, limits: Limits, notes: list) -> dict:
    found = opening.sniff(path)
    if found is None:
        raise RefusedError("not-a-picture")
    if not found.supported:
        raise RefusedError("unsupported", format=found.name)
    if path.suffix.lower() not in found.suffixes:
        notes.append(("disguised", {"format": found.name}))
    image, small = _decode(path, found, limits, notes)
    facts = _describe(path, found, image, notes)
    return facts | {"colour": _is_colour(small), "likeness": likeness.hash_of(_upright(small, image))}


def _decode(path: Path, found: Format, limits: Limits, notes: list):
    """The image and its small version, by the strictest reading that succeeds. Raises RefusedError."""
    import pyvips

    if found is formats.JPEG2000:
        return _with_sample(opening.open_otherwise(path, found, limits))
    try:
        result = _with_sample(opening.open_with_libvips(path, "warning", limits))
        complaint = opening.last_complaint()  # what came up in the last rows did not stop the reading
    except pyvips.Error as error:
        result, complaint = None, str(error)
    if SPOILED.search(complaint):
        raise opening.refusal(complaint, opening.is_complete(path, found))
    if result:
        return result
    return _decode_leniently(path, found, limits, complaint, notes)


def _decode_leniently(path: Path, found: Format, limits: Limits, complaint: str, notes: list):
    """The image in spite of a decoder's warning, which becomes a note. Raises RefusedError."""
    import pyvips

    try:
        result = _with_sample(opening.open_with_libvips(path, "error", limits))
    except pyvips.Error as error:
        return _decode_otherwise(path, found, limits, str(error))
    notes.append(("decoder-complaint", {"why": opening.shorten(complaint.replace("unable to write to memory", ""))}))
    return result


def _decode_otherwise(path: Path, found: Format, limits: Limits, message: str):
    if found is formats.TIFF and opening.BEYOND_LIBVIPS.search(message):
        return _with_sample(opening.open_otherwise(path, found, limits))
    raise opening.refusal(message, opening.is_complete(path, found))


def _with_sample(image):
    """The image with a small version of it; making that reads every row. Raises pyvips.Error."""
    across, down = max(1, image.width // SAMPLE), max(1, image.height // SAMPLE)
    small = image.shrink(across, down, ceil=True)
    samples = small.write_to_memory()
    whole = type(small).new_from_memory(samples, small.width, small.height, small.bands, small.format)
    return image, whole.copy(interpretation=small.interpretation)


def _upright(small, image):
    """The small version, turned as the image's orientation tells."""
    orientation = _field(image, "orientation", 1)
    if orientation == 1:
        return small
    turned = small.copy()
    turned.set_type(type(small).get_typeof(image, "orientation"), "orientation", orientation)
    return turned.autorot()


def _is_colour(small) -> bool:
    if small.hasalpha():
        small = small.flatten()
    if small.bands < 3 or small.interpretation in ("b-w", "grey16"):
        return False
    return colour.is_colour(small.colourspace("lab").numpy()[..., :3])


def _describe(path: Path, found: Format, image, notes: list) -> dict:
    tags, trouble = metadata.read(path)
    if trouble:
        notes.append(("metadata-unreadable", {"why": opening.shorten(trouble)}))
    pages = _field(image, "n-pages", 1)
    if pages > 1:
        notes.append(("several-pages", {"pages": pages}))
    turned = _field(image, "orientation", 1) in TURNED
    return {
        "media_type": found.media_type,
        "suffix": found.suffix,
        "width": image.height if turned else image.width,
        "height": image.width if turned else image.height,
        "bits": _bits(image),
        "channels": image.bands,
        "metadata": tags | _header(image) | _compression(compression.of(path, found, tags)),
    }


def _bits(image) -> int:
    stored = _field(image, "bits-per-sample", opening.BITS[image.format])
    return stored if stored in STORED_BITS else opening.BITS[image.format]


def _header(image) -> dict:
    """Resolution, profile and layout, as far as the header has them."""
    facts = {"interpretation": image.interpretation, "pages": _field(image, "n-pages", 1)}
    if image.get_typeof("resolution-unit") or round(image.xres, 5) not in ASSUMED:
        facts |= {"pixels_per_inch": [round(image.xres * 25.4, 2), round(image.yres * 25.4, 2)]}
    if image.get_typeof("orientation"):
        facts |= {"orientation": image.get("orientation")}
    if image.get_typeof("icc-profile-data"):
        facts |= {"icc_profile": metadata.describe_profile(bytes(image.get("icc-profile-data"))) or "unnamed"}
    return facts


def _compression(name: str | None) -> dict:
    return {"compression": name} if name else {}


def _field(image, name: str, default: int) -> int:
    return int(image.get(name)) if image.get_typeof(name) else default
