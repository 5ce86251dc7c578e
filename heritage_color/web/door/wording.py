"""How the pages write dates, sizes, counts and figures, and the words that several pages share."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from heritage_color.colorize.sources import colours_of
from heritage_color.keys import FileName, Json
from heritage_color.rating.methods import SCALE

LABEL = "Colorized by a model; the colours are a guess"
NO_TRUTH = "No colour truth of this photograph exists, so there is no PSNR."
SCORES = tuple(sorted(SCALE.items()))
UNITS = ("bytes", "kB", "MB", "GB", "TB")
LONGEST = 600  # characters of one embedded metadata value that a page shows


def when(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as people in a zone read it: 23 November 2026, 13:54 CET."""
    there = moment.astimezone(zone)
    name = there.strftime("%Z")
    return f"{there.day} {there:%B %Y, %H:%M} {name if name.isalpha() else zone.key}"


def size(amount: float) -> str:
    """Bytes as 1 byte, 812 bytes, 1.4 MB and so on, in powers of 1000."""
    if amount == 1:
        return "1 byte"
    unit = 0
    while amount >= 999.5 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {UNITS[unit]}" if unit == 0 or amount >= 99.5 else f"{amount:.1f} {UNITS[unit]}"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 vote`, `12 votes`, `1,204 votes`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def figure(value: float) -> str:
    """Return a measured value with as many digits as its size deserves."""
    if value != value or value in (float("inf"), float("-inf")):
        return "no finite value"
    magnitude = abs(value)
    return (
        f"{value:.0f}" if magnitude >= 1000 else f"{value:.2f}" if magnitude >= 0.1 or value == 0 else f"{value:.2g}"
    )


def brief(value: object) -> str:
    """Any JSON value as one short line of text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def prepared(facts: Json) -> list[str]:
    """What was done to a picture before it was colorized, in sentences, from its colorization's recorded facts."""
    tint, frame = facts.get("tint") or {}, facts.get("frame") or 0
    sentences = []
    if tint.get("neutralised"):
        a, b = tint["ab"]
        kind = "A tint" if tint["kind"] == "other" else f"A {tint['kind']} tint"
        sentences.append(f"{kind} (a* {a:g}, b* {b:g}) was taken out.")
    if tint.get("stretched"):
        low, high = tint["stretched"]
        sentences.append(f"The model saw lightness {low:g} to {high:g} as black to white.")
    if frame:
        share = max(1, round(100 * frame))
        sentences.append(f"{share}% of the picture is frame, paper or caption and takes no colour.")
    if facts.get("sources"):
        sentences.append(colours_of(facts["sources"]))
    return sentences


def versions(folder: Path) -> dict[FileName, str]:
    """Address of each static file, with its checksum, so that browsers may keep it for ever."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: path.relative_to(folder).as_posix() for path in files}
    return {name: f"/static/{name}?v={_digest(path)}" for path, name in names.items()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
