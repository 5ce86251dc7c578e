"""Notes on regions as W3C Web Annotations, which is how IIIF carries them. Pure.

https://www.w3.org/TR/annotation-model/, https://iiif.io/api/presentation/3.0/#annotation-page
"""

from collections.abc import Iterable, Mapping
from datetime import UTC

CONTEXT = "http://iiif.io/api/presentation/3/context.json"


def page(notes: Iterable[Mapping], canvas: str, width: int, height: int) -> dict:
    """Notes (note_id, x, y, width, height in percent, words, curator, written_at, changed_at) on a canvas."""
    items = [_annotation(note, canvas, width, height) for note in notes]
    return {"@context": CONTEXT, "id": f"{canvas}/notes", "type": "AnnotationPage", "items": items}


def _annotation(note: Mapping, canvas: str, width: int, height: int) -> dict:
    return {
        "id": f"urn:uuid:{note['note_id']}",
        "type": "Annotation",
        "motivation": "commenting",
        "creator": {"type": "Person", "name": note["curator"]},
        "created": _second(note["written_at"]),
        "modified": _second(note["changed_at"]),
        "body": {"type": "TextualBody", "value": note["words"], "format": "text/plain"},
        "target": f"{canvas}#xywh={region(note, width, height)}",
    }


def region(note: Mapping, width: int, height: int) -> str:
    """The rectangle in whole pixels of the canvas, at least one each way, as media fragments write it."""
    x, y = (round(float(note[name]) * side / 100) for name, side in (("x", width), ("y", height)))
    wide, tall = (
        max(1, round(float(note[name]) * side / 100)) for name, side in (("width", width), ("height", height))
    )
    return f"{min(x, width - 1)},{min(y, height - 1)},{wide},{tall}"


def _second(moment) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
