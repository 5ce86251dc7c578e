"""The index of the method `gist`: build, growth, reload, time of a query and what it misses, of very many gists.

    python -m benchmarks.retrieval 1000000

The gists are made of the shipped ones, which are of real photographs: each is a mean of one of them and one of its
twenty nearest, with up to the same weight, and each of its numbers times e to the power of normal noise of 0.2.
Queries are made the same way. The truth is an exact search among the gists as they were before they became bytes.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.measuring import Row, fastest, show
from heritage_color.methods import loading
from heritage_color.methods.gist import index as indices
from heritage_color.methods.gist.colorizer import Gist
from heritage_color.methods.gist.descriptor import describe
from heritage_color.methods.gist.index import Index, codes_of
from heritage_color.settings import ROOT

NUMBER, CHUNK, QUERIES, BEST = 100_000, 20_000, 300, 10
NEIGHBOURS, NOISE = 20, 0.2
ALLOWED = 20.0  # milliseconds of a query
LEAST_RECALL = 0.95


class Gists:
    """Gists made of those of photographs."""

    def __init__(self, codes: np.ndarray):
        index = Index()
        index.add(codes)
        self.near = np.stack([index.search(code, NEIGHBOURS)[0] for code in codes])
        self.known = codes.astype(np.float32)

    def some(self, number: int, seed: int) -> np.ndarray:
        """So many (N, 512), float32, of length 1."""
        rng = np.random.default_rng(seed)
        one = rng.integers(0, len(self.known), number)
        other = self.near[one, rng.integers(0, self.near.shape[1], number)]
        share = rng.uniform(0, 0.5, (number, 1)).astype(np.float32)
        made = self.known[one] * (1 - share) + self.known[other] * share
        made *= np.exp(NOISE * rng.standard_normal(made.shape, np.float32))
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    def chunks(self, first: int, end: int) -> Iterator[np.ndarray]:
        """Those of the places first..end-1."""
        for start in range(first, end, CHUNK):
            yield self.some(min(CHUNK, end - start), seed=start)


def shipped() -> np.ndarray:
    """Codes (N, 512) of the photographs whose index is shipped."""
    method = loading.load("gist", ROOT / "heritage_color" / "weights")
    assert isinstance(method, Gist)
    return method.codes


def run(number: int = NUMBER, codes: np.ndarray | None = None) -> Iterable[Row]:
    """Rows of an index of so many gists, whose last tenth is added after it was built."""
    yield _description()
    gists = Gists(shipped() if codes is None else codes)
    queries = gists.some(QUERIES, seed=10**9)
    base = number - number // 10
    ends = ((0, base), (base, number))
    first, last = (np.concatenate([codes_of(some) for some in gists.chunks(*two)]) for two in ends)
    kept, indices.EXACT = indices.EXACT, 0  # lists, however few there are
    try:
        yield from _index(first, last, queries, lambda: gists.chunks(*ends[0]), lambda: gists.chunks(*ends[1]))
    finally:
        indices.EXACT = kept


def _description() -> Row:
    """Describing a picture, against the bare Fourier transforms that it takes."""
    from scipy import fft

    picture = np.random.default_rng(0).uniform(0, 100, (384, 512)).astype(np.float32)
    waves = np.zeros((32, 96, 96), np.complex64)
    describe(picture)
    ours, limit = fastest(lambda: describe(picture), 20), fastest(lambda: fft.ifft2(waves), 20)
    return Row("gist of a picture", 1000 * ours, 1000 * limit, "ms", "32 transforms at 96 x 96")


def _index(first: np.ndarray, last: np.ndarray, queries: np.ndarray, *made: Callable) -> Iterable[Row]:
    count = f"{len(first) + len(last):,} gists"
    index, codes = Index(), codes_of(queries)
    building = _seconds(lambda: index.add(first))
    growing = _seconds(lambda: index.add(last))
    per_gist = _comparison(first, indices.lists_of(len(first)))
    yield Row(f"build, {count}", building, per_gist * len(first), "s", "one look at all centres")
    yield Row("growth by a tenth", growing, per_gist * len(last), "s", "one look at all centres")
    with TemporaryDirectory(prefix="heritage-bench-") as name:
        file = Path(name) / "gists.faiss"
        index.save(file)
        reading = fastest(file.read_bytes, 1)
        yield Row("reload", 1000 * _seconds(lambda: Index.read(file)), 1000 * reading, "ms", "reading the file")
        again = Index.read(file)
        found = [again.search(code, BEST)[0] for code in codes]  # also brings the file into memory
        times = 1000 * np.array([_seconds(lambda code=code: again.search(code, BEST)) for code in codes])
    yield Row("query, median", float(np.median(times)), ALLOWED, "ms", "what we allow")
    yield Row("query, 95 of 100", float(np.percentile(times, 95)), ALLOWED, "ms", "what we allow")
    truth = exact(queries, (some for part in made for some in part()))
    hits = [len(np.intersect1d(*pair)) / BEST for pair in zip(found, truth, strict=True)]
    yield Row("recall@10, percent", 100 * float(np.mean(hits)), 100, "%", f"exact search; least {LEAST_RECALL:.0%}")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _comparison(codes: np.ndarray, lists: int) -> float:
    """Seconds in which this machine compares a gist with all centres, as a plain matrix product."""
    some, centres = codes[:4096].astype(np.float32), codes[:lists].astype(np.float32)
    return fastest(lambda: some @ centres.T) / len(some)


def exact(queries: np.ndarray, chunks: Iterable[np.ndarray]) -> np.ndarray:
    """Places (N, 10) of the nearest gists of each query among all, found without an index or bytes."""
    best = np.full((len(queries), 0), 0.0, np.float32)
    places, seen = np.zeros((len(queries), 0), np.int64), 0
    for some in chunks:
        best = np.hstack([best, queries @ some.T])  # of vectors of length 1: the nearest have the largest product
        places = np.hstack([places, np.broadcast_to(seen + np.arange(len(some)), (len(queries), len(some)))])
        order = np.argsort(-best, axis=1)[:, :BEST]
        best, places = (np.take_along_axis(values, order, 1) for values in (best, places))
        seen += len(some)
    return places


if __name__ == "__main__":
    show(run(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER))
