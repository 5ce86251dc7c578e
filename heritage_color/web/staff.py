"""The door of the staff pages: every staff route hangs on `guard`, so that a new page cannot forget it."""

import hmac
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from heritage_color.web.protection import READING
from heritage_color.web.replies import Refusal, refuse
from heritage_color.web.sessions import Curator
from heritage_color.web.site import site_of


class NotSignedIn(Exception):
    """A staff page was asked for without a session."""


async def guard(request: Request) -> Curator:
    """Whoever is signed in; also checks the token of every form. Raises NotSignedIn or Refusal."""
    curator = site_of(request).sessions.curator(request)
    if curator is None:
        raise NotSignedIn
    request.state.curator = curator
    if request.method not in READING:
        token = request.headers.get("x-form-token") or (await request.form()).get("token")
        if not isinstance(token, str) or not hmac.compare_digest(token.encode(), curator.token.encode()):
            raise Refusal(403, "This form belongs to another session. Go back, reload the page and send it again.")
    return curator


def staff_router() -> APIRouter:
    """A router whose every route needs a signed-in curator, and a form token for whatever changes something."""
    return APIRouter(dependencies=[Depends(guard)])


def ask_to_sign_in(request: Request, error: Exception) -> Response:
    """To the sign-in page and back; a form is not repeated behind the person's back."""
    if request.method not in READING:
        return refuse(request, 403, "You are not signed in, or your session has ended. Nothing was changed.")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted)}", 303)
