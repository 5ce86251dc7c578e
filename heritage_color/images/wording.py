"""Texts of others are made such that the catalog takes them."""

LONGEST_VALUE = 2000  # characters; of longer texts the beginning is kept


def legible(text: str) -> str:
    """Read a text of which exiv2 could not decode all as UTF-8 as Windows-1252, which old programs wrote."""
    stray = any("\udc80" <= letter <= "\udcff" for letter in text)
    return text.encode("utf-8", "surrogateescape").decode("cp1252", "replace") if stray else text


def cut(text: str) -> str:
    """Return a text that a jsonb column takes, with a note where its end is left out."""
    note = f"… [cut, {len(text)} characters]"
    return clean(text) if len(text) <= LONGEST_VALUE else clean(text[: LONGEST_VALUE - len(note)]) + note


def clean(text: str) -> str:
    """Return text that a jsonb column takes: no zero characters, no lone surrogates, not too long."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST_VALUE]
