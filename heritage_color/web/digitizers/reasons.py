"""A page for each reason: why a file was refused or noted, and why a curator decided as they did."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.curation import reasons as decisions
from heritage_color.keys import Code
from heritage_color.scans.reporting.reasons import REASONS
from heritage_color.scans.reporting.titles import title_of
from heritage_color.web.door.fields import ReasonCode
from heritage_color.web.door.replies import Refusal, show
from heritage_color.web.door.staff import staff_router

router: APIRouter = staff_router()
OUTCOMES = {"error": "The file is refused.", "warning": "The file is taken in, and this is noted."}
FILLED = re.compile(r"{\w+}")  # a fact that each finding fills in


@dataclass(frozen=True)
class ReasonPage:
    """What a reason is called, what it means, what comes of it, and what helps."""

    code: Code
    title: str
    meaning: str
    outcome: str
    remedy: str


def explained() -> Iterator[ReasonPage]:
    """Every reason: those of deliveries by their title, then those of curators' decisions."""
    for code in sorted(REASONS, key=title_of):
        reason = REASONS[code]
        meaning = FILLED.sub("…", reason.sentence.replace("{file}", "The file"))
        yield ReasonPage(code, title_of(code), meaning, OUTCOMES[reason.severity], FILLED.sub("…", reason.remedy))
    for decision in decisions.REASONS:
        remedy = "A note beside it says more." if decision.needs_note else ""
        outcome = f"A curator decided: {decision.verdict}."
        yield ReasonPage(decision.code, decision.words, f"{decision.words}.", outcome, remedy)


@router.get("/reasons")
def reasons(request: Request) -> Response:
    """List all reasons, those of deliveries first."""
    return show(request, "digitizers/reasons.html", reasons=list(explained()))


@router.get("/reasons/{code}")
def reason(request: Request, code: ReasonCode) -> Response:
    """Show what one reason means and what helps."""
    page = next((reason for reason in explained() if reason.code == code), None)
    if page is None:
        raise Refusal(404, "There is no reason of this name.", ("/reasons", "To all reasons"))
    return show(request, "digitizers/reason.html", reason=page)
