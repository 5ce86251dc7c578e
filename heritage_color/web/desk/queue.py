"""What the queue is asked for: state, order and filters, as they stand in an address and as the catalog takes them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.requests import Request

from heritage_color import db
from heritage_color.curation import steps as curation
from heritage_color.web.desk.records import Place, Queued, View
from heritage_color.web.door.fields import LINE
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of

queries = db.queries("web/desk/queue")

State = Literal["undecided", "approved once", "approved", "rejected", "sent back", "published", "withdrawn", "all"]
Sort = Literal["uncertain", "low", "disagreement", "flags", "unsure", "oldest"]
Preset = Literal["", "faithful", "balanced", "vivid"]
Line = Annotated[str, LINE, Query()]
Number = Annotated[int, Query(ge=1, le=2**63 - 1)] | Literal[""]
Score = Annotated[float, Query(ge=1, le=5)] | Literal[""]
STATES = (*curation.STATES, "all")
SORTS = {
    "uncertain": "least certain score",
    "low": "lowest score",
    "disagreement": "most disagreement",
    "flags": "most flags and notes",
    "unsure": "model least sure",
    "oldest": "oldest",
}


@dataclass(frozen=True)
class Filters:
    """Which colorizations an address asks for, and in which order. What is left empty in the form asks for any."""

    state: State = "undecided"
    sort: Sort = "uncertain"
    collection: Line = ""
    method: Line = ""
    preset: Preset = ""
    campaign: Number = ""
    tag: Line = ""
    lowest: Score = ""
    highest: Score = ""

    def query(self, **others: object) -> str:
        """The filters that are not the usual ones, as the query of an address; `others` take their place."""
        usual, asked = asdict(Filters()), asdict(self) | others
        return urlencode({name: value for name, value in asked.items() if value != usual.get(name, "")})

    @property
    def narrowed(self) -> bool:
        """Whether anything beside state and order is asked for."""
        return Filters(self.state, self.sort) != self

    def parameters(self) -> "Parameters":
        """The filters as the queries take them, where None asks for any."""
        return Parameters(
            state=None if self.state == "all" else self.state,
            sort=self.sort,
            collection=self.collection or None,
            method=self.method or None,
            preset=self.preset or None,
            campaign=self.campaign or None,
            tag=self.tag or None,
            lowest=self.lowest or None,
            highest=self.highest or None,
        )


@dataclass(frozen=True)
class Parameters:
    """The filters as the queries take them, where None asks for any."""

    state: str | None
    sort: str
    collection: str | None
    method: str | None
    preset: str | None
    campaign: int | None
    tag: str | None
    lowest: float | None
    highest: float | None


Asked = Annotated[Filters, Depends()]


@dataclass(frozen=True)
class Choices:
    """What the form of filters offers."""

    collections: Sequence[str]
    methods: Sequence[str]
    campaigns: Sequence["NamedCampaign"]


@dataclass(frozen=True)
class NamedCampaign:
    """A campaign to choose."""

    campaign_id: int
    name: str


def queued(request: Request, asked: Filters, shown: int, skipped: int = 0) -> list[Queued]:
    """A part of the queue as its page shows it."""
    with db.connect(site_of(request).settings) as connection:
        rows = queries.list_queue(connection, shown=shown, skipped=skipped, **vars(asked.parameters()))
        return db.records(Queued, rows)


def count_queued(request: Request, asked: Filters) -> int:
    """Return how many colorizations fit."""
    with db.connect(site_of(request).settings) as connection:
        fitting: int = queries.count_queue(connection, **vars(asked.parameters()))
        return fitting


def place_of(request: Request, asked: Filters, colorization_id: int) -> Place | None:
    """Return where a colorization stands in the queue; None where there is no such colorization."""
    with db.connect(site_of(request).settings) as connection:
        row = queries.find_place(connection, colorization_id=colorization_id, **vars(asked.parameters()))
        return db.record(Place, row)


def following(request: Request, asked: Filters, colorization_id: int) -> int | None:
    """Return which one to show after this one: its successor, else the first of the queue, else none."""
    here = place_of(request, asked, colorization_id)
    if here and here.next:
        return here.next
    first = [picture.colorization_id for picture in queued(request, asked, 2)]
    return next((number for number in first if number != colorization_id), None)


def choices(request: Request) -> Choices:
    """Return what the form of filters offers."""
    with db.connect(site_of(request).settings) as connection:
        return Choices(
            collections=[row["collection"] for row in queries.list_collections(connection)],
            methods=[row["method"] for row in queries.list_methods(connection)],
            campaigns=db.records(NamedCampaign, queries.list_campaign_names(connection)),
        )


def views_of(request: Request) -> list[View]:
    """The saved views that whoever asks may use, their own first."""
    with db.connect(site_of(request).settings) as connection:
        return db.records(View, queries.list_views(connection, account_id=curator_of(request).account_id))
