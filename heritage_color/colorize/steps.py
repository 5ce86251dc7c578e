"""The queue of colorizations, and the lanes that drain it."""

import os
import socket
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.colorize import making, models, queue
from heritage_color.colorize.lane import COLORIZED, REFUSED, Coloured, Lane, Outcome, Ready, Setback
from heritage_color.colorize.queue import MOST_ATTEMPTS, Job
from heritage_color.errors import ColorizedAlready, CurationError, WeightsError
from heritage_color.methods import loading
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.names import BASELINES, METHODS
from heritage_color.progress import track
from heritage_color.settings import Settings

queries = db.queries("colorize/queue")


@dataclass(frozen=True)
class Enqueued:
    """The model that colours, how many jobs were queued, and how many are open now, of all models."""

    model_id: int
    new: int
    open: int


@dataclass(frozen=True)
class Request:
    """A job that a curator asked for; `queued` is False where such a job waits already."""

    scan_id: int
    model_id: int
    preset: str
    queued: bool


@dataclass(frozen=True)
class Drained:
    """How many jobs a lane coloured and refused, and a sentence for each that failed and is offered again."""

    colorized: int = 0
    refused: int = 0
    failed: list[str] = field(default_factory=list)


def enqueue(settings: Settings, method: str = "", preset: str = "") -> Enqueued:
    """Queue every scan that may be colorized and was not yet, by the method's champion with this preset.

    Where the registry has no champion of the method, the installed weights colour. Jobs that failed, as their master
    was damaged or memory ran out, are queued again; not those that silenced their worker too often.
    """
    method, preset = method or settings.method, preset or settings.preset
    with db.connect(settings) as connection:
        model_id = models.model_of(settings, connection, method)
        new = queries.enqueue_scans(connection, model_id=model_id, preset=preset, most_attempts=MOST_ATTEMPTS)
        return Enqueued(model_id, new, queries.open_job_count(connection))


def request(settings: Settings, connection: db.Connection, scan_id: int, method: str, preset: str) -> Request | None:
    """Queue one scan by a method's champion with a preset, in the caller's transaction; without a method nothing.

    Raises ColorizedAlready where there is such a colorization, WeightsError where the method has no weights here,
    CurationError where a veto stands.
    """
    if not method:
        return None
    asked_by = queries.find_veto(connection, scan_id=scan_id)
    if asked_by:
        raise CurationError(f"{asked_by} asked that this photograph not be coloured. Lift the veto first.")
    model_id = models.model_of(settings, connection, method)
    job = {"scan_id": scan_id, "model_id": model_id, "preset": preset}
    colorization_id = queries.colorized_as(connection, **job)
    if colorization_id:
        raise ColorizedAlready(colorization_id)
    return Request(scan_id, model_id, preset, bool(queries.request_job(connection, **job)))


def usable_methods(settings: Settings) -> list[str]:
    """Methods that can colour here: their weights are installed, or the registry has a champion of them."""
    with db.connect(settings) as connection:
        champions = models.champion_methods(connection)
    real = [name for name in METHODS if name not in BASELINES]
    return [name for name in real if name in champions or loading.weight_file(name, settings.weights).is_file()]


def load_model(settings: Settings, name: str, weights: str) -> Colorizer:
    """A method with the weights of this checksum, ready to predict: the installed ones, or those of the registry.

    Raises WeightsError where neither has them, FixityError where the archive's are damaged.
    """
    with open_archive(settings) as archive:
        return models.load(archive, name, weights)


def drain(settings: Settings, lane: str = "lane 1") -> Drained:
    """Colorize until the queue is empty. The model is loaded once; a killed lane's claims are waited for and taken.

    While one claim is joined, stored and recorded, the next is fetched, decoded and predicted. What is wrong with one
    picture stops no other: a master that is missing or another one, and lack of memory, are its own failure.
    """
    worker = f"{socket.gethostname()}/{os.getpid()}/{lane}"
    counts, failed = {COLORIZED: 0, REFUSED: 0}, []
    with (
        open_archive(settings) as looking,
        open_archive(settings) as keeping,
        TemporaryDirectory(prefix="heritage-lane-") as name,
        ThreadPoolExecutor(1) as writer,
    ):
        folder = Path(name)
        kept = Keeping(Lane(keeping, folder), writer, settings.claim_size)
        for outcome in track(_outcomes(Lane(looking, folder), kept, worker), "colorize"):
            if outcome.sentence:
                failed.append(outcome.sentence)
            else:
                counts[outcome.state] += 1
    return Drained(counts[COLORIZED], counts[REFUSED], failed)


class Keeping:
    """The second thread of a lane, which keeps pictures while the first looks at the next ones."""

    def __init__(self, lane: Lane, writer: ThreadPoolExecutor, most: int):
        self.lane, self.writer, self.most = lane, writer, most
        self.waiting: deque[Future[Outcome]] = deque()

    def keep(self, picture: Coloured | Setback) -> Iterator[Outcome]:
        """Hand over a picture; the outcomes of those that had to end before, so that memory does not grow."""
        yield from self.settle(self.most - 1)
        self.waiting.append(self.writer.submit(making.keep, self.lane, picture))

    def settle(self, left: int = 0) -> Iterator[Outcome]:
        """The outcomes of pictures, once only so many are still waited for."""
        while len(self.waiting) > left:
            yield self.waiting.popleft().result()


def _outcomes(lane: Lane, keeping: Keeping, worker: str) -> Iterator[Outcome]:
    """Yield what became of each job until none is left, in the order of the claims."""
    loaded: dict[tuple[str, str], Colorizer] = {}
    while claims := queue.claim_or_wait(lane.archive, worker):
        for lot in _lots(claims):
            if lot[0].is_suspect:  # alone: if it kills this process, no neighbour was begun
                yield from keeping.settle()
            for picture in _coloured(lane, lot, loaded):
                yield from keeping.keep(picture)
            if lot[0].is_suspect:
                yield from keeping.settle()
    yield from keeping.settle()


def _lots(claims: list[Job]) -> Iterator[list[Job]]:
    """Jobs that are predicted together: those of one model and preset; each that was begun before by itself."""
    alike = groupby(
        claims, lambda job: (job.method, job.weights_sha256, job.preset, job.scan_id if job.is_suspect else 0)
    )
    return (list(jobs) for _, jobs in alike)


def _coloured(lane: Lane, lot: list[Job], loaded: dict[tuple[str, str], Colorizer]) -> Iterator[Coloured | Setback]:
    """Yield the pictures of a lot in the order of its jobs."""
    model = lot[0].method, lot[0].weights_sha256
    try:
        if model not in loaded:
            loaded[model] = models.load(lane.archive, *model)
    except WeightsError as error:  # weights that were replaced since: newer jobs must not wait behind them
        yield from (Setback.by(job, error) for job in lot)
        return
    looked = [making.look(lane, job) for job in lot]
    coloured = iter(making.colour(loaded[model], [picture for picture in looked if isinstance(picture, Ready)]))
    yield from (next(coloured) if isinstance(picture, Ready) else picture for picture in looked)
