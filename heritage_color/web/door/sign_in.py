"""Signing in and out."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.accounts import passwords
from heritage_color.accounts import steps as accounts
from heritage_color.accounts.account import Account
from heritage_color.errors import AccountError
from heritage_color.web.door.buckets import Size, Taken
from heritage_color.web.door.fields import FormLine
from heritage_color.web.door.networks import address_of
from heritage_color.web.door.replies import Refusal, go, local_path, show
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of

router = APIRouter()
TRIES = Size(5, 900)  # of passwords from one network
TOO_MANY = "Too many wrong passwords came from your network. Wait a quarter of an hour and try again."


@router.get("/sign-in")
def form(request: Request, next: str = "/staff") -> Response:
    """Show the form; while there is no account it says how the first one comes to be."""
    return _form(request, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: FormLine,
    password: Annotated[str, Form(max_length=passwords.LONGEST)],
    next: Annotated[str, Form()] = "/staff",
) -> Response:
    """Check name and password and go where the person wanted to go."""
    site, counted = site_of(request), count_try(request)
    try:
        account = _first(request, name, password) or accounts.check_password(site.settings, name, password)
    except AccountError as error:
        return _form(request, next, str(error), name)
    if account is None:
        return _form(request, next, "That name and password don’t match.", name)
    forgive_try(request, counted)
    response = go("/account" if account.temporary else local_path(next, "/staff"))
    site.sessions.sign_in(response, account)
    return response


def count_try(request: Request) -> Taken:
    """Count a password before it is looked at, so that those sent all at once count too. Raises Refusal."""
    taken = site_of(request).tries.take(address_of(request), TRIES)
    if taken.waiting:
        raise Refusal(429, TOO_MANY)
    return taken


def forgive_try(request: Request, counted: Taken) -> None:
    """Take a try back, because its password was right; wrong ones of the same network stay counted."""
    site_of(request).tries.give_back(address_of(request), TRIES, counted)


@router.get("/staff")
def first_page(request: Request) -> Response:
    """Go to the first page that is open to this person."""
    return go(curator_of(request).start)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    response = go("/")
    site_of(request).sessions.sign_out(response)
    return response


def _first(request: Request, name: str, password: str) -> Account | None:
    """The first account, made for whoever knows the first password while there is none."""
    settings = site_of(request).settings
    right = hmac.compare_digest(password.encode(), settings.staff_password.encode())
    if not settings.staff_password or not right or not accounts.is_empty(settings):
        return None
    accounts.add_first(settings, name, password)
    return accounts.check_password(settings, name, password)


def _form(request: Request, onward: str, problem: str = "", name: str = "") -> Response:
    settings = site_of(request).settings
    return show(
        request,
        "door/sign_in.html",
        403 if problem else 200,
        onward=local_path(onward, "/staff"),
        problem=problem,
        name=name,
        first=accounts.is_empty(settings),
        configured=bool(settings.staff_password),
        provider=bool(settings.oidc_issuer),
    )
