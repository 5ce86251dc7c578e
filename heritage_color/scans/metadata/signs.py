"""Signs that cannot be seen: they come with what is pasted from web pages and word processors. Pure."""

import unicodedata

SHOWN = 3  # kinds of signs in a finding


def visible(text: str) -> str:
    """A text without what cannot be seen in it, and with plain spaces for all others."""
    if text.isprintable():  # which most are; it is false of every sign that is meant here
        return text
    return "".join(" " if _is_space(sign) else sign for sign in text if not _is_hidden(sign))


def hidden(text: str) -> str:
    """The signs of a text that cannot be seen, or pass for a plain space, by number and name; empty without any."""
    if text.isprintable():
        return ""
    signs = dict.fromkeys(sign for sign in text if _is_hidden(sign) or (_is_space(sign) and sign != " "))
    told = [f"U+{ord(sign):04X} {unicodedata.name(sign, 'a control character').lower()}" for sign in signs]
    return ", ".join(told[:SHOWN]) + (" and others" if len(told) > SHOWN else "")


def _is_hidden(sign: str) -> bool:
    """Zero width spaces, byte order marks, soft hyphens, marks of direction (Cf), control characters but line ends."""
    return unicodedata.category(sign) in ("Cf", "Cc") and sign not in "\t\n\r"


def _is_space(sign: str) -> bool:
    return unicodedata.category(sign) == "Zs"
