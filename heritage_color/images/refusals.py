"""An error with a reason code tells that a picture is not taken in; messages of decoders become such codes."""

import re
from dataclasses import dataclass
from typing import Any

from heritage_color.images.wording import clean
from heritage_color.keys import Word

CUT_SHORT = re.compile(
    r"premature end of jpeg|unexpected end|end of file|\beof\b|read gave|got \d+ bytes, expected|truncat"
    r"|not enough data|read error (at|on) (scanline|row|strip|tile)|requested data is too short",
    re.IGNORECASE,
)
UNWRITTEN = "a TIFF that leaves out where samples lie, as GDAL's sparse files do"
LEFT_OUT = re.compile(r"invalid (strip|tile) byte count 0", re.I)  # libtiff's words for such
NO_MEMORY = re.compile(r"out of memory|unable to allocate|bad_alloc|insufficient memory|cannot allocate", re.I)


@dataclass(frozen=True)
class Limits:
    """Decoding one picture may take so many pixels, and bytes of memory."""

    max_pixels: int
    memory: int


class RefusedError(Exception):
    """A picture cannot be taken in, for a code of the reasons and with the facts of its sentence."""

    def __init__(self, code: str, **facts: str | int | None) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[Word, Any] = facts


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raise RefusedError for a picture of too many pixels, before one of them is decoded."""
    if width * height > limits.max_pixels:
        limit = f"{limits.max_pixels / 1e6:g} megapixels"
        raise RefusedError("too-many-pixels", width=width, height=height, limit=limit)


def refusal(message: str, complete: bool = True) -> RefusedError:
    """Return the refusal that a decoder's message stands for.

    `complete` is True where the file ends as its format demands.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip() and not line.startswith("unable to ")]
    if NO_MEMORY.search(message):
        return RefusedError("too-much-memory")
    if LEFT_OUT.search(message):
        return RefusedError("unsupported", format=UNWRITTEN)
    if CUT_SHORT.search(message) or not complete:
        return RefusedError("truncated")
    return RefusedError("damaged", why=shorten(lines[-1] if lines else message))


def shorten(message: str) -> str:
    """Cut a decoder's message to at most 120 characters, without the full stop that the sentence adds."""
    text = clean(message.strip())[:120].rstrip(".:| ")
    return text if sum(letter.isalpha() for letter in text) > 2 else "the decoder gives no details"
