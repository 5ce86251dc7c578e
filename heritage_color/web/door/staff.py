"""The door of all pages: the application hangs on `guard`, which asks the table of permissions.

`request.state.curator` is whoever is signed in, of whatever role; a page asks `curator.may("POST /route")` before it
shows a form.
"""

import hmac
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from heritage_color.web.door import permissions
from heritage_color.web.door.protection import READING
from heritage_color.web.door.replies import Refusal, refuse
from heritage_color.web.door.sessions import Person
from heritage_color.web.door.site import site_of

NOT_OPEN = "Nobody may open this page, because the table of permissions does not name it."
NOT_YOURS = "Your account has the role {}, which may not do this. An administrator of this site can give you another."

TEMPORARY = "Your password was chosen by somebody else. Choose one of your own first."
FIRST_OF_ALL = ("GET /account", "POST /account/password", "POST /sign-out")


class NotSignedIn(Exception):
    """A staff page was asked for without a session."""


async def person(request: Request) -> Person | None:
    """Whoever may use the route that was asked for; None where everyone may. Raises NotSignedIn or Refusal."""
    route = route_of(request)
    if route not in permissions.PERMISSIONS:
        raise Refusal(403, NOT_OPEN)
    if permissions.is_public(route):
        return None
    curator = await run_in_threadpool(site_of(request).sessions.person, request)
    if curator is None:
        raise NotSignedIn
    request.state.curator = curator
    if not curator.may(route):
        raise Refusal(403, NOT_YOURS.format(" and ".join(sorted(curator.roles))), ("/staff", "To your pages"))
    if curator.temporary and route not in FIRST_OF_ALL:
        raise Refusal(403, TEMPORARY, ("/account", "Choose a password"))
    return curator


async def guard(request: Request, curator: Annotated[Person | None, Depends(person)]) -> None:
    """Let through whoever may, and check the token of each form that is not everyone's.

    Raises NotSignedIn or Refusal.
    """
    if curator and request.method not in READING:
        token = request.headers.get("x-form-token") or (await request.form()).get("token")
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), curator.token.encode()):
            raise Refusal(403, "This form belongs to another session. Go back, reload the page and send it again.")


def curator_of(request: Request) -> Person:
    """Whoever is signed in, on a page that is not everyone's."""
    curator: Person = request.state.curator
    return curator


def route_of(request: Request) -> str:
    """Method and pattern of the route that answers, as the table of permissions writes it."""
    method = "GET" if request.method == "HEAD" else request.method
    return f"{method} {request.scope['route'].path}"


def staff_router() -> APIRouter:
    """Return a router of staff pages; what guards them is the application's `guard`."""
    return APIRouter()


def ask_to_sign_in(request: Request, error: Exception) -> Response:
    """Lead to the sign-in page and back; a form is not repeated behind the person's back."""
    if request.method not in READING:
        return refuse(request, 403, "You are not signed in, or your session has ended. Nothing was changed.")
    onward = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(onward)}", 303)
