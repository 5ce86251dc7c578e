"""The catalog itself: its schema brought up to date, and counts per stage."""

from dataclasses import dataclass, fields
from datetime import datetime

from heritage_color import db
from heritage_color.keys import Code
from heritage_color.preservation import auditing, fixity
from heritage_color.settings import Settings
from heritage_color.store import Store

queries = db.queries("catalog")

TITLES = {
    "delivered": "files delivered",
    "accepted": "accepted",
    "refused": "refused",
    "owed": "still owed: refused or missing, and not replaced",
    "scans": "masters in the archive",
    "withdrawn": "withdrawn, their tombstones kept",
    "not_to_colorize": "not to be colorized",
    "alike": "pairs that look alike and wait for a curator",
    "damaged": "stored objects found damaged",
    "waiting": "waiting for colour",
    "colorized": "colorized",
    "measured": "measured against a truth",
    "queued": "queued for rating",
    "rated": "rated",
    "approved": "approved",
    "published": "published",
}


@dataclass(frozen=True)
class Migrated:
    """The names of the migrations that were applied."""

    applied: list[str]


@dataclass(frozen=True)
class StageCounts:
    """How many files and pictures have come how far; a row of the query `stage_counts`."""

    deliveries: int
    delivered: int
    accepted: int
    duplicates: int
    refused: int
    owed: int
    alike: int
    scans: int
    references: int
    not_to_colorize: int
    damaged: int
    withdrawn: int
    waiting: int
    colorized: int
    measured: int
    queued: int
    rated: int
    approved: int
    published: int


@dataclass(frozen=True)
class SetAside:
    """An item that a stage could not take, with its sentence."""

    stage: str
    identifier: str
    sentence: str
    since: datetime


@dataclass(frozen=True)
class Report(StageCounts):
    """Counts per stage, refused files by reason, the state of fixity, and what stages could not take."""

    refused_reasons: dict[Code, int]
    fixity: fixity.State
    set_aside: list[SetAside]


def migrate(settings: Settings) -> Migrated:
    """Bring the catalog's schema up to date and make the buckets, where they are absent."""
    applied = db.migrate(settings)
    if settings.s3_endpoint:
        Store(settings).make_buckets()
    return Migrated(applied)


def report(settings: Settings) -> Report:
    """Return how far all pictures have come, at this moment."""
    with db.connect(settings) as connection:
        counts = db.sure_record(StageCounts, queries.stage_counts(connection))
        return Report(
            **{field.name: getattr(counts, field.name) for field in fields(counts)},
            refused_reasons={row["code"]: row["files"] for row in queries.refused_by_reason(connection)},
            fixity=auditing.fixity_state(connection),
            set_aside=db.records(SetAside, queries.set_aside(connection)),
        )


def report_text(settings: Settings) -> str:
    """Return the report as a table of plain lines."""
    counts = report(settings)
    lines = []
    for name, title in TITLES.items():
        lines.append(f"{getattr(counts, name):>8}  {title}")
        if name == "refused":
            lines += [f"{files:>12}  {code}" for code, files in counts.refused_reasons.items()]
    lines += fixity.as_lines(counts.fixity, settings.fixity_bytes)
    if counts.set_aside:
        lines.append("Set aside, to be tried again:")
    lines += [f"  {item.stage}, {item.identifier}: {item.sentence}" for item in counts.set_aside]
    return "\n".join(lines)
