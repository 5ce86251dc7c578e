"""Texts of strangers, of which nobody says how they are encoded."""

from typing import NamedTuple

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Text(NamedTuple):
    """A text as it was read; `guessed` where it has no mark and is no UTF-8, so that it may be read wrongly."""

    text: str
    guessed: bool = False


def encoding_of(content: bytes, otherwise: str = "utf-8-sig") -> str:
    """The encoding that a text's first bytes tell: UTF-16 where they are its mark."""
    return "utf-16" if content.startswith(UTF16_MARKS) else otherwise


def read_text(content: bytes) -> Text:
    """A table or a list as programs write them: UTF-16 with its mark, UTF-8 with one or without, else Windows-1252."""
    try:
        return Text(content.decode(encoding_of(content), "replace" if content.startswith(UTF16_MARKS) else "strict"))
    except UnicodeDecodeError:
        return Text(content.decode("cp1252", "replace"), guessed=True)
