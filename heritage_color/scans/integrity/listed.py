"""One checksum of a list, and what makes one of the words and digits of a line. Pure."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import NamedTuple

from heritage_color.scans.integrity import digests

HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
PREFIXED = re.compile(r"([a-z][\w/-]*)\s*[:=]\s*(.*)", re.IGNORECASE)
LONGEST = 8192  # characters of a line: twice the longest path, and a digest; what is longer is none
COMMENTS = ("#", ";", "//", "%%%%")  # GNU and RHash, SFV, FCIV, hashdeep


@dataclass(frozen=True)
class Listed:
    """One checksum of a list: the name as it stands there, algorithm and lower-case digest.

    Where nothing tells the algorithm, it is the usual one of its length, and `others` are those that it may be, too.
    """

    name: str
    algorithm: str
    digest: str
    row: int
    others: tuple[str, ...] = ()
    told: bool = True


class Row(NamedTuple):
    """A row of a list: its number, its text, and what it lists, which is nothing where it cannot be read."""

    number: int
    text: str
    listed: list[Listed]


def listed(name: str | None, digest: str, row: int, *words: str) -> list[Listed]:
    """A digest by the first word that tells its algorithm, else by its length; nothing where the text is no digest."""
    if not name or "\0" in name or not HEXADECIMAL.fullmatch(digest):
        return []
    told = (digests.told(word, len(digest)) for word in words if word)
    known = next((algorithms for algorithms in told if algorithms), ())
    usual, *others = known or digests.candidates(len(digest)) or ("",)
    return [Listed(name, usual, digest.lower(), row, tuple(others), told=len(known) == 1)] if usual else []


def of_cell(text: str) -> tuple[str, str]:
    """The algorithm's name that stands before a digest in a cell, as in `sha3-256:0f3c...`, if any, and the digest."""
    match = PREFIXED.fullmatch(text.strip())
    return (match[1], match[2]) if match else ("", text.strip())


def listed_in_cell(name: str, text: str, row: int) -> list[Listed]:
    """Return the digest of a cell, by the algorithm named before it, if any; nothing where the two do not fit."""
    word, digest = of_cell(text)
    return [] if word and not digests.told(word, len(digest)) else listed(name, digest, row, word)


def from_base64(text: str) -> str:
    """Return the hexadecimal digits of a digest in Base64; empty where the text is no Base64."""
    try:
        return base64.b64decode(text.strip(), validate=True).hex()
    except binascii.Error:
        return ""


def lines_of(text: str) -> list[tuple[int, str]]:
    """The lines of a text that are neither empty nor comments, with their numbers."""
    numbered = enumerate(re.split(r"\r\n|\n|\r", text), 1)
    return [(row, line) for row, line in numbered if line.strip() and not line.lstrip().startswith(COMMENTS)]
