"""Accounts: one's own, and for administrators those of all."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from heritage_color.accounts import passwords, steps
from heritage_color.accounts.roles import Role
from heritage_color.errors import AccountError
from heritage_color.web.door.fields import FormLine, RowId
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.sign_in import count_try, forgive_try
from heritage_color.web.door.site import site_of

router = APIRouter()
Password = Annotated[str, Form(max_length=passwords.LONGEST)]
Roles = Annotated[list[str], Form(max_length=len(Role))]
DONE = {"password": "Your password was changed. All your other sessions have ended."}


@router.get("/account")
def own(request: Request, done: str = "") -> Response:
    """One's own account: roles, password, sessions."""
    return _own(request, done=DONE.get(done, ""))


@router.post("/account/password")
def change_password(request: Request, current: Password, new: Password, again: Password) -> Response:
    """Another password for oneself, for whoever knows the present one; all other sessions end."""
    site, account = site_of(request), _mine(request)
    counted = count_try(request)
    if not steps.check_password(site.settings, account["name"], current):
        return _own(request, "The present password is another. Nothing was changed.")
    forgive_try(request, counted)
    if new != again:
        return _own(request, "The two new passwords differ. Nothing was changed.")
    try:
        steps.set_password(site.settings, account["name"], new, by=account["display_name"])
    except AccountError as error:
        return _own(request, str(error))
    response = go("/account?done=password")
    site.sessions.sign_in(response, _mine(request))
    return response


@router.post("/account/end-sessions")
def end_sessions(request: Request) -> Response:
    """Sign out here and everywhere."""
    site = site_of(request)
    steps.end_sessions(site.settings, request.state.curator.account_id)
    response = go("/sign-in")
    site.sessions.sign_out(response)
    return response


@router.get("/accounts")
def accounts(request: Request) -> Response:
    """All accounts, and the form for a new one."""
    return _all(request)


@router.post("/accounts")
def add(request: Request, name: FormLine, roles: Roles = [], display_name: FormLine = "") -> Response:  # noqa: B006
    """A new account with a random password, shown this once."""
    password = passwords.generate()
    given = {"name": name, "roles": roles, "display_name": display_name}
    try:
        by = request.state.curator.name
        made = steps.add(site_of(request).settings, name, roles, password, display_name, temporary=True, by=by)
    except AccountError as error:
        return _all(request, str(error), given)
    return _one(request, made["account_id"], password=password)


@router.get("/accounts/{account_id}")
def account(request: Request, account_id: RowId) -> Response:
    """One account: its roles, its password, and whether it is open."""
    return _one(request, account_id)


@router.post("/accounts/{account_id}/roles")
def set_roles(request: Request, account_id: RowId, roles: Roles = []) -> Response:  # noqa: B006
    """Other roles in the place of those before."""
    return _change(request, account_id, steps.set_roles, roles)


@router.post("/accounts/{account_id}/password")
def reset_password(request: Request, account_id: RowId) -> Response:
    """A random password, shown this once, to be changed at the next sign-in."""
    password = passwords.generate()
    return _change(request, account_id, steps.set_password, password, True, shown=password)


@router.post("/accounts/{account_id}/disable")
def disable(request: Request, account_id: RowId) -> Response:
    """Close an account."""
    return _change(request, account_id, steps.set_disabled)


@router.post("/accounts/{account_id}/enable")
def enable(request: Request, account_id: RowId) -> Response:
    """Open it again."""
    return _change(request, account_id, steps.set_disabled, False)


def _change(request: Request, account_id: int, step, *arguments, shown: str = "") -> Response:
    try:
        step(site_of(request).settings, _found(request, account_id)["name"], *arguments, by=request.state.curator.name)
    except AccountError as error:
        return _one(request, account_id, str(error))
    return _one(request, account_id, password=shown) if shown else go(f"/accounts/{account_id}")


def _found(request: Request, account_id: int) -> dict:
    found = steps.find(site_of(request).settings, account_id)
    if found is None:
        raise Refusal(404, "There is no account with this number.", ("/accounts", "To the accounts"))
    return found


def _mine(request: Request) -> dict:
    return _found(request, request.state.curator.account_id)


def _own(request: Request, problem: str = "", done: str = "") -> Response:
    values = {"account": _mine(request), "problem": problem, "done": done, "shortest": passwords.SHORTEST}
    return show(request, "account_own.html", 400 if problem else 200, **values)


def _one(request: Request, account_id: int, problem: str = "", password: str = "") -> Response:
    values = {"account": _found(request, account_id), "problem": problem, "password": password, "roles": list(Role)}
    return show(request, "account.html", 400 if problem else 200, **values)


def _all(request: Request, problem: str = "", given: dict | None = None) -> Response:
    values = {"accounts": steps.list_all(site_of(request).settings), "roles": list(Role), "problem": problem}
    proxy = site_of(request).proxies.sentence
    return show(request, "accounts.html", 400 if problem else 200, given=given or {}, proxy=proxy, **values)
