"""The record of one published picture, and the index of all that are published now. Pure."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from heritage_color.curation import annotations
from heritage_color.publish import labels

OPINION = ("votes", "mos", "low", "high")
IN_INDEX = (
    "identifier", "title", "creator", "date_created", "rights", "content_warning", "label", "alternative_text",
    "original_text", "original", "colour", "model", "decision", "opinion",
)  # fmt: skip


def describe(row: dict, institution: str) -> dict:
    """The record of a colorization, before its files are made, from a row of `publishable`."""
    day = _utc(row["colorized_at"]).date().isoformat()
    label = labels.label(row["method"], row["version"], day, row["identifier"])
    kept = ("identifier", "title", "creator", "date_created", "place", "collection", "rights", "content_warning")
    return (
        {name: row[name] for name in kept}
        | {
            "institution": institution,
            "label": label,
            "alternative_text": labels.alternative_text(row["title"], label),
            "original_text": labels.original_text(row["title"], row["identifier"]),
            "digital_source_type": labels.DIGITAL_SOURCE_TYPE,
            "colorized_at": _second(row["colorized_at"]),
            "model": {name: row[name] for name in ("method", "version", "weights_sha256", "preset")},
            "decision": {name: row[name] for name in ("verdict", "reason", "curator")}
            | {"decided_at": _second(row["decided_at"])},
            "opinion": {voters: _opinion(row, voters) for voters in ("human", "simulated")},
            "original": {"master_sha256": row["master_sha256"]},
            "colour": {"derivative_sha256": row["derivative_sha256"]},
        }
        | _notes(row)
    )


def _notes(row: dict) -> dict:
    """The public notes on regions, on a canvas of the derivative's size; nothing where there are none."""
    if not row.get("notes"):
        return {}
    moments = ("written_at", "changed_at")
    notes = [note | {name: datetime.fromisoformat(note[name]) for name in moments} for note in row["notes"]]
    canvas = f"urn:sha256:{row['derivative_sha256']}"
    return {"notes": annotations.page(notes, canvas, row["width"], row["height"])}


def _opinion(row: dict, voters: str) -> dict | None:
    """Score and interval to two decimals, with the number of votes; None where nobody voted."""
    if not row[f"{voters}_votes"]:
        return None
    return {name: round(row[f"{voters}_{name}"], 2) for name in OPINION}


def with_files(record: dict, original: dict, colour: dict) -> dict:
    """The record with what is known of its files: key, sha256, bytes, width, height, download_name, gallery_key."""
    return record | {"original": record["original"] | original, "colour": record["colour"] | colour}


def index(institution: str, manifests: dict[str, dict], tombstones: Sequence[dict] = ()) -> dict:
    """What `index.json` holds, from manifests by their key: the published pictures, sorted by identifier.

    `tombstones` are rows of that query: identifier, date and reason of what was public once and was withdrawn.
    """
    pictures = [{"manifest": key} | {name: manifest[name] for name in IN_INDEX} for key, manifest in manifests.items()]
    ordered = sorted(pictures, key=lambda picture: (picture["identifier"], picture["manifest"]))
    withdrawn = [dict(stone) | {"withdrawn_at": _second(stone["withdrawn_at"])} for stone in tombstones]
    return {"institution": institution, "pictures": ordered, "withdrawn": withdrawn}


def key_of(content: bytes) -> str:
    """Key of a manifest's bytes on the public bucket."""
    return f"manifests/{hashlib.sha256(content).hexdigest()}.json"


def to_json(content: dict) -> bytes:
    """The one byte sequence of a record: sorted names, UTF-8."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _second(moment: datetime) -> str:
    return _utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
