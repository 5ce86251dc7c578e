"""The web application: `uvicorn --factory heritage_color.web.app:create_from_environment`."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from os import PathLike, stat_result

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from heritage_color import db
from heritage_color import settings as settings_module
from heritage_color.errors import HeritageError
from heritage_color.settings import Settings
from heritage_color.store import IMMUTABLE
from heritage_color.web import front, home
from heritage_color.web.desk import bulk, likenesses, notes, pictures, review, scans, tags, views
from heritage_color.web.digitizers import deliveries, owed, reasons, uploads
from heritage_color.web.door import provider, sign_in, staff
from heritage_color.web.door.limits import Limits
from heritage_color.web.door.networks import Forwarding
from heritage_color.web.door.protection import READING, Protection
from heritage_color.web.door.replies import SECURITY, Refusal, refuse
from heritage_color.web.door.site import HERE, build
from heritage_color.web.raters import my_votes, rate
from heritage_color.web.runs import events
from heritage_color.web.runs.live import Live
from heritage_color.web.staff import accounts, campaigns, holds, plots
from heritage_color.web.system import vetoes

LOG = logging.getLogger("uvicorn.error")  # where the server tells its own troubles
PAGES = (
    home,
    front,
    rate,
    my_votes,
    sign_in,
    provider,
    bulk,
    views,
    review,
    notes,
    campaigns,
    deliveries,
    owed,
    reasons,
    scans,
    likenesses,
    holds,
    plots,
    tags,
    pictures,
    uploads,
    events,
    accounts,
    vetoes,
)
SENTENCES = {
    404: "There is no such page. The address may be mistyped, or what stood here has been taken away.",
    405: "This address does not take that kind of request.",
}
UNAVAILABLE = "The archive does not answer at the moment. Nothing is lost; try again in a minute."
UNAVAILABLE_FORM = (
    "The archive does not answer at the moment, so what you sent was perhaps not stored. Reload this page in a minute "
    "to send it again: it counts once."
)


def create_from_environment() -> FastAPI:
    """Make the application with the settings of HERITAGE_* variables."""
    return create(settings_module.read())


def create(settings: Settings) -> FastAPI:
    """Make the application with these settings. It connects to nothing before the first request."""
    guarded = [Depends(staff.guard)]
    app = FastAPI(
        title="Heritage Color",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=guarded,
        lifespan=_lifespan,
    )
    app.state.site = build(settings)
    app.state.live = Live(settings)
    for page in PAGES:
        app.include_router(page.router)
    app.mount("/static", _Static(directory=HERE / "static"))
    _answer_errors(app)
    headers = dict(SECURITY)
    if settings.web_address.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    app.add_middleware(Limits)
    app.add_middleware(Protection, headers=headers)
    app.add_middleware(Forwarding, settings=settings, unnamed=app.state.site.proxies)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Idle connections to the catalog are kept from the server's start to its end."""
    with db.keeping(app.state.site.settings):
        yield


class _Static(StaticFiles):
    """Files whose address carries their checksum, so that browsers may keep them for ever."""

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = IMMUTABLE
        return response


def _answer_errors(app: FastAPI) -> None:
    app.add_exception_handler(staff.NotSignedIn, staff.ask_to_sign_in)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HeritageError, _not_available)
    app.add_exception_handler(Exception, _failed)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refuse(request, error.status, str(error), error.onward, error.title)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return refuse(request, error.status_code, SENTENCES.get(error.status_code, "The request could not be answered."))


def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(problem["loc"][0] == "path" for problem in error.errors()):
        return refuse(request, 404, SENTENCES[404])
    fields = ", ".join(sorted({str(problem["loc"][-1]) for problem in error.errors()}))
    return refuse(request, 400, f"The form was not complete or not of the right kind: {fields}. Nothing was changed.")


def _not_available(request: Request, error: Exception) -> Response:
    LOG.warning("%s: %s", type(error).__name__, error)
    return refuse(request, 503, UNAVAILABLE if request.method in READING else UNAVAILABLE_FORM)


def _failed(request: Request, error: Exception) -> Response:
    """The error itself goes to the server's log, which is Starlette's doing; people get a sentence."""
    return refuse(request, 500, "Something went wrong on our side. It has been written to the server's log.")
