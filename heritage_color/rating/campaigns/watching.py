"""Campaigns are watched: an alert tells where votes stay away."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.errors import CampaignError, RatingError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.rating.campaigns.silence import Alert, Watched, find_alerts
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/watching")
campaign_queries = db.queries("rating/campaigns/lifecycle")

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """How many campaigns are open, and the sentences of the alerts that stand."""

    open: int
    alerts: list[str]


def watch(settings: Settings) -> Watch:
    """Look for silence. Each new alert is an event and a warning in the log."""
    with open_archive(settings) as archive:
        campaigns = _watched(archive.db)
        alerts = find_alerts(campaigns, datetime.now(UTC), settings.silent_hours)
        for alert in alerts:
            if _note(archive, alert):
                LOG.warning(alert.sentence)
    return Watch(len(campaigns), [alert.sentence for alert in alerts])


def _note(archive: Archive, alert: Alert) -> bool:
    key = Key.ALERT.of(kind=alert.kind, campaign_id=alert.campaign_id, reason=alert.key)
    detail = {"sentence": alert.sentence}
    return archive.note(Event(key, EventType.VALIDATION, Agent.RATING_WATCHING, alert.kind, detail))


def _watched(connection: db.Connection) -> list[Watched]:
    return db.records(Watched, queries.list_watched(connection))


def alerts(settings: Settings) -> dict[int, list[str]]:
    """The sentences that stand now, by campaign."""
    with db.connect(settings) as connection:
        campaigns = _watched(connection)
    sentences = defaultdict(list)
    for alert in find_alerts(campaigns, datetime.now(UTC), settings.silent_hours):
        sentences[alert.campaign_id].append(alert.sentence)
    return dict(sentences)


def raise_alarm(settings: Settings) -> Watch:
    """Look for silence. Raises CampaignError with every alert that stands."""
    result = watch(settings)
    if result.alerts:
        raise CampaignError(" ".join(result.alerts))
    return result


def set_due(settings: Settings, campaign_id: int, due_on: date | None) -> None:
    """Set the day by which a campaign should have all its votes, or none. Raises RatingError where it is not open."""
    with db.connect(settings) as connection:
        if not campaign_queries.set_due(connection, campaign_id=campaign_id, due_on=due_on):
            raise RatingError("campaign-closed", "This campaign is not open, so no day can be set for it.")
