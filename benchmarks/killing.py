"""`python -m benchmarks.killing 50`: ingest is killed at random moments, then run to its end; what is lost or double.

Deliveries of small pictures are taken in by processes that get SIGKILL, a few times each, into a private catalog and
bucket of this machine. Afterwards every file must have its outcome once, every row its whole object, and every object
its row.
"""

import csv
import multiprocessing
import random
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from PIL import Image

from heritage_color import db
from heritage_color.catalog import steps as catalog
from heritage_color.local import servers
from heritage_color.preservation import auditing
from heritage_color.preservation import steps as preservation
from heritage_color.scans import steps as scans
from heritage_color.settings import Settings

KILLS = 5  # of one delivery, each within the time of an undisturbed run
FILES = 12  # scans of one delivery, beside one with its true colour and one that is no picture


def make_delivery(folder: Path, seed: int) -> Path:
    """Small pictures that no other seed makes; one with a colour reference, one broken."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    for number in range(FILES):
        Image.fromarray(rng.integers(0, 256, (24, 32), np.uint8)).save(folder / f"{number:02}.png")
    Image.fromarray(rng.integers(0, 256, (24, 32, 3), np.uint8)).save(folder / "true.png")
    (folder / "broken.tif").write_text(f"no picture {seed}")
    rows = [{"file": f"{number:02}.png"} for number in range(FILES)] + [{"file": "broken.tif"}]
    rows[0]["reference"] = "true.png"
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["file", "reference"], restval="")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def kill_after(seconds: float, work: Callable[[], object]) -> bool:
    """Do work in a process that is killed after so many seconds. Whether it was still at it."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(seconds)
    at_work = child.exitcode is None
    child.kill()
    child.join()
    return at_work


def is_unfinished(settings: Settings, delivery: Path) -> bool:
    """Whether a delivery has begun to be taken in and is not at its end."""
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("select 1 from deliveries where state = 'received' and source = %s", (str(delivery),))
        return cursor.fetchone() is not None


def faults(settings: Settings, deliveries: int) -> list[str]:
    """What is lost or double after so many deliveries, a sentence each."""
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select count(*) as files, count(*) filter (where outcome = 'accepted') as accepted,"
            " (select count(*) from scans) as scans, (select count(*) from colour_references) as true_colours,"
            " (select count(*) from deliveries where state = 'ingested') as deliveries,"
            " (select count(*) from events where event_type = 'ingestion') as ingestions from delivered_files"
        )
        found = dict(cursor.fetchone())
    expected = {"files": FILES + 2, "accepted": FILES + 1, "scans": FILES, "true_colours": 1, "deliveries": 1}
    expected = {name: count * deliveries for name, count in (expected | {"ingestions": FILES + 1}).items()}
    wrong = [
        f"{name}: {found[name]} instead of {expected[name]}" for name in expected if found[name] != expected[name]
    ]
    wrong += [f"{name}: {key}" for name, keys in vars(preservation.agreement(settings)).items() for key in keys]
    damaged = auditing.audit_fixity(settings, older_than_days=0, byte_budget=10**12).damaged
    return wrong + ([f"{damaged} stored objects are damaged"] if damaged else [])


def run(settings: Settings, folder: Path, kills: int, seed: int) -> tuple[int, int, list[str]]:
    """Kill so many times: kills after which a delivery was half taken in, deliveries, faults."""
    moments, writing, deliveries = random.Random(seed), 0, 1  # noqa: S311
    start = time.monotonic()
    scans.ingest(settings, make_delivery(folder / "0", seed))
    undisturbed = time.monotonic() - start
    for first in range(0, kills, KILLS):
        delivery = make_delivery(folder / str(deliveries), seed + deliveries)
        for _ in range(first, min(first + KILLS, kills)):
            seconds = moments.uniform(0, undisturbed)
            kill_after(seconds, lambda: scans.ingest(settings, delivery))  # noqa: B023
            writing += is_unfinished(settings, delivery)
        scans.ingest(settings, delivery)
        deliveries += 1
    return writing, deliveries, faults(settings, deliveries)


def main() -> int:
    """Print what happened; 1 where anything is lost or double."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seed = time.time_ns() % 10**6
    folder = Path(mkdtemp(prefix="heritage-killing-"))
    try:
        settings = servers.start(folder / "home")
        catalog.migrate(settings)
        writing, deliveries, wrong = run(settings, folder / "deliveries", kills, seed)
    finally:
        servers.remove(folder / "home")
        shutil.rmtree(folder)
    print(
        f"{kills} kills (seed {seed}) left {writing} times a delivery half taken in, of {deliveries} deliveries with "
        f"{FILES + 2} pictures each."
    )
    print("\n".join(wrong) or "Nothing lost, nothing double: catalog and bucket agree, and all objects are whole.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
