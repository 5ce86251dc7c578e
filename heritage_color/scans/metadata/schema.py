"""What each column of manifest.csv may hold: its published schema, and an empty manifest to begin with. Pure."""

import csv
import io
import json
from dataclasses import dataclass

from heritage_color.scans.integrity import digests
from heritage_color.scans.metadata import cells, dates, manifest

VERSION = "2"  # raised whenever a manifest that fitted may fit no more, or the other way round; 1 had no number
ADDRESS = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class Column:
    """A column: what it holds, an example, and a pattern of what it may hold (empty: anything)."""

    about: str
    example: str = ""
    pattern: str = ""


def any_case(words: str) -> str:
    """A pattern in which letters match in either case: JSON Schema's regular expressions have no flag for it."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in words)


DATES = f"({dates.SHAPE})?"
YES, FLAGS = (any_case("|".join(sorted(words))) for words in (manifest.YES, manifest.YES | manifest.NO))
DIGITS = "|".join(f"[0-9A-Fa-f]{{{number}}}" for number in digests.USUAL)
# Which algorithms' names fit how many digits is more than a pattern can say
DIGEST = rf"([A-Za-z][0-9A-Za-z_/-]*\s*[:=]\s*)?({DIGITS})|{any_case('crc-?32')}\s*[:=]\s*[0-9A-Fa-f]{{8}}"
COLUMNS = {
    "file": Column("path of the scan below the delivery's folder", "box 1/plate-001.tif", ".+"),
    "identifier": Column("the institution's own identifier, each only once", "A 1912-001"),
    "title": Column("title as the catalog shall show it", "Market square on a Saturday"),
    "creator": Column("photographer or studio", "Anna Berg"),
    "date": Column(
        "date of the photograph, EDTF (ISO 8601-2) level 0, 1 or 2; the check also looks whether it exists",
        "1912~",
        DATES,
    ),
    "place": Column("where it was taken", "Bergen"),
    "collection": Column("collection or fonds, by which technical profiles are chosen", "Berg studio"),
    "rights": Column(
        "URI of a rightsstatements.org statement or of a Creative Commons licence",
        "http://rightsstatements.org/vocab/NoC-US/1.0/",
        f"({cells.RIGHTS.pattern})?",
    ),
    "description": Column("what is to be seen", "Stalls before the town hall, seen from the tower."),
    "do_not_colorize": Column("yes where the picture must stay as it is", "no", FLAGS),
    "do_not_colorize_reason": Column("why; required with yes"),
    "content_warning": Column("shown before the picture"),
    "checksum": Column(
        "MD5, SHA-1, SHA-256 or SHA-512 of the file, in hexadecimal digits; others with their name, as sha3-256:...",
        "",
        f"({DIGEST})?",
    ),
    "reference": Column("path of the scan's true colour, where one exists"),
    "replaces": Column("the refused file that this one replaces: its path, its identifier, or delivery/path"),
}


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


FLAGGED = {"required": ["do_not_colorize"], "properties": {"do_not_colorize": {"pattern": _whole(YES)}}}
REASONED = {"required": ["do_not_colorize_reason"], "properties": {"do_not_colorize_reason": {"minLength": 1}}}


def schema_text() -> str:
    """Return the JSON Schema of one row, as an object of texts; columns that it does not name may hold anything."""
    properties = {
        name: {"type": "string", "description": column.about}
        | ({"examples": [column.example]} if column.example else {})
        | ({"pattern": _whole(column.pattern)} if column.pattern else {})
        for name, column in ((name, COLUMNS[name]) for name in manifest.COLUMNS)
    }
    schema = {
        "$schema": ADDRESS,
        "$id": f"urn:heritage-color:manifest-row:{VERSION}",
        "version": VERSION,
        "$comment": "No pattern can say which days exist, nor in which order an interval runs: the check does.",
        "title": "A row of manifest.csv",
        "description": "One scan of a delivery. Every cell is text; a column that is left out is empty.",
        "type": "object",
        "required": ["file"],
        "properties": properties,
        "additionalProperties": {"type": "string", "description": "kept with the scan as it came"},
        "allOf": [{"if": FLAGGED, "then": REASONED}, {"if": REASONED, "then": FLAGGED}],
    }
    return json.dumps(schema, indent=2, ensure_ascii=False)


def template() -> str:
    """Return an empty manifest.csv: its header, and an example row to be replaced."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(manifest.COLUMNS)
    writer.writerow(COLUMNS[name].example for name in manifest.COLUMNS)
    return text.getvalue()
