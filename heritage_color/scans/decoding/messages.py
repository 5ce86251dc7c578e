"""What the archive asks a decoding process, and what that answers: records here, a line of JSON on the way.

The answer on a file of an upload is kept in the catalog in the same form.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from heritage_color.images.refusals import Limits
from heritage_color.keys import Digests, Json, Sha256, TagName
from heritage_color.scans.reporting.notes import Note

Tag = str | int | float | list[str] | list[float]  # what metadata or a header say under one name
Metadata = dict[TagName, Tag]  # tags and header facts by name, as the catalog keeps them
PICTURE, SIDECAR, THUMBNAIL, NEITHER = "picture", "sidecar", "thumbnail", ""  # as what a file is read


@dataclass(frozen=True)
class Picture:
    """What decoding found in a picture. An XMP sidecar fills `media_type`, `suffix` and `metadata` only.

    `width` and `height` are pixels of the upright picture, `bits` those of one channel. `colour` says whether it shows
    colours, `looks_like` is the reason code of what it looks like instead of a photograph (or ""), and `likeness` its
    perceptual hash, None where there is too little in it.
    """

    media_type: str
    suffix: str
    metadata: Metadata
    width: int = 0
    height: int = 0
    bits: int = 0
    channels: int = 0
    colour: bool = False
    looks_like: str = ""
    likeness: str | None = None


def text_of(tags: Metadata, name: TagName, otherwise: str = "") -> str:
    """Return the text that stands under a name; `otherwise` where none does."""
    return str(tags.get(name, otherwise))


@dataclass(frozen=True)
class Scanned:
    """What a virus scanner said of a file, which it names `engine`; no verdict where it found nothing."""

    engine: str
    verdict: Note | None = None


@dataclass(frozen=True)
class Answer:
    """What is known of a file: its digests by algorithm, or the `trouble` that reading it made; then what it holds.

    `picture` is None where it is refused, or is no picture; `notes` say why, and what else is to be noted.
    """

    digests: Digests = field(default_factory=dict)
    trouble: str = ""
    picture: Picture | None = None
    notes: tuple[Note, ...] = ()
    virus: Scanned | None = None

    @property
    def sha256(self) -> Sha256 | None:
        """Hex SHA-256; None where the file could not be read."""
        return self.digests.get("sha256")

    def as_json(self) -> Json:
        """Return the same as an object of JSON."""
        answer: Json = {"digests": {"trouble": self.trouble} if self.trouble else self.digests}
        answer |= {"picture": asdict(self.picture) if self.picture else None, "notes": self.notes}
        return answer | ({"virus": asdict(self.virus)} if self.virus else {})

    @classmethod
    def from_json(cls, answer: Json) -> "Answer":
        """Return what `as_json` made an object of."""
        digests, picture, virus = dict(answer["digests"]), answer.get("picture"), answer.get("virus")
        trouble = digests.pop("trouble", "")
        notes = tuple(Note(*note) for note in answer.get("notes", ()))
        scanned = None
        if virus:
            scanned = Scanned(virus["engine"], Note(*virus["verdict"]) if virus["verdict"] else None)
        return cls(digests, trouble, Picture(**picture) if picture else None, notes, scanned)


@dataclass(frozen=True)
class Request:
    """A file to be read as `content` says; of a THUMBNAIL, `destination` is the place."""

    path: Path
    content: str
    algorithms: tuple[str, ...]
    limits: Limits
    two_readers: bool = False
    destination: Path | None = None

    def as_line(self) -> bytes:
        """Return the request as a line of JSON; paths are hexadecimal, as their bytes need not be text."""
        facts = asdict(self) | {"path": os.fsencode(self.path).hex()}
        facts["destination"] = os.fsencode(self.destination).hex() if self.destination else None
        return json.dumps(facts).encode() + b"\n"

    @classmethod
    def from_line(cls, line: str) -> "Request":
        """Return what `as_line` made a line of."""
        facts = json.loads(line)
        place = facts["destination"]
        facts |= {"path": _path(facts["path"]), "destination": _path(place) if place else None}
        return cls(**facts | {"limits": Limits(**facts["limits"]), "algorithms": tuple(facts["algorithms"])})


def _path(digits: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(digits)))
