"""Files that lie beside pictures and are not read: each known by its kind, so that its sentence says what is lost.

They are neither counted nor taken in. What could be a picture, a page, a film or an archive is refused by its name
instead (`images.formats`).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from heritage_color.images import formats, recognition
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.reporting.notes import Note
from heritage_color.scans.reporting.reasons import Finding

# Raw developers and panorama programs keep what they do to a picture beside it
RECIPES = {
    ".pp3": "RawTherapee", ".arp": "ART", ".dop": "DxO PhotoLab", ".cos": "Capture One", ".cop": "Capture One",
    ".cot": "Capture One", ".on1": "ON1 Photo RAW", ".onphoto": "ON1 Photo RAW", ".nksc": "NX Studio",
    ".vrd": "Digital Photo Professional", ".dr4": "Digital Photo Professional", ".pts": "PTGui", ".pto": "Hugin",
    ".lrcat": "Lightroom", ".lrtemplate": "Lightroom", ".acr": "Camera Raw", ".cosessiondb": "Capture One",
    ".dtstyle": "darktable",
}  # fmt: skip
MEASURED = {
    ".icc": "an ICC profile", ".icm": "an ICC profile", ".dcp": "a camera profile", ".lcp": "a lens profile",
    ".it8": "reference values of a colour target", ".cie": "reference values of a colour target",
    ".cht": "the layout of a colour target", ".ti1": "values of a colour target", ".ti2": "values of a colour target",
    ".ti3": "measurements of a colour target", ".cgats": "measurements of a colour target",
    ".cube": "a table of colours", ".cxf": "measurements of a colour target",
}  # fmt: skip
# fmt: off
SOUNDS = frozenset((
    ".wav", ".bwf", ".mp3", ".m4a", ".aac", ".flac", ".aif", ".aiff", ".ogg", ".oga", ".opus", ".wma", ".amr", ".caf",
    ".dsf", ".mid", ".midi", ".ac3", ".au", ".snd",
))
SHEETS = frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".fods", ".numbers", ".dif", ".slk"))
TABLES = frozenset((".csv", ".tsv", ".tab", ".psv"))
TEXTS = frozenset((
    ".txt", ".text", ".md", ".rst", ".log", ".nfo", ".rtf", ".doc", ".docx", ".odt", ".pages", ".wpd", ".htm", ".html",
    ".eml", ".msg", ".ppt", ".pptx", ".odp", ".tex",
))
# fmt: on
SOUND_MARKS = (b"fLaC", b"OggS", b"ID3", b"MThd", b"RF64", b"BW64", b"caff", b"DSD ", b"#!AMR", b".snd\0")
TARGET = re.compile(rb"(CGATS|IT8|CTI[123]|BEGIN_DATA_FORMAT|ISO28178)")
# Name spaces and roots of the descriptions that libraries and archives keep of scans
SCHEMES = (
    (b"www.loc.gov/METS", "a METS file"), (b"loc.gov/standards/alto", "an ALTO file"), (b"<alto", "an ALTO file"),
    (b"primaresearch.org/PAGE", "a PAGE file"), (b"tei-c.org", "a TEI file"), (b"lido-schema.org", "a LIDO file"),
    (b"loc.gov/mods", "a MODS file"), (b"loc.gov/MARC21", "a MARC file"), (b"loc.gov/premis", "a PREMIS file"),
    (b"urn:isbn:1-931666-22-9", "an EAD file"), (b"<ead", "an EAD file"), (b"purl.org/dc/", "a Dublin Core file"),
)  # fmt: skip
WORDS = {
    "text-unread": "a text",
    "sheet-unread": "a spreadsheet",
    "sound-unread": "a sound recording",
    "description-unread": "{format}",
    "colour-unapplied": "{format}",
    "recipe-unapplied": "what {program} does to a picture",
}
JSON = re.compile(rb"\s*[{\[]\s*(\"|\{|\[|\}|\])")


def note(entry: Entry) -> Finding:
    """The finding on a file that is not taken in; its first bytes are read."""
    return kind_of(_head(entry.path), entry.path.suffix.lower()).of(entry.name)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(recognition.HEAD_BYTES)
    except OSError:
        return b""  # that it cannot be read is said elsewhere


def words_for(path: Path) -> str:
    """What a file beside pictures is, in words; empty where its name promises a picture, or where nothing tells."""
    suffix = path.suffix.lower()
    if formats.by_suffix(suffix):
        return ""
    kind = kind_of(_head(path), suffix)
    return WORDS[kind.code].format(**kind.facts) if kind.code in WORDS else ""


def kind_of(head: bytes, suffix: str) -> Note:
    """Return the note on a file by its first bytes and its suffix; `unknown-file` where neither tells."""
    return next((kind for kind in _kinds(head, suffix) if kind), Note("unknown-file"))


def _kinds(head: bytes, suffix: str) -> Iterator[Note | None]:
    yield _measured(head, suffix)
    yield _recipe(suffix)
    yield Note("sound-unread") if is_sound(head, suffix) else None
    yield _description(head, suffix)
    yield Note("sheet-unread") if suffix in SHEETS | TABLES else None
    text = suffix in TEXTS or recognition.is_text(head)
    yield Note("text-unread") if text and (head or suffix in TEXTS) else None


def _measured(head: bytes, suffix: str) -> Note | None:
    kind = MEASURED.get(suffix)
    if head[36:40] == b"acsp":  # ICC.1:2022, 7.2: the signature of every profile
        kind = MEASURED[".icc"]
    elif head[:4] == b"IIRC":
        kind = MEASURED[".dcp"]
    elif TARGET.match(head):
        kind = MEASURED[".ti3"]
    return Note("colour-unapplied", {"format": kind}) if kind else None


def _recipe(suffix: str) -> Note | None:
    program = RECIPES.get(suffix)
    return Note("recipe-unapplied", {"program": program}) if program else None


def is_sound(head: bytes, suffix: str) -> bool:
    """Return whether a file is sound alone."""
    chunked = head[:4] + head[8:12] in (b"RIFFWAVE", b"FORMAIFF", b"FORMAIFC")
    marked = head.startswith(SOUND_MARKS) or (head[4:8] == b"ftyp" and head[8:12] in recognition.SOUND_BRANDS)
    written = bool(head) and recognition.is_text(head)
    return not written and (chunked or marked or suffix in SOUNDS)


def _description(head: bytes, suffix: str) -> Note | None:
    text = head.replace(b"\0", b"") if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    if text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"<?xml", b"<mets", b"<alto", b"<ead", b"<rdf")):
        named = next((name for mark, name in SCHEMES if mark in text), "an XML file")
        return Note("description-unread", {"format": named})
    if suffix in (".json", ".jsonld") or (recognition.is_text(head) and JSON.match(text)):
        return Note("description-unread", {"format": "a JSON file"})
    if suffix in (".xml", ".mets", ".alto", ".yaml", ".yml", ".ttl", ".rdf", ".mrc"):
        return Note("description-unread", {"format": "a file of metadata"})
    return None
