"""Accounts in the catalog: made, listed, changed, and found again at sign-in and at each request of a session."""

import unicodedata
from collections.abc import Iterable

from heritage_color import db
from heritage_color.accounts import passwords, roles
from heritage_color.accounts.roles import Role
from heritage_color.errors import AccountError
from heritage_color.settings import Settings

AGENT = "heritage-color accounts"  # who changed an account, where nobody is named
FIRST = "administrator"  # name of the account that `heritage-color up` makes
ALONE = "{} is the only administrator. Give another account this role first; otherwise nobody could manage accounts."


def add(
    settings: Settings,
    name: str,
    wanted: Iterable[str],
    password: str,
    display_name: str = "",
    temporary: bool = False,
    by: str = AGENT,
) -> dict:
    """A new account that signs in with a password: `{"account_id", "name"}`. Each change of an account is an event.

    `display_name` stands under the person's decisions and is by default the name. A `temporary` password must be
    changed at first sign-in. Raises AccountError for a name that is taken, unknown roles, or a weak password.
    """
    name = _written(name)
    passwords.refuse_weak(password, name)
    with db.connect(settings) as connection:
        account_id = _add(connection, name, roles.parse(wanted), password, display_name, temporary)
        _record(connection, account_id, "account added", by)
    return {"account_id": account_id, "name": name}


def _add(connection, name: str, given: frozenset[Role], password: str, display_name: str, temporary: bool) -> int:
    row = {"name": name, "display_name": display_name.strip() or name, "roles": sorted(given)}
    account_id = _queries().add_account(connection, **row)
    if account_id is None:
        raise AccountError(f"There is an account {name} already. Choose another name.")
    _queries().set_password(connection, account_id=account_id, hash=passwords.hash_of(password), temporary=temporary)
    return account_id


def _record(connection, account_id: int, outcome: str, by: str) -> None:
    _queries().record(connection, account_id=account_id, outcome=outcome, agent=by)


def add_first(settings: Settings, name: str, password: str) -> bool:
    """Make the first account, an administrator's, with the bootstrap password; False where there are accounts."""
    name = _written(name)
    with db.connect(settings) as connection:
        _queries().lock_accounts(connection)
        if _queries().has_accounts(connection):
            return False
        account_id = _add(connection, name, frozenset({Role.ADMINISTRATOR}), password, "", False)
        _record(connection, account_id, "first account added", AGENT)
    return True


def is_empty(settings: Settings) -> bool:
    """Whether nobody has an account yet."""
    with db.connect(settings) as connection:
        return not _queries().has_accounts(connection)


def list_all(settings: Settings) -> list[dict]:
    """All accounts, open ones first: account_id, name, display_name, roles, issuer, created_at, disabled_at, ..."""
    with db.connect(settings) as connection:
        return [dict(row) for row in _queries().list_accounts(connection)]


def find(settings: Settings, account_id: int) -> dict | None:
    """An account by its number, as in `list_all`, with its generation."""
    with db.connect(settings) as connection:
        return _queries().get_account(connection, account_id=account_id)


def check_password(settings: Settings, name: str, password: str) -> dict | None:
    """The open account that this name and password belong to: account_id, generation, display_name, roles."""
    with db.connect(settings) as connection:
        found = _queries().find_account(connection, name=_normal(name))
    fits = passwords.fits(found and found["hash"], password)
    return dict(found) if fits and found and not found["disabled_at"] else None


def sign_in_linked(
    settings: Settings, issuer: str, subject: str, names: tuple[str, str], given: Iterable[Role]
) -> dict:
    """The account of a person at a provider, made at the first sign-in, with the roles that hold now: as `find`.

    `names` are for sign-in and for decisions; issuer and subject alone tell who it is. Raises AccountError for a
    closed account, or without a role, which also ends the sessions that the person still has.
    """
    held = frozenset(given)
    with db.connect(settings) as connection:
        _queries().lock_accounts(connection)
        found = _queries().get_linked(connection, issuer=issuer, subject=subject)
        if not held and found:
            _queries().end_sessions(connection, account_id=found["account_id"])
        if held:
            account_id = _link(connection, found, issuer, subject, names, sorted(held))
            found = _queries().get_account(connection, account_id=account_id)
    if not held:
        raise AccountError(f"{issuer} knows you, but none of your groups there has a role here.")
    if found["disabled_at"]:
        raise AccountError("Your account was closed by an administrator of this site.")
    return dict(found)


def _link(connection, found: dict | None, issuer: str, subject: str, names: tuple[str, str], given: list[Role]) -> int:
    name, display_name = ("".join(filter(str.isprintable, text)).strip()[:200] for text in names)
    if found is None:
        free = _queries().free_name(connection, name=_normal(name) or subject)
        row = {"name": free, "display_name": display_name or free, "roles": given}
        account_id = _queries().add_linked(connection, issuer=issuer, subject=subject, **row)
        _record(connection, account_id, "account added", issuer)
        return account_id
    if set(found["roles"]) != set(given):
        _queries().set_roles(connection, account_id=found["account_id"], roles=given)
        _record(connection, found["account_id"], "roles changed", issuer)
    return found["account_id"]


def find_session(settings: Settings, account_id: int, generation: int) -> dict | None:
    """The account behind a session, asked at each request: whatever was changed meanwhile holds at once."""
    with db.connect(settings) as connection:
        return _queries().find_session(connection, account_id=account_id, generation=generation)


def set_password(settings: Settings, name: str, password: str, temporary: bool = False, by: str = AGENT) -> dict:
    """Another password; all sessions of the account end. Raises AccountError."""
    passwords.refuse_weak(password, name)
    with db.connect(settings) as connection:
        found = _found(connection, name)
        _refuse_linked(found)
        account_id = found["account_id"]
        hashed = passwords.hash_of(password)
        _queries().set_password(connection, account_id=account_id, hash=hashed, temporary=temporary)
        _queries().end_sessions(connection, account_id=account_id)
        _record(connection, account_id, "password changed", by)
    return {"account_id": account_id}


def end_sessions(settings: Settings, account_id: int) -> None:
    """End all sessions of an account."""
    with db.connect(settings) as connection:
        _queries().end_sessions(connection, account_id=account_id)


def set_roles(settings: Settings, name: str, wanted: Iterable[str], by: str = AGENT) -> dict:
    """Other roles in the place of those before; sessions end. Raises AccountError, also for the last administrator."""
    given = roles.parse(wanted)
    with db.connect(settings) as connection:
        found = _locked(connection, name)
        _refuse_linked(found)
        if Role.ADMINISTRATOR not in given:
            _refuse_last(connection, found)
        if set(found["roles"]) != set(given):
            _queries().set_roles(connection, account_id=found["account_id"], roles=sorted(given))
            _record(connection, found["account_id"], "roles changed", by)
    return {"account_id": found["account_id"], "changed": int(set(found["roles"]) != set(given))}


def set_disabled(settings: Settings, name: str, disabled: bool = True, by: str = AGENT) -> dict:
    """Close an account, or open it again; sessions end. Raises AccountError, also for the last administrator."""
    with db.connect(settings) as connection:
        found = _locked(connection, name)
        changed = disabled != bool(found["disabled_at"])
        if disabled:
            _refuse_last(connection, found)
        if changed:
            _queries().set_disabled(connection, account_id=found["account_id"], disabled=disabled)
            _record(connection, found["account_id"], "account closed" if disabled else "account opened", by)
    return {"account_id": found["account_id"], "changed": int(changed)}


def _locked(connection, name: str) -> dict:
    _queries().lock_accounts(connection)
    return _found(connection, name)


def _found(connection, name: str) -> dict:
    found = _queries().find_account(connection, name=_normal(name))
    if found is None:
        raise AccountError(f"There is no account {name}. `heritage-color account list` shows all.")
    return found


def _refuse_linked(account: dict) -> None:
    """Raises AccountError for an account of an OpenID Connect provider, which has neither password nor roles here."""
    if account["issuer"]:
        raise AccountError(f"{account['name']} signs in at {account['issuer']}, which also gives the roles.")


def _refuse_last(connection, account: dict) -> None:
    """Raises AccountError where nobody else could manage accounts."""
    one_of_them = Role.ADMINISTRATOR in account["roles"] and not account["disabled_at"]
    if one_of_them and not _queries().other_administrators(connection, account_id=account["account_id"]):
        raise AccountError(ALONE.format(account["name"]))


def _normal(name: str) -> str:
    """A name as it is stored, so that it is found however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", name).strip()


def _written(name: str) -> str:
    """The same of a new account. Raises AccountError for a name that could not be told or typed."""
    name = _normal(name)
    if not name or len(name) > 200 or not name.isprintable():
        raise AccountError("A name has 1 to 200 printable characters.")
    return name


def as_text(accounts: list[dict]) -> str:
    """Accounts as plain lines: name, roles, what stands under decisions, how the person signs in."""
    return "\n".join(_line(account) for account in accounts) if accounts else "There is no account yet."


def _line(account: dict) -> str:
    way = f"by {account['issuer']}" if account["issuer"] else "by password" if account["set_at"] else "cannot sign in"
    ended = f", disabled {account['disabled_at']:%Y-%m-%d}" if account["disabled_at"] else ""
    return f"{account['name']:<24}  {', '.join(account['roles']):<24}  {account['display_name']}, {way}{ended}"


def _queries():
    return db.queries("accounts")
