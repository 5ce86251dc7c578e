"""The rows that publishing reads, and the public records that it writes as JSON: manifests and their index."""

from dataclasses import dataclass
from datetime import datetime

from heritage_color.curation.annotations import AnnotationPage
from heritage_color.keys import ObjectKey, Sha256


@dataclass(frozen=True)
class Publishable:
    """An approved colorization that is not public yet: its scan, its model, the decision, and its opinion scores."""

    colorization_id: int
    scan_id: int
    identifier: str
    title: str
    creator: str
    date_created: str
    place: str
    collection: str
    rights: str
    content_warning: str
    width: int
    height: int
    master_key: ObjectKey
    master_sha256: Sha256
    derivative_key: ObjectKey
    derivative_sha256: Sha256
    colorized_at: datetime
    method: str
    version: str
    weights_sha256: Sha256
    preset: str
    decision_id: int
    verdict: str
    reason: str
    curator: str
    decided_at: datetime
    human_votes: int | None
    human_mos: float | None
    human_low: float | None
    human_high: float | None
    simulated_votes: int | None
    simulated_mos: float | None
    simulated_low: float | None
    simulated_high: float | None


@dataclass(frozen=True)
class Withdrawable:
    """A publication that must go: its colorization was withdrawn, or its newest decision approves it no longer."""

    colorization_id: int
    scan_id: int
    decision_id: int | None
    reason: str


@dataclass(frozen=True)
class Standing:
    """A publication that stands, by the key of its record."""

    colorization_id: int
    scan_id: int
    identifier: str
    manifest_key: ObjectKey


@dataclass(frozen=True)
class Gone:
    """A withdrawn scan that was public once."""

    identifier: str
    withdrawn_at: datetime
    reason: str


@dataclass(frozen=True)
class Model:
    """What coloured a picture."""

    method: str
    version: str
    weights_sha256: Sha256
    preset: str


@dataclass(frozen=True)
class Approval:
    """The decision by which a picture is public."""

    verdict: str
    reason: str
    curator: str
    decided_at: str


@dataclass(frozen=True)
class Opinion:
    """The mean opinion score of a picture with its 95 % interval."""

    votes: int
    mos: float
    low: float
    high: float


@dataclass(frozen=True)
class Opinions:
    """What people and simulated raters say, apart; None where nobody voted."""

    human: Opinion | None
    simulated: Opinion | None


@dataclass(frozen=True)
class File:
    """A published JPEG in full size, and the key of its smaller one for the gallery."""

    key: ObjectKey
    sha256: Sha256
    bytes: int
    width: int
    height: int
    download_name: str
    media_type: str
    gallery_key: ObjectKey


@dataclass(frozen=True)
class Original(File):
    """The original as it is public, made from the master with this checksum."""

    master_sha256: Sha256


@dataclass(frozen=True)
class Colour(File):
    """The colorization as it is public, made from the derivative with this checksum."""

    derivative_sha256: Sha256


@dataclass(frozen=True, kw_only=True)
class Described:
    """What is said of a picture in public, before its files are made."""

    identifier: str
    title: str
    creator: str
    date_created: str
    place: str
    collection: str
    rights: str
    content_warning: str
    institution: str
    label: str
    alternative_text: str
    original_text: str
    digital_source_type: str
    colorized_at: str
    model: Model
    decision: Approval
    opinion: Opinions
    notes: AnnotationPage | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest(Described):
    """The public record of a picture with its files."""

    original: Original
    colour: Colour


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the index says of a published picture; `manifest` is the key of its record."""

    manifest: ObjectKey
    identifier: str
    title: str
    creator: str
    date_created: str
    rights: str
    content_warning: str
    label: str
    alternative_text: str
    original_text: str
    original: Original
    colour: Colour
    model: Model
    decision: Approval
    opinion: Opinions


@dataclass(frozen=True)
class Tombstone:
    """What the index says in the place of a withdrawn picture."""

    identifier: str
    withdrawn_at: str
    reason: str


@dataclass(frozen=True)
class PublicIndex:
    """All that is published now, and what was withdrawn."""

    institution: str
    pictures: tuple[Entry, ...]
    withdrawn: tuple[Tombstone, ...] = ()
