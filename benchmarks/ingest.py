"""`python -m benchmarks.ingest OLD_CHECKOUT`: taking plain masters in, against an earlier build, round by round.

200 TIFFs of one megapixel, grey and RGB of 8 and 16 bits, uncompressed and LZW, are taken into an empty catalog and
empty buckets by this checkout and by the other one in turns, each in a process of its own, start and end included.
Both meet the same load, so their ratio holds on a busy machine, too; processor time counts the process and its
decoders.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tifffile

from heritage_color.local import servers
from heritage_color.progress import track
from heritage_color.settings import ROOT, Settings

PICTURES, WIDTH, HEIGHT, ROUNDS = 200, 1200, 834, 5
KINDS = (("uint8", 1, None), ("uint16", 1, None), ("uint8", 3, "lzw"), ("uint16", 1, "lzw"), ("uint8", 1, "lzw"))
PASSED_ON = ("database", "s3_endpoint", "s3_region", "s3_access_key", "s3_secret_key", "home")  # every build has these


@dataclass(frozen=True)
class Taken:
    """Seconds of one run: on the wall, and of processors."""

    wall: float
    processor: float


def write_delivery(folder: Path, pictures: int) -> None:
    """Plain TIFFs, no two alike: soft scenes under grain, so that they compress as scans do."""
    across, down = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    for number in track(range(pictures), "writing", pictures):
        kind, bands, compression = KINDS[number % len(KINDS)]
        chance = np.random.default_rng(number)
        scene = np.hypot(across - chance.uniform(-1, 1), down - chance.uniform(-1, 1)) / 3
        grained = np.clip(scene[..., None] + chance.normal(0, 0.01, (HEIGHT, WIDTH, bands)), 0, 1)
        samples = (grained * np.iinfo(kind).max).astype(kind)
        tags = {"photometric": "rgb"} if bands == 3 else {"photometric": "minisblack"}
        file = folder / f"plate-{number:03}.tif"
        tifffile.imwrite(file, samples.squeeze(), compression=compression, metadata=None, **tags)


def take_in(checkout: Path, delivery: Path, services: Settings) -> Taken:
    """Take the delivery into an empty archive with a checkout's own code. Raises CalledProcessError where it fails."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    database = servers.create_database(services, name)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HERITAGE_")}
    environment |= {f"HERITAGE_{key.upper()}": str(getattr(services, key)) for key in PASSED_ON}
    environment |= {"HERITAGE_DATABASE": database, "PYTHONPATH": str(checkout)}
    environment |= {f"HERITAGE_{kind}_BUCKET": f"{kind.lower()}-{name[6:]}" for kind in ("ARCHIVE", "PUBLIC")}
    run = [sys.executable, "-m", "heritage_color.cli"]
    subprocess.run([*run, "migrate"], env=environment, check=True, capture_output=True, cwd=checkout)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*run, "ingest", str(delivery)], env=environment, check=True, capture_output=True, cwd=checkout)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def compare(old: Path, new: Path, pictures: int, rounds: int) -> list[tuple[Taken, Taken]]:
    """Runs of both checkouts, round by round; which goes first changes with each round."""
    found = []
    with TemporaryDirectory(prefix="heritage-bench-") as name:
        home, delivery = Path(name) / "home", Path(name) / "delivery"
        delivery.mkdir()
        write_delivery(delivery, pictures)
        services = servers.start(home)
        try:
            for number in range(rounds):
                order = (old, new) if number % 2 else (new, old)
                taken = {checkout: take_in(checkout, delivery, services) for checkout in order}
                found.append((taken[old], taken[new]))
                print(_line(f"round {number + 1}", *found[-1]), flush=True)
        finally:
            servers.remove(home)
    return found


def _line(title: str, old: Taken, new: Taken) -> str:
    pairs = ((new.wall, old.wall, "on the wall"), (new.processor, old.processor, "of processors"))
    return f"{title}: " + ", ".join(
        f"{one:.1f} s against {other:.1f} s {what} ({one / other:.3f})" for one, other, what in pairs
    )


def main(arguments: list[str] | None = None) -> int:
    """Print each round, and the medians of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path, metavar="OLD_CHECKOUT")
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    found = compare(options.old.resolve(), ROOT, options.pictures, options.rounds)
    wall = statistics.median(new.wall / old.wall for old, new in found)
    processor = statistics.median(new.processor / old.processor for old, new in found)
    print(f"median ratio, new to old: {wall:.3f} on the wall, {processor:.3f} of processor time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
