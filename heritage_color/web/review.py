"""Review: the queue, one colorization beside its original, and the decision."""

from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color import db
from heritage_color.curation import reasons
from heritage_color.curation import steps as curation
from heritage_color.errors import CurationError
from heritage_color.web import tags
from heritage_color.web.fields import FormId, FormLine, FormProse, Page, RowId
from heritage_color.web.paging import Pages
from heritage_color.web.replies import Refusal, go, show
from heritage_color.web.site import site_of
from heritage_color.web.staff import staff_router

router: APIRouter = staff_router()
SHOWN = 30
STATES = (*curation.STATES, "all")
OFFERED = [reason for reason in reasons.REASONS if reason.code != "score-rule"]  # that one is for rules, not people
WORDS = {reason.code: reason.words for reason in reasons.REASONS}
SORTS = {"uncertain": "most uncertain", "low": "lowest score", "disagreement": "most disagreement"}
Sort = Literal["uncertain", "low", "disagreement"]
State = Literal["undecided", "approved once", "approved", "rejected", "sent back", "published", "withdrawn", "all"]


@router.get("/review")
def queue(
    request: Request, state: State = "undecided", sort: Sort = "uncertain", page: Page = 1, decided: int = 0
) -> Response:
    """The colorizations of a state, those first that need eyes most."""
    rows = _rows(request, state, sort, shown=SHOWN, skipped=(page - 1) * SHOWN)
    counts = curation.count_states(site_of(request).settings)
    values: dict[str, Any] = {
        "rows": rows,
        "pages": Pages(page, SHOWN, rows[0]["total"] if rows else 0),
        "counts": counts | {"all": sum(counts.values())},
        "decided": _decided(request, decided),
    }
    return show(request, "review_queue.html", states=STATES, sorts=SORTS, state=state, sort=sort, **values)


@router.get("/review/{colorization_id}")
def review(
    request: Request,
    colorization_id: RowId,
    state: State = "undecided",
    sort: Sort = "uncertain",
    decided: int = 0,
) -> Response:
    """Original and colour, what people and instruments say, and the form of the decision."""
    return _review(request, colorization_id, state, sort, decided=_decided(request, decided))


@router.post("/review/{colorization_id}")
def decide(
    request: Request,
    colorization_id: RowId,
    verdict: FormLine,
    seen: FormId,
    reason: FormLine = "",
    note: FormProse = "",
    state: State = "undecided",
    sort: Sort = "uncertain",
) -> Response:
    """Write the decision, then on to the next in the queue."""
    found, given = _standing(request, colorization_id), {"verdict": verdict, "reason": reason, "note": note}
    curator = request.state.curator
    if found["decision_id"] not in (seen or None, None) and found["curator"] != curator.name:
        sentence = f"{found['curator']} {found['verdict']} it meanwhile. Look again before you decide otherwise."
        return _review(request, colorization_id, state, sort, problem=sentence, status=409, given=given)
    onward = _next(request, colorization_id, state, sort)
    try:
        settings, by = site_of(request).settings, (curator.name, curator.account_id)
        curation.decide(settings, colorization_id, verdict, reason, note, *by)
    except CurationError as error:
        return _review(request, colorization_id, state, sort, problem=str(error), status=400, given=given)
    query = urlencode({"state": state, "sort": sort, "decided": colorization_id})
    return go(f"/review/{onward}?{query}" if onward else f"/review?{query}")


def _review(request: Request, colorization_id: int, state: str, sort: str, status: int = 200, **said) -> Response:
    found, queries, one = _standing(request, colorization_id), db.queries("web"), {"colorization_id": colorization_id}
    with db.connect(site_of(request).settings) as connection:
        values: dict[str, Any] = {
            "opinions": _opinions(queries.list_scores(connection, **one), queries.list_vote_counts(connection, **one)),
            "measurements": list(queries.list_measurements(connection, **one)),
            "decisions": list(queries.list_decisions(connection, **one)),
            "tags": tags.of_scan(connection, found["scan_id"]),
        }
    values |= {"picture": found, "here": next(iter(_rows(request, state, sort, **one)), None)}
    values |= {"reasons": OFFERED, "words": WORDS, "state": state, "sort": sort}
    values |= {"problem": "", "decided": None, "given": {}}  # given: what a refused form held
    return show(request, "review.html", status, **{**values, **said})


def _standing(request: Request, colorization_id: int) -> dict:
    with db.connect(site_of(request).settings) as connection:
        found = db.queries("web").get_colorization(connection, colorization_id=colorization_id)
    if found is None:
        raise Refusal(404, "There is no colorization with this number.")
    if found["withdrawn_at"]:
        onward = (f"/scans/{found['scan_id']}", "To the scan, its original and its history")
        raise Refusal(410, "This colorization has been taken down and is no longer shown.", onward)
    return found


def _rows(request: Request, state: str, sort: str, colorization_id=None, shown: int = 1, skipped: int = 0) -> list:
    choice = {"state": state, "sort": sort, "colorization_id": colorization_id, "shown": shown, "skipped": skipped}
    with db.connect(site_of(request).settings) as connection:
        return list(db.queries("web").list_review(connection, **choice))


def _next(request: Request, colorization_id: int, state: str, sort: str) -> int | None:
    """Whom to show after this one: its successor, else whoever is first, else nobody."""
    here = _rows(request, state, sort, colorization_id)
    if here and here[0]["next"]:
        return here[0]["next"]
    first = _rows(request, state, sort)
    return first[0]["colorization_id"] if first and first[0]["colorization_id"] != colorization_id else None


def _decided(request: Request, colorization_id: int) -> dict | None:
    """The decision just taken, read back from the catalog: what the page says of it is what was stored."""
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
