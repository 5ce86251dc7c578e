"""Saved views: a curator's named filters of the queue, of their own or shared with all."""

from heritage_color import db
from heritage_color.errors import CurationError
from heritage_color.settings import Settings

MOST = 100  # views of one account
LONGEST_NAME = 80

queries = db.queries("curation")


def save_view(settings: Settings, account_id: int, owner: str, name: str, query: str) -> int:
    """Keep a query under a name, in the place of a view of that name: its number. Raises CurationError without one."""
    name = _named(name)
    with db.connect(settings) as connection:
        if queries.count_views(connection, account_id=account_id, name=name) >= MOST:
            raise CurationError(f"You have {MOST} saved views; delete one first.")
        whose = {"account_id": account_id, "owner": owner, "name": name, "query": query}
        view_id: int = queries.save_view(connection, **whose)
    return view_id


def change_view(settings: Settings, account_id: int, view_id: int, name: str, shared: bool) -> None:
    """Rename, share or unshare. Raises CurationError for a view that is not the account's own, or a name taken."""
    with db.connect(settings) as connection:
        taken = queries.find_view(connection, account_id=account_id, name=_named(name))
        if taken not in (None, view_id):
            raise CurationError(f"You have another view named “{name.strip()}”.")
        whose = {"account_id": account_id, "view_id": view_id, "name": name.strip(), "shared": shared}
        if not queries.change_view(connection, **whose):
            raise CurationError("There is no such view of yours.")


def delete_view(settings: Settings, account_id: int, view_id: int) -> None:
    """Forget a view. Raises CurationError for one that is not the account's own."""
    with db.connect(settings) as connection:
        if not queries.delete_view(connection, account_id=account_id, view_id=view_id):
            raise CurationError("There is no such view of yours.")


def _named(name: str) -> str:
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise CurationError(f"A view needs a name of at most {LONGEST_NAME} characters.")
    return name.strip()
