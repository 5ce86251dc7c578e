"""Nearest neighbours among gists, with faiss: exact among some, by inverted lists among very many.

Gists are kept as bytes. An exact index compares the query with all of them. From EXACT on, they lie in lists around
centres that k-means found (Sivic & Zisserman 2003, Jégou et al. 2011), and a query looks through the nearest lists
only; within these it compares exactly too. More can be added at any time: the centres stay, the lists grow.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heritage_color.errors import WeightsError
from heritage_color.methods.gist.descriptor import LENGTH
from heritage_color.whole_files import whole

if TYPE_CHECKING:
    import faiss

TOP = 0.25  # a gist's number that is the byte 255: of 1,395 photographs 1 number in 60,000 is larger
EXACT = 100_000  # gists: up to here a query of all takes less than the 20 ms that we allow
PROBES = 64  # lists that a query looks through; `python -m benchmarks.retrieval` measures what that misses
TRAINED_ON = 64  # gists per list that k-means sees
ROUNDS, SEED = 10, 2009  # of k-means
CHUNK = 50_000  # gists brought to floats at once


def codes_of(gists: np.ndarray) -> np.ndarray:
    """Return gists (N, 512) as bytes, uint8."""
    return np.rint(255 * np.clip(gists / TOP, 0, 1)).astype(np.uint8)


class Index:
    """Codes (N, 512) by their place 0..N-1, in the order in which they were added."""

    def __init__(self) -> None:
        self._faiss: Any = None
        self._mapped: Path | None = None

    def __len__(self) -> int:
        return 0 if self._faiss is None else int(self._faiss.ntotal)

    @property
    def exact(self) -> bool:
        """Whether a query is compared with every code."""
        return not hasattr(self._faiss, "nprobe")

    def add(self, codes: np.ndarray) -> None:
        """Put further codes (N, 512), uint8, behind those that are there. Nothing is rebuilt, but once, at EXACT."""
        self._to_memory()
        if self.exact and len(self) + len(codes) > EXACT:
            codes = np.concatenate([self._all(), codes])
            self._faiss = _lists_around_centres(codes)
        elif self._faiss is None:
            self._faiss = _exact()
        for start in range(0, len(codes), CHUNK):
            self._faiss.add(codes[start : start + CHUNK].astype(np.float32))

    def _all(self) -> np.ndarray:
        if self._faiss is None:
            return np.empty((0, LENGTH), np.uint8)
        codes: np.ndarray = self._faiss.reconstruct_n(0, len(self)).astype(np.uint8)
        return codes

    def search(self, code: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Places and distances, in gist units, of at most so many nearest codes to one (512,): nearest first."""
        if not len(self):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        squares, places = self._faiss.search(code[None].astype(np.float32), min(most, len(self)))
        there = np.flatnonzero(places[0] >= 0)
        order = there[np.lexsort((places[0, there], squares[0, there]))]
        return places[0, order], np.sqrt(squares[0, order]) * np.float32(TOP / 255)

    def save(self, path: Path) -> None:
        """Write the index, whole or not at all."""
        import faiss

        with whole(path) as partial:
            faiss.write_index(self._faiss, str(partial))

    @classmethod
    def read(cls, path: Path) -> "Index":
        """Open an index of a file. Its lists stay in the file, mapped into memory, until something is added.

        Raises WeightsError for a file that is no index.
        """
        import faiss

        index = cls()
        index._faiss, index._mapped = _read(path, faiss.IO_FLAG_MMAP), path
        return index

    def _to_memory(self) -> None:
        if self._mapped:
            self._faiss, self._mapped = _read(self._mapped, 0), None


def _read(path: Path, how: int) -> "faiss.Index":
    import faiss

    try:
        return _ready(faiss.read_index(str(path), how))
    except RuntimeError as error:
        raise WeightsError(f"{path.name} is no index of gists: delete it, and it is made again.") from error


def _exact() -> "faiss.Index":
    import faiss

    return faiss.IndexScalarQuantizer(LENGTH, faiss.ScalarQuantizer.QT_8bit_direct, faiss.METRIC_L2)


def lists_of(number: int) -> int:
    """Return how many lists so many codes are sorted into: a power of two near the root."""
    return int(2 ** round(np.log2(np.sqrt(number))))


def _lists_around_centres(codes: np.ndarray) -> "faiss.Index":
    """An empty index whose centres were found among the codes."""
    import faiss

    lists = lists_of(len(codes))
    centres: Any = faiss.IndexFlatL2(LENGTH)
    byte = faiss.ScalarQuantizer.QT_8bit_direct
    index = faiss.IndexIVFScalarQuantizer(centres, LENGTH, lists, byte, faiss.METRIC_L2, False)
    centres.this.disown()
    index.own_fields = True
    index.cp.seed, index.cp.niter, index.cp.max_points_per_centroid = SEED, ROUNDS, TRAINED_ON
    some = np.random.default_rng(SEED).permutation(len(codes))[: TRAINED_ON * lists]
    index.train(codes[np.sort(some)].astype(np.float32))
    return _ready(index)


def _ready(index: "faiss.Index") -> "faiss.Index":
    """With what faiss does not keep in its files."""
    if hasattr(index, "nprobe"):
        index.nprobe = PROBES
    return index
