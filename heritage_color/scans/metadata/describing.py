"""What is known of each scan: manifest.csv before the sidecar, that before the metadata inside the file. Pure.

The tags are those of the IPTC Photo Metadata Standard and of the Metadata Working Group's guidelines 2.0 (2010).
EXIF gives no date: in a scan it is the day of the scan. A file's name gives an identifier only, no title.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from heritage_color.keys import Column, Word
from heritage_color.scans.arrival.names import MANIFEST, printable
from heritage_color.scans.decoding.messages import Metadata, text_of
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.metadata import dates, sidecars
from heritage_color.scans.metadata.cells import RIGHTS
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered

FIELDS = ("title", "creator", "date", "place", "rights", "description")
SIDECAR, EMBEDDED, IPTC, EXIF = "the sidecar", "the file's XMP", "the file's IPTC", "the file's EXIF"
Described = dict[Column, str]  # what is known of a scan, by field
Places = dict[Column, tuple[Word, ...]]  # the tags that may tell a field, the best first
XMP_TAGS: Places = {
    "title": ("Xmp.dc.title", "Xmp.photoshop.Headline"),
    "creator": ("Xmp.dc.creator",),
    "date": ("Xmp.photoshop.DateCreated", "Xmp.dc.date"),
    "place": ("Xmp.iptc.Location", "Xmp.photoshop.City", "Xmp.photoshop.State", "Xmp.photoshop.Country"),
    "rights": ("Xmp.xmpRights.WebStatement", "Xmp.cc.license", "Xmp.dc.rights"),
    "description": ("Xmp.dc.description",),
}
IPTC_TAGS: Places = {
    "title": ("Iptc.Application2.ObjectName", "Iptc.Application2.Headline"),
    "creator": ("Iptc.Application2.Byline",),
    "date": ("Iptc.Application2.DateCreated",),
    "place": tuple(f"Iptc.Application2.{name}" for name in ("SubLocation", "City", "ProvinceState", "CountryName")),
    "rights": ("Iptc.Application2.Copyright",),
    "description": ("Iptc.Application2.Caption",),
}
EXIF_TAGS: Places = {
    "creator": ("Exif.Image.Artist",),
    "rights": ("Exif.Image.Copyright",),
    "description": ("Exif.Image.ImageDescription",),
}
JOINED = {"place"}  # made of all its tags; of others the first that is filled counts
LANGUAGE = re.compile(r'lang="[^"]*" (.*?)(?=, lang="|$)', re.DOTALL)  # as exiv2 writes texts in several languages
# What programs and cameras write into EXIF's description by themselves
MACHINE_TEXT = re.compile(r"[{<]|ImageJ=|OLYMPUS DIGITAL CAMERA|SONY DSC|KONICA MINOLTA DIGITAL CAMERA|Created with ")
DAY = re.compile(r"(?P<year>[0-9]{4})-?(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})([T ].*)?", re.DOTALL)
SHORTENED = 30  # letters: IPTC cuts a name at 32, a title at 64 (IIM 4.2), so a beginning that long is no other value
SHOWN = 80  # characters of a value in a finding


def describe_scans(pictures: list[Delivered], beside: list[Delivered]) -> list[Finding]:
    """Give scans their sidecars and what is known of them; returns the findings on sidecars that describe nothing."""
    findings = sidecars.match(pictures, beside)
    for picture in pictures:
        if picture.role == "scan":
            with Isolated(picture.findings, picture.name):
                _settle(picture)
    return findings


class _Value(NamedTuple):
    """What a source says of a field."""

    source: str
    text: str


def _settle(scan: Delivered) -> None:
    """Take each field from the first source that has it, and note where a later one says something else."""
    sources = [(source, described) for source, described in _sources(scan) if described]
    for name in FIELDS:
        values = [_Value(source, described[name]) for source, described in sources if name in described]
        if values:
            scan.sources[name], scan.described[name] = values[0]
            scan.findings += _conflicts(scan, name, values)
    scan.findings += _unread_dates(scan)
    scan.findings += sidecars.not_shown(scan)
    if scan.row and "rights" not in scan.described:
        scan.findings.append(finding("rights-missing", scan.name, scan.row.number))


def _sources(scan: Delivered) -> Iterator[tuple[str, Described]]:
    inside, beside = (sidecars.tags_of(file) for file in (scan, scan.sidecar))
    row = scan.row
    yield MANIFEST, {name: row[name] for name in FIELDS if row[name]} if row else {}
    yield SIDECAR, read_tags(beside, XMP_TAGS)
    yield EMBEDDED, read_tags(inside, XMP_TAGS)
    yield IPTC, read_tags(inside, IPTC_TAGS)
    yield EXIF, read_tags(inside, EXIF_TAGS)


def read_tags(tags: Metadata, places: Places) -> Described:
    """Return what embedded metadata say, by field. Texts that are no dates and rights of no known URI are left out."""
    values = {
        name: _value(name, [text_of(tags, tag) for tag in order if tag in tags]) for name, order in places.items()
    }
    return {name: value for name, value in values.items() if value}


def _value(name: str, tags: list[str]) -> str:
    texts = [text for text in (_plain(value) for value in tags) if text]
    if name == "date":
        texts = [date for date in map(_date, texts) if dates.is_date(date)]
    elif name == "rights":
        texts = [re.sub("^https:", "http:", text) for text in texts if RIGHTS.fullmatch(text)]
    elif name == "description":
        texts = [text for text in texts if not MACHINE_TEXT.match(text)]
    return ", ".join(texts) if name in JOINED else next(iter(texts), "")


def _date(text: str) -> str:
    """A tag's date without its time of day; zeros stand for what is not known (IIM 4.2, 2:55), also for all of it."""
    day = DAY.fullmatch(text)
    if day is None:
        return text
    known = [day["year"], *(part for part in (day["month"], day["day"]) if part != "00")]
    return "" if known[0] == "0000" else "-".join(known[: 1 if day["month"] == "00" else 3])


def _unread_dates(scan: Delivered) -> list[Finding]:
    """A finding for each text in a date's tag that is no date: it stays among the tags, and describes nothing."""
    inside, beside = (sidecars.tags_of(file) for file in (scan, scan.sidecar))
    places = ((SIDECAR, beside, XMP_TAGS), (EMBEDDED, inside, XMP_TAGS), (IPTC, inside, IPTC_TAGS))
    texts = [
        (source, _date(_plain(text_of(tags, tag)))) for source, tags, of in places for tag in of["date"] if tag in tags
    ]
    told = [(source, text, dates.fault(text)) for source, text in dict.fromkeys(texts) if text]
    return [
        finding("bad-date", scan.name, source=source, found=_shown(text), why=why) for source, text, why in told if why
    ]


def _plain(value: str) -> str:
    """Return a tag's text in its first language, without space around it."""
    spoken = LANGUAGE.match(value)
    return (spoken[1] if spoken else value).strip(" \t\r\n\0")


def _conflicts(scan: Delivered, name: str, values: list[_Value]) -> list[Finding]:
    """A finding for each further value that differs from all before it."""
    first, *others = values
    row = scan.row_number if first.source == MANIFEST else None
    findings, seen = [], [first]
    for value in others:
        if not any(_same(name, value.text, other.text) for other in seen):
            seen.append(value)
            facts = {"source": first.source, "other": _shown(value.text), "other_source": value.source}
            shown = _shown(first.text)
            findings.append(finding("metadata-conflict", scan.name, row, field=name, found=shown, **facts))
    return findings


def _same(name: str, value: str, other: str) -> bool:
    """Return whether two values say the same: punctuation and case aside, and one may be the other's beginning."""
    short, long = sorted((_letters(value), _letters(other)), key=len)
    if name == "date":  # 1912 and 191X are only less exact than 1912-05-03
        return long.startswith(short.rstrip("x"))
    return short == long or (len(short) >= SHORTENED and long.startswith(short))


def _letters(value: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub("^https:", "http:", value).casefold())


def _shown(value: str) -> str:
    return f'"{printable(value[:SHOWN])}{"…" if len(value) > SHOWN else ""}"'
