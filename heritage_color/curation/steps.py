"""Curation: what curators see, what they decide of pictures and proposed tags, and the lock "do not colorize"."""

from heritage_color import archive, db
from heritage_color.curation import reasons
from heritage_color.errors import CurationError
from heritage_color.settings import Settings
from heritage_color.store import Store

STATES = ("undecided", "approved", "rejected", "published", "withdrawn")
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


def decide(settings: Settings, colorization_id: int, verdict: str, reason: str, note: str, curator: str) -> dict:
    """Write a decision and its event. `{"decision_id", "new"}`; the same decision again adds nothing.

    Raises CurationError for an unknown or withdrawn colorization, a reason that does not fit the verdict, a missing
    note or curator.
    """
    decision = {"verdict": verdict, "reason": reason, "note": note.strip(), "curator": curator.strip()}
    _refuse_incomplete(decision)
    with db.connect(settings) as connection:
        return _write_decision(connection, colorization_id, decision)


def _refuse_incomplete(decision: dict) -> None:
    if decision["verdict"] not in reasons.VERDICTS:
        raise CurationError(f"A verdict is {' or '.join(reasons.VERDICTS)}, found {decision['verdict']!r}.")
    reason = reasons.find(decision["verdict"], decision["reason"])
    if reason is None:
        known = ", ".join(item.code for item in reasons.REASONS if item.verdict == decision["verdict"])
        raise CurationError(f"{decision['reason']!r} is no reason for {decision['verdict']}; choose one of {known}.")
    if reason.needs_note and not decision["note"]:
        raise CurationError(f"“{reason.words}” needs a note that says more.")
    if not decision["curator"]:
        raise CurationError("A decision carries the name of its curator.")


def _write_decision(connection, colorization_id: int, decision: dict) -> dict:
    curation = db.queries("curation")
    picture = curation.lock_colorization(connection, colorization_id=colorization_id)
    if picture is None:
        raise CurationError(f"There is no colorization {colorization_id}.")
    if picture["withdrawn_at"]:
        raise CurationError(f"Colorization {colorization_id} was withdrawn and can no longer be decided on.")
    standing = curation.current_decision(connection, colorization_id=colorization_id)
    if standing and all(standing[name] == value for name, value in decision.items()):
        return {"decision_id": standing["decision_id"], "new": 0}
    number = (standing["decisions"] if standing else 0) + 1
    decision_id = curation.add_decision(connection, colorization_id=colorization_id, **decision)
    curation.record(
        connection,
        event_key=f"appraisal/{colorization_id}/{number}",
        event_type="appraisal",
        agent=decision["curator"],
        outcome=decision["verdict"],
        detail=db.json({"reason": decision["reason"], "note": decision["note"]}),
        scan_id=picture["scan_id"],
        colorization_id=colorization_id,
    )
    return {"decision_id": decision_id, "new": 1}


def flag_do_not_colorize(settings: Settings, scan_id: int, reason: str, curator: str) -> dict:
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
            _record_flag(connection, scan_id, reason.strip(), curator.strip())
        withdrawn = curation.count_withdrawn(connection, scan_id=scan_id)
    return {"scan_id": scan_id, "withdrawn": withdrawn, "new": int(flagged is not None)}


def _record_flag(connection, scan_id: int, reason: str, curator: str) -> None:
    db.queries("curation").record(
        connection,
        event_key=f"do-not-colorize/{scan_id}",
        event_type="metadata modification",
        agent=curator,
        outcome="do not colorize",
        detail=db.json({"reason": reason}),
        scan_id=scan_id,
        colorization_id=None,
    )


def decide_tag(settings: Settings, scan_id: int, tag: str, state: str, curator: str) -> dict:
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
            _write_tag_decision(connection, standing, state, curator.strip())
    return {"new": int(standing["state"] != state)}


def _write_tag_decision(connection, standing: dict, state: str, curator: str) -> None:
    curation, scan_id, tag = db.queries("curation"), standing["scan_id"], standing["tag"]
    proposal = {"scan_id": scan_id, "model_sha256": standing["model_sha256"], "tag": tag}
    curation.add_tag_decision(connection, state=state, curator=curator, **proposal)
    curation.record(
        connection,
        event_key=f"tag/{scan_id}/{tag}/{standing['decisions'] + 1}",
        event_type="metadata modification",
        agent=curator,
        outcome=f"tag {state}",
        detail=db.json({"tag": tag, "votes": standing["votes"], "model_sha256": standing["model_sha256"]}),
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
