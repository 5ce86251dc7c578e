"""Notes on regions as W3C Web Annotations, which is how IIIF carries them. Pure.

https://www.w3.org/TR/annotation-model/, https://iiif.io/api/presentation/3.0/#annotation-page
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

CONTEXT = "http://iiif.io/api/presentation/3/context.json"


@dataclass(frozen=True)
class RegionNote:
    """A note as the catalog has it: a rectangle in percent of the picture, what is said of it, by whom and when."""

    note_id: UUID | str
    x: float
    y: float
    width: float
    height: float
    words: str
    curator: str
    written_at: datetime
    changed_at: datetime
    public: bool = True
    account_id: int | None = None
    version: int = 1


@dataclass(frozen=True)
class Person:
    """Who wrote an annotation."""

    type: str
    name: str


@dataclass(frozen=True)
class TextualBody:
    """What an annotation says."""

    type: str
    value: str
    format: str


@dataclass(frozen=True)
class Annotation:
    """A comment on a rectangle of a canvas."""

    id: str
    type: str
    motivation: str
    creator: Person
    created: str
    modified: str
    body: TextualBody
    target: str


@dataclass(frozen=True)
class AnnotationPage:
    """All annotations of a canvas; as JSON its context is called `@context`."""

    context: str = field(metadata={"json": "@context"})
    id: str
    type: str
    items: tuple[Annotation, ...]


def annotation_page(notes: Iterable[RegionNote], canvas: str, width: int, height: int) -> AnnotationPage:
    """Return notes as annotations of a canvas of `width` x `height` pixels, named by its address."""
    items = tuple(_annotation(note, canvas, width, height) for note in notes)
    return AnnotationPage(CONTEXT, f"{canvas}/notes", "AnnotationPage", items)


def _annotation(note: RegionNote, canvas: str, width: int, height: int) -> Annotation:
    return Annotation(
        id=f"urn:uuid:{note.note_id}",
        type="Annotation",
        motivation="commenting",
        creator=Person("Person", note.curator),
        created=second(note.written_at),
        modified=second(note.changed_at),
        body=TextualBody("TextualBody", note.words, "text/plain"),
        target=f"{canvas}#xywh={region(note, width, height)}",
    )


def region(note: RegionNote, width: int, height: int) -> str:
    """The rectangle in whole pixels of the canvas, at least one each way, as media fragments write it."""
    x, y = round(note.x * width / 100), round(note.y * height / 100)
    wide, tall = max(1, round(note.width * width / 100)), max(1, round(note.height * height / 100))
    return f"{min(x, width - 1)},{min(y, height - 1)},{wide},{tall}"


def second(moment: datetime) -> str:
    """Return a moment in UTC, to the second, as records for others write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
