"""Accounts in the catalog: made, listed, changed, and found again at sign-in and at each request of a session."""

from collections.abc import Iterable

from heritage_color import db, events
from heritage_color.accounts import passwords
from heritage_color.accounts.account import LONGEST_NAME, Account, Change, new_name, normal_name, refuse_linked
from heritage_color.accounts.identities import Identity
from heritage_color.accounts.roles import Role, parse_roles
from heritage_color.db import Connection
from heritage_color.errors import AccountError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.settings import Settings

queries = db.queries("accounts")

FIRST = "administrator"  # name of the account that `heritage-color up` makes
ALONE = "{} is the only administrator. Give another account this role first; otherwise nobody could manage accounts."


def add_account(
    settings: Settings,
    name: str,
    roles: Iterable[str],
    password: str,
    display_name: str = "",
    temporary: bool = False,
    by: str = Agent.ACCOUNTS,
) -> Account:
    """Make an account that signs in with a password. Each change of an account is an event.

    `display_name` stands under the person's decisions and is by default the name. A `temporary` password must be
    changed at first sign-in. Raises AccountError for a name that is taken, unknown roles, or a weak password.
    """
    name = new_name(name)
    passwords.refuse_weak(password, name)
    with db.connect(settings) as connection:
        account_id = _add(connection, name, parse_roles(roles), display_name)
        _set_password(connection, account_id, password, temporary)
        return _note(connection, account_id, "account added", by)


def _add(connection: Connection, name: str, roles: frozenset[Role], display_name: str = "") -> int:
    account_id: int | None = queries.add_account(
        connection, name=name, display_name=display_name.strip() or name, roles=sorted(roles)
    )
    if account_id is None:
        raise AccountError(f"There is an account {name} already. Choose another name.")
    return account_id


def _set_password(connection: Connection, account_id: int, password: str, temporary: bool) -> None:
    hashed = passwords.hash_of(password)
    queries.set_password(connection, account_id=account_id, hash=hashed, temporary=temporary)


def _note(connection: Connection, account_id: int, outcome: str, by: str) -> Account:
    """Add an event of an account as it is now, once per change: its generation counts them. Returns the account."""
    account = db.sure_record(Account, queries.get_account(connection, account_id=account_id))
    key = Key.ACCOUNT.of(account_id=account_id, generation=account.generation)
    detail = {"account_id": account_id, "account": account.name, "roles": account.roles}
    events.note(connection, Event(key, EventType.METADATA, by, outcome, detail))
    return account


def add_first(settings: Settings, name: str, password: str) -> bool:
    """Make the first account, an administrator's, with the bootstrap password; False where there are accounts."""
    name = new_name(name)
    with db.connect(settings) as connection:
        queries.lock_accounts(connection)
        if queries.has_accounts(connection):
            return False
        account_id = _add(connection, name, frozenset({Role.ADMINISTRATOR}))
        _set_password(connection, account_id, password, False)
        _note(connection, account_id, "first account added", Agent.ACCOUNTS)
    return True


def is_empty(settings: Settings) -> bool:
    """Return whether nobody has an account yet."""
    with db.connect(settings) as connection:
        return not queries.has_accounts(connection)


def list_accounts(settings: Settings) -> list[Account]:
    """Return all accounts, open ones first, then by name."""
    with db.connect(settings) as connection:
        return db.records(Account, queries.list_accounts(connection))


def find_account(settings: Settings, account_id: int) -> Account | None:
    """Return an account by its number."""
    with db.connect(settings) as connection:
        return db.record(Account, queries.get_account(connection, account_id=account_id))


def check_password(settings: Settings, name: str, password: str) -> Account | None:
    """The open account that this name and password belong to."""
    with db.connect(settings) as connection:
        account = db.record(Account, queries.find_account(connection, name=normal_name(name)))
        stored = queries.get_password_hash(connection, account_id=account.account_id) if account else None
    fits = passwords.fits(stored, password)
    return account if fits and account and not account.disabled_at else None


def sign_in_linked(settings: Settings, person: Identity) -> Account:
    """The account of a person at a provider, made at the first sign-in, with the roles that hold now.

    Issuer and subject alone tell who it is. Raises AccountError for a closed account, or without a role, which also
    ends the sessions that the person still has.
    """
    with db.connect(settings) as connection:
        queries.lock_accounts(connection)
        linked = queries.get_linked(connection, issuer=person.issuer, subject=person.subject)
        account = db.record(Account, linked)
        if person.roles:
            account = _with_roles_of(connection, person, account)
        elif account:
            queries.end_sessions(connection, account_id=account.account_id)
    if account is None or not person.roles:
        raise AccountError(f"{person.issuer} knows you, but none of your groups there has a role here.")
    if account.disabled_at:
        raise AccountError("Your account was closed by an administrator of this site.")
    return account


def _with_roles_of(connection: Connection, person: Identity, account: Account | None) -> Account:
    """The account, new where there was none, with the roles that the provider's groups give."""
    if account is None:
        return _note(connection, _add_linked(connection, person), "account added", person.issuer)
    if account.has_roles(person.roles):
        return account
    queries.set_roles(connection, account_id=account.account_id, roles=sorted(person.roles))
    return _note(connection, account.account_id, "roles changed", person.issuer)


def _add_linked(connection: Connection, person: Identity) -> int:
    """A new account under the name that the provider tells, or the next one that nobody has."""
    name, display_name = (_printable(text) for text in (person.name, person.display_name))
    free = queries.free_name(connection, name=normal_name(name) or person.subject)
    account_id: int = queries.add_linked(
        connection,
        issuer=person.issuer,
        subject=person.subject,
        name=free,
        display_name=display_name or free,
        roles=sorted(person.roles),
    )
    return account_id


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text)).strip()[:LONGEST_NAME]


def find_session(settings: Settings, account_id: int, generation: int) -> Account | None:
    """Return the account behind a session, asked at each request: whatever was changed meanwhile holds at once."""
    with db.connect(settings) as connection:
        return db.record(Account, queries.find_session(connection, account_id=account_id, generation=generation))


def set_password(
    settings: Settings, name: str, password: str, temporary: bool = False, by: str = Agent.ACCOUNTS
) -> Account:
    """Set another password; all sessions of the account end. Raises AccountError."""
    passwords.refuse_weak(password, name)
    with db.connect(settings) as connection:
        account = _account_named(connection, name)
        refuse_linked(account)
        _set_password(connection, account.account_id, password, temporary)
        queries.end_sessions(connection, account_id=account.account_id)
        return _note(connection, account.account_id, "password changed", by)


def end_sessions(settings: Settings, account_id: int) -> None:
    """End all sessions of an account."""
    with db.connect(settings) as connection:
        queries.end_sessions(connection, account_id=account_id)


def set_roles(settings: Settings, name: str, roles: Iterable[str], by: str = Agent.ACCOUNTS) -> Change:
    """Set other roles in the place of those before; all sessions of the account end.

    Raises AccountError, also where it would leave no administrator.
    """
    held = parse_roles(roles)
    with db.connect(settings) as connection:
        queries.lock_accounts(connection)
        account = _account_named(connection, name)
        refuse_linked(account)
        if Role.ADMINISTRATOR not in held:
            _refuse_last(connection, account)
        changed = not account.has_roles(held)
        if changed:
            queries.set_roles(connection, account_id=account.account_id, roles=sorted(held))
            _note(connection, account.account_id, "roles changed", by)
    return Change(account.account_id, int(changed))


def set_disabled(settings: Settings, name: str, disabled: bool = True, by: str = Agent.ACCOUNTS) -> Change:
    """Close an account, or open it again; its sessions end.

    Raises AccountError, also where it would leave no administrator.
    """
    with db.connect(settings) as connection:
        queries.lock_accounts(connection)
        account = _account_named(connection, name)
        changed = disabled != bool(account.disabled_at)
        if disabled:
            _refuse_last(connection, account)
        if changed:
            queries.set_disabled(connection, account_id=account.account_id, disabled=disabled)
            _note(connection, account.account_id, "account closed" if disabled else "account opened", by)
    return Change(account.account_id, int(changed))


def _account_named(connection: Connection, name: str) -> Account:
    account = db.record(Account, queries.find_account(connection, name=normal_name(name)))
    if account is None:
        raise AccountError(f"There is no account {name}. `heritage-color account list` shows all.")
    return account


def _refuse_last(connection: Connection, account: Account) -> None:
    """Raises AccountError where nobody else could manage accounts."""
    others = queries.other_administrators(connection, account_id=account.account_id)
    if account.is_open_administrator and not others:
        raise AccountError(ALONE.format(account.name))
