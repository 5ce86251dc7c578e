"""When an open campaign needs a person: nobody votes, or not fast enough for its day. Pure."""

from datetime import UTC, date, datetime, timedelta

WEEK = 7  # days that a pace is taken from
SILENT, LATE = "silent", "late"


def alerts(campaigns: list[dict], now: datetime, silent_hours: int) -> list[dict]:
    """`{"campaign_id", "name", "kind", "key", "sentence"}` for each open campaign that is silent or will be late.

    A campaign is `{"campaign_id", "name", "opened_at", "paused_at", "due_on", "last_at", "week_votes", "missing"}`:
    when people last voted (None: never), their votes of the last WEEK days, and how many its pictures miss at most.
    Paused campaigns and those that miss nothing are left alone. `key` stays the same while the reason does.
    """
    found = []
    for campaign in campaigns:
        if campaign["paused_at"] or not campaign["missing"]:
            continue
        for kind, key, sentence in filter(None, (_silent(campaign, now, silent_hours), _late(campaign, now))):
            named = {"campaign_id": campaign["campaign_id"], "name": campaign["name"]}
            found.append(named | {"kind": kind, "key": key, "sentence": sentence})
    return found


def end_of(campaign: dict, now: datetime) -> date | None:
    """The day on which a campaign has all its votes if people go on as in the last week; None without a pace."""
    days = min(WEEK, max((now - campaign["opened_at"]) / timedelta(days=1), 1 / 24))
    pace = campaign["week_votes"] / days
    ahead = campaign["missing"] / pace if pace else float("inf")
    return (now + timedelta(days=ahead)).date() if ahead < 100_000 else None


def _silent(campaign: dict, now: datetime, hours: int) -> tuple[str, str, str] | None:
    since = max(campaign["last_at"] or campaign["opened_at"], campaign["opened_at"])
    if now - since < timedelta(hours=hours):
        return None
    what = f"since {_said(since)}" if campaign["last_at"] else f"since it was opened on {_said(since)}"
    sentence = (
        f"Nobody has voted in the campaign {campaign['name']!r} {what}; {campaign['missing']} votes are missing."
    )
    return SILENT, f"{since:%Y-%m-%dT%H:%M}", sentence


def _late(campaign: dict, now: datetime) -> tuple[str, str, str] | None:
    due, end = campaign["due_on"], end_of(campaign, now)
    if due is None or (end is not None and end <= due):
        return None
    when = f"on {end}" if end else "never"
    sentence = (
        f"At its pace ({campaign['week_votes']} votes in the last week) the campaign {campaign['name']!r} has all its "
        f"votes {when}, and they are wanted by {due}; {campaign['missing']} are missing."
    )
    return LATE, f"{due}", sentence


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
