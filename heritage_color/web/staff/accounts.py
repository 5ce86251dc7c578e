"""Accounts: one's own, and for administrators everybody's."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.accounts import passwords, steps
from heritage_color.accounts.account import Account
from heritage_color.accounts.roles import Role
from heritage_color.errors import AccountError
from heritage_color.settings import Settings
from heritage_color.web.door.fields import Line, RowId, SentForm
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.sign_in import count_try, forgive_try
from heritage_color.web.door.site import site_of
from heritage_color.web.door.staff import curator_of

router = APIRouter()
Password = Annotated[str, Form(max_length=passwords.LONGEST)]
Roles = Annotated[list[str], Form(max_length=len(Role))]
Step = Callable[[Settings, str, str], object]  # with an account's name, and the name of whoever changes it
DONE = {"password": "Your password was changed. All your other sessions have ended."}


class AccountForm(SentForm):
    """A new account: the name to sign in with, the roles, and the name under decisions if it is another."""

    name: Annotated[Line, Field(min_length=1)]
    roles: list[str] = Field(default_factory=list, max_length=len(Role))
    display_name: Line = ""


@router.get("/account")
def my_account(request: Request, done: str = "") -> Response:
    """Show one's own account: roles, password, sessions."""
    return _my_account(request, done=DONE.get(done, ""))


@router.post("/account/password")
def change_password(request: Request, current: Password, new: Password, again: Password) -> Response:
    """Set another password for whoever knows the present one; all other sessions end."""
    site, account = site_of(request), _mine(request)
    counted = count_try(request)
    if not steps.check_password(site.settings, account.name, current):
        return _my_account(request, "The present password is another. Nothing was changed.")
    forgive_try(request, counted)
    if new != again:
        return _my_account(request, "The two new passwords differ. Nothing was changed.")
    try:
        steps.set_password(site.settings, account.name, new, by=account.display_name)
    except AccountError as error:
        return _my_account(request, str(error))
    response = go("/account?done=password")
    site.sessions.sign_in(response, _mine(request))
    return response


@router.post("/account/end-sessions")
def end_sessions(request: Request) -> Response:
    """Sign out here and everywhere."""
    site = site_of(request)
    steps.end_sessions(site.settings, curator_of(request).account_id)
    response = go("/sign-in")
    site.sessions.sign_out(response)
    return response


@router.get("/accounts")
def accounts(request: Request) -> Response:
    """List all accounts, with the form for a new one."""
    return _all(request)


@router.post("/accounts")
def add_account(request: Request, form: Annotated[AccountForm, Form()]) -> Response:
    """Make an account with a random password, which is shown this once."""
    settings, password, by = site_of(request).settings, passwords.generate(), curator_of(request).name
    try:
        added = steps.add_account(settings, form.name, form.roles, password, form.display_name, temporary=True, by=by)
    except AccountError as error:
        return _all(request, str(error), form)
    return _page_of(request, added, password=password)


@router.get("/accounts/{account_id}")
def account(request: Request, account_id: RowId) -> Response:
    """Show one account: its roles, its password, and whether it is open."""
    return _page_of(request, _account(request, account_id))


@router.post("/accounts/{account_id}/roles")
def set_account_roles(request: Request, account_id: RowId, roles: Roles = []) -> Response:  # noqa: B006
    """Set other roles in the place of those before."""
    return _change(request, account_id, lambda settings, name, by: steps.set_roles(settings, name, roles, by))


@router.post("/accounts/{account_id}/password")
def reset_password(request: Request, account_id: RowId) -> Response:
    """Set a random password, which is shown this once and has to be changed at the next sign-in."""
    password = passwords.generate()
    return _change(
        request,
        account_id,
        lambda settings, name, by: steps.set_password(settings, name, password, True, by),
        password,
    )


@router.post("/accounts/{account_id}/disable")
def disable(request: Request, account_id: RowId) -> Response:
    """Close an account."""
    return _change(request, account_id, lambda settings, name, by: steps.set_disabled(settings, name, True, by))


@router.post("/accounts/{account_id}/enable")
def enable(request: Request, account_id: RowId) -> Response:
    """Open it again."""
    return _change(request, account_id, lambda settings, name, by: steps.set_disabled(settings, name, False, by))


def _change(request: Request, account_id: int, step: Step, password: str = "") -> Response:
    """Change an account and show it again; a password that it got is shown this once."""
    account = _account(request, account_id)
    try:
        step(site_of(request).settings, account.name, curator_of(request).name)
    except AccountError as error:
        return _page_of(request, account, str(error))
    return _page_of(request, _account(request, account_id), password=password) if password else go(_address(account))


def _address(account: Account) -> str:
    return f"/accounts/{account.account_id}"


def _account(request: Request, account_id: int) -> Account:
    account = steps.find_account(site_of(request).settings, account_id)
    if account is None:
        raise Refusal(404, "There is no account with this number.", ("/accounts", "To the accounts"))
    return account


def _mine(request: Request) -> Account:
    return _account(request, curator_of(request).account_id)


def _my_account(request: Request, problem: str = "", done: str = "") -> Response:
    shown = {"account": _mine(request), "shortest": passwords.SHORTEST}
    return show(request, "staff/account_own.html", 400 if problem else 200, problem=problem, done=done, **shown)


def _page_of(request: Request, account: Account, problem: str = "", password: str = "") -> Response:
    shown = {"account": account, "password": password, "roles": list(Role)}
    return show(request, "staff/account.html", 400 if problem else 200, problem=problem, **shown)


def _all(request: Request, problem: str = "", form: AccountForm | None = None) -> Response:
    site = site_of(request)
    shown = {"accounts": steps.list_accounts(site.settings), "roles": list(Role), "proxy": site.proxies.sentence}
    return show(request, "staff/accounts.html", 400 if problem else 200, problem=problem, form=form, **shown)
