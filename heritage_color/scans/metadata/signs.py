"""Signs that cannot be seen: they come with what is pasted from web pages and word processors. Pure."""

import unicodedata

JOINERS = "\u200c\u200d"
SHOWN = 3  # kinds of signs in a finding


def visible(text: str) -> str:
    """Return a text without what cannot be seen in it, and with plain spaces for all others."""
    if text.isprintable():  # which most are; it is false of every sign that is meant here
        return text
    pairs = zip(" " + text, text, strict=False)
    return "".join(" " if _is_space(sign) else sign for before, sign in pairs if not _is_hidden(sign, before))


def hidden(text: str) -> str:
    """The signs of a text that cannot be seen, or pass for a plain space, by number and name; empty without any."""
    if text.isprintable():
        return ""
    pairs = zip(" " + text, text, strict=False)
    signs = dict.fromkeys(
        sign for before, sign in pairs if _is_hidden(sign, before) or (_is_space(sign) and sign != " ")
    )
    told = [f"U+{ord(sign):04X} {unicodedata.name(sign, 'a control character').lower()}" for sign in signs]
    return ", ".join(told[:SHOWN]) + (" and others" if len(told) > SHOWN else "")


def _is_hidden(sign: str, before: str) -> bool:
    """Return whether it is a zero width space, byte order mark, soft hyphen, mark of direction or control character.

    A joiner or non-joiner behind a letter of a script that has no capitals, such as Devanagari, is part of a spelling:
    without it other letters are read.
    """
    if sign in JOINERS and unicodedata.category(before) in ("Lo", "Mn", "Mc"):
        return False
    return unicodedata.category(sign) in ("Cf", "Cc") and sign not in "\t\n\r"


def _is_space(sign: str) -> bool:
    return unicodedata.category(sign) == "Zs"
