"""What the desk's pages show: rows of the catalog, and what is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from heritage_color.keys import Code, Word
from heritage_color.web.door.sessions import Person


@dataclass(frozen=True)
class Colorization:
    """A colorization with its scan, its model, the decision that holds, and where it is published.

    `decision_id` is the newest decision's number, which may be one that `undoes` another.
    """

    colorization_id: int
    scan_id: int
    preset: str
    colorized_at: datetime
    withdrawn_at: datetime | None
    bytes: int
    sha256: str
    settings: Mapping[Word, object]
    has_uncertainty: bool
    identifier: str
    title: str
    creator: str
    date_created: str
    place: str
    collection: str
    rights: str
    content_warning: str
    width: int
    height: int
    bits: int
    do_not_colorize: bool
    do_not_colorize_reason: str
    method: str
    weights_sha256: str
    verdict: str | None
    reason: Code | None
    note: str | None
    curator: str | None
    account_id: int | None
    decided_at: datetime | None
    state: str
    decision_id: int | None
    undoes: int | None
    four_eyes: bool
    published_at: datetime | None
    unpublished_at: datetime | None
    has_truth: bool

    def was_decided_by_another(self, curator: Person, seen: int) -> bool:
        """Return whether somebody else decided after the decision that a page showed; 0: it showed none."""
        return self.decision_id not in (seen or None, None) and self.curator not in (curator.name, None)


@dataclass(frozen=True)
class Score:
    """The opinion score of a colorization, 1 to 5, of people's votes or of simulated ones."""

    simulated: bool
    votes: int
    mos: float
    low: float
    high: float
    recovered: float
    scored_at: datetime


@dataclass(frozen=True)
class VoteCount:
    """How many votes gave a score: those that count, and those that screening set aside."""

    simulated: bool
    score: int
    used: int
    screened: int


@dataclass(frozen=True)
class Opinion:
    """What one kind of raters says: votes per score 1 to 5, how many were set aside, and the score if there is one."""

    simulated: bool
    counts: Mapping[int, int]
    screened: int
    score: Score | None


@dataclass(frozen=True)
class Peers:
    """How a score stands among others of the same kind of raters: pictures per bin 1 to 16, each a quarter wide."""

    bins: Mapping[int, int]
    scored: int
    lower: int
    score: Score


@dataclass(frozen=True)
class Queued:
    """A colorization as the queue lists it."""

    colorization_id: int
    state: str
    scan_id: int
    identifier: str
    title: str
    preset: str
    method: str
    withdrawn_at: datetime | None
    simulated: bool | None
    votes: int | None
    mos: float | None
    low: float | None
    high: float | None
    flags: int | None
    spread: float | None
    unsure: float | None
    verdict: str | None
    curator: str | None
    published_at: datetime | None
    unpublished_at: datetime | None


@dataclass(frozen=True)
class Place:
    """Where a colorization stands in the queue. `position` is None where it does not fit the filters itself."""

    next: int | None
    previous: int | None
    total: int
    position: int | None


@dataclass(frozen=True)
class View:
    """Filters that a curator saved under a name."""

    view_id: int
    account_id: int
    owner: str
    name: str
    query: str
    shared: bool


@dataclass(frozen=True)
class Chosen:
    """A colorization that a decision on many will be about."""

    colorization_id: int
    state: str
    scan_id: int
    identifier: str
    title: str
    method: str
    preset: str
    withdrawn_at: datetime | None
    decision_id: int | None
    verdict: str | None
    curator: str | None
    account_id: int | None
    published_at: datetime | None
    unpublished_at: datetime | None
    four_eyes: bool
    too_unsure: bool

    def would_be_approved_once(self, curator: Person) -> bool:
        """Return whether an approval by this curator would be the first of two."""
        seconded = self.verdict in ("approved", "approved once") and self.account_id != curator.account_id
        return self.four_eyes and not seconded


@dataclass(frozen=True)
class Outlook:
    """What a decision on many will do: how many it can be about, and how many it will leave out."""

    open: int
    gone: int
    public: int  # on the public site, which they leave unless they are approved
    once: int  # for which an approval is the first of two
    unsure: int  # that the model is too unsure of to be approved among many


def outlook_of(pictures: list[Chosen], curator: Person) -> Outlook:
    """Return what a decision of this curator on these will do."""
    standing = [picture for picture in pictures if not picture.withdrawn_at]
    return Outlook(
        open=len(standing),
        gone=len(pictures) - len(standing),
        public=sum(picture.state == "published" for picture in standing),
        once=sum(picture.would_be_approved_once(curator) for picture in standing),
        unsure=sum(picture.too_unsure for picture in standing),
    )


@dataclass(frozen=True)
class Pair:
    """Two scans that look alike, each with what its half of the page shows."""

    likeness_id: int
    distance: int
    state: str
    kept_scan_id: int | None
    curator: str | None
    decided_at: datetime | None
    decisions: int
    first: Mapping[Word, object]
    second: Mapping[Word, object]


@dataclass(frozen=True)
class KnownScan:
    """One scan with all that is known of it; texts that nobody gave are empty."""

    scan_id: int
    identifier: str
    title: str
    creator: str
    date_created: str
    place: str
    collection: str
    rights: str
    description: str
    content_warning: str
    further_columns: Mapping[Word, object]
    supplier_filename: str
    sha256: str
    bytes: int
    media_type: str
    width: int
    height: int
    channels: int
    bits: int
    preview_key: str | None
    embedded_metadata: Mapping[Word, object]
    sidecar_metadata: Mapping[Word, object]
    fixity_intact: bool
    fixity_checked_at: datetime
    do_not_colorize: bool
    do_not_colorize_reason: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str
    has_truth: bool
