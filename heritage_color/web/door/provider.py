"""Signing in at the museum's OpenID Connect provider, and coming back."""

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from heritage_color.accounts import steps
from heritage_color.accounts.account import Account
from heritage_color.accounts.identities import Identity, Question
from heritage_color.errors import AccountError, ServiceError, SettingsError, SignInError
from heritage_color.web.door.replies import Refusal, go, local_path
from heritage_color.web.door.site import Site, site_of

if TYPE_CHECKING:
    from heritage_color.accounts.provider import Provider

router = APIRouter()
BACK = ("/sign-in", "To the sign-in page")


@router.get("/sign-in/provider")
def begin_sign_in(request: Request, next: str = "/staff") -> Response:
    """Go on to the provider. What its answer must fit stays in a signed cookie for ten minutes."""
    site = site_of(request)
    try:
        question = _provider(site).ask()
    except (ServiceError, SettingsError) as error:
        raise Refusal(503, str(error), BACK) from error
    response = RedirectResponse(question.address, 303)
    site.sessions.keep_question(response, replace(question, address="", onward=local_path(next, "/staff")))
    return response


@router.get("/sign-in/callback")
def come_back(request: Request) -> Response:
    """Open a session for whoever the provider says came, and go on to the page that was asked for."""
    site = site_of(request)
    question = site.sessions.question(request)
    if question is None:
        raise Refusal(400, "This sign-in took longer than ten minutes, or began in another browser.", BACK)
    response = go(local_path(question.onward, "/staff"))
    site.sessions.sign_in(response, _account(site, _identify(request, question)))
    site.sessions.forget_question(response)
    return response


def _identify(request: Request, question: Question) -> Identity:
    try:
        return _provider(site_of(request)).identify(question, request.query_params)
    except SignInError as error:
        raise Refusal(403, str(error), BACK) from error
    except (ServiceError, SettingsError) as error:
        raise Refusal(503, str(error), BACK) from error


def _account(site: Site, person: Identity) -> Account:
    try:
        return steps.sign_in_linked(site.settings, person)
    except AccountError as error:
        raise Refusal(403, f"{error} Ask whoever manages your account there.", BACK) from error


def _provider(site: Site) -> "Provider":
    if site.provider is None:
        raise Refusal(404, "No sign-in provider is set up here.", BACK)
    return site.provider
