"""The record of one published picture, and the index of all that are published now. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields

from heritage_color.colorize.sources import DIGITAL_SOURCE_TYPE
from heritage_color.curation.annotations import AnnotationPage, RegionNote, annotation_page, second
from heritage_color.keys import ObjectKey
from heritage_color.publish import labels
from heritage_color.publish.records import (
    Approval,
    Colour,
    Described,
    Entry,
    Gone,
    Manifest,
    Model,
    Opinion,
    Opinions,
    Original,
    PublicIndex,
    Publishable,
    Tombstone,
)


def describe(picture: Publishable, notes: Sequence[RegionNote], institution: str) -> Described:
    """What is said of a colorization in public, before its files are made; `notes` are its public ones."""
    coloured_at = second(picture.colorized_at)
    label = labels.label(picture.method, picture.version, coloured_at[:10], picture.identifier)
    human = (picture.human_votes, picture.human_mos, picture.human_low, picture.human_high)
    simulated = (picture.simulated_votes, picture.simulated_mos, picture.simulated_low, picture.simulated_high)
    return Described(
        identifier=picture.identifier,
        title=picture.title,
        creator=picture.creator,
        date_created=picture.date_created,
        place=picture.place,
        collection=picture.collection,
        rights=picture.rights,
        content_warning=picture.content_warning,
        institution=institution,
        label=label,
        alternative_text=labels.alternative_text(picture.title, label),
        original_text=labels.original_text(picture.title, picture.identifier),
        digital_source_type=DIGITAL_SOURCE_TYPE,
        colorized_at=coloured_at,
        model=Model(picture.method, picture.version, picture.weights_sha256, picture.preset),
        decision=Approval(picture.verdict, picture.reason, picture.curator, second(picture.decided_at)),
        opinion=Opinions(_opinion(*human), _opinion(*simulated)),
        notes=_notes(picture, notes),
    )


def _notes(picture: Publishable, notes: Sequence[RegionNote]) -> AnnotationPage | None:
    """Return the public notes on regions, on a canvas of the derivative's size; None where there are none."""
    canvas = f"urn:sha256:{picture.derivative_sha256}"
    return annotation_page(notes, canvas, picture.width, picture.height) if notes else None


def _opinion(votes: int | None, mos: float | None, low: float | None, high: float | None) -> Opinion | None:
    """Score and interval to two decimals, with the number of votes; None where nobody voted."""
    if not votes or mos is None or low is None or high is None:
        return None
    return Opinion(votes, round(mos, 2), round(low, 2), round(high, 2))


def with_files(described: Described, original: Original, colour: Colour) -> Manifest:
    """The whole record, once the files are made."""
    return Manifest(**vars(described), original=original, colour=colour)


def entry_of(key: ObjectKey, manifest: Manifest) -> Entry:
    """Return what the index says of a published picture."""
    names = [field.name for field in fields(Entry) if field.name != "manifest"]
    return Entry(manifest=key, **{name: getattr(manifest, name) for name in names})


def public_index(institution: str, entries: Iterable[Entry], gone: Iterable[Gone] = ()) -> PublicIndex:
    """All that is published, sorted by identifier, and the tombstones of what was public once and was withdrawn."""
    ordered = sorted(entries, key=lambda entry: (entry.identifier, entry.manifest))
    stones = (Tombstone(scan.identifier, second(scan.withdrawn_at), scan.reason) for scan in gone)
    return PublicIndex(institution, tuple(ordered), tuple(stones))


def key_of(content: bytes) -> ObjectKey:
    """Return the key of a manifest's bytes on the public bucket."""
    return f"manifests/{hashlib.sha256(content).hexdigest()}.json"
