"""What staff see of campaigns: how far each has come, from sums that are kept, never by counting votes."""

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.settings import Settings

WIDTHS = (0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.0)  # bounds of half a width, in scores, that the page of a campaign shows


def campaigns(settings: Settings) -> list[dict]:
    """Our own campaigns, open ones first, newest first: columns of `campaigns` with `state` (open, paused, closed),
    `pictures` to score that stand, `retired` of these, `votes` of people, `wanted` votes in all, `done` 0..1."""
    with db.connect(settings) as connection:
        return [_progress(dict(row)) for row in db.queries("rating").list_campaigns(connection, campaign_id=None)]


def campaign(settings: Settings, campaign_id: int) -> dict:
    """One of these rows, with `roles` and `retirement` (role or reason -> items), `widths` (bound -> items that are no
    wider, not counting narrower ones), `days` (day -> votes, newest first), `raters`, `trained`, `waiting`
    (reservations), `skipped`, and `result` and `simulated` as `campaign_results` has them, None before.

    Raises RatingError `campaign-unknown`.
    """
    rating, one = db.queries("rating"), {"campaign_id": campaign_id}
    with db.connect(settings) as connection:
        rows = list(rating.list_campaigns(connection, **one))
        if not rows:
            raise RatingError("campaign-unknown", f"There is no campaign {campaign_id}.")
        found = _progress(dict(rows[0]))
        found["roles"] = {row["role"]: row["items"] for row in rating.count_roles(connection, **one)}
        found["retirement"] = {row["state"]: row["items"] for row in rating.count_states(connection, **one)}
        found["widths"] = _widths(rating.count_widths(connection, **one))
        found["days"] = [dict(row) for row in rating.list_days(connection, **one)]
        found |= dict(rating.count_people(connection, **one))
        for name, simulated in (("result", False), ("simulated", True)):
            found[name] = rating.get_result(connection, simulated=simulated, **one)
    return found


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
