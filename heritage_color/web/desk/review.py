"""Review: the queue, one colorization beside its original, and the decision on it, which can be undone."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.colorize import steps as colorize
from heritage_color.curation import reasons
from heritage_color.curation import steps as curation
from heritage_color.errors import ColorizedAlready, CurationError, WeightsError
from heritage_color.methods.names import PRESETS
from heritage_color.web.desk import queue as asking
from heritage_color.web.desk import tags
from heritage_color.web.desk.queue import SORTS, STATES, Asked, Filters
from heritage_color.web.door.fields import FormId, FormLine, FormProse, Page, Pages, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
RULES = ("score-rule",)  # reasons of rules, not of people
OFFERED = [reason for reason in reasons.REASONS if reason.code not in RULES]
WORDS = {reason.code: reason.words for reason in reasons.REASONS} | {"undone": "nobody had decided before"}
REFUSED = (CurationError, ColorizedAlready, WeightsError)


@router.get("/review")
def queue(
    request: Request,
    asked: Asked,
    page: Page = 1,
    shown: Annotated[int, Query(ge=1, le=200)] = 30,
    decided: int = 0,
    all: bool = False,
) -> Response:
    """The colorizations that fit the filters, those first that need eyes most."""
    counts = curation.count_states(site_of(request).settings)
    values: dict[str, Any] = {
        "rows": asking.rows(request, asked, shown, (page - 1) * shown),
        "pages": Pages(page, shown, asking.count(request, asked)),
        "counts": counts | {"all": sum(counts.values())},
        "decided": _decided(request, decided),
        "views": views_of(request),
        **asking.choices(request),
    }
    values |= {"asked": asked, "shown": shown, "all": all, "states": STATES, "sorts": SORTS, "presets": PRESETS}
    return show(request, "review_queue.html", **values)


def views_of(request: Request) -> list[dict]:
    """The saved views that whoever asks may use."""
    with db.connect(site_of(request).settings) as connection:
        account = request.state.curator.account_id
        return [dict(row) for row in db.queries("web").list_views(connection, account_id=account)]


@router.get("/review/{colorization_id}")
def review(request: Request, colorization_id: RowId, asked: Asked, decided: int = 0, undone: bool = False) -> Response:
    """Original and colour, what people and instruments say, and the form of the decision."""
    return page_of(request, colorization_id, asked, decided=_decided(request, decided), undone=undone)


@router.post("/review/{colorization_id}")
def decide(
    request: Request,
    colorization_id: RowId,
    asked: Asked,
    verdict: FormLine,
    seen: FormId,
    reason: FormLine = "",
    note: FormProse = "",
    method: FormLine = "",
    wanted: FormLine = "",
) -> Response:
    """Write the decision, then on to the next in the queue. `method` and preset `wanted` are of what is sent back."""
    given = {"verdict": verdict, "reason": reason, "note": note, "method": method, "wanted": wanted}
    found, curator = standing(request, colorization_id), request.state.curator
    if found["decision_id"] not in (seen or None, None) and found["curator"] not in (curator.name, None):
        sentence = (
            f"{found['curator']} decided on it meanwhile: {found['verdict']}. Look again before you decide otherwise."
        )
        return page_of(request, colorization_id, asked, problem=sentence, status=409, given=given)
    onward = asking.following(request, asked, colorization_id)
    try:
        by = (curator.name, curator.account_id, method, wanted)
        curation.decide(site_of(request).settings, colorization_id, verdict, reason, note, *by)
    except REFUSED as error:
        return page_of(request, colorization_id, asked, problem=str(error), status=400, given=given)
    query = asked.query(decided=colorization_id)
    return go(f"/review/{onward}?{query}" if onward else f"/review?{query}")


@router.post("/review/{colorization_id}/undo")
def undo(request: Request, colorization_id: RowId, asked: Asked, decision: FormId) -> Response:
    """Take the newest decision back, and show the picture as it stands again."""
    found, curator = standing(request, colorization_id), request.state.curator
    if found["decision_id"] != decision:
        sentence = "It was decided anew since, so that decision can no longer be undone."
        return page_of(request, colorization_id, asked, problem=sentence, status=409)
    try:
        curation.undo(site_of(request).settings, decision, curator.name, curator.account_id)
    except CurationError as error:
        return page_of(request, colorization_id, asked, problem=str(error), status=409)
    return go(f"/review/{colorization_id}?{asked.query(undone=1)}")


def page_of(request: Request, colorization_id: int, asked: Filters, status: int = 200, **said) -> Response:
    """The page of one colorization, with what there is to say above it."""
    found = standing(request, colorization_id)
    values = _known(request, found) | _offered(request, found)
    values |= {"picture": found, "here": asking.place(request, asked, colorization_id), "asked": asked}
    values |= {"problem": "", "decided": None, "undone": False, "given": {}}  # given: what a refused form held
    return show(request, "review.html", status, **{**values, **said})


def _known(request: Request, found: dict) -> dict[str, Any]:
    """All that the catalog knows of a colorization."""
    queries, one = db.queries("web"), {"colorization_id": found["colorization_id"]}
    with db.connect(site_of(request).settings) as connection:
        scores = list(queries.list_scores(connection, **one))
        return {
            "opinions": _opinions(scores, queries.list_vote_counts(connection, **one)),
            "peers": _peers(connection, scores[0]) if scores else None,
            "votes": list(queries.list_votes(connection, **one)),
            "campaigns": list(queries.list_campaigns_of(connection, **one)),
            "measurements": list(queries.list_measurements(connection, **one)),
            "decisions": list(queries.list_decisions(connection, **one)),
            "sent_back": queries.find_sent_back(connection, **one),
            "wanted": queries.find_wanted(connection, **one) if found["state"] == "sent back" else None,
            "notes": list(queries.list_notes(connection, **one)),
            "tags": tags.of_scan(connection, found["scan_id"]),
        }


def _offered(request: Request, found: dict) -> dict[str, Any]:
    """What the forms offer; a decision's number made with the page keeps a note sent twice from being two."""
    methods = colorize.usable_methods(site_of(request).settings)
    mine = found["verdict"] == "approved once" and found["account_id"] == request.state.curator.account_id
    return {"reasons": OFFERED, "words": WORDS, "methods": methods, "presets": PRESETS, "once_mine": mine} | {
        "new_note": uuid.uuid4()
    }


def _peers(connection, score: dict) -> dict:
    """How a score compares with those of the same kind of raters: `bins` of a quarter each, `scored`, `lower`."""
    rows = list(db.queries("web").list_peers(connection, score=score["mos"], simulated=score["simulated"]))
    bins = dict.fromkeys(range(1, 17), 0) | {row["bin"]: row["pictures"] for row in rows}
    scored = sum(bins.values())
    return {"bins": bins, "scored": scored, "lower": sum(row["lower"] for row in rows), "score": score}


def standing(request: Request, colorization_id: int) -> dict:
    """The colorization, if it can be looked at. Raises Refusal where it is not there or was withdrawn."""
    with db.connect(site_of(request).settings) as connection:
        found = db.queries("web").get_colorization(connection, colorization_id=colorization_id)
    if found is None:
        raise Refusal(404, "There is no colorization with this number.")
    if found["withdrawn_at"]:
        onward = (f"/scans/{found['scan_id']}", "To the scan, its original and its history")
        raise Refusal(410, "This colorization has been taken down and is no longer shown.", onward)
    return found


def _decided(request: Request, colorization_id: int) -> dict | None:
    """The decision just taken, read back from the catalog: what the page says of it is what was stored."""
    if not colorization_id:
        return None
    with db.connect(site_of(request).settings) as connection:
        found = db.queries("web").get_colorization(connection, colorization_id=colorization_id)
    return found if found and found["verdict"] else None


def _opinions(scores, counts) -> list[dict]:
    """Votes and score of people, then of simulated raters: `simulated`, `counts` per score, `screened`, `score`."""
    by_kind = {score["simulated"]: score for score in scores}
    found = []
    rows = list(counts)
    for simulated in (False, True):
        own = [row for row in rows if row["simulated"] == simulated]
        votes = dict.fromkeys(range(1, 6), 0) | {row["score"]: row["used"] for row in own}
        screened = sum(row["screened"] for row in own)
        if own or simulated in by_kind or not simulated:
            score = by_kind.get(simulated)
            found.append({"simulated": simulated, "counts": votes, "screened": screened, "score": score})
    return found
