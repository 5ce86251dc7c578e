"""Taking part in a campaign: consent, the short checks, the end. A rater is a random pseudonym."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import RatingError
from heritage_color.keys import Json
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/participation")
rater_queries = db.queries("rating/campaigns/raters")

CODE_BYTES = 5  # of a completion code: two raters of a campaign have the same one once in a trillion pairs
CHECKS_AFTER = 10  # answers of a browser, in all campaigns together; then it is asked for the short checks, once
PERSON_LENGTH = 100  # characters of a panel's participant number


@dataclass(frozen=True)
class Standing:
    """A campaign and how far a rater has come in it.

    `checked_at` and `answered_anywhere` (counted up to CHECKS_AFTER) are of the rater in all campaigns.
    `further` counts pictures that may come, up to the campaign's cap per rater; `mixed` says that real photographs
    are shown alone among colorized ones; `last_vote` is the key of the newest answer that counts.
    """

    campaign_id: int
    name: str
    question: str
    method: str
    instructions: str
    consent: str
    consent_version: int
    languages: list[str]
    control_every: int
    rater_cap: int
    panel: Json | None
    closed_at: datetime | None
    paused_at: datetime | None
    language: str | None
    agreed_version: int | None
    agreed_at: datetime | None
    checked_at: datetime | None
    trained_at: datetime | None
    panel_person: str | None
    completion_code: str | None
    finished_at: datetime | None
    answered: int
    answered_anywhere: int
    further: int
    training: int
    training_left: int
    mixed: bool
    last_vote: str | None

    @property
    def agreed(self) -> bool:
        """Whether the rater agreed to the text as it stands now."""
        return self.agreed_at is not None and self.agreed_version == self.consent_version

    @property
    def shown(self) -> str:
        """The method by what is seen: where real photographs stand alone among colorized ones, it is acr-hr."""
        return "acr-hr" if self.mixed else self.method

    @property
    def checks_due(self) -> bool:
        """Whether the short checks of colour vision and screen come before the next picture."""
        return self.checked_at is None and self.answered_anywhere >= CHECKS_AFTER

    @property
    def asked_for(self) -> int:
        """Answers that this rater is asked for: what the panel pays for, else all that there are up to the cap."""
        most = min(self.rater_cap, self.answered + self.further)
        return min(most, (self.panel or {}).get("votes") or most)


def standing(settings: Settings, campaign_id: int, rater_id: str, counted: bool = True) -> Standing | None:
    """Where a rater stands in a campaign, None where there is no such campaign. Unless `counted`, `further` is 0."""
    with db.connect(settings) as connection:
        return _standing(connection, campaign_id, rater_id, counted)


def _standing(connection: Connection, campaign_id: int, rater_id: str, counted: bool) -> Standing | None:
    who = {"campaign_id": campaign_id, "rater_id": rater_id}
    row = queries.get_standing(connection, **who, counted=counted, most_to_count=CHECKS_AFTER)
    return db.record(Standing, row)


def agree_as_elsewhere(settings: Settings, campaign_id: int, rater_id: str) -> bool:
    """Take over the consent that this rater gave to the very same text in another campaign; False where none is."""
    who = {"campaign_id": campaign_id, "rater_id": rater_id}
    with db.connect(settings) as connection:
        agreed = queries.agree_as_elsewhere(connection, **who)
        queries.check_as_elsewhere(connection, **who)
        return bool(agreed)


def agree(
    settings: Settings, campaign_id: int, rater_id: str, language: str, version: int, panel_person: str | None = None
) -> None:
    """Write down consent to a version of the text.

    Raises RatingError: `panel-twice` when the panel's person takes part under another pseudonym, `consent-changed`
    when the text is another one by now.
    """
    who = {"campaign_id": campaign_id, "rater_id": rater_id}
    with db.connect(settings) as connection:
        rater_queries.meet_rater(connection, rater_id=rater_id, simulated=False)
        joined = queries.join_campaign(connection, **who, panel_person=panel_person)
        if panel_person and not joined:
            queries.take_panel_person(connection, **who, panel_person=panel_person)
        if queries.agree(connection, **who, language=language, version=version, panel_person=panel_person):
            queries.check_as_elsewhere(connection, **who)
            return
        place = _standing(connection, campaign_id, rater_id, counted=False)
        if place and place.consent_version != version:
            raise RatingError("consent-changed", "The text has changed since you read it; please read it again.")
        raise RatingError("panel-twice", "Somebody with this participant number has taken part already.")


def keep_checks(
    settings: Settings, rater_id: str, colour_vision: str = "unknown", screen_steps: int | None = None
) -> None:
    """Write down what the short checks showed; without figures, that they were skipped."""
    with db.connect(settings) as connection:
        queries.keep_checks(connection, rater_id=rater_id, colour_vision=colour_vision, screen_steps=screen_steps)


def finish(settings: Settings, campaign_id: int, rater_id: str) -> str | None:
    """Note that the rater has answered all that was asked for. Returns their completion code, always the same."""
    with db.connect(settings) as connection:
        code: str | None = queries.finish(
            connection, campaign_id=campaign_id, rater_id=rater_id, completion_code=secrets.token_hex(CODE_BYTES)
        )
        return code


def was_swapped(settings: Settings, item_id: str, rater_id: str) -> bool:
    """Return whether an item's second picture stood left, or came first, when this rater answered."""
    with db.connect(settings) as connection:
        return bool(queries.was_swapped(connection, item_id=item_id, rater_id=rater_id))
