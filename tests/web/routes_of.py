"""The routes of the application, for tests that walk through all of them: `from routes_of import routes, filled`."""

import re

from fastapi.routing import APIRoute

from heritage_color.web.app import create

ITEM = "0" * 8 + "-0000-4000-8000-" + "0" * 12
EXAMPLES = {
    "kind": "colour",
    "item_id": ITEM,
    "bulk_id": ITEM,
    "note_id": ITEM,
    "code": "truncated",
    "veto_id": ITEM,
}  # all other parameters are numbers


def routes(site) -> dict[str, APIRoute]:
    """Every route but the static files, by method and path as the table of permissions names it."""
    found = [route for route in _walk(create(site).routes) if isinstance(route, APIRoute)]
    return {f"{method} {route.path}": route for route in found for method in route.methods - {"HEAD"}}


def _walk(routes):
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        yield from _walk(inner) if inner else [route]


def filled(name: str) -> str:
    """The address of a route with an example for each parameter: the first row of its table."""
    return re.sub(r"{(\w+)(:path)?}", lambda part: EXAMPLES.get(part[1], "1"), name.partition(" ")[2])
