"""Campaigns are opened, changed, paused and closed; and they are found."""

from dataclasses import asdict
from typing import Any, cast

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import RatingError
from heritage_color.events import Agent, Event, EventType, Key, note, this_moment
from heritage_color.keys import Column
from heritage_color.rating.campaigns.campaign import TERMS, Campaign, Terms, faults_of, terms_of
from heritage_color.rating.methods import QUESTIONS
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/lifecycle")


def open_campaign(settings: Settings, name: str, method: str = "acr", **terms: object) -> Campaign:
    """Open a campaign, or find the open one of that name, to which the terms that are given then apply.

    The terms are those of `Terms`. Raises RatingError: `campaign-invalid` for a setting that does not fit, or where
    the name belongs to a campaign of another method; `campaign-closed` where it is closed.
    """
    name = name.strip()
    standard = {"question": QUESTIONS.get(method, ""), "votes_wanted": settings.votes_wanted}
    whole = _fitting(name, method, **standard | terms)
    with db.connect(settings) as connection:
        new = queries.add_campaign(connection, name=name, method=method, **_columns(whole))
        campaign = find_campaign(connection, name)
        if campaign.closed_at:
            raise RatingError("campaign-closed", f"Campaign {name!r} is closed; name another.")
        if new:
            _note(connection, campaign, "opened")
        if campaign.method != method:
            sentence = f"Campaign {name!r} is of method {campaign.method}, not {method}; name another."
            raise RatingError("campaign-invalid", sentence)
        return campaign if new or not terms else _change(connection, campaign.campaign_id, **terms)


def change(settings: Settings, campaign_id: int, **terms: object) -> Campaign:
    """Give an open campaign other settings, as `open_campaign` takes them.

    The method stays what it was opened with. Another text of consent raises `consent_version`. What the new settings
    retire, or need again, changes with them. Raises RatingError as `open_campaign`.
    """
    with db.connect(settings) as connection:
        return _change(connection, campaign_id, **terms)


def _change(connection: Connection, campaign_id: int, /, **terms: object) -> Campaign:
    campaign = _lock(connection, campaign_id)
    if campaign.closed_at:
        raise RatingError("campaign-closed", f"Campaign {campaign.name!r} is closed; its settings stay as they are.")
    whole = _fitting(campaign.name, campaign.method, **asdict(terms_of(campaign)) | terms)
    queries.change_campaign(connection, campaign_id=campaign_id, **_columns(whole))
    queries.apply_retirement(connection, campaign_id=campaign_id)
    changed = find_campaign(connection, campaign_id)
    if terms_of(changed) != terms_of(campaign):
        _note_move(connection, changed, "changed")
    return changed


def pause(settings: Settings, campaign_id: int) -> Campaign:
    """Hand out no more pictures; votes on those handed out still come in. Returns the campaign."""
    with db.connect(settings) as connection:
        _lock(connection, campaign_id)
        moved = queries.pause_campaign(connection, campaign_id=campaign_id)
        return _moved(connection, campaign_id, "paused", moved)


def resume(settings: Settings, campaign_id: int) -> Campaign:
    """Hand out pictures again. Returns the campaign."""
    with db.connect(settings) as connection:
        _lock(connection, campaign_id)
        moved = queries.resume_campaign(connection, campaign_id=campaign_id)
        return _moved(connection, campaign_id, "resumed", moved)


def close(settings: Settings, campaign_id: int) -> Campaign:
    """End a campaign for good; its votes and scores stay. Returns it."""
    with db.connect(settings) as connection:
        _lock(connection, campaign_id)
        queries.close_campaign(connection, campaign_id=campaign_id)
        queries.end_reservations(connection, campaign_id=campaign_id)
        closed = find_campaign(connection, campaign_id)
        _note(connection, closed, "closed")
        return closed


def _moved(connection: Connection, campaign_id: int, act: str, rows: int) -> Campaign:
    """Return the campaign, whose move is told where there was one."""
    campaign = find_campaign(connection, campaign_id)
    if rows:
        _note_move(connection, campaign, act)
    return campaign


def _note_move(connection: Connection, campaign: Campaign, act: str) -> None:
    """Tell an act that staff may do again."""
    key = Key.CAMPAIGN_MOVED.of(campaign_id=campaign.campaign_id, act=act, moment=this_moment())
    _tell(connection, campaign, act, key)


def _note(connection: Connection, campaign: Campaign, act: str) -> None:
    """Tell an act that a campaign sees once."""
    _tell(connection, campaign, act, Key.CAMPAIGN.of(campaign_id=campaign.campaign_id, act=act))


def _tell(connection: Connection, campaign: Campaign, act: str, key: str) -> None:
    detail = {"name": campaign.name, "method": campaign.method}
    note(connection, Event(key, EventType.METADATA, Agent.RATING_CAMPAIGNS, act, detail))


def _lock(connection: Connection, campaign_id: int) -> Campaign:
    campaign = db.record(Campaign, queries.lock_campaign(connection, campaign_id=campaign_id))
    if campaign is None:
        raise _unknown(campaign_id)
    return campaign


def campaign_of(settings: Settings, name_or_id: str | int) -> Campaign:
    """Return a campaign by its id (a number) or its name. Raises RatingError `campaign-unknown`."""
    with db.connect(settings) as connection:
        return find_campaign(connection, name_or_id)


def open_campaigns(settings: Settings) -> list[Campaign]:
    """Campaigns that hand out pictures: neither paused nor closed, oldest first."""
    with db.connect(settings) as connection:
        return db.records(Campaign, queries.list_open_campaigns(connection))


def find_campaign(connection: Connection, name_or_id: str | int) -> Campaign:
    """The same as `campaign_of`, for those who have a connection."""
    number = name_or_id if isinstance(name_or_id, int) else None
    row = queries.find_campaign(connection, campaign_id=number, name=str(name_or_id))
    campaign = db.record(Campaign, row)
    if campaign is None:
        raise _unknown(name_or_id)
    return campaign


def _unknown(name_or_id: str | int) -> RatingError:
    return RatingError("campaign-unknown", f"There is no campaign {name_or_id!r}.")


def _fitting(name: str, method: str, /, **terms: object) -> Terms:
    """Return the terms as a record. Raises RatingError `campaign-invalid` for the first that does not fit."""
    if unknown := sorted(set(terms) - set(TERMS)):
        raise RatingError("campaign-invalid", f"A campaign has no setting {', '.join(unknown)}.")
    whole = Terms(**cast(Any, terms))
    for fault in faults_of(name, method, whole):
        raise RatingError("campaign-invalid", fault)
    return whole


def _columns(terms: Terms) -> dict[Column, object]:
    return db.columns(terms) | {"languages": terms.languages, "screening": db.json(terms.screening)}
