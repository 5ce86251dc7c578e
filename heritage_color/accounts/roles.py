"""The roles that an account can have; `heritage_color.web.door.permissions` says what each may do."""

from collections.abc import Iterable
from enum import StrEnum

from heritage_color.errors import AccountError


class Role(StrEnum):
    """What a person does. An account may have several roles, and may do what any of them may."""

    RATER = "rater"
    DIGITIZER = "digitizer"
    CURATOR = "curator"
    SCHEDULER = "scheduler"
    ADMINISTRATOR = "administrator"


def parse_roles(names: Iterable[str]) -> frozenset[Role]:
    """Roles by their names. Raises AccountError for an unknown name, or where there is none."""
    names = list(names)
    unknown = [name for name in names if name not in set(Role)]
    if unknown or not names:
        fault = f", found {', '.join(map(repr, unknown))}" if unknown else ""
        raise AccountError(f"An account has one or more of the roles {', '.join(Role)}{fault}.")
    return frozenset(map(Role, names))
