"""The log of events, in PREMIS 3's terms: its record, its one writer, and how keys and agents are spelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from heritage_color import db
from heritage_color.keys import Column

queries = db.queries("events")


class EventType(StrEnum):
    """What kind of act it was; the catalog's `event_type`."""

    MESSAGE_DIGEST = "message digest calculation"
    VALIDATION = "validation"
    INGESTION = "ingestion"
    FIXITY_CHECK = "fixity check"
    QUARANTINE = "quarantine"
    DERIVATION = "derivation"
    APPRAISAL = "appraisal"
    PUBLICATION = "publication"
    DEACCESSION = "deaccession"
    METADATA = "metadata modification"
    REPLICATION = "replication"


class Agent(StrEnum):
    """Parts of this program that act by themselves; a person or a model acts under its own name."""

    ACCOUNTS = "heritage-color accounts"
    AUDIT = "heritage-color catalog.audit_fixity"
    COLORIZE = "heritage-color colorize.drain"
    INGEST = "heritage-color scans.ingest"
    LIKENESS = "heritage-color likeness.find"
    BAG = "heritage-color preservation.bag"
    METRICS = "heritage-color metrics.measure"
    PUBLISH = "heritage-color publish"
    RATING_CAMPAIGNS = "heritage-color rating.campaigns"
    REGISTER = "heritage-color register"
    RATING_HOLDING = "heritage-color rating.holding"
    RATING_WATCHING = "heritage-color rating.watching"
    REPAIR = "heritage-color catalog.repair"


class Key(StrEnum):
    """How an act's natural key is made, so that a step run twice leaves one event: `Key.WITHDRAWAL.of(scan_id=7)`.

    Keys stand in archives: no pattern may change.
    """

    ALERT = "{kind} campaign/{campaign_id}/{reason}"
    ACCOUNT = "account/{account_id}/{generation}"
    APPRAISAL = "appraisal/{colorization_id}/{number}"
    BAG = "bag/{name}/{bytes}.{files}"
    CAMPAIGN = "campaign/{campaign_id}/{act}"
    CAMPAIGN_MOVED = "campaign/{campaign_id}/{act}/{moment}"  # paused, resumed, changed: as often as staff likes
    CHAMPION = "champion:{move_id}"
    DERIVATION = "derivation:{scan_id}:{model_id}:{preset}"
    DEBT = "debt/{delivery_id}/{number}/{path}"
    DO_NOT_COLORIZE = "do-not-colorize/{scan_id}"
    ERASURE = "erasure/{uuid}"
    FIXITY = "fixity check:{kind}:{row_id}:{day}:{outcome}"
    FOUR_EYES = "four eyes/{collection}/{outcome}/{since}"
    HOLD = "hold/{name}/{outcome}"
    IMPORTED_VOTES = "import of votes/{name}"
    INGESTED = "{type}:{act}"  # one per file and kind of act of a delivery
    MEASUREMENT = "measurement/{colorization_id}/{truth}"  # against a true colour's checksum, or "none"
    MODEL = "model:{weights_sha256}"
    LIKENESS = "likeness/{likeness_id}/{act}/{scan_id}"
    NO_DERIVATION = "no derivation:{outcome}:{scan_id}:{model_id}:{preset}:{day}"  # refused or failed
    NOTE = "note/{note_id}/{version}"
    PARDON = "pardon/{campaign_id}/{moment}"  # whose votes they are is not told: a rater may be erased
    PUBLICATION = "publication/{colorization_id}/{decision_id}"
    REPAIRED = "{type}:{object_key}:{act}"  # quarantine and replication of a damaged object
    REWORK = "rework:{owed_delivery_id}:{owed_path}:{delivery_id}:{path}"
    SIGN_OFF = "sign-off/{delivery_id}"
    TAG = "tag/{scan_id}/{tag}/{number}"
    TAGS_PROPOSED = "tags proposed/{scan_id}/{model_sha256}"
    TAKEN_DOWN = "deaccession/{colorization_id}/{reason}/{decision_id}"
    VETO = "veto/{veto_id}/{act}"
    WITHDRAWAL = "deaccession/scan/{scan_id}"

    def of(self, **parts: object) -> str:
        """Return the key of one act. Raises KeyError for a part that is not given."""
        return self.value.format(**parts)


@dataclass(frozen=True)
class Event:
    """An act as the log keeps it: `key` once in all time, `detail` whatever JSON tells more of it.

    `occurred_at` only where the act lies back, as in a record that a lost catalog is made from again.
    """

    key: str
    type: EventType
    agent: str
    outcome: str
    detail: Mapping[Column, object] = field(default_factory=dict)
    delivery_id: int | None = None
    scan_id: int | None = None
    colorization_id: int | None = None
    occurred_at: datetime | None = None


def this_moment() -> str:
    """Return the part of a key that tells apart what may be done again and again: now, to the microsecond, in UTC."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"


def note(connection: db.Connection, event: Event) -> bool:
    """Add an event to the log, once per key; True when it is new. Number and time of writing are the database's."""
    new = queries.add_event(
        connection,
        event_key=event.key,
        event_type=event.type,
        agent=event.agent,
        outcome=event.outcome,
        detail=db.json(dict(event.detail)),
        delivery_id=event.delivery_id,
        scan_id=event.scan_id,
        colorization_id=event.colorization_id,
        occurred_at=event.occurred_at,
    )
    return bool(new)
