"""What every published colorization says of itself. One sentence, the same in all places where it stands."""

import re
import unicodedata

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONGEST_NAME = 120


def label(method: str, version: str, date: str, identifier: str) -> str:
    """Return a colorization's label: who coloured, when (YYYY-MM-DD), from which original, and that it is a guess."""
    sentence = f"Colorized by {method} {version} on {date} from original {identifier}; colours are the model's guess"
    return plain(sentence)


def plain(text: str) -> str:
    """Text from outside as one line without characters that no document may hold, or that turn its direction."""
    visible = "".join(char if unicodedata.category(char) not in ("Cc", "Cf", "Cs") else " " for char in text)
    return " ".join(NOT_IN_XML.sub(" ", visible).split())


def alternative_text(title: str, label_text: str) -> str:
    """Return the alt text of a colorization: what it shows, if that is known, and its label."""
    return f"{plain(title)}. {label_text}" if plain(title) else label_text


def original_text(title: str, identifier: str) -> str:
    """Return the alt text of an original."""
    return (
        f"{plain(title)}. Original photograph {plain(identifier)}" if plain(title) else f"Original {plain(identifier)}"
    )


def download_name(identifier: str, scan_id: int, what: str) -> str:
    """`<identifier>-<what>.jpg` with only characters that every file system and header takes."""
    ascii_only = unicodedata.normalize("NFKD", identifier).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", ascii_only).strip("._-")[:LONGEST_NAME]
    return f"{stem or f'scan-{scan_id}'}-{what}.jpg"
