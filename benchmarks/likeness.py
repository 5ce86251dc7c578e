"""Likenesses: which copies of photographs are found, how many other photographs look alike, and the time of a look-up.

    python -m benchmarks.likeness FOLDER
    python -m benchmarks.likeness FOLDER --counts 10000 100000 1000000

Copies are made of each photograph of the folder, and compared with it. Look-ups are made in a PostgreSQL of its own,
started for it, with the indexes and the query of the catalog. The likenesses there are made: each is that of three
photographs of the folder laid over each other, as they are or as negatives, which have the frequencies of photographs.
Half of those looked up have a copy there. The truth is a comparison with all of them.
"""

import argparse
import io
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psycopg2
from PIL import Image, ImageEnhance

from benchmarks.measuring import Row, show
from heritage_color import db
from heritage_color.images import likeness
from heritage_color.images.formats import by_suffix
from heritage_color.likeness import steps
from heritage_color.local import servers
from heritage_color.settings import Settings

COUNTS = (10_000, 100_000, 1_000_000)
QUERIES = 200
CHUNK = 50_000
EXPOSED = 3
ALLOWED = 50.0  # milliseconds of a look-up: a delivery of 10,000 scans is compared in less than ten minutes
FILL = "copy scan_likenesses (scan_id, likeness) from stdin"


def copies(image: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Copies of a grey picture, by what was done to it."""
    width, height = image.size
    noise = np.random.default_rng(0).normal(0, 8, (height, width))
    samples = np.asarray(image, np.float64)
    yield "half the size", image.resize((width // 2, height // 2), Image.Resampling.LANCZOS)
    yield "1.7 times the size", image.resize((width * 17 // 10, height * 17 // 10), Image.Resampling.BICUBIC)
    yield "0.3 of the size, quality 30", _packed(image.resize((width * 3 // 10, height * 3 // 10)), 30)
    yield "JPEG of quality 20", _packed(image, 20)
    yield "noise of 8 levels", _picture(samples + noise)
    yield "darkened by 30%", ImageEnhance.Brightness(image).enhance(0.7)
    yield "brightened by 30%", ImageEnhance.Brightness(image).enhance(1.3)
    yield "contrast raised by 30%", ImageEnhance.Contrast(image).enhance(1.3)
    yield "gamma 1.4", _picture(255 * (samples / 255) ** (1 / 1.4))
    yield "turned by 1 degree", image.rotate(1, Image.Resampling.BICUBIC, fillcolor=128)
    for percent in (2, 4):
        cut = [side * percent // 100 for side in image.size]
        yield f"cut by {percent}% on every side", image.crop((*cut, width - cut[0], height - cut[1]))


def _packed(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def _picture(samples: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(samples, 0, 255).astype(np.uint8))


def _opened(image: Image.Image):
    import pyvips

    return pyvips.Image.new_from_array(np.asarray(image.convert("L")))


def look_at(path: Path) -> tuple[str | None, np.ndarray, dict[str, int]]:
    """A photograph's likeness, its frequencies (8, 8), and the distance of each copy of it; 64 where one has none."""
    with Image.open(path) as file:
        image = file.convert("L")
    own = likeness.hash_of(_opened(image))
    found = {name: likeness.hash_of(_opened(copy)) for name, copy in copies(image)} if own else {}
    distances = {name: likeness.distance(own, other) if own and other else 64 for name, other in found.items()}
    return own, likeness.frequencies(likeness.square(_opened(image))), distances


def photographs(folder: Path) -> list[Path]:
    """All pictures of a folder that libraries open by their names."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and by_suffix(path.suffix)]


def recall(seen: list[tuple]) -> Iterable[Row]:
    """How many copies of each kind are found, and how many pairs of different photographs look alike."""
    known = [distances for own, _, distances in seen if own]
    for name in known[0]:
        share = np.mean([distances[name] <= likeness.MOST_DISTANCE for distances in known])
        yield Row(name, 100 * float(share), 100, "% found", f"all of {len(known):,}")
    counts = pairs_by_distance([own for own, _, _ in seen if own])
    for distance in range(0, 20, 2):
        name = f"others at {distance} or {distance + 1} bits"
        yield Row(name, float(counts[distance : distance + 2].sum()), float(counts.sum()), "pairs", "all pairs")


def pairs_by_distance(known: list[str]) -> np.ndarray:
    """How many pairs of likenesses differ in 0, 1 ... 64 bits."""
    codes = np.array([int(own, 16) for own in known], np.uint64)
    counts = np.zeros(likeness.BITS + 1, np.int64)
    for place, code in enumerate(codes):
        counts += np.bincount(np.bitwise_count(codes[place + 1 :] ^ code), minlength=likeness.BITS + 1)
    return counts


def exposures(waves: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Likenesses, as signed numbers, of so many multiple exposures of photographs with these frequencies (N, 8, 8)."""
    rng = np.random.default_rng(seed)
    mixed = np.zeros((number, likeness.BITS))
    for _ in range(EXPOSED):
        mixed += rng.normal(size=(number, 1)) * waves[rng.integers(0, len(waves), number)].reshape(number, -1)
    mixed[:, 0] = np.abs(mixed).max(axis=1)  # the mean of a picture is no wave: its bit is set in every photograph
    bits = mixed > np.median(mixed, axis=1, keepdims=True)
    return np.packbits(bits, axis=1).view(">i8").ravel().astype(np.int64)


def copied(codes: np.ndarray) -> np.ndarray:
    """Likenesses of copies: as many bits turned as may be, in places drawn anew for each."""
    rng = np.random.default_rng(3)
    bits = np.arange(likeness.BITS, dtype=np.uint64)
    turned = [np.uint64(1) << rng.permutation(bits)[: likeness.MOST_DISTANCE] for _ in codes]
    return codes ^ np.array([np.bitwise_or.reduce(one) for one in turned], np.uint64).view(np.int64)


def fill(settings: Settings, codes: np.ndarray) -> None:
    """Put likenesses into the catalog, whose scans need not exist for that."""
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("alter table scan_likenesses drop constraint if exists scan_likenesses_scan_id_fkey")
        cursor.execute("truncate scan_likenesses")
        for start in range(0, len(codes), CHUNK):
            lines = (f"{start + place + 1}\t{code}\n" for place, code in enumerate(codes[start : start + CHUNK]))
            cursor.copy_expert(FILL, io.StringIO("".join(lines)))
    tidy(settings)


def tidy(settings: Settings) -> None:
    """What PostgreSQL does by itself some minutes after so many rows came."""
    connection = psycopg2.connect(settings.database)
    connection.autocommit = True  # it vacuums outside transactions only
    try:
        connection.cursor().execute("vacuum analyze scan_likenesses")
    finally:
        connection.close()


def look_ups(settings: Settings, waves: np.ndarray, count: int) -> Iterable[Row]:
    """The time of a look-up among so many likenesses, against that without an index, and what it misses."""
    codes = exposures(waves, count, seed=1)
    fill(settings, codes)
    queries = np.concatenate([exposures(waves, QUERIES // 2, seed=2), copied(codes[: QUERIES // 2])])
    with db.connect(settings) as connection:
        _times(connection, queries[:20])  # brings the indexes into memory
        seconds, found = _times(connection, queries)
        whole = _times_without_indexes(connection, queries[:5])
    name = f"among {count:,}"
    yield Row(f"look-up, median, {name}", 1000 * float(np.median(seconds)), ALLOWED, "ms", "what we allow")
    yield Row(f"look-up, 95 of 100, {name}", 1000 * float(np.percentile(seconds, 95)), ALLOWED, "ms", "what we allow")
    yield Row(f"against all rows, {name}", 1000 * float(np.median(seconds)), 1000 * whole, "ms", "without the indexes")
    differing = [
        np.bitwise_count((codes ^ query).view(np.uint64)) for query in queries
    ]  # of signed ones: their size's
    near = [int((bits <= likeness.MOST_DISTANCE).sum()) for bits in differing]
    share = sum(found) / sum(near) if sum(near) else 1.0
    yield Row(f"found, {name}", 100 * share, 100, "%", f"all {sum(near):,} that are near")


def _times(connection, queries: np.ndarray) -> tuple[list[float], list[int]]:
    seconds, found = [], []
    for query in queries:
        start = time.perf_counter()
        found.append(len(steps.look_up(connection, int(query), most=10**6)))
        seconds.append(time.perf_counter() - start)
    return seconds, found


def _times_without_indexes(connection, queries: np.ndarray) -> float:
    with connection.cursor() as cursor:
        cursor.execute("set enable_bitmapscan = off; set enable_indexscan = off; set enable_indexonlyscan = off")
        seconds, _ = _times(connection, queries)
        cursor.execute("reset enable_bitmapscan; reset enable_indexscan; reset enable_indexonlyscan")
    return float(np.median(seconds))


def run(folder: Path, counts: Iterable[int]) -> Iterable[Row]:
    """All rows, as they are measured."""
    with ProcessPoolExecutor() as processes:
        seen = list(processes.map(look_at, photographs(folder), chunksize=16))
    yield from recall(seen)
    waves = np.stack([frequencies for own, frequencies, _ in seen if own])
    with TemporaryDirectory(prefix="heritage-bench-") as home:
        settings = servers.start(Path(home))
        try:
            db.migrate(settings)
            for count in counts:
                yield from look_ups(settings, waves, count)
        finally:
            servers.remove(Path(home))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--counts", type=int, nargs="*", default=COUNTS)
    given = options.parse_args()
    show(run(given.folder, given.counts))
