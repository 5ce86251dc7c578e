"""An account as the catalog holds it, and how its name is written."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from heritage_color.accounts.roles import Role
from heritage_color.errors import AccountError

LONGEST_NAME = 200  # characters


@dataclass(frozen=True)
class Account:
    """Who may sign in; the password is not among what is known of somebody.

    `generation` counts the changes that end sessions. `issuer` and `subject` are a person's at an OpenID Connect
    provider; `temporary` and `set_at` are of a password, which such accounts do not have.
    """

    account_id: int
    name: str
    display_name: str
    roles: Sequence[str]  # names of `Role`, in the order in which they were given
    issuer: str | None
    subject: str | None
    generation: int
    created_at: datetime
    disabled_at: datetime | None
    temporary: bool | None
    set_at: datetime | None

    @property
    def is_open_administrator(self) -> bool:
        """Whether this account manages others."""
        return Role.ADMINISTRATOR in self.roles and self.disabled_at is None

    def has_roles(self, roles: frozenset[Role]) -> bool:
        """Return whether its roles are these and no others."""
        return set(self.roles) == roles


@dataclass(frozen=True)
class Change:
    """What came of changing an account: `changed` is 0 where everything was so before."""

    account_id: int
    changed: int


def normal_name(name: str) -> str:
    """A name as it is stored, so that it is found however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", name).strip()


def new_name(name: str) -> str:
    """Return the same of a new account. Raises AccountError for a name that could not be told or typed."""
    name = normal_name(name)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccountError(f"A name has 1 to {LONGEST_NAME} printable characters.")
    return name


def refuse_linked(account: Account) -> None:
    """Raises AccountError for an account of an OpenID Connect provider, which has neither password nor roles here."""
    if account.issuer:
        raise AccountError(f"{account.name} signs in at {account.issuer}, which also gives the roles.")


def accounts_as_text(accounts: Sequence[Account]) -> str:
    """Accounts as plain lines: name, roles, what stands under decisions, how the person signs in."""
    return "\n".join(_line(account) for account in accounts) if accounts else "There is no account yet."


def _line(account: Account) -> str:
    way = f"by {account.issuer}" if account.issuer else "by password" if account.set_at else "cannot sign in"
    ended = f", disabled {account.disabled_at:%Y-%m-%d}" if account.disabled_at else ""
    return f"{account.name:<24}  {', '.join(account.roles):<24}  {account.display_name}, {way}{ended}"
