"""The way of each picture: received, coloured, measured, being rated, in review, published."""

from collections.abc import Sequence
from dataclasses import dataclass

from heritage_color import db
from heritage_color.db import Connection

queries = db.queries("web/runs/way")
LOOKED_AT = 20_000  # pictures of one delivery; a larger one tells how far its first ones are

STEPS = ("received", "coloured", "measured", "being rated", "in review", "published")
MEANINGS = {
    "received": "It is in the archive and has no colour yet.",
    "waiting for colour": "It waits for its turn to be coloured.",
    "being coloured": "It is being coloured at this moment.",
    "coloured": "It has colour and waits to be measured.",
    "being rated": "Volunteers are rating it.",
    "in review": "It waits for a curator's decision.",
    "approved": "A curator approved it. It will be published with the next publishing.",
    "published": "The public can see it.",
    "sent back": "A curator sent it back.",
    "rejected": "A curator rejected it.",
    "failed": "It could not be coloured.",
    "kept without colour": "Somebody decided that it is not to be coloured.",
    "kept as a duplicate": "The same photograph is coloured under another number.",
    "withdrawn": "It was withdrawn from the archive.",
}
REACHED = {
    "waiting for colour": "received",
    "being coloured": "received",
    "failed": "received",
    "sent back": "in review",
}
REACHED |= {"approved": "in review", "rejected": "in review"}


@dataclass(frozen=True)
class Step:
    """A step of the way: its name, how many pictures got there, and whether all of them did."""

    name: str
    pictures: int
    whole: bool


@dataclass(frozen=True)
class DeliveryWay:
    """How far a delivery's pictures are. `being_rated` and `in_review` are there now, the others have passed.

    `looked_at` is smaller than `pictures` where there are more than LOOKED_AT; the counts are those of the first ones.
    `kept` pictures get no colour: by somebody's decision, as a duplicate, or as they were withdrawn.
    """

    pictures: int
    looked_at: int
    coloured: int
    measured: int
    being_rated: int
    in_review: int
    published: int
    approved: int
    failed: int
    kept: int

    @property
    def to_colour(self) -> int:
        """Pictures that are to have colour."""
        return max(self.looked_at - self.kept, self.coloured)

    @property
    def steps(self) -> list[Step]:
        """The six steps in their order."""
        passed = (self.looked_at, self.coloured, self.measured, self.being_rated, self.in_review, self.published)
        standing = ("being rated", "in review")
        return [
            Step(name, pictures, name not in standing and 0 < self.to_colour <= pictures)
            for name, pictures in zip(STEPS, passed, strict=True)
        ]

    @property
    def moving(self) -> bool:
        """Whether the archive itself still has something to do for it, so that looking again is worth while."""
        return self.measured < self.to_colour - self.failed or self.approved > 0


@dataclass(frozen=True)
class PictureWay:
    """Where one picture stands, and what is known of why."""

    scan_id: int
    stands: str
    coloured: bool
    measured: bool
    being_rated: bool
    in_review: bool
    published: bool
    sentence: str

    @property
    def meaning(self) -> str:
        """Where it stands, as a sentence."""
        return f"{MEANINGS[self.stands]} {self.sentence}".strip()

    @property
    def reached(self) -> str:
        """The step that it has reached; empty for a picture that goes no such way."""
        step = REACHED.get(self.stands, self.stands)
        return step if step in STEPS else ""

    @property
    def steps(self) -> list[Step]:
        """The six steps, each with one picture or none."""
        passed = (True, self.coloured, self.measured, self.being_rated, self.in_review, self.published)
        return [Step(name, int(there), there) for name, there in zip(STEPS, passed, strict=True)]


def way_of_delivery(connection: Connection, delivery_id: int) -> DeliveryWay:
    """How far a delivery's pictures are; the time follows their number, and has an upper bound."""
    return db.sure_record(DeliveryWay, queries.way_of_delivery(connection, delivery_id=delivery_id, most=LOOKED_AT))


def ways_of_pictures(connection: Connection, scan_ids: Sequence[int]) -> dict[int, PictureWay]:
    """Where each of these scans stands, by its number: of those that one page shows."""
    rows = queries.ways_of_pictures(connection, scan_ids=list(scan_ids))
    return {way.scan_id: way for way in db.records(PictureWay, rows)}
