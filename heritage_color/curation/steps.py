"""Curation: what curators see, what they decide of pictures and proposed tags, and the lock "do not colorize"."""

from collections.abc import Sequence
from dataclasses import replace

from heritage_color import archive, db
from heritage_color.curation import decisions
from heritage_color.curation.decisions import Decision
from heritage_color.errors import ColorizedAlready, CurationError
from heritage_color.settings import Settings
from heritage_color.store import Store

STATES = ("undecided", "approved once", "approved", "rejected", "sent back", "published", "withdrawn")
MOST_AT_ONCE = 200  # colorizations that one decision may be about
TAG_STATES = ("accepted", "refused")
OPINION = ("votes", "mos", "low", "high", "recovered")


def review_queue(settings: Settings, state: str | None = "undecided", limit: int = 50, offset: int = 0) -> list[dict]:
    """Colorizations in a state (one of STATES, None: all), those that need eyes most first.

    Keys: colorization_id, scan_id, identifier, title, content_warning, method, version, weights_sha256, preset,
    preview_key, original_preview_key, colorized_at, measurements (metric -> value), uncertainty (None where it was not
    measured), human and simulated (None, or votes, mos, low, high, recovered), state, verdict, reason, note, curator,
    decided_at, published_at, unpublished_at.
    """
    return _review(settings, state=state, limit=limit, offset=offset, colorization_id=None)


def review(settings: Settings, colorization_id: int) -> dict:
    """One row as of `review_queue`, whatever its state. Raises CurationError where there is none."""
    rows = _review(settings, state=None, limit=1, offset=0, colorization_id=colorization_id)
    if not rows:
        raise CurationError(f"There is no colorization {colorization_id}.")
    return rows[0]


def _review(settings: Settings, **choice) -> list[dict]:
    with db.connect(settings) as connection:
        return [_presented(dict(row)) for row in db.queries("curation").review_rows(connection, **choice)]


def _presented(row: dict) -> dict:
    for voters in ("human", "simulated"):
        figures = {name: row.pop(f"{voters}_{name}") for name in OPINION}
        row[voters] = figures if figures["votes"] else None
    row["uncertainty"] = row["measurements"].get("uncertainty")
    return row


def count_states(settings: Settings) -> dict[str, int]:
    """How many colorizations are in each of STATES."""
    with db.connect(settings) as connection:
        found = {row["state"]: row["pictures"] for row in db.queries("curation").count_states(connection)}
    return {state: found.get(state, 0) for state in STATES}


def decide(
    settings: Settings,
    colorization_id: int,
    verdict: str,
    reason: str,
    note: str,
    curator: str,
    account_id: int | None = None,
    method: str = "",
    preset: str = "",
) -> dict:
    """Write a decision and its event: `decision_id`, `new`, `verdict`; the same decision again adds nothing.

    Where four eyes are asked for, the first approval counts as `approved once`. A colorization that is `sent back` is
    queued anew by `method` with `preset`. `account_id` of the curator, where there is one, tells people of one name
    apart. Raises CurationError for an unknown or withdrawn colorization, a reason that does not fit the verdict, a
    missing note, curator, method or preset; ColorizedAlready and WeightsError as `colorize.steps.request` does.
    """
    decision = Decision(verdict, reason, note.strip(), curator.strip(), account_id, method, preset)
    decision.refuse_incomplete()
    with db.connect(settings) as connection:
        picture = decisions.lock(connection, [colorization_id]).get(colorization_id)
        return decisions.write(settings, connection, decisions.standing(picture, colorization_id), decision)


def undo(settings: Settings, decision_id: int, by: str, account_id: int | None = None) -> dict:
    """Take a decision back, if it is the newest: `decision_id`, `verdict` that holds again (`undecided`: none).

    Raises CurationError for an unknown decision, one that another came after, or a withdrawn colorization.
    """
    with db.connect(settings) as connection:
        found = db.queries("curation").decided_colorization(connection, decision_id=decision_id)
        if found is None:
            raise CurationError(f"There is no decision {decision_id}.")
        picture = decisions.lock(connection, [found]).get(found)
        return decisions.undo(connection, decisions.standing(picture, found), decision_id, by.strip(), account_id)


def decide_many(
    settings: Settings, bulk_id: str, colorization_ids: Sequence[int], decision: Decision, seen: int = 0
) -> dict:
    """One decision on up to 200 colorizations, in one transaction: as `bulk`; the same `bulk_id` again adds none.

    What cannot be decided so is skipped with a sentence: withdrawn, decided by others after the decision `seen`,
    decided so already. Raises CurationError for an incomplete decision, no colorization, or too many.
    """
    ids = sorted(set(colorization_ids))
    decision = replace(decision, note=decision.note.strip(), curator=decision.curator.strip(), bulk_id=bulk_id)
    decision.refuse_incomplete()
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise CurationError(f"Choose 1 to {MOST_AT_ONCE} colorizations, found {len(ids)}.")
    curation = db.queries("curation")
    with db.connect(settings) as connection:
        curation.lock_review(connection)
        about = {name: getattr(decision, name) for name in ("verdict", "reason", "note", "curator", "account_id")}
        if curation.add_bulk(connection, bulk_id=bulk_id, asked=len(ids), **about):
            skipped = _decide_each(settings, connection, ids, decision, seen)
            curation.keep_skipped(connection, bulk_id=bulk_id, skipped=db.json(skipped))
    return bulk(settings, bulk_id)


def _decide_each(settings: Settings, connection, ids: list[int], decision: Decision, seen: int) -> list[dict]:
    pictures, skipped = decisions.lock(connection, ids), []
    for colorization_id in ids:
        try:
            picture = decisions.standing(pictures.get(colorization_id), colorization_id)
            decisions.refuse_overtaken(picture, decision, seen)
            if not decisions.write(settings, connection, picture, decision)["new"]:
                raise CurationError("It stands so already.")
        except (CurationError, ColorizedAlready) as error:
            skipped.append({"colorization_id": colorization_id, "sentence": str(error)})
    return skipped


def bulk(settings: Settings, bulk_id: str) -> dict:
    """A decision on many as it was taken: the columns of its row, `decided`, and `skipped`.

    `skipped` has colorization_id and sentence of each. Raises CurationError where there is none.
    """
    with db.connect(settings) as connection:
        found = db.queries("curation").find_bulk(connection, bulk_id=bulk_id)
    if found is None:
        raise CurationError("There is no such decision on many pictures.")
    return dict(found)


def undo_many(settings: Settings, bulk_id: str, by: str, account_id: int | None = None) -> dict:
    """Take back each decision of a bulk that still is the newest: `undone`, `left` (those that are not)."""
    curation, undone, left = db.queries("curation"), 0, 0
    with db.connect(settings) as connection:
        curation.lock_review(connection)
        members = {
            row["colorization_id"]: row["decision_id"] for row in curation.bulk_members(connection, bulk_id=bulk_id)
        }
        for colorization_id, picture in decisions.lock(connection, sorted(members)).items():
            newest = picture["decision_id"] == members[colorization_id] and not picture["withdrawn_at"]
            undone, left = undone + newest, left + (not newest)
            if newest:
                decisions.undo(connection, picture, members[colorization_id], by.strip(), account_id)
    return {"undone": undone, "left": left}


def ask_for_four_eyes(
    settings: Settings, collection: str, asked: bool, by: str, account_id: int | None = None
) -> dict:
    """Let approvals in a collection (empty: in all) take two curators, or one again: `{"new"}`, with its event.

    Decisions that were taken before keep their effect.
    """
    curation, who = db.queries("curation"), {"asked_by": by.strip(), "account_id": account_id}
    if not by.strip():
        raise CurationError("A rule of approval carries the name of whoever made it.")
    with db.connect(settings) as connection:
        if asked:
            since = curation.ask_for_four_eyes(connection, collection=collection, **who)
        else:
            since = curation.end_four_eyes(connection, collection=collection)
        if since:
            _record_rule(connection, collection, "asked for" if asked else "ended", since, who)
    return {"new": int(since is not None)}


def _record_rule(connection, collection: str, outcome: str, since, who: dict) -> None:
    db.queries("curation").record(
        connection,
        event_key=f"four eyes/{collection}/{outcome}/{since.isoformat()}",
        event_type="metadata modification",
        agent=who["asked_by"],
        outcome=f"four eyes {outcome}",
        detail=db.json({"collection": collection or "all", "account_id": who["account_id"]}),
        scan_id=None,
        colorization_id=None,
    )


def four_eyes(settings: Settings) -> list[dict]:
    """Collections whose approvals take two curators (empty: all), with `asked_by` and `asked_at`."""
    with db.connect(settings) as connection:
        return [dict(row) for row in db.queries("curation").list_four_eyes(connection)]


def _account(account_id: int | None) -> dict[str, int]:
    """What an event says of who acted, beside the name."""
    return {} if account_id is None else {"account_id": account_id}


def flag_do_not_colorize(
    settings: Settings, scan_id: int, reason: str, curator: str, account_id: int | None = None
) -> dict:
    """Lock a scan: its colorizations are withdrawn now, their publications with the next publishing run.

    `{"scan_id", "withdrawn", "new"}`; a scan that is locked already stays as it is. Raises CurationError for an
    unknown scan, or without a reason or curator.
    """
    if not reason.strip() or not curator.strip():
        raise CurationError("“Do not colorize” carries a reason and the name of its curator.")
    curation = db.queries("curation")
    with db.connect(settings) as connection:
        flagged = curation.flag_scan(connection, scan_id=scan_id, reason=reason.strip())
        if flagged is None and curation.find_scan(connection, scan_id=scan_id) is None:
            raise CurationError(f"There is no scan {scan_id}.")
        if flagged:  # an object, too: a catalog that is made again from the bucket must not forget it
            facts = {"reason": reason.strip(), "by": curator.strip()}
            archive.keep_record(Store(settings), flagged["sha256"], "do-not-colorize", facts)
            _record_flag(connection, scan_id, curator.strip(), {"reason": reason.strip(), **_account(account_id)})
        withdrawn = curation.count_withdrawn(connection, scan_id=scan_id)
    return {"scan_id": scan_id, "withdrawn": withdrawn, "new": int(flagged is not None)}


def _record_flag(connection, scan_id: int, curator: str, detail: dict) -> None:
    db.queries("curation").record(
        connection,
        event_key=f"do-not-colorize/{scan_id}",
        event_type="metadata modification",
        agent=curator,
        outcome="do not colorize",
        detail=db.json(detail),
        scan_id=scan_id,
        colorization_id=None,
    )


def decide_tag(
    settings: Settings, scan_id: int, tag: str, state: str, curator: str, account_id: int | None = None
) -> dict:
    """Accept or refuse a tag that a model proposed for a scan, with its event. `{"new"}`; the same again adds nothing.

    Raises CurationError for another state than accepted or refused, a tag that nobody proposed, or without a curator.
    """
    if state not in TAG_STATES:
        raise CurationError(f"A proposed tag is {' or '.join(TAG_STATES)}, found {state!r}.")
    if not curator.strip():
        raise CurationError("A decision carries the name of its curator.")
    curation = db.queries("curation")
    with db.connect(settings) as connection:
        curation.lock_scan(connection, scan_id=scan_id)
        standing = curation.find_tag(connection, scan_id=scan_id, tag=tag)
        if standing is None:
            raise CurationError(f"No model proposed the tag {tag!r} for scan {scan_id}.")
        if standing["state"] != state:
            _write_tag_decision(connection, standing, state, curator.strip(), _account(account_id))
    return {"new": int(standing["state"] != state)}


def _write_tag_decision(connection, standing: dict, state: str, curator: str, account: dict) -> None:
    curation, scan_id, tag = db.queries("curation"), standing["scan_id"], standing["tag"]
    proposal = {"scan_id": scan_id, "model_sha256": standing["model_sha256"], "tag": tag}
    curation.add_tag_decision(connection, state=state, curator=curator, **proposal)
    curation.record(
        connection,
        event_key=f"tag/{scan_id}/{tag}/{standing['decisions'] + 1}",
        event_type="metadata modification",
        agent=curator,
        outcome=f"tag {state}",
        detail=db.json({"tag": tag, "votes": standing["votes"], "model_sha256": standing["model_sha256"], **account}),
        scan_id=scan_id,
        colorization_id=None,
    )


def approve_by_rule(settings: Settings, minimum: float, curator: str = "demo script") -> dict:
    """Approve every undecided colorization whose mean opinion score is at least `minimum`: `{"approved", "new"}`.

    People's score counts where there is one, else that of simulated raters; the note says which. `approved` counts
    all that stand approved.
    """
    new = 0
    with db.connect(settings) as connection:
        rows = list(db.queries("curation").approvable(connection, minimum=minimum))
    for row in rows:
        voters = "simulated raters" if row["simulated"] else "people"
        note = f"Rule: mean opinion score {row['mos']:.2f} of {voters} is at least {minimum:g}."
        new += decide(settings, row["colorization_id"], "approved", "score-rule", note, curator)["new"]
    states = count_states(settings)
    return {"approved": states["approved"] + states["published"], "new": new}
