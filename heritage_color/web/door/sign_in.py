"""Signing in and out."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.accounts import passwords
from heritage_color.accounts import steps as accounts
from heritage_color.errors import AccountError
from heritage_color.web.door.fields import FormLine
from heritage_color.web.door.replies import Refusal, go, local_path, show
from heritage_color.web.door.site import address_of, site_of

router = APIRouter()


@router.get("/sign-in")
def form(request: Request, next: str = "/staff") -> Response:
    """The form; while there is no account it says how the first one comes to be."""
    return _form(request, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: FormLine,
    password: Annotated[str, Form(max_length=passwords.LONGEST)],
    next: Annotated[str, Form()] = "/staff",
) -> Response:
    """Check name and password and go where the person wanted to go."""
    site, address = site_of(request), address_of(request)
    if not site.attempts.admit(address):
        raise Refusal(429, "Too many wrong passwords came from your network. Wait a quarter of an hour and try again.")
    try:
        account = _first(request, name, password) or accounts.check_password(site.settings, name, password)
    except AccountError as error:
        return _form(request, next, str(error), name)
    if account is None:
        return _form(request, next, "Name and password do not belong together.", name)
    site.attempts.forgive(address)
    response = go("/account" if account["temporary"] else local_path(next, "/staff"))
    site.sessions.sign_in(response, account)
    return response


@router.get("/staff")
def start(request: Request) -> Response:
    """The first page that is open to this person."""
    return go(next(iter(request.state.curator.pages), "/account"))


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    response = go("/")
    site_of(request).sessions.sign_out(response)
    return response


def _first(request: Request, name: str, password: str) -> dict | None:
    """The first account, made for whoever knows the first password while there is none."""
    settings = site_of(request).settings
    right = hmac.compare_digest(password.encode(), settings.staff_password.encode())
    if not settings.staff_password or not right or not accounts.is_empty(settings):
        return None
    accounts.add_first(settings, name, password)
    return accounts.check_password(settings, name, password)


def _form(request: Request, wanted: str, problem: str = "", name: str = "") -> Response:
    settings = site_of(request).settings
    first = accounts.is_empty(settings)
    values = {"wanted": local_path(wanted, "/staff"), "problem": problem, "name": name, "first": first}
    values["configured"] = bool(settings.staff_password)
    return show(request, "sign_in.html", 403 if problem else 200, provider=bool(settings.oidc_issuer), **values)
