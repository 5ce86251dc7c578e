"""What the queue is asked for: state, order and filters, as they stand in an address and as the catalog takes them."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.requests import Request

from heritage_color import db
from heritage_color.curation import steps as curation
from heritage_color.web.door.fields import LINE
from heritage_color.web.door.site import site_of

State = Literal["undecided", "approved once", "approved", "rejected", "sent back", "published", "withdrawn", "all"]
Sort = Literal["uncertain", "low", "disagreement", "flags", "unsure", "oldest"]
Preset = Literal["", "faithful", "balanced", "vivid"]
Line = Annotated[str, LINE, Query()]
Number = Annotated[int, Query(ge=1, le=2**63 - 1)] | Literal[""]
Score = Annotated[float, Query(ge=1, le=5)] | Literal[""]
STATES = (*curation.STATES, "all")
SORTS = {
    "uncertain": "widest interval",
    "low": "lowest score",
    "disagreement": "most disagreement",
    "flags": "most flags and notes",
    "unsure": "model least sure",
    "oldest": "oldest",
}


@dataclass(frozen=True)
class Filters:
    """Which colorizations, in which order. Empty: any."""

    state: str = "undecided"
    sort: str = "uncertain"
    collection: str = ""
    method: str = ""
    preset: str = ""
    campaign: int | str = ""
    tag: str = ""
    lowest: float | str = ""
    highest: float | str = ""

    def query(self, **others) -> str:
        """The filters as the query of an address, where they are not the usual ones, with others in their place."""
        usual, wanted = Filters().__dict__, self.__dict__ | others
        return urlencode({name: value for name, value in wanted.items() if value != usual.get(name, "")})

    @property
    def narrowed(self) -> bool:
        """Whether anything beside state and order is asked for."""
        return Filters(self.state, self.sort) != self

    def parameters(self) -> dict:
        """As the queries take them: None for any."""
        wanted = {name: None if value == "" else value for name, value in self.__dict__.items()}
        return wanted | {"state": None if self.state == "all" else self.state}


def filters(
    state: State = "undecided",
    sort: Sort = "uncertain",
    collection: Line = "",
    method: Line = "",
    preset: Preset = "",
    campaign: Number = "",
    tag: Line = "",
    lowest: Score = "",
    highest: Score = "",
) -> Filters:
    """The filters of an address; a form that was sent with empty fields asks for any."""
    return Filters(state, sort, collection, method, preset, campaign, tag, lowest, highest)


Asked = Annotated[Filters, Depends(filters)]


def rows(request: Request, asked: Filters, shown: int, skipped: int = 0) -> list[dict]:
    """A part of the queue as its page shows it."""
    with db.connect(site_of(request).settings) as connection:
        found = db.queries("web").list_queue(connection, shown=shown, skipped=skipped, **asked.parameters())
        return [dict(row) for row in found]


def count(request: Request, asked: Filters) -> int:
    """How many colorizations fit."""
    with db.connect(site_of(request).settings) as connection:
        return db.queries("web").count_queue(connection, **asked.parameters())


def place(request: Request, asked: Filters, colorization_id: int) -> dict | None:
    """Where a colorization stands in the queue: previous, next, position (None: it does not fit itself), total."""
    with db.connect(site_of(request).settings) as connection:
        return db.queries("web").find_place(connection, colorization_id=colorization_id, **asked.parameters())


def following(request: Request, asked: Filters, colorization_id: int) -> int | None:
    """Whom to show after this one: its successor, else whoever is first, else nobody."""
    here = place(request, asked, colorization_id)
    if here and here["next"]:
        return here["next"]
    first = rows(request, asked, 2)
    others = [row["colorization_id"] for row in first if row["colorization_id"] != colorization_id]
    return others[0] if others else None


def choices(request: Request) -> dict:
    """What the form of filters offers: collections, methods, campaigns."""
    queries = db.queries("web")
    with db.connect(site_of(request).settings) as connection:
        return {
            "collections": [row["collection"] for row in queries.list_collections(connection)],
            "methods": [row["method"] for row in queries.list_methods(connection)],
            "campaigns": list(queries.list_campaign_names(connection)),
        }
