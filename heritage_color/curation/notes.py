"""Curators' notes on regions of a picture: written, changed and deleted by their own author, each with its event."""

import math
from dataclasses import dataclass

from heritage_color import db
from heritage_color.errors import CurationError
from heritage_color.settings import Settings


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


def add(
    settings: Settings, note_id: str, colorization_id: int, note: Note, curator: str, account_id: int | None = None
) -> dict:
    """Write a note: `{"new"}`; the same `note_id` again adds nothing. Raises CurationError as `Note` does."""
    note.refuse_impossible()
    with db.connect(settings) as connection:
        if db.queries("curation").find_standing(connection, colorization_id=colorization_id) is None:
            raise CurationError(f"There is no colorization {colorization_id}, or it was withdrawn.")
        who = {"colorization_id": colorization_id, "curator": curator, "account_id": account_id}
        new = db.queries("curation").add_note(connection, note_id=note_id, **who, **_columns(note))
        if new:
            _record(connection, note_id, curator, "noted")
    return {"new": new}


def change(settings: Settings, note_id: str, note: Note, curator: str, account_id: int | None = None) -> dict:
    """Put other words or another rectangle in a note's place: `{"new"}`; the same again changes nothing.

    Raises CurationError where it is not there, or is somebody else's.
    """
    note.refuse_impossible()
    with db.connect(settings) as connection:
        _own(connection, note_id, curator, account_id)
        new = db.queries("curation").change_note(connection, note_id=note_id, **_columns(note))
        if new:
            _record(connection, note_id, curator, "note changed")
    return {"new": new}


def delete(settings: Settings, note_id: str, curator: str, account_id: int | None = None) -> dict:
    """Leave a tombstone of a note: `{"new"}`. Raises CurationError where it is not there, or is somebody else's."""
    with db.connect(settings) as connection:
        _own(connection, note_id, curator, account_id)
        new = db.queries("curation").delete_note(connection, note_id=note_id)
        if new:
            _record(connection, note_id, curator, "note deleted")
    return {"new": new}


def _own(connection, note_id: str, curator: str, account_id: int | None) -> None:
    found = db.queries("curation").lock_note(connection, note_id=note_id)
    if found is None:
        raise CurationError("There is no such note.")
    if (found["account_id"], found["curator"])[account_id is None] != (account_id, curator)[account_id is None]:
        raise CurationError(f"This note is {found['curator']}'s; only its author changes it.")


def _columns(note: Note) -> dict:
    """The rectangle to two decimals, still inside the picture after rounding."""
    x, y = round(note.x, 2), round(note.y, 2)
    sides = {
        "width": min(round(note.width, 2), round(100 - x, 2)),
        "height": min(round(note.height, 2), round(100 - y, 2)),
    }
    return {"x": x, "y": y, **sides, "words": note.words.strip(), "public": note.public}


def _record(connection, note_id: str, agent: str, outcome: str) -> None:
    """The event, whose key is the version of the note that it made."""
    db.queries("curation").record_note(connection, note_id=note_id, agent=agent, outcome=outcome)
