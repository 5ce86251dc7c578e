"""Tags for the catalog, proposed by a conditional adversarial net (Mirza & Osindero 2014). Pure.

What it proposes is a guess that a curator accepts or refuses; no tag is shown to the public before.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from heritage_color.digests import sha256_file
from heritage_color.errors import PictureError, WeightsError
from heritage_color.keys import Sha256
from heritage_color.methods.cards import Card
from heritage_color.methods.weights import load_weights, read_card, save_weights
from heritage_color.progress import track
from heritage_color.tagging import vote
from heritage_color.tagging.features import ENCODER_FILE, encoder
from heritage_color.tagging.labels import Vocabulary
from heritage_color.tagging.vectors import unit

NAME = "tagging"
SEED = 2014  # of the noise: the same photograph has the same tags each time
GENERATOR = "generator/"  # beginning of the names of the generator's arrays in a weight file


@dataclass(frozen=True)
class Proposal:
    """A tag, and how many of the 100 samples voted for it."""

    tag: str
    votes: int


@dataclass(frozen=True)
class Tagger:
    """A trained generator with its vocabulary.

    `arrays` holds the generator's weights, `mean` and `scale` (1280,) that bring features to the size it was trained
    on, and the tags' `vectors` (V, D).
    """

    arrays: dict[str, np.ndarray]
    vocabulary: Vocabulary
    card: Card

    @property
    def sha256(self) -> Sha256:
        """The checksum of the weight file that this is."""
        return str(self.card.sha256)

    @cached_property
    def generator(self) -> Any:
        """The Keras model from noise and features to tag vectors."""
        from heritage_color.methods.weights import assign
        from heritage_color.tagging.cgan import build_generator

        network = build_generator(len(self.arrays["mean"]), self.arrays["vectors"].shape[1], self.card.width or 1.0)
        arrays = {name.removeprefix(GENERATOR): array for name, array in self.arrays.items() if GENERATOR in name}
        assign(network, arrays)
        return network

    @cached_property
    def vectors(self) -> np.ndarray:
        """Tag vectors (V, D) of length 1."""
        return unit(self.arrays["vectors"])

    def samples(self, features: np.ndarray) -> np.ndarray:
        """Return vectors (100, D) that the generator draws for one photograph's features (1280,)."""
        from heritage_color.tagging.cgan import noise

        seen = (features - self.arrays["mean"]) / self.arrays["scale"]
        many = np.tile(seen.astype(np.float32), (vote.SAMPLES, 1))
        return np.asarray(self.generator([noise(vote.SAMPLES, SEED), many], training=False))

    def votes(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return votes (V,) of the 100 samples for one photograph's features (1280,), and all tags (V,) best first."""
        votes, cosine = vote.count(self.samples(features), self.vectors)
        return votes, vote.ranked(votes, cosine)

    def propose(self, features: np.ndarray) -> list[Proposal]:
        """Return the tags with most votes, ten at most, for one photograph's features (1280,)."""
        votes, ranking = self.votes(features)
        best = [place for place in ranking[: vote.PROPOSED] if votes[place]]
        return [Proposal(self.vocabulary.tags[place], int(votes[place])) for place in best]

    def propose_for(self, path: Path) -> list[Proposal]:
        """Return the tags with most votes, ten at most, for a picture file. Raises PictureError."""
        return self.propose(encoder().of_file(path))

    def propose_for_all(self, paths: list[Path]) -> tuple[dict[Path, list[Proposal]], list[str]]:
        """Proposals by file, and a sentence for each picture that cannot be read."""
        proposed, refused = {}, []
        for path in track(paths, "propose tags", len(paths)):
            try:
                proposed[path] = self.propose_for(path)
            except PictureError as error:
                refused.append(str(error))
        return proposed, refused

    def save(self, path: Path) -> str:
        """Write the weight file, kernels in 8 bits, and its card; returns the file's SHA-256."""
        known = Card(
            method=NAME,
            encoder_sha256=sha256_file(ENCODER_FILE),
            tags=list(self.vocabulary.tags),
            counts=self.vocabulary.counts.tolist(),
            levels=self.vocabulary.levels.tolist(),
        )
        return save_weights(path, self.arrays, self.card | known, bits=8)


def load_tagger(folder: Path) -> Tagger:
    """The tagger whose weights lie in a folder. Raises WeightsError where they are absent, damaged or do not fit."""
    file = weight_file(folder)
    arrays, card = load_weights(file, NAME)
    if card.encoder_sha256 != sha256_file(ENCODER_FILE):
        raise WeightsError(f"{file.name} was trained with another encoder than {ENCODER_FILE.name}.")
    missing = {"mean", "scale", "vectors"} - arrays.keys()
    if missing or len(arrays["vectors"]) != len(card.tags or ()):
        raise WeightsError(f"{file.name} and its card do not hold the same vocabulary: they belong to different runs.")
    known = Vocabulary(tuple(card.tags or ()), np.array(card.counts), np.array(card.levels))
    return Tagger(arrays, known, card)


def weight_file(folder: Path) -> Path:
    """Return where a folder keeps the tagger's weights."""
    return folder / f"{NAME}.safetensors"


def installed(folder: Path) -> str:
    """SHA-256 of the tagger's weights in a folder, as their card says it. Raises WeightsError where there are none."""
    return str(read_card(weight_file(folder)).sha256)
