"""Review: the queue, one colorization beside its original, and the decision on it, which can be undone."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.colorize import steps as colorize
from heritage_color.curation import reasons
from heritage_color.curation import steps as curation
from heritage_color.curation.notes import Note
from heritage_color.db import Connection
from heritage_color.errors import ColorizedAlready, CurationError, WeightsError
from heritage_color.keys import Code
from heritage_color.methods.names import PRESETS
from heritage_color.rows import Row
from heritage_color.web.desk import queue as asking
from heritage_color.web.desk import tags
from heritage_color.web.desk.forms import DecisionForm
from heritage_color.web.desk.queue import SORTS, STATES, Asked, Filters
from heritage_color.web.desk.records import Colorization, Opinion, Peers, Score, VoteCount
from heritage_color.web.door.fields import FormId, Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of, staff_router
from heritage_color.web.system import vetoes

queries = db.queries("web/desk/review")
router: APIRouter = staff_router()
RULES = ("score-rule",)  # reasons of rules, not of people
OFFERED = [reason for reason in reasons.REASONS if reason.code not in RULES]
WORDS = {reason.code: reason.words for reason in reasons.REASONS} | {"undone": "nobody had decided before"}
REFUSED = (CurationError, ColorizedAlready, WeightsError)
MEANWHILE = "{} decided on it meanwhile: {}. Look again before you decide otherwise."
ANEW = "It was decided anew since, so that decision can no longer be undone."


@router.get("/review")
def queue(
    request: Request,
    asked: Asked,
    page: Page = 1,
    shown: Annotated[int, Query(ge=1, le=200)] = 30,
    decided: int = 0,
    all: bool = False,
) -> Response:
    """List the colorizations that fit the filters, those first that need eyes most."""
    counts = curation.count_states(site_of(request).settings)
    return show(
        request,
        "desk/review_queue.html",
        rows=asking.queued(request, asked, shown, (page - 1) * shown),
        pages=Pages(page, shown, asking.count_queued(request, asked)),
        counts={**counts, "all": sum(counts.values())},
        decided=_decided(request, decided),
        views=asking.views_of(request),
        choices=asking.choices(request),
        asked=asked,
        shown=shown,
        all=all,
        states=STATES,
        sorts=SORTS,
        presets=PRESETS,
    )


@router.get("/review/{colorization_id}")
def review(request: Request, colorization_id: RowId, asked: Asked, decided: int = 0, undone: bool = False) -> Response:
    """Show original and colour, what people and instruments say, and the form of the decision."""
    return page_of(request, colorization_id, asked, Told(decided=_decided(request, decided), undone=undone))


@router.post("/review/{colorization_id}")
def decide_on_picture(
    request: Request, colorization_id: RowId, asked: Asked, form: Annotated[DecisionForm, Form()]
) -> Response:
    """Write the decision, and go on to the next in the queue."""
    picture, curator = standing_picture(request, colorization_id), curator_of(request)
    if picture.was_decided_by_another(curator, form.seen):
        sentence = MEANWHILE.format(picture.curator, picture.verdict)
        return page_of(request, colorization_id, asked, Told(sentence, form=form), 409)
    onward = asking.following(request, asked, colorization_id)
    try:
        by = (curator.name, curator.account_id, form.method, form.preset)
        settings = site_of(request).settings
        curation.decide(settings, colorization_id, form.verdict, form.reason, form.note, *by)
    except REFUSED as error:
        return page_of(request, colorization_id, asked, Told(str(error), form=form), 400)
    query = asked.query(decided=colorization_id)
    return go(f"/review/{onward}?{query}" if onward else f"/review?{query}")


@router.post("/review/{colorization_id}/undo")
def undo_decision(request: Request, colorization_id: RowId, asked: Asked, decision: FormId) -> Response:
    """Take the newest decision back, and show the picture as it stands again."""
    picture, curator = standing_picture(request, colorization_id), curator_of(request)
    if picture.decision_id != decision:
        return page_of(request, colorization_id, asked, Told(ANEW), 409)
    try:
        curation.undo(site_of(request).settings, decision, curator.name, curator.account_id)
    except CurationError as error:
        return page_of(request, colorization_id, asked, Told(str(error)), 409)
    return go(f"/review/{colorization_id}?{asked.query(undone=1)}")


@dataclass(frozen=True)
class Told:
    """What a page says above the picture, and what a refused form held, so that nothing has to be typed again."""

    problem: str = ""
    decided: Colorization | None = None
    undone: bool = False
    form: DecisionForm | None = None
    region: Note | None = None


NOTHING = Told()


def page_of(
    request: Request, colorization_id: int, asked: Filters, told: Told = NOTHING, status: int = 200
) -> Response:
    """Show one colorization."""
    picture = standing_picture(request, colorization_id)
    context = {"picture": picture, "asked": asked, "here": asking.place_of(request, asked, colorization_id)}
    context |= {field.name: getattr(told, field.name) for field in fields(told)}
    return show(
        request,
        "desk/review.html",
        status,
        **context,
        **vars(_known(request, picture)),
        **vars(_offered(request, picture)),
    )


@dataclass(frozen=True)
class Known:
    """All that the catalog knows of a colorization; `instead` is what is wanted in its place, `sent_back` why."""

    opinions: list[Opinion]
    peers: Peers | None
    votes: list[Row]
    campaigns: list[Row]
    measurements: list[Row]
    decisions: list[Row]
    sent_back: Row | None
    instead: Row | None
    notes: list[Row]
    tags: list[tags.Tag]
    vetoes: Sequence[vetoes.Veto]


@dataclass(frozen=True)
class Offered:
    """What the forms offer: reasons and their words, methods, presets, and the number of a note to come."""

    reasons: Sequence[reasons.Reason]
    words: dict[Code, str]
    methods: Sequence[str]
    presets: Sequence[str]
    once_mine: bool
    new_note: uuid.UUID


def _known(request: Request, picture: Colorization) -> Known:
    """All that the catalog knows of a colorization."""
    number = picture.colorization_id
    with db.connect(site_of(request).settings) as connection:
        scores = db.records(Score, queries.list_scores(connection, colorization_id=number))
        counts = db.records(VoteCount, queries.list_vote_counts(connection, colorization_id=number))
        return Known(
            opinions=_opinions_of(scores, counts),
            peers=_peers(connection, scores[0]) if scores else None,
            votes=list(queries.list_votes(connection, colorization_id=number)),
            campaigns=list(queries.list_campaigns_of(connection, colorization_id=number)),
            measurements=list(queries.list_measurements(connection, colorization_id=number)),
            decisions=list(queries.list_decisions(connection, colorization_id=number)),
            sent_back=queries.find_sent_back(connection, colorization_id=number),
            instead=queries.find_wanted(connection, colorization_id=number),
            notes=list(queries.list_notes(connection, colorization_id=number)),
            tags=tags.of_scan(connection, picture.scan_id),
            vetoes=vetoes.of_scan(connection, picture.scan_id),
        )


def _offered(request: Request, picture: Colorization) -> Offered:
    """What the forms offer. A note's number is made with the page, so that a note which is sent twice is one."""
    return Offered(
        reasons=OFFERED,
        words=WORDS,
        methods=colorize.usable_methods(site_of(request).settings),
        presets=PRESETS,
        once_mine=picture.verdict == "approved once" and picture.account_id == curator_of(request).account_id,
        new_note=uuid.uuid4(),
    )


def _peers(connection: Connection, score: Score) -> Peers:
    """Return how a score compares with those of the same kind of raters."""
    rows = list(queries.list_peers(connection, score=score.mos, simulated=score.simulated))
    bins = dict.fromkeys(range(1, 17), 0) | {row["bin"]: row["pictures"] for row in rows}
    return Peers(bins, sum(bins.values()), sum(row["lower"] for row in rows), score)


def standing_picture(request: Request, colorization_id: int) -> Colorization:
    """The colorization, if it can be looked at. Raises Refusal where it is not there or was withdrawn."""
    picture = _colorization(request, colorization_id)
    if picture is None:
        raise Refusal(404, "There is no colorization with this number.")
    if picture.withdrawn_at:
        onward = (f"/scans/{picture.scan_id}", "To the scan, its original and its history")
        raise Refusal(410, "This colorization has been taken down and is no longer shown.", onward)
    return picture


def _colorization(request: Request, colorization_id: int) -> Colorization | None:
    with db.connect(site_of(request).settings) as connection:
        return db.record(Colorization, queries.get_colorization(connection, colorization_id=colorization_id))


def _decided(request: Request, colorization_id: int) -> Colorization | None:
    """The decision just taken, read back from the catalog: what the page says of it is what was stored."""
    picture = _colorization(request, colorization_id) if colorization_id else None
    return picture if picture and picture.verdict else None


def _opinions_of(scores: Iterable[Score], counts: list[VoteCount]) -> list[Opinion]:
    """What people say, also where nobody voted, and then what simulated raters say, where there are any."""
    by_kind = {score.simulated: score for score in scores}
    opinions = []
    for simulated in (False, True):
        votes = [count for count in counts if count.simulated == simulated]
        if votes or simulated in by_kind or not simulated:
            used = dict.fromkeys(range(1, 6), 0) | {count.score: count.used for count in votes}
            screened = sum(count.screened for count in votes)
            opinions.append(Opinion(simulated, used, screened, by_kind.get(simulated)))
    return opinions
