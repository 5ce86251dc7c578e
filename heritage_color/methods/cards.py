"""What a weight file says of itself: the card beside it, with the facts that code reads and those of its making."""

import json
from dataclasses import dataclass, field
from typing import Any

from heritage_color.keys import FileName, Json, Sha256, Word

Fact = str  # what a card calls one of its facts
PresetName = str  # as `balanced`
CHECKSUM = "sha256"  # ending of the facts that are the SHA-256 of a file


@dataclass(frozen=True, kw_only=True)
class Card:
    """A model card. What a card does not say is None; a method's card says what that method reads.

    `presets` and `readings` have the numbers of each preset; `width`, `side`, `trunk`, `encoder`, `scenes` and
    `rounds` are the network's or the forests' shape. `tags`, with `counts` and `levels`, are those that the tagger
    proposes. `unsure_from` is the 95th percentile of the uncertainty from which a picture is held back. `facts` is the
    open rest, which only people read: what training says of itself.
    """

    method: str | None = None
    file: FileName | None = None
    sha256: Sha256 | None = None
    encoder: str | None = None
    encoder_sha256: Sha256 | None = None
    inception_weights: str | None = None
    inception_sha256: Sha256 | None = None
    index_sha256: Sha256 | None = None
    presets: dict[PresetName, dict[Word, float]] | None = None
    readings: dict[PresetName, tuple[float, float]] | None = None
    width: float | None = None
    side: int | None = None
    trunk: str | None = None
    scenes: int | None = None
    rounds: int | None = None
    tags: list[str] | None = None
    counts: list[int] | None = None
    levels: list[float] | None = None
    unsure_from: float | None = None
    code_revision: str | None = None
    data_manifest_sha256: Sha256 | None = None
    facts: dict[Fact, object] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Card":
        """Return the card that a file holds. Raises ValueError or TypeError where it holds none."""
        return cls().with_facts(**json.loads(text))

    def text(self) -> str:
        """Return a card as its file holds it."""
        return json.dumps(self.as_json(), indent=2, sort_keys=True) + "\n"

    def as_json(self) -> Json:
        """Return a card as the catalog keeps it: what it says, and nothing else."""
        known = {name: value for name, value in vars(self).items() if name != "facts" and value is not None}
        return known | self.facts

    def with_facts(self, /, **facts: object) -> "Card":
        """Return the same card with these facts in place of those of the same names."""
        known: dict[Fact, Any] = {name: value for name, value in vars(self).items() if name != "facts"}
        named = {name: value for name, value in facts.items() if name in known}
        rest = {name: value for name, value in facts.items() if name not in known}
        return Card(**known | named, facts=self.facts | rest)

    def __or__(self, other: "Card") -> "Card":
        """Return both cards in one; where both say something, what the other says stands."""
        return self.with_facts(**other.as_json())

    def checksums(self) -> dict[Fact, Sha256]:
        """Return all SHA-256 that the card names, in order of their names: of weights and of data."""
        return {name: str(value) for name, value in sorted(self.as_json().items()) if name.endswith(CHECKSUM)}


NO_FACTS = Card()
