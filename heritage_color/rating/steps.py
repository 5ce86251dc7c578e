"""Rating: pictures into campaigns, votes into the catalog, votes into opinion scores."""

import uuid
from collections.abc import Sequence

from heritage_color import db
from heritage_color.errors import RatingError
from heritage_color.rating import simulate as simulation
from heritage_color.rating.opinion import HIGHEST, LOWEST, opinion
from heritage_color.settings import Settings

QUESTION = "How natural do the colours of this picture look?"
SCALE = {5: "Excellent", 4: "Good", 3: "Fair", 2: "Poor", 1: "Bad"}  # ITU-T P.910, absolute category rating


def queue(settings: Settings, campaign: str, votes_wanted: int | None = None) -> dict:
    """Put every standing, undecided colorization into a campaign, which is opened where there is none.

    `votes_wanted` human votes retire a picture; without it the setting of that name holds. Raises RatingError for a
    closed campaign.
    """
    wanted = settings.votes_wanted if votes_wanted is None else votes_wanted
    if wanted < 1 or not campaign.strip():
        raise RatingError("campaign-invalid", "A campaign needs a name and at least one wanted vote per picture.")
    rating = db.queries("rating")
    with db.connect(settings) as connection:
        found = rating.open_campaign(connection, name=campaign, question=QUESTION, votes_wanted=wanted)
        if found["closed_at"]:
            raise RatingError("campaign-closed", f"Campaign {campaign!r} is closed; name another.")
        new = rating.queue_undecided(connection, campaign_id=found["campaign_id"])
        queued = rating.count_items(connection, campaign_id=found["campaign_id"])
    return {"campaign_id": found["campaign_id"], "queued": queued, "new": new}


def next_item(
    settings: Settings, rater_id: str | uuid.UUID, campaign: str | None = None, skipped: Sequence[str] = ()
) -> dict | None:
    """The next picture for a rater, or None when there is none left.

    Keys: item_id, colorization_id, scan_id, preview_key, original_preview_key, title, content_warning, campaign,
    question, votes_wanted, votes. Never one that the rater voted on or skipped (item ids); the same one until the
    rater votes.
    """
    rater = _uuid(rater_id, "rater")
    with db.connect(settings) as connection:
        row = db.queries("rating").next_item(
            connection, rater_id=rater, campaign=campaign, skipped=[_uuid(item, "picture") for item in skipped]
        )
    return dict(row) if row else None


def vote(
    settings: Settings,
    item_id: str | uuid.UUID,
    rater_id: str | uuid.UUID,
    score: int,
    vote_key: str | uuid.UUID,
    simulated: bool = False,
) -> bool:
    """Write a vote; when this returns, it is in the catalog. False when this very vote was there already.

    Raises RatingError, whose `code` is `score-invalid`, `id-invalid`, `picture-unknown`, `picture-withdrawn`,
    `campaign-closed`, `rater-mixed` or `already-voted`, when the vote is refused.
    """
    if isinstance(score, bool) or score not in SCALE:
        raise RatingError("score-invalid", f"A score is a whole number from {LOWEST} to {HIGHEST}, found {score!r}.")
    given = {
        "item_id": _uuid(item_id, "picture"),
        "rater_id": _uuid(rater_id, "rater"),
        "vote_key": _uuid(vote_key, "vote"),
        "score": int(score),
        "simulated": simulated,
    }
    with db.connect(settings) as connection:
        return _write_vote(connection, given)


def _write_vote(connection, given: dict) -> bool:
    rating = db.queries("rating")
    if _is_repeated(connection, given):  # also when its campaign has closed since
        return False
    _refuse_closed(rating.item_for_vote(connection, item_id=given["item_id"]))
    rating.meet_rater(connection, rater_id=given["rater_id"], simulated=given["simulated"])
    if rating.rater_simulated(connection, rater_id=given["rater_id"]) != given["simulated"]:
        raise RatingError("rater-mixed", "A rater is either a person or simulated, never both.")
    if rating.add_vote(connection, **given):
        return True
    if _is_repeated(connection, given):  # the same vote came twice at the same moment
        return False
    raise RatingError("already-voted", "You have scored this picture already; your first score counts.")


def _is_repeated(connection, given: dict) -> bool:
    """Whether the vote is stored. Raises RatingError when its key stands for another picture, rater or score."""
    stored = db.queries("rating").vote_of_key(connection, vote_key=given["vote_key"])
    if stored is None:
        return False
    if any(str(stored[name]) != str(given[name]) for name in ("item_id", "rater_id", "score")):
        raise RatingError("already-voted", "This vote is stored with another score; your first score counts.")
    return True


def _refuse_closed(item: dict | None) -> None:
    if item is None:
        raise RatingError("picture-unknown", "There is no such picture to score.")
    if item["withdrawn_at"]:
        raise RatingError("picture-withdrawn", "This picture was withdrawn and is no longer scored.")
    if item["closed_at"]:
        raise RatingError("campaign-closed", "Scoring of this set of pictures has ended.")


def score(settings: Settings) -> dict:
    """Compute the opinion scores of all votes; people's and simulated ones apart. Unchanged rows are not written."""
    scored = new = 0
    with db.connect(settings) as connection:
        db.queries("rating").lock_scores(connection)
        for simulated in (False, True):
            counts = _score_votes(connection, simulated)
            scored, new = scored + counts[0], new + counts[1]
    return {"scored": scored, "new": new}


def _score_votes(connection, simulated: bool) -> tuple[int, int]:
    rating = db.queries("rating")
    votes = rating.votes_to_score(connection, simulated=simulated)
    pictures = opinion((row["picture"], row["rater"], row["score"]) for row in votes)["pictures"]
    ids = [int(name) for name in pictures]
    columns = {
        name: [figures[name] for figures in pictures.values()] for name in ("votes", "mos", "low", "high", "recovered")
    }
    dropped = rating.drop_scores(connection, simulated=simulated, colorization_ids=ids)
    changed = rating.keep_scores(connection, simulated=simulated, colorization_ids=ids, **columns)
    return len(ids), dropped + changed


def simulate(settings: Settings, campaign: str, raters: int, seed: int = 2020) -> dict:
    """Let simulated raters vote on every picture of a campaign; all they write is marked as simulated.

    The same raters cast the same votes in every run, so a second run adds nothing.
    """
    rating = db.queries("rating")
    with db.connect(settings) as connection:
        pictures = list(rating.campaign_pictures(connection, campaign=campaign))
        ids = [str(simulation.rater_id(campaign, seed, number)) for number in range(raters)]
        table = simulation.scores([row["sha256"] for row in pictures], raters, seed)
        votes = [
            (str(simulation.vote_key(row["item_id"], ids[number])), row["item_id"], ids[number], int(given))
            for number, line in enumerate(table)
            for row, given in zip(pictures, line, strict=True)
        ]
        rating.meet_raters(connection, rater_ids=ids)
        keys, items, voters, scores = (list(column) for column in zip(*votes, strict=True)) if votes else ([],) * 4
        new = rating.add_simulated_votes(connection, vote_keys=keys, item_ids=items, rater_ids=voters, scores=scores)
    return {"raters": raters, "votes": len(votes), "new": new}


def _uuid(value: str | uuid.UUID, what: str) -> str:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError as error:
        raise RatingError("id-invalid", f"The {what}'s id is not one of ours: {str(value)[:40]!r}.") from error
