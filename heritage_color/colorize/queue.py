"""The queue of colorizations in the catalog: who may take which job, and what became of it."""

import socket
import time
from dataclasses import dataclass

import psutil

from heritage_color import db
from heritage_color.archive import Archive
from heritage_color.colorize.computing import MachineFacts
from heritage_color.colorize.predict import ChromaFacts
from heritage_color.colorize.tint import TintFacts
from heritage_color.keys import ObjectKey, Sha256

queries = db.queries("colorize/queue")

MOST_ATTEMPTS = 3  # a picture that kills its worker is set aside after that
LOOK_AGAIN = 2.0  # seconds between looks at claims of other lanes


@dataclass(frozen=True)
class Job:
    """A colorization that a lane claimed: of one scan, by one model with one preset.

    `attempts`: how often a lane began it before; `fixity_intact`: whether the master's last reading was good.
    """

    lane: str
    scan_id: int
    model_id: int
    preset: str
    attempts: int
    object_key: ObjectKey
    preview_key: ObjectKey | None
    sha256: Sha256
    fixity_intact: bool
    method: str
    weights_sha256: Sha256

    @property
    def is_suspect(self) -> bool:
        """Whether a lane began it before and did not end it: it may be what killed that lane."""
        return self.attempts > 0

    @property
    def agent(self) -> str:
        """Who colours, as the log of events has it."""
        return f"{self.method} {self.weights_sha256[:12]}"


class Facts(ChromaFacts):
    """How a derivative was made, as its row and its event keep it.

    `preset`: what the preset sets, from the model's card; `working_size`: width and height that the method saw;
    `inception_weights`: SHA-256 of the weights of that branch, where there is one; `warnings` in sentences.
    """

    preset: object
    working_size: list[int]
    tint: TintFacts
    inception_weights: Sha256 | None
    warnings: list[str]
    computed_with: MachineFacts


@dataclass(frozen=True)
class Derivative:
    """The row of a colorization: its objects in the archive, and the facts of its making.

    `unsure_p95`, 0..1, is the 95th percentile of its uncertainty, `unsure_from` the card's threshold for that; None
    where the method or its card has none.
    """

    object_key: ObjectKey
    preview_key: ObjectKey
    original_preview_key: ObjectKey
    uncertainty_key: ObjectKey | None
    sha256: Sha256
    media_type: str
    bytes: int
    settings: Facts
    unsure_p95: float | None
    unsure_from: float | None


def claim_or_wait(archive: Archive, lane: str) -> list[Job]:
    """Jobs to do; none only when no other lane holds any, since a lane that dies leaves its own to this one."""
    while not (claims := claim(archive, lane)):
        others = [row["lane"] for row in queries.other_lanes(archive.db, lane=lane)]
        dead = [other for other in others if _is_dead(other)]
        for other in dead:
            queries.end_lease(archive.db, lane=other)
        archive.db.commit()
        if not others:
            break
        if not dead:
            time.sleep(LOOK_AGAIN)
    return claims


def claim(archive: Archive, lane: str) -> list[Job]:
    """A few jobs for this lane, those of one model and preset together; those begun before come last, one by one."""
    queries.release_stale_jobs(archive.db, most_attempts=MOST_ATTEMPTS)
    settings = archive.settings
    rows = queries.claim_jobs(
        archive.db, lane=lane, lease_seconds=settings.lease_seconds, claim_size=settings.claim_size
    )
    claims = db.records(Job, rows)
    archive.db.commit()
    return sorted(claims, key=lambda job: (job.is_suspect, job.method, job.weights_sha256, job.preset, job.scan_id))


def _is_dead(lane: str) -> bool:
    """Return whether a lane ran on this machine and its process is gone; of others only their lease can tell."""
    host, process = [*lane.split("/"), ""][:2]
    return host == socket.gethostname() and process.isdigit() and not psutil.pid_exists(int(process))


def renew_lease(archive: Archive, lane: str) -> None:
    """Show that a lane is alive: what it still holds stays its own for another lease."""
    queries.renew_lease(archive.db, lane=lane, lease_seconds=archive.settings.lease_seconds)
    archive.db.commit()


def begin(archive: Archive, job: Job) -> None:
    """Count an attempt, before anything that memory could run out for."""
    queries.begin_job(archive.db, lane=job.lane, **vars(_key(job)))
    archive.db.commit()


def record(archive: Archive, job: Job, derivative: Derivative) -> int | None:
    """The colorization's row and the end of its job, in the caller's transaction.

    Returns the row's id; None where the scan was closed meanwhile, or another lane has the job by now.
    """
    row = vars(derivative) | {"settings": db.json(derivative.settings)}
    colorization_id: int | None = queries.record_colorization(archive.db, lane=job.lane, **vars(_key(job)), **row)
    finish(archive, job, "done")
    return colorization_id


def finish(archive: Archive, job: Job, state: str, sentence: str | None = None) -> None:
    """The end of a job that this lane still holds: `done`, `refused` or `failed`, and why."""
    queries.finish_job(archive.db, lane=job.lane, state=state, sentence=sentence, **vars(_key(job)))


@dataclass(frozen=True)
class JobKey:
    """What tells a job from all others."""

    scan_id: int
    model_id: int
    preset: str


def _key(job: Job) -> JobKey:
    return JobKey(job.scan_id, job.model_id, job.preset)
