"""Where colours come from, in words: from a model, and with some methods from photographs."""

from collections.abc import Sequence
from typing import TypedDict

# IPTC NewsCodes: real lightness, invented chroma. `algorithmicallyEnhanced` would read as a minor correction.
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


class SourceFacts(TypedDict):
    """What a prediction and a colorization's record say of a photograph whose colours were taken.

    `distance` of its gist, 0 to 1.4; `source` and `rights` are empty where they are not known.
    """

    file: str
    source: str
    rights: str
    sha256: str
    distance: float
    mirrored: bool


def credit(photograph: SourceFacts) -> str:
    """The photograph's file, with its source and rights as far as they are known."""
    about = ", ".join(filter(None, (photograph["source"], photograph["rights"])))
    return f"{photograph['file']} ({about})" if about else photograph["file"]


def colours_of(photographs: Sequence[SourceFacts]) -> str:
    """Return what a record says of all the photographs; empty for methods that take colours of none."""
    return f"The colours are those of {'; '.join(map(credit, photographs))}." if photographs else ""
