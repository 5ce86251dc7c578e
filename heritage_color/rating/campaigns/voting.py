"""Votes are written before they are acknowledged, each once; for a while their rater may take them back."""

import math
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns.identifiers import known_form
from heritage_color.rating.campaigns.serving import RESERVED_MINUTES
from heritage_color.rating.methods import CHOICES, SCALE, SCALED
from heritage_color.rating.statistics.interval import HIGHEST, LOWEST
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/voting")
rater_queries = db.queries("rating/campaigns/raters")

UNDO_MINUTES = 10
LONGEST_REASON = 500  # characters of why a picture was skipped


@dataclass(frozen=True)
class Vote:
    """An answer of a rater: a score, or `first` or `second` as a choice. `seconds` is how long the rater looked."""

    item_id: str
    rater_id: str
    vote_key: str
    seconds: float | None
    swapped: bool
    simulated: bool
    score: int | None = None
    choice: str | None = None


@dataclass(frozen=True)
class Subject:
    """What a vote is about: the campaign with its method and end, and why the picture is shown no more, if so."""

    campaign_id: int
    method: str
    closed_at: datetime | None
    retired_by: str | None


@dataclass(frozen=True)
class StoredVote:
    """A vote in the catalog, with what a vote that is sent again is compared by."""

    item_id: str
    rater_id: str
    score: int | None
    choice: str | None
    undone_at: datetime | None

    def is_of(self, vote: Vote) -> bool:
        """Return whether it is this very vote."""
        stored = (self.item_id, self.rater_id, self.score, self.choice)
        return stored == (vote.item_id, vote.rater_id, vote.score, vote.choice)


@dataclass(frozen=True)
class LatestVote:
    """A rater's newest vote that stands in a campaign; `fresh` while it may still be taken back."""

    vote_key: str
    item_id: str
    fresh: bool
    closed_at: datetime | None
    swapped: bool


@dataclass(frozen=True)
class TrainingAnswer:
    """What a rater answered to a training picture, and what was expected."""

    expected_low: int
    expected_high: int
    score: int | None
    choice: str | None


@dataclass(frozen=True)
class Feedback:
    """What a rater is told after a training picture.

    `low`..`high` is what an attentive rater answers (in pairs and Turing tests 1 is first, 2 second), `expected`
    whether this rater did.
    """

    answer: int
    low: int
    high: int
    expected: bool


def vote(
    settings: Settings,
    item_id: str | uuid.UUID,
    rater_id: str | uuid.UUID,
    answer: int | str,
    vote_key: str | uuid.UUID,
    seconds: float | None = None,
    swapped: bool = False,
    simulated: bool = False,
) -> bool:
    """Write a vote; when this returns, it is in the catalog. False when this very vote was there already.

    `answer` is a score 1..5, or `first` or `second` in pairs and Turing tests: the item's own first and second,
    however they stood on the screen. `seconds` is how long the rater looked, as the browser measured it. A vote counts
    also after its reservation has ended. Raises RatingError, whose `code` is `score-invalid`, `choice-invalid`,
    `id-invalid`, `picture-unknown`, `picture-withdrawn`, `campaign-closed`, `rater-mixed` or `already-voted`, when the
    vote is refused.
    """
    unanswered = Vote(
        item_id=known_form(item_id, "picture"),
        rater_id=known_form(rater_id, "rater"),
        vote_key=known_form(vote_key, "vote"),
        seconds=seconds if seconds is not None and math.isfinite(seconds) and seconds >= 0 else None,
        swapped=bool(swapped),
        simulated=simulated,
    )
    with db.connect(settings) as connection:
        return _write_vote(connection, unanswered, answer)


def _write_vote(connection: Connection, unanswered: Vote, answer: int | str) -> bool:
    subject = db.record(Subject, queries.item_for_vote(connection, item_id=unanswered.item_id))
    if subject is None:
        raise RatingError("picture-unknown", "There is no such picture to score.")
    vote = _answered(unanswered, subject.method, answer)
    if _is_repeated(connection, vote):  # also when its campaign has closed since
        return False
    _refuse_closed(subject)
    rater_queries.meet_rater(connection, rater_id=vote.rater_id, simulated=vote.simulated)
    if rater_queries.rater_simulated(connection, rater_id=vote.rater_id) != vote.simulated:
        raise RatingError("rater-mixed", "A rater is either a person or simulated, never both.")
    queries.end_reservation(connection, item_id=vote.item_id, rater_id=vote.rater_id)
    if queries.add_vote(connection, **asdict(vote)):
        return True
    if _is_repeated(connection, vote):  # the same vote came twice at the same moment
        return False
    raise RatingError("already-voted", "You have scored this picture already; your first score counts.")


def _answered(vote: Vote, method: str, answer: int | str) -> Vote:
    """Return the vote with its answer. Raises RatingError where it does not fit the method."""
    if method in SCALED:
        if isinstance(answer, bool) or answer not in SCALE:
            sentence = f"A score is a whole number from {LOWEST} to {HIGHEST}, found {answer!r}."
            raise RatingError("score-invalid", sentence)
        return replace(vote, score=int(answer))
    if answer not in CHOICES:
        raise RatingError("choice-invalid", f"A choice is first or second, found {str(answer)[:40]!r}.")
    return replace(vote, choice=str(answer))


def _is_repeated(connection: Connection, vote: Vote) -> bool:
    """Whether the vote is stored. Raises RatingError when its key stands for another picture, rater or answer."""
    stored = db.record(StoredVote, queries.vote_of_key(connection, vote_key=vote.vote_key))
    if stored is None:
        return False
    if not stored.is_of(vote):
        raise RatingError("already-voted", "This vote is stored with another answer; your first answer counts.")
    return True


def _refuse_closed(subject: Subject) -> None:
    if subject.retired_by == "withdrawn":
        raise RatingError("picture-withdrawn", "This picture was withdrawn and is no longer scored.")
    if subject.closed_at:
        raise RatingError("campaign-closed", "Scoring of this set of pictures has ended.")


def undo(settings: Settings, rater_id: str | uuid.UUID, vote_key: str | uuid.UUID) -> str:
    """Take back a rater's own latest vote of a campaign, if it is at most UNDO_MINUTES old. Returns its item's id.

    The vote stays in the catalog and counts nowhere; the picture is the next that the rater is shown. The same undo
    sent twice is one. Raises RatingError `vote-unknown` where there is no such vote of this rater, `undo-too-late`
    where another came after it, where it is too old, or where the campaign is closed.
    """
    rater, key = known_form(rater_id, "rater"), known_form(vote_key, "vote")
    with db.connect(settings) as connection:
        rater_queries.lock_rater(connection, rater_id=rater)
        stored = db.record(StoredVote, queries.vote_of_key(connection, vote_key=key))
        if stored is None or stored.rater_id != rater:
            raise RatingError("vote-unknown", "There is no such vote of yours.")
        if stored.undone_at is None:
            _take_back(connection, rater, key)
    return stored.item_id


def _take_back(connection: Connection, rater_id: str, vote_key: str) -> None:
    row = queries.latest_vote(connection, rater_id=rater_id, vote_key=vote_key, minutes=UNDO_MINUTES)
    latest = db.sure_record(LatestVote, row)
    if latest.vote_key != vote_key or not latest.fresh or latest.closed_at:
        sentence = f"Only your latest vote can be taken back, within {UNDO_MINUTES} minutes. It counts as it is."
        raise RatingError("undo-too-late", sentence)
    queries.undo_vote(connection, vote_key=vote_key)
    again = {"item_id": latest.item_id, "swapped": latest.swapped}
    queries.reserve_again(connection, rater_id=rater_id, minutes=RESERVED_MINUTES, **again)


def skip(settings: Settings, item_id: str | uuid.UUID, rater_id: str | uuid.UUID, reason: str = "") -> None:
    """Never show a picture to this rater again; nobody has to score what they would rather not look at.

    Raises RatingError `id-invalid` or `picture-unknown`.
    """
    item, rater = known_form(item_id, "picture"), known_form(rater_id, "rater")
    with db.connect(settings) as connection:
        if queries.item_for_vote(connection, item_id=item) is None:
            raise RatingError("picture-unknown", "There is no such picture to score.")
        rater_queries.meet_rater(connection, rater_id=rater, simulated=False)
        queries.end_reservation(connection, item_id=item, rater_id=rater)
        queries.add_skip(connection, item_id=item, rater_id=rater, reason=reason.strip()[:LONGEST_REASON])


def feedback(settings: Settings, item_id: str | uuid.UUID, rater_id: str | uuid.UUID) -> Feedback | None:
    """Return what a rater is told after their answer to a training picture; None for any other picture."""
    item, rater = known_form(item_id, "picture"), known_form(rater_id, "rater")
    with db.connect(settings) as connection:
        training = db.record(TrainingAnswer, queries.training_answer(connection, item_id=item, rater_id=rater))
    if training is None:
        return None
    answer = training.score or 1 + CHOICES.index(training.choice or "")
    low, high = training.expected_low, training.expected_high
    return Feedback(answer, low, high, low <= answer <= high)
