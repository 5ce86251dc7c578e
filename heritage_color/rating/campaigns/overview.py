"""What staff see of campaigns: how far each has come, from sums that are kept, never by counting votes."""

from collections import Counter

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/overview")
campaign_queries = db.queries("rating/campaigns/lifecycle")

SCORED = ("ordinary", "hidden-reference")
RETIRED = ("votes", "precision", "rejected")
WIDTHS = (0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.0)  # bounds of half a width, in scores, that the page of a campaign shows


def campaigns(settings: Settings) -> list[dict]:
    """Our own campaigns, open ones first, newest first: columns of `campaigns` with `state` (open, paused, closed),
    `pictures` to score that stand, `retired` of these, `votes` of people, `wanted` votes in all, `done` 0..1."""
    with db.connect(settings) as connection:
        return [_progress(dict(row)) for row in queries.list_campaigns(connection)]


def campaign(settings: Settings, campaign_id: int) -> dict:
    """One of these rows, with `roles` and `retirement` (role or reason -> items), `widths` (bound -> items that are no
    wider, not counting narrower ones), `days` (day -> votes, newest first), `raters`, `trained`, `waiting`
    (reservations), `skipped`, and `result` and `simulated` as `campaign_results` has them, None before.

    Raises RatingError `campaign-unknown`.
    """
    one = {"campaign_id": campaign_id}
    with db.connect(settings) as connection:
        row = campaign_queries.find_campaign(connection, name=None, **one)
        if row is None or row["is_imported"]:
            raise RatingError("campaign-unknown", f"There is no campaign {campaign_id}.")
        found = _progress(dict(row) | _folded(list(queries.count_groups(connection, **one))))
        found["days"] = [dict(day) for day in queries.list_days(connection, **one)]
        found |= dict(queries.count_people(connection, **one))
        for name, simulated in (("result", False), ("simulated", True)):
            found[name] = queries.get_result(connection, simulated=simulated, **one)
    return found


def _folded(groups: list[dict]) -> dict:
    """What a page tells of a campaign's items, from `count_groups`."""
    scored = [row for row in groups if row["role"] in SCORED]
    standing = [row for row in scored if row["state"] != "withdrawn"]
    return {
        "pictures": sum(row["items"] for row in standing),
        "retired": sum(row["items"] for row in standing if row["state"] in RETIRED),
        "votes": sum(row["votes"] for row in scored),
        "waiting": sum(row["waiting"] for row in groups),
        "roles": _sums(groups, "role"),
        "retirement": _sums(scored, "state"),
        "widths": _widths(standing),
    }


def _sums(rows: list[dict], name: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row[name]] += row["items"]
    return dict(found)


def state_of(row: dict) -> str:
    """open, paused or closed, of a row of `campaigns`."""
    return "closed" if row["closed_at"] else "paused" if row["paused_at"] else "open"


def as_text(rows: list[dict]) -> str:
    """The answer of `campaigns` as a table."""
    lines = [f"{'campaign':<28}{'method':<8}{'state':<8}{'pictures':>10}{'votes':>12}{'have enough':>13}"]
    for row in rows:
        figures = f"{row['pictures']:>10,}{row['votes']:>12,}{row['done']:>13.0%}"
        lines.append(f"{row['name']:<28}{row['method']:<8}{row['state']:<8}{figures}")
    return "\n".join(lines)


def _progress(row: dict) -> dict:
    wanted = row["pictures"] * row["votes_wanted"]
    done = row["retired"] / row["pictures"] if row["pictures"] else 0.0
    return row | {"state": state_of(row), "wanted": wanted, "done": done}


def _widths(rows) -> dict[float, int]:
    """Items by the bound of WIDTHS that half their interval does not exceed; `need` counts in twentieths."""
    found = dict.fromkeys(WIDTHS, 0)
    for row in rows:
        found[next(bound for bound in WIDTHS if row["need"] <= 20 * bound + 1e-9)] += row["items"]
    return found
