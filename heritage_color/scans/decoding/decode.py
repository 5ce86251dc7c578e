"""Decodes one picture in full and says what it is, or why it cannot be taken in. Runs in a process of its own.

libvips streams the rows into a version of at most 256 pixels, so that a master of any size needs little memory.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heritage_color.errors import PictureError
from heritage_color.images import colour, formats, libvips, likeness, recognition
from heritage_color.images.description import Description
from heritage_color.images.metadata import embedded
from heritage_color.images.reading import bands, frames, opening, witness
from heritage_color.images.reading.light import as_srgb8
from heritage_color.images.reading.pictures import open_picture, to_grey_or_rgb
from heritage_color.images.refusals import Limits, RefusedError, check_size, refusal, shorten
from heritage_color.images.writing.saving import save_preview
from heritage_color.keys import Digests
from heritage_color.scans.decoding import looks
from heritage_color.scans.decoding.messages import Answer, Metadata, Picture
from heritage_color.scans.integrity import digests
from heritage_color.scans.reporting.notes import Note

if TYPE_CHECKING:
    from pyvips import Image

BLOCK = 2**20
THUMBNAIL = 320  # pixels of the longer side
SAMPLE = 256  # pixels of the small version's sides, about
SHOWN = (formats.GIF, formats.HEIF)  # refused, but pictures that libvips shows to whoever delivered them
# libjpeg counts these as mere warnings, though pixels are lost
SPOILED = re.compile(r"bad huffman|premature end|bad arithmetic|corrupt data", re.I)


def digest(path: Path, algorithms: Iterable[str]) -> Digests:
    """Hex digests of a file by algorithm, all from one reading."""
    running = {name: digests.new(name) for name in algorithms}
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            for digest in running.values():
                digest.update(block)
    return {name: digest.hexdigest() for name, digest in running.items()}


def examine(path: Path, limits: Limits, two_readers: bool = False) -> Answer:
    """Return what a file holds: a picture, or none where it is refused, and the notes on it.

    A picture that is not of the plain kinds is read by two readers; with `two_readers` each is.
    """
    notes: list[Note] = []
    try:
        picture = _picture(path, limits, notes, two_readers)
    except RefusedError as refused:
        return Answer(notes=(*notes, Note(refused.code, refused.facts)))
    except MemoryError:
        return Answer(notes=(*notes, Note("too-much-memory")))
    return Answer(picture=picture, notes=tuple(notes))


def examine_sidecar(path: Path) -> Answer:
    """As `examine`, of an XMP sidecar: its properties are the picture's `metadata`."""
    tags, trouble = embedded.read_sidecar(path)
    if trouble:
        return Answer(notes=(Note("sidecar-unreadable", {"why": trouble}),))
    return Answer(picture=Picture("application/rdf+xml", ".xmp", dict(tags)))


def save_thumbnail(path: Path, destination: Path, limits: Limits) -> bool:
    """Write a small JPEG of a picture; of a damaged one what its decoder makes of it. False where that is nothing.

    Documents, films, raws and drawings from strangers are not rendered.
    """
    import pyvips

    try:
        kind = opening.sniff(path)
        if kind and not kind.supported and kind not in SHOWN:
            return False
        check_size(*_size(path, kind), limits)
        save_preview(open_picture(path), destination, THUMBNAIL)
    except (PictureError, pyvips.Error):
        return _save_what_is_there(path, destination)
    except (RefusedError, OSError):
        return False
    return True


def _size(path: Path, kind: formats.Format | None) -> tuple[int, int]:
    """Width and height by its tags, or by what libvips makes of a damaged file. Raises pyvips.Error."""
    import pyvips

    try:
        if kind and kind.supported:
            description = opening.describe_picture(path, kind)
            return description.width, description.height
    except RefusedError:
        pass  # of what is refused, that which is there may be shown
    image = pyvips.Image.new_from_file(str(path), fail_on="none")
    return image.width, image.height


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


def _picture(path: Path, limits: Limits, notes: list[Note], two_readers: bool) -> Picture:
    """The picture that a file holds. What is to be noted goes to `notes`, also where it ends in a RefusedError.

    The kind is told by the first bytes, then the header is read, then every row of samples, by a second reader, too,
    where the first one may be wrong. What the picture shows is judged on a small version of it.
    """
    kind = _kind(path, notes)
    description = opening.describe_picture(path, kind)
    notes += [Note(code, facts) for code, facts in description.notes]
    description, image, small = _decode(path, description, limits, notes)
    doubtful = not witness.is_plain(description) or any(note.code == "decoder-complaint" for note in notes)
    heard = _heard(path, description, limits, notes) if doubtful or two_readers else {}
    small = to_grey_or_rgb(small, description.bits)
    if description.is_transparent and small.min() == small.max() == bands.FULL[small.format]:
        notes.append(Note("transparent-throughout"))
    metadata = _metadata(path, description, notes)
    upright, in_colour = _upright(small, image), _is_colour(small)
    turned = description.is_on_its_side
    return Picture(
        media_type=description.format.media_type,
        suffix=description.format.suffix,
        metadata=metadata | heard,
        width=description.height if turned else description.width,
        height=description.width if turned else description.height,
        bits=description.bits,
        channels=description.channels,
        colour=in_colour,
        looks_like="" if in_colour else looks.looks_like(_grey(upright)),
        likeness=likeness.hash_of(upright),
    )


def _kind(path: Path, notes: list[Note]) -> formats.Format:
    """Return the format of a file by its first bytes. Raises RefusedError where that format is not taken in."""
    kind = opening.sniff(path)
    if kind is None:
        raise RefusedError("not-a-picture")
    if not kind.supported:
        raise RefusedError(kind.code, format=kind.name)
    if path.suffix.lower() not in kind.suffixes:
        notes.append(Note("disguised", {"format": kind.name}))
    return kind


def _heard(path: Path, description: Description, limits: Limits, notes: list[Note]) -> Metadata:
    """What a second reader says, as a fact of the picture. Raises RefusedError where it sees another picture."""
    testimony = witness.hear(path, description, limits)
    if testimony.alone:
        notes.append(Note("one-reader", {"reader": testimony.first, "why": testimony.alone}))
    return {"second_reading": testimony.sentence}


def _decode(
    path: Path, description: Description, limits: Limits, notes: list[Note]
) -> tuple[Description, "Image", "Image"]:
    """Description, image and its small version, by the strictest reading that succeeds. Raises RefusedError."""
    import pyvips

    try:
        result = description, *_with_sample(opening.open_described(path, description, limits, "sequential", "warning"))
        complaint = libvips.last_complaint()  # what came up in the last rows did not stop the reading
    except pyvips.Error as error:
        result, complaint = None, str(error)
    if SPOILED.search(complaint):
        raise refusal(complaint, recognition.is_complete(path, description.format))
    if result:
        return result
    return _decode_leniently(path, description, limits, complaint, notes)


def _decode_leniently(
    path: Path, description: Description, limits: Limits, complaint: str, notes: list[Note]
) -> tuple[Description, "Image", "Image"]:
    """The image in spite of a decoder's warning, which becomes a note. Raises RefusedError."""
    import pyvips

    try:
        result = description, *_with_sample(opening.open_described(path, description, limits, "sequential", "error"))
    except pyvips.Error as error:
        other = opening.otherwise(path, description, str(error))
        return other, *_with_sample(opening.open_described(path, other, limits, "sequential", "error"))
    notes.append(Note("decoder-complaint", {"why": shorten(complaint.replace("unable to write to memory", ""))}))
    return result


def _with_sample(image: "Image") -> tuple["Image", "Image"]:
    """Return the image with a small version of it; making that reads every row. Raises pyvips.Error."""
    across, down = max(1, image.width // SAMPLE), max(1, image.height // SAMPLE)
    small = image.shrink(across, down, ceil=True)
    samples = small.write_to_memory()
    whole = type(small).new_from_memory(samples, small.width, small.height, small.bands, small.format)
    whole = whole.copy(interpretation=small.interpretation)
    if small.get_typeof(bands.PROFILE):  # inks are nothing without it, and colours other ones
        whole.set_type(small.get_typeof(bands.PROFILE), bands.PROFILE, small.get(bands.PROFILE))
    return image, whole


def _upright(small: "Image", image: "Image") -> "Image":
    """The small version, turned as the image's orientation tells."""
    orientation = _field(image, "orientation", 1)
    if orientation == 1:
        return small
    turned = small.copy()
    turned.set_type(type(small).get_typeof(image, "orientation"), "orientation", orientation)
    return turned.autorot()


def _grey(small: "Image") -> NDArray[np.uint8]:
    """Grey levels (h, w), uint8, of the small version."""
    grey = small.colourspace("b-w")[0]
    return np.ascontiguousarray(grey.numpy().reshape(grey.height, grey.width))


def _is_colour(small: "Image") -> bool:
    """Return whether it shows colours, through its profile: by the rule that colorizing asks again."""
    if small.bands != 3:
        return False
    shown = as_srgb8(small) if small.get_typeof(bands.PROFILE) else small
    return colour.is_colour(shown.colourspace("lab").numpy())


def _metadata(path: Path, description: Description, notes: list[Note]) -> Metadata:
    """Embedded tags and header facts, with notes on what could not be read and on further pages and pictures."""
    tags, trouble = embedded.read_embedded(path)
    if trouble:
        notes.append(Note("metadata-unreadable", {"why": shorten(trouble)}))
    if description.pages > 1:
        notes.append(Note("several-pages", {"pages": description.pages, "shown": description.directory.page + 1}))
    elif further := frames.count_frames(path, description.format):
        notes.append(Note("several-pictures", {"count": further.count, "kind": further.kind}))
    return tags | _header(description)


def _header(description: Description) -> Metadata:
    """Resolution, profile and layout, as far as the header has them."""
    facts: Metadata = {"interpretation": description.interpretation, "pages": description.pages}
    if stated := description.upright_pixels_per_inch:
        facts |= {"pixels_per_inch": [round(value, 2) for value in stated]}
    if description.orientation != 1:
        facts |= {"orientation": description.orientation}
    if description.profile:
        facts |= {"icc_profile": embedded.describe_profile(description.profile) or "unnamed"}
    if description.compression:
        facts |= {"compression": description.compression}
    return facts


def _field(image: "Image", name: str, default: int) -> int:
    return int(image.get(name)) if image.get_typeof(name) else default
