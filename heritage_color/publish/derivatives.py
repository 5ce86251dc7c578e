"""The JPEG files that are published: full size and for the gallery, the colour ones with their label below."""

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color.errors import PictureError
from heritage_color.images.reading import bands
from heritage_color.images.reading.light import to_srgb8
from heritage_color.images.reading.pictures import open_picture

if TYPE_CHECKING:
    import pyvips

QUALITY = 92  # visually lossless for photographs at 4:4:4, about a tenth of the master's size
GALLERY_SIDE = 800  # pixels of the longer side
JPEG_SIDE = 60_000  # the format's limit is 65,535, and the strip comes on top
PAPER, INK = 245, 30  # of the label strip: contrast 15:1


def open_upright(path: Path) -> "pyvips.Image":
    """Return a master or derivative as an upright pyvips picture, 8-bit sRGB of three bands. Raises PictureError."""
    return to_srgb8(open_picture(path))


def shrink(image: "pyvips.Image", side: int) -> "pyvips.Image":
    """Return the picture with no side longer than `side` pixels; smaller ones as they are."""
    scale = side / max(image.width, image.height)
    return image if scale >= 1 else image.resize(scale)


def with_label(image: "pyvips.Image", text: str) -> "pyvips.Image":
    """Return the picture with a strip appended below that carries the text: no pixel of the picture is covered."""
    strip = label_strip(text, image.width)
    return image.join(strip.bandjoin([strip, strip]).copy(interpretation="srgb"), "vertical", expand=True)


def label_strip(text: str, width: int) -> "pyvips.Image":
    """A light strip of one band, `width` pixels wide, with the text in dark letters, as many lines as it needs."""
    import pyvips

    size = max(13, min(width // 50, 400))
    drawn = _draw(text, size, max(1, width - 2 * size))
    ink = 255 - ((255 - INK) * (drawn / 255)).cast("uchar")
    margin = max(4, size // 2)
    height = drawn.height + 2 * margin
    paper = pyvips.Image.black(width, height) + PAPER
    fitted = ink if ink.width <= width else ink.resize(width / ink.width)
    darker = pyvips.Image.black(width, height).invert().insert(fitted, min(size, max(0, width - fitted.width)), margin)
    return (darker < paper).ifthenelse(darker, paper).cast("uchar").copy(interpretation="b-w")


def _draw(text: str, size: int, width: int) -> "pyvips.Image":
    """Return the text as white letters on black. Plain English text needs no font on the machine; other scripts do."""
    import pyvips

    if not text.isascii():
        try:
            return pyvips.Image.text(
                _no_markup(text), font=f"sans {size * 0.75:g}", width=width, dpi=96, wrap="word-char"
            )
        except pyvips.Error:  # no font on this machine
            text = text.encode("ascii", "backslashreplace").decode()
    return _draw_ascii(text, size, width)


def _draw_ascii(text: str, size: int, width: int) -> "pyvips.Image":
    """With the font inside Pillow, so that the strip looks the same on every machine."""
    import numpy as np
    import pyvips
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size)
    columns = max(8, int(width / (font.getlength("colours of the original") / 23)))
    lines = "\n".join(textwrap.wrap(text, columns))
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), lines, font=font)
    canvas = Image.new("L", (math.ceil(right - left) + 2, math.ceil(bottom - top) + 2))
    ImageDraw.Draw(canvas).multiline_text((1 - left, 1 - top), lines, font=font, fill=255)
    return pyvips.Image.new_from_array(np.asarray(canvas))


def _no_markup(text: str) -> str:
    """Pango reads markup in the text: identifiers such as `<b>` are letters here."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def save_jpeg(image: "pyvips.Image", packet: bytes, destination: Path) -> Path:
    """Write a JPEG with the sRGB profile, full chroma resolution and the XMP packet, and none of the master's tags."""
    import pyvips

    clean = image.copy()
    for name in clean.get_fields():
        if name.endswith("-data") or name.startswith(("exif-", "iptc", "xmp")):
            clean.remove(name)
    clean.set_type(pyvips.GValue.blob_type, "xmp-data", packet)
    keep = "all" if bands.states_resolution(clean) else "icc|xmp"  # libvips' EXIF states a resolution in any case
    try:
        clean.jpegsave(
            str(destination), Q=QUALITY, subsample_mode="off", optimize_coding=True, profile="srgb", keep=keep
        )
    except pyvips.Error as error:
        raise PictureError("unreadable", f"{destination.name} cannot be made: {str(error).strip()}.") from error
    return destination
