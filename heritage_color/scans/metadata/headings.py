"""The columns of a manifest as people spell them: what would protect a picture is never lost by a spelling. Pure.

A heading is a column's name in any letter case. One that is nearly the name of a protecting column is taken for it,
with a warning; one that speaks of colorizing or of a warning in other words, or is nearly the name of any other column
that the manifest lacks, is an error that names the right one. All else is a further column of the supplier's own.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from heritage_color.scans.metadata.signs import visible

FLAG, REASON, CAUTION = "do_not_colorize", "do_not_colorize_reason", "content_warning"
PROTECTING = (REASON, FLAG, CAUTION)
ALIKE = 0.85  # of difflib: one letter too many, too few or wrong in a name of seven, two in one of fourteen
DENIAL = re.compile("no|nt|never")  # a name of the flag says no: "colorize", answered with "no", means the opposite
# What speaks of colorizing in other words, in English and in the words for no and colour of some neighbours
_DENIED = "no|not|(don|won|can|must|should|need)nt|never|without|non|nicht|ohne|keine?|niet|geen|ikke|inte|pas|sans"
_COLOUR = "color|kolor|f(a|ä|ae)rb|kleur|f[aä]rg|farv"
SPEAKING = re.compile(
    rf"coloriz|({_DENIED})(be|zu|ein|in|en|de|ge)?({_COLOUR})|(?<!hand)kolorier(en|ung|bar)|einf(a|ä|ae)rb|inkleur"
    r"|^(may|can|must|shall|should)(be|not|notbe)?color|allow\w*color|color\w*(allow|permit|forbid|prohib)|^coloring"
)
WARNING = re.compile("warn|avertiss|advertencia|contentnot|trigger")
BRACKETS = re.compile(r"\([^()]*\)|\[[^][]*\]")  # what a column may hold: do_not_colorize (yes/no)
SPELLINGS = ("colorize", "colourize", "colorise", "colourise")
LONGEST = 1000  # letters of a heading that are looked at
CLOSE = 0.75  # nearer to a protecting column than this, and yet not taken for it, a heading is an error
OTHER_NAMES = {  # what spreadsheets call these columns
    "file": ("filename", "filepath"),
    "rights": ("rightsstatement", "rightsstatements", "rightsuri", "rightsstatementuri"),
}


@dataclass(frozen=True)
class Heading:
    """The column that a heading stands for. `near` is the known column that it is nearly called; `taken` as that."""

    name: str
    near: str = ""
    taken: bool = False


def read_all(cells: list[str], columns: Iterable[str]) -> list[Heading]:
    """Return what the cells of a header stand for, among the known columns."""
    known = tuple(columns)
    plain = [visible(cell).strip().lower().replace(" ", "_") for cell in cells]
    missing = [column for column in known if column not in plain]
    return [Heading(name) if name in known or not name else _guess(name, missing) for name in plain]


def _guess(name: str, missing: list[str]) -> Heading:
    letters = _letters(name)
    protecting = _protecting(letters)
    if protecting:
        return Heading(protecting, protecting, taken=True)
    if SPEAKING.search(letters) or max(_protection(letters, column) for column in (FLAG, REASON)) >= CLOSE:
        return Heading(name, REASON if "reason" in letters else FLAG)
    if WARNING.search(letters) or _protection(letters, CAUTION) >= CLOSE:
        return Heading(name, CAUTION)
    return Heading(name, next((column for column in missing if _near(letters, column)), ""))


def _protecting(letters: str) -> str:
    """The protecting column of nearly this name, where the name means the same; empty without one."""
    says_why = "reason" in letters or _likeness(letters[-6:], "reason") > 0.6
    nearest = max(PROTECTING if says_why else (FLAG, CAUTION), key=lambda column: _protection(letters, column))
    says_no = nearest == CAUTION or DENIAL.search(letters.partition("coloriz")[0])
    return nearest if says_no and _protection(letters, nearest) >= ALIKE else ""


def _protection(letters: str, column: str) -> float:
    """How like a heading is to a protecting column in any of the spellings of colorizing, a slip within it too."""
    name = re.sub(r"[\W_]", "", column)
    return max(_likeness(letters, name.replace("colorize", spelling)) for spelling in SPELLINGS)


def _near(letters: str, column: str) -> bool:
    name = _letters(column)
    return letters == name or letters in OTHER_NAMES.get(column, ()) or _slip(letters, name)


def _slip(letters: str, name: str) -> bool:
    """Whether one is the other with a slip of the pen; among short names no other letter is one (film is no file)."""
    if len(letters) == len(name) and len(name) < 7:
        return sorted(letters) == sorted(name) and _likeness(letters, name) > 0.7  # two letters in the wrong order
    return _likeness(letters, name) >= ALIKE


def _likeness(letters: str, other: str) -> float:
    return SequenceMatcher(None, letters, other, autojunk=False).ratio()


def _letters(name: str) -> str:
    """A heading's letters and digits, American in its spelling of colorizing, without what stands in brackets."""
    text = unicodedata.normalize("NFKC", visible(name[:LONGEST])).casefold()
    plain = re.sub(r"[\W_]", "", BRACKETS.sub("", text)) or re.sub(r"[\W_]", "", text)
    return re.sub("coloris", "coloriz", plain.replace("colour", "color"))
