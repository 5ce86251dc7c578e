"""Curators' notes on regions of a picture: written, changed and deleted by their own author, each with its event."""

import math
from dataclasses import dataclass, replace

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.errors import CurationError
from heritage_color.events import Event, EventType, Key
from heritage_color.settings import Settings

queries = db.queries("curation")


@dataclass(frozen=True)
class Note:
    """A rectangle in percent of the picture, from its upper left corner, and what is said of it.

    `public`: it goes into the record of the next publication; else it stays internal.
    """

    x: float
    y: float
    width: float
    height: float
    words: str
    public: bool = False

    def refuse_impossible(self) -> None:
        """Raise CurationError for a rectangle outside the picture, or without words."""
        numbers = (self.x, self.y, self.width, self.height)
        if not all(map(math.isfinite, numbers)) or min(self.x, self.y) < 0 or min(self.width, self.height) < 0.01:
            raise CurationError("A region starts at 0% or more, and is at least 0.01% wide and high.")
        if self.x + self.width > 100.005 or self.y + self.height > 100.005:
            raise CurationError("The region reaches beyond the picture: left and width, or top and height, pass 100%.")
        if not self.words.strip():
            raise CurationError("A note on a region needs words.")

    def as_kept(self) -> "Note":
        """Return the rectangle to two decimals, still inside the picture after rounding, and the words stripped."""
        x, y = round(self.x, 2), round(self.y, 2)
        width, height = min(round(self.width, 2), round(100 - x, 2)), min(round(self.height, 2), round(100 - y, 2))
        return replace(self, x=x, y=y, width=width, height=height, words=self.words.strip())


@dataclass(frozen=True)
class Author:
    """Who wrote a note: by the account, or by the name where there is none."""

    account_id: int | None
    curator: str

    def is_same(self, curator: str, account_id: int | None) -> bool:
        """Tell whether this is who acts now."""
        return self.curator == curator if account_id is None else self.account_id == account_id


@dataclass(frozen=True)
class Kept:
    """A note as it stands in the catalog after a change."""

    colorization_id: int
    scan_id: int
    version: int
    x: float
    y: float
    width: float
    height: float
    words: str
    public: bool
    account_id: int | None


def add_note(
    settings: Settings, note_id: str, colorization_id: int, note: Note, curator: str, account_id: int | None = None
) -> bool:
    """Write a note; True, but False for the same `note_id` again, which adds nothing.

    Raises CurationError as `Note` does, and for a colorization that is not there or was withdrawn.
    """
    note.refuse_impossible()
    with open_archive(settings) as archive:
        if queries.find_standing(archive.db, colorization_id=colorization_id) is None:
            raise CurationError(f"There is no colorization {colorization_id}, or it was withdrawn.")
        about = {"note_id": note_id, "colorization_id": colorization_id, "curator": curator, "account_id": account_id}
        return _record(
            archive, queries.add_note(archive.db, **about, **vars(note.as_kept())), note_id, curator, "noted"
        )


def change_note(settings: Settings, note_id: str, note: Note, curator: str, account_id: int | None = None) -> bool:
    """Put other words or another rectangle in a note's place; False where it is so already.

    Raises CurationError where it is not there, or is somebody else's.
    """
    note.refuse_impossible()
    with open_archive(settings) as archive:
        _refuse_others(archive, note_id, curator, account_id)
        changed = queries.change_note(archive.db, note_id=note_id, **vars(note.as_kept()))
        return _record(archive, changed, note_id, curator, "note changed")


def delete_note(settings: Settings, note_id: str, curator: str, account_id: int | None = None) -> bool:
    """Leave a tombstone of a note. Raises CurationError where it is not there, or is somebody else's."""
    with open_archive(settings) as archive:
        _refuse_others(archive, note_id, curator, account_id)
        return _record(archive, queries.delete_note(archive.db, note_id=note_id), note_id, curator, "note deleted")


def _refuse_others(archive: Archive, note_id: str, curator: str, account_id: int | None) -> None:
    """Hold a note for a change by its author."""
    author = db.record(Author, queries.lock_note(archive.db, note_id=note_id))
    if author is None:
        raise CurationError("There is no such note.")
    if not author.is_same(curator, account_id):
        raise CurationError(f"This note is {author.curator}'s; only its author changes it.")


def _record(archive: Archive, changed: int, note_id: str, agent: str, outcome: str) -> bool:
    """Write the event of a change, whose key is the version that it made; False where nothing was changed."""
    if not changed:
        return False
    kept = db.sure_record(Kept, queries.kept_note(archive.db, note_id=note_id))
    region = (kept.x, kept.y, kept.width, kept.height)
    detail = {"note_id": note_id, "xywh_percent": region, "words": kept.words, "public": kept.public}
    archive.note(
        Event(
            Key.NOTE.of(note_id=note_id, version=kept.version),
            EventType.METADATA,
            agent,
            outcome,
            detail | {"account_id": kept.account_id},
            scan_id=kept.scan_id,
            colorization_id=kept.colorization_id,
        )
    )
    return True
