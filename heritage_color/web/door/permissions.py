"""Who may do what: one table of all routes. A route that is not in it is refused to everybody.

A new route needs its line here; docs/permissions.md is made from this table, and a test asks every route as every
role.
"""

from collections.abc import Iterable

from heritage_color.accounts.roles import Role
from heritage_color.keys import Address

Group = str  # the name of one menu
Route = str  # a method and the pattern of an address, as `GET /scans/{scan_id}`
Who = frozenset[Role] | None

PUBLIC: Who = None  # nobody is asked who they are; raters are among them
STAFF: Who = frozenset({Role.RATER, Role.DIGITIZER, Role.CURATOR, Role.SCHEDULER, Role.ADMINISTRATOR})
READ_ARCHIVE: Who = frozenset({Role.DIGITIZER, Role.CURATOR, Role.SCHEDULER, Role.ADMINISTRATOR})
DELIVER: Who = frozenset({Role.DIGITIZER, Role.ADMINISTRATOR})
READ_REVIEW: Who = frozenset({Role.CURATOR, Role.SCHEDULER, Role.ADMINISTRATOR})
DECIDE: Who = frozenset({Role.CURATOR, Role.ADMINISTRATOR})
SCHEDULE: Who = frozenset({Role.SCHEDULER, Role.ADMINISTRATOR})
ADMINISTER: Who = frozenset({Role.ADMINISTRATOR})

PERMISSIONS: dict[Route, Who] = {
    "GET /": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /shown/{colorization_id}/{side}": PUBLIC,
    "GET /id/{identifier:path}": PUBLIC,
    "GET /rate": PUBLIC,
    "GET /rate/campaign/{campaign_id}": PUBLIC,
    "GET /rate/campaign/{campaign_id}/consent": PUBLIC,
    "POST /rate/campaign/{campaign_id}/consent": PUBLIC,
    "GET /rate/campaign/{campaign_id}/how": PUBLIC,
    "POST /rate/campaign/{campaign_id}/checks": PUBLIC,
    "GET /rate/campaign/{campaign_id}/practice/{item_id}": PUBLIC,
    "GET /rate/campaign/{campaign_id}/break": PUBLIC,
    "GET /rate/campaign/{campaign_id}/further": PUBLIC,
    "POST /rate/campaign/{campaign_id}/answer": PUBLIC,
    "POST /rate/campaign/{campaign_id}/answers": PUBLIC,
    "POST /rate/campaign/{campaign_id}/undo": PUBLIC,
    "POST /rate/campaign/{campaign_id}/skip": PUBLIC,
    "GET /rate/picture/{item_id}/{side}": PUBLIC,
    "GET /rate/plates/{number}/{place}": PUBLIC,
    "GET /rate/greys": PUBLIC,
    "GET /my-votes": PUBLIC,
    "GET /my-votes/table.csv": PUBLIC,
    "GET /my-votes/delete": PUBLIC,
    "POST /my-votes/delete": PUBLIC,
    "GET /my-votes/picture/{item_id}": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "GET /sign-in/provider": PUBLIC,
    "GET /sign-in/callback": PUBLIC,
    "POST /sign-out": STAFF,
    "GET /staff": STAFF,
    "GET /help": STAFF,
    "GET /account": STAFF,
    "POST /account/password": STAFF,
    "POST /account/end-sessions": STAFF,
    "GET /accounts": ADMINISTER,
    "POST /accounts": ADMINISTER,
    "GET /accounts/{account_id}": ADMINISTER,
    "POST /accounts/{account_id}/roles": ADMINISTER,
    "POST /accounts/{account_id}/password": ADMINISTER,
    "POST /accounts/{account_id}/disable": ADMINISTER,
    "POST /accounts/{account_id}/enable": ADMINISTER,
    "GET /review": READ_REVIEW,
    "GET /review/{colorization_id}": READ_REVIEW,
    "POST /review/{colorization_id}": DECIDE,
    "POST /review/{colorization_id}/undo": DECIDE,
    "GET /review/{colorization_id}/notes.json": READ_REVIEW,
    "POST /review/{colorization_id}/notes": DECIDE,
    "POST /review/{colorization_id}/notes/{note_id}": DECIDE,
    "POST /review/{colorization_id}/notes/{note_id}/delete": DECIDE,
    "GET /review/chosen": DECIDE,
    "POST /review/bulk": DECIDE,
    "GET /review/bulk/{bulk_id}": READ_REVIEW,
    "POST /review/bulk/{bulk_id}/undo": DECIDE,
    "GET /review/views": READ_REVIEW,
    "POST /review/views": READ_REVIEW,
    "POST /review/views/{view_id}": READ_REVIEW,
    "GET /four-eyes": READ_REVIEW,
    "POST /four-eyes": ADMINISTER,
    "GET /campaigns": READ_REVIEW,
    "POST /campaigns": SCHEDULE,
    "GET /campaigns/{campaign_id}": READ_REVIEW,
    "POST /campaigns/{campaign_id}": SCHEDULE,
    "POST /campaigns/{campaign_id}/state": SCHEDULE,
    "POST /campaigns/{campaign_id}/pictures": SCHEDULE,
    "POST /campaigns/{campaign_id}/pardon": SCHEDULE,
    "GET /deliveries": READ_ARCHIVE,
    "GET /deliveries/manifest.csv": READ_ARCHIVE,
    "GET /deliveries/manifest.schema.json": READ_ARCHIVE,
    "GET /deliveries/{delivery_id}": READ_ARCHIVE,
    "GET /deliveries/{delivery_id}/way": READ_ARCHIVE,
    "GET /events": READ_ARCHIVE,
    "GET /deliveries/{delivery_id}/report.csv": READ_ARCHIVE,
    "GET /deliveries/{delivery_id}/report.json": READ_ARCHIVE,
    "GET /deliveries/{delivery_id}/report.html": READ_ARCHIVE,
    "GET /deliveries/{delivery_id}/thumbnail": READ_ARCHIVE,
    "GET /reasons": READ_ARCHIVE,
    "GET /reasons/{code}": READ_ARCHIVE,
    "GET /owed": READ_ARCHIVE,
    "GET /owed.csv": READ_ARCHIVE,
    "POST /deliveries/{delivery_id}/owed": DECIDE,
    "POST /deliveries/{delivery_id}/sign-off": DECIDE,
    "POST /uploads": DELIVER,
    "GET /uploads/{upload_id}": DELIVER,
    "GET /uploads/{upload_id}/now": DELIVER,
    "POST /uploads/{upload_id}/files": DELIVER,
    "GET /uploads/{upload_id}/files/{file_id}": DELIVER,
    "PUT /uploads/{upload_id}/files/{file_id}": DELIVER,
    "GET /uploads/{upload_id}/files/{file_id}/thumbnail": DELIVER,
    "POST /uploads/{upload_id}/files/{file_id}/remove": DELIVER,
    "POST /uploads/{upload_id}/form": DELIVER,
    "POST /uploads/{upload_id}/hand-in": DELIVER,
    "POST /uploads/{upload_id}/give-up": DELIVER,
    "GET /scans": READ_ARCHIVE,
    "GET /scans/{scan_id}": READ_ARCHIVE,
    "POST /scans/{scan_id}/do-not-colorize": DECIDE,
    "POST /scans/{scan_id}/tags": DECIDE,
    "POST /scans/{scan_id}/vetoes": DECIDE,
    "GET /vetoes": READ_REVIEW,
    "POST /vetoes/{veto_id}/lift": DECIDE,
    "GET /likenesses": READ_REVIEW,
    "GET /likenesses/{likeness_id}": READ_REVIEW,
    "POST /likenesses/{likeness_id}": DECIDE,
    "GET /holds": READ_REVIEW,
    "POST /holds": READ_REVIEW,
    "GET /plots": READ_REVIEW,
    "GET /plots/{campaign_id}": READ_REVIEW,
    "GET /plots/{campaign_id}/votes.zip": READ_REVIEW,
    "POST /plots/{campaign_id}/due": SCHEDULE,
    "GET /pictures/{kind}/{row_id}": READ_ARCHIVE,
    "GET /pictures/{kind}/{row_id}/small": READ_ARCHIVE,
}

# The staff pages of the navigation, in groups; each person sees those that are open to them.
# A page stands here before its route does: without a line in PERMISSIONS nobody sees it.
NAVIGATION: dict[Group, dict[Address, str]] = {
    "Runs": {"/runs": "Runs"},
    "Intake": {"/deliveries": "Deliveries", "/owed": "Missing files", "/scans": "Scans", "/likenesses": "Duplicates"},
    "Review": {"/review": "Pictures to decide", "/vetoes": "Vetoes"},
    "Volunteers": {"/campaigns": "Campaigns", "/plots": "Results", "/holds": "Held votes"},
    "Admin": {
        "/accounts": "Accounts",
        "/system": "System",
        "/models": "Models",
        "/four-eyes": "Second approval",
    },
}

# Where a person begins who asked for no page
STARTS: tuple[Address, ...] = ("/runs", "/review", "/deliveries")


def is_public(route: Route) -> bool:
    """Return whether a route is open to everyone without an account."""
    return route in PERMISSIONS and PERMISSIONS[route] is PUBLIC


def allows(route: Route, roles: Iterable[Role]) -> bool:
    """Return whether one of these roles may use a route; without any, whether everyone may."""
    return is_public(route) or not frozenset(roles).isdisjoint(PERMISSIONS.get(route) or ())


def groups_of(roles: Iterable[Role]) -> dict[Group, dict[Address, str]]:
    """Addresses and names of the pages in these roles' navigation, by group. No group is empty."""
    held = frozenset(roles)
    seen = {
        group: {address: name for address, name in pages.items() if allows(f"GET {address}", held)}
        for group, pages in NAVIGATION.items()
    }
    return {group: pages for group, pages in seen.items() if pages}


def start_of(roles: Iterable[Role]) -> Address:
    """Where these roles begin: the first of STARTS that is open to them; raters rate; others see their own account."""
    held = frozenset(roles)
    return next(
        (address for address in STARTS if allows(f"GET {address}", held)),
        "/rate" if Role.RATER in held else "/account",
    )


def is_lone(group: Group, pages: dict[Address, str]) -> bool:
    """Whether a group is one link under its own name: only its first page is open."""
    return list(pages) == list(NAVIGATION[group])[:1]
