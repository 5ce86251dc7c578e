"""What a lane does with a job, step by step: from a verified master to the colorization in the catalog.

Each step takes the record that the step before it returned. Those of LOOKING run in the lane's own thread, picture by
picture; then pictures of one model and preset are predicted together; those of KEEPING run in a second thread while
the next pictures are looked at. A new step of a lane is a function in one of the two lists.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from heritage_color.archive import Archive
from heritage_color.colorize import computing, files, queue
from heritage_color.colorize.lane import (
    COLORIZED,
    FAILED,
    Coloured,
    Fetched,
    Lane,
    Outcome,
    Ready,
    Setback,
    Stored,
    Written,
)
from heritage_color.colorize.predict import Chroma, predict, uncertainty_map
from heritage_color.colorize.queue import Derivative, Facts, Job
from heritage_color.errors import DAMAGES, FixityError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import MEDIA_TYPES, save_grey, save_preview
from heritage_color.keys import ObjectKey
from heritage_color.methods.colorizer import Colorizer
from heritage_color.preservation import auditing

Step = Callable[[Lane, Any], Any]


def fetch(lane: Lane, job: Job) -> Fetched:
    """The verified master in the job's folder. Raises FixityError for another one or none, and marks the scan so."""
    queue.renew_lease(lane.archive, job.lane)
    place = lane.place_of(job)
    place.mkdir(exist_ok=True)
    try:
        master = lane.archive.file(job.object_key, job.sha256, place / f"master{Path(job.object_key).suffix}")
    except FixityError as error:
        _mark_master(lane.archive, job, False, sentence=str(error))
        raise
    if not job.fixity_intact:
        _mark_master(lane.archive, job, True)
    return Fetched(job, master)


def _mark_master(archive: Archive, job: Job, intact: bool, **found: str) -> None:
    """Mark the master as the audit does, at once: whoever claims next must see it."""
    master = auditing.Read("master", job.scan_id, job.scan_id)
    auditing.mark(archive, master, intact, Agent.COLORIZE, object_key=job.object_key, expected=job.sha256, **found)
    archive.db.commit()


def begin(lane: Lane, fetched: Fetched) -> Fetched:
    """Count the attempt: from here on the picture is decoded, which may take more memory than there is."""
    queue.begin(lane.archive, fetched.job)
    return fetched


def prepare(lane: Lane, fetched: Fetched) -> Ready:
    """Return the master's tint, and its lightness beside it. Raises PictureError."""
    tint = files.toning(fetched.master)
    return Ready(fetched.job, files.prepare(fetched.master, lane.place_of(fetched.job)), tint)


def write(lane: Lane, coloured: Coloured) -> Written:
    """The derivative as a file beside its master: chroma joined with the master's lightness, metadata carried over."""
    job, prepared = coloured.job, coloured.ready.prepared
    file = lane.place_of(job) / f"colorized{prepared.picture.suffix}"
    about = files.provenance(coloured.method, job.preset, job.sha256, sources=coloured.chroma.sources)
    return Written(coloured, file, files.write(prepared, coloured.chroma, file, about))


def store(lane: Lane, written: Written) -> Stored:
    """The derivative, its preview and the map of uncertainty in the archive; the master's preview is ingest's."""
    coloured, archive, place = written.coloured, lane.archive, lane.place_of(written.coloured.job)
    job, master = coloured.job, coloured.ready.prepared.picture.path
    media_type = MEDIA_TYPES[written.file.suffix]
    key, sha256, _ = archive.deposit("colorizations", written.file, media_type, written.file.suffix)
    original_preview = job.preview_key or _preview(archive, master, place)
    derivative = Derivative(
        object_key=key,
        preview_key=_preview(archive, written.file, place),
        original_preview_key=original_preview,
        uncertainty_key=_uncertainty(archive, coloured.chroma, place),
        sha256=sha256,
        media_type=media_type,
        bytes=written.file.stat().st_size,
        settings=_facts(written),
        unsure_p95=coloured.chroma.most_unsure,
        unsure_from=coloured.method.card.unsure_from,
    )
    return Stored(job, derivative)


def _facts(written: Written) -> Facts:
    """Return how a derivative was made."""
    coloured, card = written.coloured, written.coloured.method.card
    return Facts(
        preset=(card.presets or {}).get(coloured.job.preset),
        working_size=list(coloured.ready.prepared.small.shape[::-1]),
        **coloured.chroma.facts(),
        tint=coloured.ready.tint.facts(coloured.chroma.contrast),
        inception_weights=card.inception_sha256,
        warnings=written.warnings,
        computed_with=computing.facts(),
    )


def _preview(archive: Archive, path: Path, folder: Path) -> ObjectKey:
    """Return the key of a JPEG of at most 1600 pixels in the archive."""
    file = folder / f"preview-{path.stem}.jpg"
    save_preview(open_picture(path), file)
    return archive.deposit("previews", file, "image/jpeg", ".jpg").key


def _uncertainty(archive: Archive, chroma: Chroma, folder: Path) -> ObjectKey | None:
    """The key of a small grey PNG of where the method was unsure; None where the method does not know."""
    levels = uncertainty_map(chroma)
    if levels is None:
        return None
    save_grey(levels, folder / "uncertainty.png")
    return archive.deposit("previews", folder / "uncertainty.png", "image/png", ".png").key


def record(lane: Lane, stored: Stored) -> Outcome:
    """The row, the end of the job and the event, in one transaction."""
    job, derivative = stored.job, stored.derivative
    colorization_id = queue.record(lane.archive, job, derivative)
    if colorization_id is not None:
        key = Key.DERIVATION.of(scan_id=job.scan_id, model_id=job.model_id, preset=job.preset)
        detail = {"sha256": derivative.sha256, **derivative.settings}
        lane.archive.note(
            Event(key, EventType.DERIVATION, job.agent, COLORIZED, detail, None, job.scan_id, colorization_id)
        )
    lane.archive.db.commit()
    return Outcome(COLORIZED)


LOOKING: tuple[Step, ...] = (fetch, begin, prepare)
KEEPING: tuple[Step, ...] = (write, store, record)


def look(lane: Lane, job: Job) -> Ready | Setback:
    """Take a job through the steps of LOOKING; what is wrong with this picture alone is its setback."""
    try:
        ready = _run(lane, LOOKING, job)
    except DAMAGES as error:
        clear(lane, job)
        return Setback.by(job, error)
    assert isinstance(ready, Ready)
    return ready


def colour(method: Colorizer, pictures: Sequence[Ready]) -> list[Coloured | Setback]:
    """Pictures of one preset predicted together; one by one where memory does not suffice for all of them."""
    if not pictures:
        return []
    try:
        chromas = predict(method, [ready.prepared.small for ready in pictures], pictures[0].job.preset)
    except DAMAGES as error:
        if len(pictures) == 1:
            return [Setback.by(pictures[0].job, error)]
        return [coloured for ready in pictures for coloured in colour(method, [ready])]
    return [Coloured(ready, method, chroma) for ready, chroma in zip(pictures, chromas, strict=True)]


def keep(lane: Lane, picture: Coloured | Setback) -> Outcome:
    """Take a picture through the steps of KEEPING, or keep its setback; its files leave the lane in any case."""
    try:
        if isinstance(picture, Setback):
            return set_back(lane.archive, picture)
        outcome = _run(lane, KEEPING, picture)
    except DAMAGES as error:
        lane.archive.db.rollback()
        return set_back(lane.archive, Setback.by(picture.job, error))
    finally:
        clear(lane, picture.job)
    assert isinstance(outcome, Outcome)
    return outcome


def _run(lane: Lane, steps: Sequence[Step], work: object) -> object:
    for step in steps:
        work = step(lane, work)
    return work


def clear(lane: Lane, job: Job) -> None:
    """Delete a job's files: a master of 200 MB must not stay until the lane ends."""
    place = lane.place_of(job)
    if place.is_dir():
        for file in place.iterdir():
            file.unlink()
        place.rmdir()


def set_back(archive: Archive, setback: Setback) -> Outcome:
    """The end of a job without a colorization, and its event, in one transaction."""
    job, today = setback.job, datetime.now(UTC).date()
    queue.finish(archive, job, setback.state, setback.sentence)
    detail = {"sentence": setback.sentence} | ({"reason": setback.reason} if setback.reason else {})
    key = Key.NO_DERIVATION.of(
        outcome=setback.state, scan_id=job.scan_id, model_id=job.model_id, preset=job.preset, day=today
    )
    archive.note(Event(key, EventType.DERIVATION, job.agent, setback.state, detail, scan_id=job.scan_id))
    archive.db.commit()
    sentence = f"Scan {job.scan_id} was not colorized: {setback.sentence}" if setback.state == FAILED else ""
    return Outcome(setback.state, sentence)
