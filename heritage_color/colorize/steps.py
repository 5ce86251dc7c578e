"""The queue of colorizations, and the lanes that drain it."""

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from heritage_color import archive, db
from heritage_color.colorize import computing, files
from heritage_color.colorize.predict import Chroma, predict, uncertainty_map
from heritage_color.errors import ColorizedAlready, PictureError, WeightsError
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import MEDIA_TYPES, save_grey, save_preview
from heritage_color.methods import loading, names
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.weights import read_card, write_card
from heritage_color.progress import track
from heritage_color.settings import Settings
from heritage_color.store import Store

MOST_ATTEMPTS = 3  # a picture that kills its worker is set aside after that
LOOK_AGAIN = 2.0  # seconds between looks at claims of other lanes

queries = partial(db.queries, "colorize")


def enqueue(settings: Settings, method: str = "", preset: str = "") -> dict:
    """Queue every scan that may be colorized and was not yet, by the method's champion with this preset.

    Where the registry has no champion of the method, the installed weights colour.
    """
    method, preset = method or settings.method, preset or settings.preset
    with db.connect(settings) as connection:
        model_id = queries().champion(connection, method=method) or _installed_model(settings, connection, method)
        new = queries().enqueue_scans(connection, model_id=model_id, preset=preset)
        return {"model_id": model_id, "new": new, "open": queries().open_job_count(connection)}


def request(settings: Settings, connection, scan_id: int, method: str, preset: str) -> dict:
    """Queue one scan by a method's champion with a preset, in the caller's transaction; `method` empty: nothing.

    `scan_id`, `model_id`, `preset`, `queued`: False where such a job waits already. Raises ColorizedAlready where
    there is such a colorization, WeightsError where the method has no weights here.
    """
    if not method:
        return {}
    model_id = queries().champion(connection, method=method) or _installed_model(settings, connection, method)
    job = {"scan_id": scan_id, "model_id": model_id, "preset": preset}
    if found := queries().colorized_as(connection, **job):
        raise ColorizedAlready(found)
    return job | {"queued": bool(queries().request_job(connection, **job))}


def usable_methods(settings: Settings) -> list[str]:
    """Methods that can colour here: their weights are installed, or the registry has a champion of them."""
    with db.connect(settings) as connection:
        champions = {row["method"] for row in queries().champion_methods(connection)}
    real = [name for name in names.METHODS if name not in names.BASELINES]
    return [name for name in real if name in champions or loading.weight_file(name, settings.weights).is_file()]


def _installed_model(settings: Settings, connection, method: str) -> int:
    card = read_card(loading.weight_file(method, settings.weights))
    return queries().register_model(connection, method=method, weights_sha256=card["sha256"], card=db.json(card))


def drain(settings: Settings, lane: str = "lane 1") -> dict:
    """Colorize until the queue is empty. The model is loaded once; a killed lane's claims are waited for and taken.

    While one claim is joined, stored and recorded, the next is fetched, decoded and predicted.
    """
    worker = f"{socket.gethostname()}/{os.getpid()}/{lane}"
    counts = {"colorized": 0, "refused": 0}
    with TemporaryDirectory(prefix="heritage-lane-") as folder, ThreadPoolExecutor(1) as writer:
        waiting: list = []
        for job in track(_jobs(settings, worker, Path(folder)), "colorize"):
            while len(waiting) >= settings.claim_size:  # a bounded queue, so that memory does not grow
                counts[waiting.pop(0).result()] += 1
            waiting.append(writer.submit(_finish, settings, worker, job))
        for future in waiting:
            counts[future.result()] += 1
    return counts


def _jobs(settings: Settings, worker: str, folder: Path) -> Iterator[dict]:
    """Claimed jobs one by one, with `ready` and `prediction`, or with `refusal`, the reason in a sentence."""
    loaded: dict[tuple[str, str], Colorizer] = {}
    while claims := _claim_or_wait(settings, worker):
        for (name, weights), group in groupby(claims, lambda job: (job["method"], job["weights_sha256"])):
            try:
                if (name, weights) not in loaded:
                    loaded[name, weights] = load_model(settings, name, weights)
            except WeightsError as error:  # weights that were replaced since: newer jobs must not wait behind them
                yield from ({**job, "refusal": str(error)} for job in group)
                continue
            yield from _predicted(settings, loaded[name, weights], list(group), folder)


def _claim_or_wait(settings: Settings, worker: str) -> list[dict]:
    """Jobs to do; none only when no other lane holds any, since a lane that dies leaves its own to this one."""
    while not (claims := _claim(settings, worker)):
        with db.connect(settings) as connection:
            others = [row["lane"] for row in queries().other_lanes(connection, lane=worker)]
            dead = [lane for lane in others if _is_dead(lane)]
            for lane in dead:
                queries().end_lease(connection, lane=lane)
        if not others:
            break
        if not dead:
            time.sleep(LOOK_AGAIN)
    return claims


def _is_dead(worker: str) -> bool:
    """Whether a lane ran on this machine and its process is gone; of others only their lease can tell."""
    host, process = [*worker.split("/"), ""][:2]
    return host == socket.gethostname() and process.isdigit() and not psutil.pid_exists(int(process))


def _claim(settings: Settings, worker: str) -> list[dict]:
    with db.connect(settings) as connection:
        queries().release_stale_jobs(connection, most_attempts=MOST_ATTEMPTS)
        claims = queries().claim_jobs(
            connection, lane=worker, lease_seconds=settings.lease_seconds, claim_size=settings.claim_size
        )
        return sorted(claims, key=lambda job: (job["method"], job["weights_sha256"], job["preset"], job["scan_id"]))


def load_model(settings: Settings, name: str, weights: str) -> Colorizer:
    """A method with the weights of this checksum, ready to predict: the installed ones, or those of the registry.

    Raises WeightsError where neither has them, FixityError where the archive's are damaged.
    """
    installed = loading.weight_file(name, settings.weights)
    is_installed = installed.is_file() and read_card(installed)["sha256"] == weights
    folder = settings.weights if is_installed else _from_registry(settings, name, weights)
    return loading.load_configured(name, folder, settings.inception_weights)


def _from_registry(settings: Settings, name: str, weights: str) -> Path:
    """A folder of this machine with weights of the registry; fetched once, verified each time."""
    with db.connect(settings) as connection:
        model = queries().archived_model(connection, method=name, weights_sha256=weights)
    if model is None:
        raise WeightsError(f"The weights {weights[:12]} of {name} are no longer installed, nor kept by the registry.")
    file = loading.weight_file(name, settings.home / "models" / weights)
    archive.retrieve(Store(settings), model["weights_key"], weights, file)
    write_card(file, model["card"])
    return file.parent


def _predicted(settings: Settings, method: Colorizer, claims: list[dict], folder: Path) -> Iterator[dict]:
    for job in claims:
        job["colorizer"] = method
        try:
            job["ready"] = _fetch(settings, job, folder)
        except PictureError as refusal:
            job |= {"refusal": str(refusal), "reason": refusal.code}
    good = [job for job in claims if "ready" in job]
    for preset, group in groupby(good, lambda job: job["preset"]):
        same = list(group)
        for job, prediction in zip(same, predict(method, [job["ready"].small for job in same], preset), strict=True):
            job["prediction"] = prediction
    yield from claims


def _fetch(settings: Settings, job: dict, folder: Path) -> files.Prepared:
    """The master in a folder of this lane, its lightness beside it; renews the lease. Raises PictureError."""
    with db.connect(settings) as connection:
        queries().renew_lease(connection, lane=job["lane"], lease_seconds=settings.lease_seconds)
    own = folder / f"{job['scan_id']}-{job['model_id']}-{job['preset']}"
    own.mkdir(exist_ok=True)
    job["folder"] = own
    master = own / f"master{Path(job['object_key']).suffix}"
    Store(settings).fetch(settings.archive_bucket, job["object_key"], master)
    job["tint"] = files.toning(master)
    return files.prepare(master, own)


def _finish(settings: Settings, worker: str, job: dict) -> str:
    """Write, store and record one job. Returns "colorized" or "refused"."""
    if "refusal" in job:
        _record_refusal(settings, worker, job, job["refusal"])
        return "refused"
    _record(settings, worker, job, _deposit(settings, job))
    for file in job["folder"].iterdir():
        file.unlink()
    return "colorized"


def _deposit(settings: Settings, job: dict) -> dict:
    """Store the derivative and its preview; the keys and facts of its row. The master's preview is that of ingest."""
    ready, method, store = job["ready"], job["colorizer"], Store(settings)
    colour = job["folder"] / f"colorized{ready.picture.suffix}"
    provenance = files.provenance(method, job["preset"], job["sha256"], sources=job["prediction"].sources)
    warnings = files.write(ready, job["prediction"], colour, provenance)
    media_type = MEDIA_TYPES[colour.suffix]
    key, sha256, _ = archive.deposit(store, "colorizations", colour, media_type, colour.suffix)
    original_preview = job["preview_key"] or _preview(store, ready.picture.path, job["folder"])
    facts = {
        "preset": method.card.get("presets", {}).get(job["preset"]),
        "working_size": list(ready.small.shape[::-1]),
        **job["prediction"].facts(),
        "tint": job["tint"].facts(job["prediction"].contrast),
        "inception_weights": method.card.get("inception_sha256"),
        "warnings": warnings,
        "computed_with": computing.facts(),
    }
    return {
        "object_key": key,
        "preview_key": _preview(store, colour, job["folder"]),
        "original_preview_key": original_preview,
        "uncertainty_key": _uncertainty(store, job["prediction"], job["folder"]),
        "sha256": sha256,
        "media_type": media_type,
        "bytes": colour.stat().st_size,
        "settings": facts,
    }


def _preview(store: Store, path: Path, folder: Path) -> str:
    """A JPEG of at most 1600 pixels in the archive; its key."""
    file = folder / f"preview-{path.stem}.jpg"
    save_preview(open_picture(path), file)
    return archive.deposit(store, "previews", file, "image/jpeg", ".jpg")[0]


def _uncertainty(store: Store, chroma: Chroma, folder: Path) -> str | None:
    """A small grey PNG of where the method was unsure, in the archive; its key, or None where it does not know."""
    levels = uncertainty_map(chroma)
    if levels is None:
        return None
    save_grey(levels, folder / "uncertainty.png")
    return archive.deposit(store, "previews", folder / "uncertainty.png", "image/png", ".png")[0]


def _record(settings: Settings, worker: str, job: dict, row: dict) -> None:
    """The row, the end of the job and the event, in one transaction."""
    this = {name: job[name] for name in ("scan_id", "model_id", "preset")}
    with db.connect(settings) as connection:
        colorization_id = queries().record_colorization(
            connection, lane=worker, **this, **row | {"settings": db.json(row["settings"])}
        )
        queries().finish_job(connection, lane=worker, state="done", sentence=None, **this)
        if colorization_id is not None:
            _event(connection, job, "colorized", colorization_id, {"sha256": row["sha256"]} | row["settings"])


def _record_refusal(settings: Settings, worker: str, job: dict, sentence: str) -> None:
    this = {name: job[name] for name in ("scan_id", "model_id", "preset")}
    with db.connect(settings) as connection:
        queries().finish_job(connection, lane=worker, state="refused", sentence=sentence, **this)
        reason = {"reason": job["reason"]} if "reason" in job else {}
        _event(connection, job, "refused", None, {"sentence": sentence} | reason)


def _event(connection, job: dict, outcome: str, colorization_id: int | None, detail: dict) -> None:
    queries().record_event(
        connection,
        event_key=f"derivation:{job['scan_id']}:{job['model_id']}:{job['preset']}",
        event_type="derivation",
        agent=f"{job['method']} {job['weights_sha256'][:12]}",
        outcome=outcome,
        detail=db.json(detail),
        scan_id=job["scan_id"],
        colorization_id=colorization_id,
    )
