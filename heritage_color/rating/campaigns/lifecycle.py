"""Campaigns: a question put to people about a set of pictures, by one of four methods, with its settings."""

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/lifecycle")

METHODS = ("acr", "acr-hr", "pairs", "turing")
SCALED = ("acr", "acr-hr")  # answered by a score; the others by a choice
QUESTIONS = {
    "acr": "How natural do the colours of this picture look?",
    "acr-hr": "How natural do the colours of this picture look?",
    "pairs": "Which of the two pictures looks more natural?",
    "turing": "One of the two is a real colour photograph. Which one is not?",
}
LANGUAGES = ("en", "ne", "es")
GIVEN: dict = {  # what a campaign may set, with what holds without it; `votes_wanted` and `question` have no fixed one
    "instructions": "",
    "consent": "",
    "languages": list(LANGUAGES),
    "target_half_width": None,
    "votes_least": 8,
    "rater_cap": 200,
    "control_every": 12,
    "screening": {},
    "panel": None,
}
WHOLE = {"votes_wanted": 1, "votes_least": 1, "rater_cap": 1, "control_every": 0}  # and their least values
WIDEST = 2.0  # half the width of an interval that knows nothing


def open_campaign(settings: Settings, name: str, method: str = "acr", **given) -> dict:
    """Open a campaign, or find the open one of that name, to which what is `given` then applies; returns its row.

    `given`: question, votes_wanted, and the names of GIVEN. Raises RatingError `campaign-invalid` for a setting that
    does not fit, or where the name belongs to a campaign of another method; `campaign-closed` where it is closed.
    """
    name = name.strip()
    wanted = {"question": QUESTIONS.get(method, ""), "votes_wanted": settings.votes_wanted, **GIVEN, **given}
    _refuse_unfit(name, method, wanted)
    with db.connect(settings) as connection:
        new = queries.add_campaign(connection, name=name, method=method, **_columns(wanted))
        found = _found(connection, name)
        if found["closed_at"]:
            raise RatingError("campaign-closed", f"Campaign {name!r} is closed; name another.")
        if found["method"] != method:
            sentence = f"Campaign {name!r} is of method {found['method']}, not {method}; name another."
            raise RatingError("campaign-invalid", sentence)
        return found if new or not given else _change(connection, found["campaign_id"], given)


def change(settings: Settings, campaign_id: int, **given) -> dict:
    """Give an open campaign other settings, as `open_campaign` takes them; returns its row.

    The method stays what it was opened with. Another text of consent raises `consent_version`. What the new settings
    retire, or need again, changes with them. Raises RatingError as `open_campaign`.
    """
    with db.connect(settings) as connection:
        return _change(connection, campaign_id, given)


def _change(connection, campaign_id: int, given: dict) -> dict:
    found = queries.lock_campaign(connection, campaign_id=campaign_id)
    if found is None:
        raise _unknown(campaign_id)
    if found["closed_at"]:
        raise RatingError("campaign-closed", f"Campaign {found['name']!r} is closed; its settings stay as they are.")
    wanted = {name: found[name] for name in ("question", "votes_wanted", *GIVEN)} | given
    _refuse_unfit(found["name"], found["method"], wanted)
    queries.change_campaign(connection, campaign_id=campaign_id, **_columns(wanted))
    queries.apply_retirement(connection, campaign_id=campaign_id)
    return _found(connection, found["name"])


def pause(settings: Settings, campaign_id: int) -> dict:
    """Hand out no more pictures; votes on those handed out still come in. Returns the campaign."""
    return _move(settings, campaign_id, "pause_campaign")


def resume(settings: Settings, campaign_id: int) -> dict:
    """Hand out pictures again. Returns the campaign."""
    return _move(settings, campaign_id, "resume_campaign")


def close(settings: Settings, campaign_id: int) -> dict:
    """End a campaign for good; its votes and scores stay. Returns it."""
    return _move(settings, campaign_id, "close_campaign", "end_reservations")


def _move(settings: Settings, campaign_id: int, *moves: str) -> dict:
    with db.connect(settings) as connection:
        if queries.lock_campaign(connection, campaign_id=campaign_id) is None:
            raise _unknown(campaign_id)
        for move in moves:
            getattr(queries, move)(connection, campaign_id=campaign_id)
        return dict(queries.find_campaign(connection, campaign_id=campaign_id, name=None))


def campaign_of(settings: Settings, name_or_id: str | int) -> dict:
    """The row of a campaign, by its id (a number) or its name. Raises RatingError `campaign-unknown`."""
    with db.connect(settings) as connection:
        return _found(connection, name_or_id)


def open_campaigns(settings: Settings) -> list[dict]:
    """Campaigns that hand out pictures: neither paused nor closed, oldest first, as rows of `campaigns`."""
    with db.connect(settings) as connection:
        return [dict(row) for row in queries.list_open_campaigns(connection)]


def _found(connection, name_or_id: str | int) -> dict:
    number = name_or_id if isinstance(name_or_id, int) else None
    found = queries.find_campaign(connection, campaign_id=number, name=str(name_or_id))
    if found is None:
        raise _unknown(name_or_id)
    return dict(found)


def _unknown(name_or_id: str | int) -> RatingError:
    return RatingError("campaign-unknown", f"There is no campaign {name_or_id!r}.")


def _columns(wanted: dict) -> dict:
    return wanted | {"screening": db.json(wanted["screening"]), "panel": wanted["panel"] and db.json(wanted["panel"])}


def _refuse_unfit(name: str, method: str, wanted: dict) -> None:
    """Raise for the first setting that does not fit, naming it and what would."""
    for fault in _faults(name, method, wanted):
        raise RatingError("campaign-invalid", fault)


def _faults(name: str, method: str, wanted: dict):
    if not name or not wanted["question"].strip():
        yield "A campaign needs a name and a question."
    if method not in METHODS:
        yield f"A campaign's method is one of {', '.join(METHODS)}, found {method!r}."
    unknown = sorted(set(wanted) - {"question", "votes_wanted", *GIVEN})
    if unknown:
        yield f"A campaign has no setting {', '.join(unknown)}."
    for field, least in WHOLE.items():
        if not isinstance(wanted[field], int) or isinstance(wanted[field], bool) or wanted[field] < least:
            yield f"{field} must be a whole number from {least} on, found {wanted[field]!r}."
    target = wanted["target_half_width"]
    if target is not None and not 0 < target <= WIDEST:
        yield f"target_half_width must lie between 0 and {WIDEST:g}, or be left empty; found {target!r}."
    languages = wanted["languages"]
    if not languages or set(languages) - set(LANGUAGES):
        yield f"languages must be one or more of {', '.join(LANGUAGES)}, found {', '.join(languages) or 'none'}."
