"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.web.fields import FormLine
from heritage_color.web.replies import Refusal, go, local_path, show
from heritage_color.web.site import site_of
from heritage_color.web.staff import staff_router

router = APIRouter()
staff = staff_router()


@router.get("/sign-in")
def form(request: Request, next: str = "/review") -> Response:
    """The form; when no password is set it says how to set one."""
    return _form(request, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: FormLine,
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form()] = "/review",
) -> Response:
    """Check the password and go where the person wanted to go."""
    site, address = site_of(request), _address(request)
    if not site.attempts.admit(address):
        raise Refusal(429, "Too many wrong passwords came from your network. Wait a quarter of an hour and try again.")
    if not name:
        return _form(request, next, "Give the name that shall stand under your decisions.")
    if not site.sessions.password_fits(password):
        return _form(request, next, "That is not the staff password.", name)
    site.attempts.forget(address)
    response = go(next)
    site.sessions.sign_in(response, name)
    return response


@staff.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    response = go("/")
    site_of(request).sessions.sign_out(response)
    return response


router.include_router(staff)


def _form(request: Request, wanted: str, problem: str = "", name: str = "") -> Response:
    configured = bool(site_of(request).sessions.password)
    status = 403 if problem else 200
    values = {"wanted": local_path(wanted), "problem": problem, "name": name, "configured": configured}
    return show(request, "sign_in.html", status, **values)


def _address(request: Request) -> str:
    """The network that a try comes from; of IPv6 the first half, which is one household."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if host.count(":") > 1 else host
