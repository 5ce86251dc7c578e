"""Colour from photographs of like layout: Morimoto, Taguchi & Naemura 2009, with sources and rights of what was used.

Nothing is trained: `fit` describes photographs, and what is described can be used. docs/methods/gist.md tells more.
"""

import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from heritage_color.digests import sha256_file
from heritage_color.errors import WeightsError
from heritage_color.lab import grey_to_lightness
from heritage_color.methods.cards import NO_FACTS, Card, Fact
from heritage_color.methods.colorizer import Colorizer, Pairs, Prediction
from heritage_color.methods.gist.descriptor import LENGTH, describe, mirrored, squashed
from heritage_color.methods.gist.index import Index, codes_of
from heritage_color.methods.gist.transfer import CELLS, chroma_from, sample, smoothed
from heritage_color.methods.weights import load_weights, save_weights

STRIDE = 4  # the answer has one colour for 4 x 4 pixels
SOURCES = 12  # photographs whose colours are mixed
SHORTER = 96  # cells of a photograph's shorter side when it is sampled: as an answer at the working size has
STEP = 0.05  # of distance: by so much farther, a source's share of the mix falls to 1/e
# A mean of several sources is duller than each: what its chroma is multiplied by
GAINS = {"faithful": 1.0, "balanced": 1.5, "vivid": 1.8}


@dataclass(frozen=True)
class Reference:
    """What is known of a photograph besides its picture."""

    file: str
    source: str = ""
    rights: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Source:
    """A photograph whose colours may be taken, how far its gist is away (0 to 1.4), and whether it is mirrored."""

    place: int
    file: str
    source: str
    rights: str
    sha256: str
    distance: float
    mirrored: bool

    def facts(self) -> dict[Fact, object]:
        """As a colorization's record has it."""
        return {name: value for name, value in asdict(self).items() if name != "place"}


@dataclass(frozen=True)
class Candidate:
    """A source and the chroma (h, w, 2) that it gives."""

    source: Source
    ab: np.ndarray


Answer = tuple[tuple[int, int], list[Candidate]]  # the size of a picture's answer, and what each source gives


class Gist(Colorizer):
    """Chroma of the photographs whose gist is nearest."""

    name = "gist"
    presets = ("faithful", "balanced", "vivid")

    def __init__(self) -> None:
        self.card = Card(method=self.name)
        self.references: list[Reference] = []
        self.codes = np.empty((0, LENGTH), np.uint8)
        self.samples = np.empty((0, CELLS * CELLS, 4), np.uint8)
        self.index = Index()

    def fit(self, pairs: Pairs, **options: object) -> None:
        """Describe photographs and put them behind those that are known. Raises WeightsError where there is none."""
        described = [
            described_photograph(grey_to_lightness(np.asarray(grey)[..., 0] / np.float32(255)), np.asarray(ab))
            for greys, colours in pairs
            for grey, ab in zip(greys, colours, strict=True)
        ]
        if not described:
            raise WeightsError("There is no photograph to take colours of.")
        known = len(self.references)
        names = [Reference(f"photograph {known + number + 1}") for number in range(len(described))]
        self.add(names, *map(np.stack, zip(*described, strict=True)))

    def add(self, references: list[Reference], codes: np.ndarray, samples: np.ndarray) -> None:
        """Put described photographs, N of each, behind those that are known."""
        self.references = self.references + references
        self.codes = np.concatenate([self.codes, codes])
        self.samples = np.concatenate([self.samples, samples])
        self.index.add(codes)

    def sources(self, lightness: np.ndarray, most: int = SOURCES) -> list[Source]:
        """The photographs nearest to lightness (H, W), as they are or mirrored, each once: nearest first."""
        gist = describe(lightness)
        matches = []
        for turned, seen in ((False, gist), (True, mirrored(gist))):
            places, distances = self.index.search(codes_of(seen[None])[0], most)
            matches += [(float(d), turned, int(p)) for p, d in zip(places, distances, strict=True)]
        nearest: dict[int, Source] = {}
        for distance, turned, place in sorted(matches):
            about = asdict(self.references[place])
            nearest.setdefault(place, Source(place, **about, distance=round(distance, 4), mirrored=turned))
        return list(nearest.values())[:most]

    def answers(self, lightness: np.ndarray) -> list[Answer]:
        """Return for each of (N, H, W): the size of the answer, and what each of its sources gives."""
        return [self._answer(picture) for picture in lightness]

    def _answer(self, lightness: np.ndarray) -> Answer:
        small = squashed(lightness, lightness.shape[0] // STRIDE, lightness.shape[1] // STRIDE)
        return small.shape, [
            Candidate(source, smoothed(chroma_from(small, self.samples[source.place], source.mirrored), small))
            for source in self.sources(lightness)
        ]

    def reading(self, answers: list[Answer], preset: str) -> Prediction:
        """The sources' chroma, mixed as the preset says. Raises WeightsError for an unknown preset."""
        if preset not in GAINS:
            raise WeightsError(f"There is no preset {preset!r}. Presets: {', '.join(GAINS)}.")
        ab = np.stack([mixed(size, candidates, GAINS[preset]) for size, candidates in answers])
        sources = tuple(tuple(candidate.source.facts() for candidate in candidates) for _, candidates in answers)
        return Prediction(ab.astype(np.float32), None, sources=sources)

    @staticmethod
    def only(answers: list[Answer], number: int) -> list[Answer]:
        """Answers as if there were one source only: that of the number, 0 the nearest, or else the last there is."""
        return [(size, candidates[number:][:1] or candidates[-1:]) for size, candidates in answers]

    def save(self, path: Path, about: Card = NO_FACTS) -> str:
        """Write codes, samples and what is known of the photographs; of very many also their index, beside it."""
        arrays = {"codes": self.codes, "samples": self.samples, "references": packed(self.references)}
        if not self.index.exact:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.index.save(index_file(path))
            about = about.with_facts(index_sha256=sha256_file(index_file(path)))
        return save_weights(path, arrays, Card(method=self.name, facts={"photographs": len(self.references)}) | about)

    def load(self, path: Path) -> None:
        """Read what `save` wrote; an index that is absent or another's is made again."""
        arrays, card = load_weights(path, self.name)
        missing = {"codes", "samples", "references"} - set(arrays)
        if missing:
            raise WeightsError(f"The weight file {path.name} has no {min(missing)}: it belongs to another network.")
        self.codes, self.samples = arrays["codes"], arrays["samples"]
        self.references, self.card = unpacked(arrays["references"]), card
        self.index = self._index_of(index_file(path), card.index_sha256)

    def _index_of(self, file: Path, expected: str | None) -> Index:
        if expected and file.is_file() and sha256_file(file) == expected:
            return Index.read(file)
        index = Index()
        index.add(self.codes)
        return index


def mixed(size: tuple[int, int], candidates: list[Candidate], gain: float) -> np.ndarray:
    """The mean chroma (h, w, 2) of candidates, weighted by e to the power of -distance / STEP; grey without any."""
    if not candidates:
        return np.zeros((*size, 2), np.float32)
    distances = np.array([candidate.source.distance for candidate in candidates])
    weights = np.exp(-(distances - distances[0]) / STEP)
    chroma = np.stack([candidate.ab for candidate in candidates])
    mean: np.ndarray = gain * np.tensordot(weights / weights.sum(), chroma, 1)
    return mean


def index_file(path: Path) -> Path:
    """Where the index of a weight file lies, if its photographs are too many to be compared one by one."""
    return path.with_suffix(".faiss")


def described_photograph(lightness: np.ndarray, ab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Code (512,) and samples (196, 4) of a photograph: lightness (H, W) 0..100, ab (h, w, 2) of its size or less."""
    code = codes_of(describe(lightness)[None])[0]
    scale = min(1.0, SHORTER / min(ab.shape[:2]))
    size = [max(1, round(side * scale)) for side in ab.shape[:2]]
    channels = [squashed(channel, *size) for channel in (lightness, ab[..., 0], ab[..., 1])]
    return code, sample(channels[0], np.stack(channels[1:], -1))


def packed(references: list[Reference]) -> np.ndarray:
    """Return references as bytes: JSON, compressed, for a file of numbers."""
    rows = [[each.file, each.source, each.rights, each.sha256] for each in references]
    return np.frombuffer(zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 9), np.uint8)


def unpacked(content: np.ndarray) -> list[Reference]:
    """Return references of bytes. Raises WeightsError for bytes that are none."""
    try:
        return [Reference(*row) for row in json.loads(zlib.decompress(content.tobytes()))]
    except (ValueError, TypeError, zlib.error) as error:
        raise WeightsError(f"The list of photographs in the weight file is damaged: {error}.") from error
