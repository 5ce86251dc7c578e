"""Publishing: immutable objects first, then the record of them, then the catalog's row, and the index last."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color import db
from heritage_color.archive import Archive, key_for, open_archive
from heritage_color.curation.annotations import RegionNote
from heritage_color.digests import sha256_file
from heritage_color.errors import DAMAGES, FixityError, PictureError, ServiceError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.keys import ObjectKey
from heritage_color.progress import track
from heritage_color.publish import derivatives, labels, manifests, pages, xmp
from heritage_color.publish import mirror as mirroring
from heritage_color.publish.documents import from_json, to_json
from heritage_color.publish.records import (
    Colour,
    Described,
    Entry,
    File,
    Gone,
    Manifest,
    Original,
    PublicIndex,
    Publishable,
    Standing,
    Withdrawable,
)
from heritage_color.s3 import Role
from heritage_color.settings import Settings
from heritage_color.store import Store

if TYPE_CHECKING:
    import pyvips

INDEX, PAGE = "index.json", "index.html"
STAGE = "publish"

queries = db.queries("publish")


@dataclass(frozen=True)
class Published:
    """What a run came to: all that stand `published`, those that it took from the index, and those that it added."""

    published: int
    withdrawn: int
    new: int


@dataclass(frozen=True)
class Mirrored:
    """How many files a mirror has, how many of them are new, and how many of an earlier mirror were removed."""

    files: int
    new: int
    removed: int


def publish(settings: Settings) -> Published:
    """Bring the public bucket to what curators decided.

    One run at a time. Killed anywhere, readers see the old or the new index; the next run goes on. A picture whose
    stored files are damaged is set aside with its sentence and tried again by the next run. Raises PictureError, with
    all such sentences, at the end, when all others are published.
    """
    with open_archive(settings, Role.PUBLISHER, own=True) as archive:
        queries.lock_publishing(archive.db)  # ends with the connection
        withdrawn = _withdraw(archive)
        if withdrawn:
            _write_index(archive)  # at once: what must go does not wait for what is to come
        pictures = db.records(Publishable, queries.publishable(archive.db))
        archive.db.commit()
        new, failures = _publish_all(archive, pictures)
        published, unlisted = _write_index(archive)
        archive.db.commit()
    failures += unlisted
    if failures:
        raise PictureError("unpublishable", f"{len(failures)} pictures were not published: {' '.join(failures)}")
    return Published(published, withdrawn, new)


def _withdraw(archive: Archive) -> int:
    """Take from the catalog's list what must go, with an event each; how many."""
    publications = db.records(Withdrawable, queries.to_withdraw(archive.db))
    for publication in publications:
        colorization_id, reason = publication.colorization_id, publication.reason
        queries.withdraw(archive.db, colorization_id=colorization_id)
        which = {"colorization_id": colorization_id, "reason": reason, "decision_id": publication.decision_id}
        archive.note(
            Event(
                Key.TAKEN_DOWN.of(**which),
                EventType.DEACCESSION,
                Agent.PUBLISH,
                "taken from the public index",
                {"reason": reason},
                scan_id=publication.scan_id,
                colorization_id=colorization_id,
            )
        )
    queries.forget_set_aside(archive.db, stage=STAGE)
    archive.db.commit()
    return len(publications)


def _publish_all(archive: Archive, pictures: list[Publishable]) -> tuple[int, list[str]]:
    """Return how many are newly published, and why the others could not be."""
    new, failures = 0, []
    for picture in track(pictures, "publish", len(pictures)):
        try:
            new += _publish_one(archive, picture)
        except DAMAGES as error:
            archive.db.rollback()
            sentence = archive.set_aside(STAGE, error, picture.scan_id, picture.colorization_id)
            failures.append(f"{picture.identifier}: {sentence}")
        archive.db.commit()
    return new, failures


def _publish_one(archive: Archive, picture: Publishable) -> bool:
    """Write files, manifest and row, unless the decision was changed meanwhile: False then."""
    notes = db.records(RegionNote, queries.public_notes(archive.db, colorization_id=picture.colorization_id))
    archive.db.commit()
    described = manifests.describe(picture, notes, archive.settings.institution)
    with tempfile.TemporaryDirectory(prefix="heritage-publish-") as folder:
        original = _write_original(archive, picture, described, Path(folder))
        colour = _write_colour(archive, picture, described, Path(folder))
    content = to_json(manifests.with_files(described, original, colour))
    key = manifests.key_of(content)
    archive.store.write_once(archive.settings.public_bucket, key, content, "application/json")
    return _add_publication(archive, picture, described.label, (key, colour.key, original.key))


def _add_publication(
    archive: Archive, picture: Publishable, label: str, objects: tuple[ObjectKey, ObjectKey, ObjectKey]
) -> bool:
    """Write the row and the event, if the decision still holds; `objects`: manifest, colour and original."""
    colorization_id, decision_id = picture.colorization_id, picture.decision_id
    queries.hold_colorization(archive.db, colorization_id=colorization_id)
    if not queries.decision_holds(archive.db, colorization_id=colorization_id, decision_id=decision_id):
        return False
    row = dict(zip(("manifest_key", "colour_key", "original_key"), objects, strict=True)) | {"label": label}
    queries.add_publication(archive.db, colorization_id=colorization_id, **row)
    archive.take_up(STAGE, picture.scan_id, colorization_id)
    archive.note(
        Event(
            Key.PUBLICATION.of(colorization_id=colorization_id, decision_id=decision_id),
            EventType.PUBLICATION,
            Agent.PUBLISH,
            "published",
            row,
            scan_id=picture.scan_id,
            colorization_id=colorization_id,
        )
    )
    return True


def _write_original(archive: Archive, picture: Publishable, described: Described, folder: Path) -> Original:
    opened = derivatives.open_upright(archive.file(picture.master_key, picture.master_sha256, folder))
    name = labels.download_name(picture.identifier, picture.scan_id, "original")
    file = _write_pair(archive, opened, None, xmp.of_original(described), name, folder)
    return Original(**vars(file), master_sha256=picture.master_sha256)


def _write_colour(archive: Archive, picture: Publishable, described: Described, folder: Path) -> Colour:
    opened = derivatives.open_upright(archive.file(picture.derivative_key, picture.derivative_sha256, folder))
    name = labels.download_name(picture.identifier, picture.scan_id, "colorized")
    packet = xmp.of_colorization(described, picture.master_sha256)
    file = _write_pair(archive, opened, described.label, packet, name, folder)
    return Colour(**vars(file), derivative_sha256=picture.derivative_sha256)


def _write_pair(
    archive: Archive, picture: "pyvips.Image", label: str | None, packet: bytes, name: str, folder: Path
) -> File:
    """The full-size JPEG and the gallery's, labelled where there is a label."""
    picture = derivatives.shrink(picture, derivatives.JPEG_SIDE)
    small = derivatives.shrink(picture, derivatives.GALLERY_SIDE)
    if label:
        picture, small = derivatives.with_label(picture, label), derivatives.with_label(small, label)
    full = derivatives.save_jpeg(picture, packet, folder / "full.jpg")
    gallery = derivatives.save_jpeg(small, packet, folder / "gallery.jpg")
    return File(
        key=_put(archive, full, name),
        sha256=sha256_file(full),
        bytes=full.stat().st_size,
        width=picture.width,
        height=picture.height,
        download_name=name,
        media_type="image/jpeg",
        gallery_key=_put(archive, gallery, name),
    )


def _put(archive: Archive, file: Path, name: str) -> ObjectKey:
    key = key_for("objects", sha256_file(file), ".jpg")
    archive.store.write_once(archive.settings.public_bucket, key, file, "image/jpeg", name)
    return key


def _write_index(archive: Archive) -> tuple[int, list[str]]:
    """Replace the two pointers where what stands has changed: how many pictures are listed, and why others are not."""
    listed, entries, failures = _listed(archive), [], []
    for picture in db.records(Standing, queries.standing(archive.db)):
        try:
            entries.append(listed.get(picture.manifest_key) or _read_entry(archive, picture))
        except FixityError as error:
            sentence = archive.set_aside(STAGE, error, picture.scan_id, picture.colorization_id)
            failures.append(f"{picture.identifier}: {sentence}")
    gone = db.records(Gone, queries.tombstones(archive.db))
    index = manifests.public_index(archive.settings.institution, entries, gone)
    _replace(archive, INDEX, to_json(index), "application/json")
    _replace(archive, PAGE, pages.gallery(index).encode(), "text/html; charset=utf-8")
    return len(entries), failures


def _listed(archive: Archive) -> dict[ObjectKey, Entry]:
    """Return what the index lists now, by manifest key; nothing where it is absent, or lacks what a new one needs."""
    content = archive.store.read(archive.settings.public_bucket, INDEX)
    try:
        index = from_json(PublicIndex, content or b"")
    except (ValueError, KeyError, TypeError):  # of an earlier version, or damaged: the records tell all of it again
        return {}
    return {entry.manifest: entry for entry in index.pictures}


def _read_entry(archive: Archive, picture: Standing) -> Entry:
    """Return what the index will say of a picture that it does not list, from the picture's record."""
    bucket, key = archive.settings.public_bucket, picture.manifest_key
    content = archive.store.read(bucket, key)
    if content is None or key != manifests.key_of(content):
        raise FixityError(
            f"{bucket}/{key} is missing or was changed. Take the approval back, publish, and approve it again."
        )
    archive.take_up(STAGE, picture.scan_id, picture.colorization_id)
    return manifests.entry_of(key, from_json(Manifest, content))


def _replace(archive: Archive, key: ObjectKey, body: bytes, media_type: str) -> None:
    bucket = archive.settings.public_bucket
    if archive.store.read(bucket, key) != body:
        archive.store.replace(bucket, key, body, media_type)


def mirror(settings: Settings, folder: Path) -> Mirrored:
    """Write what the public index lists as a folder for any static host.

    Every object is compared with its checksum; the index comes last. Objects of an earlier mirror that are listed no
    longer are removed, other files of the folder stay. Raises FixityError for a damaged object or a key that is none
    of ours, ServiceError where nothing is published.
    """
    store = Store(settings, Role.READER)
    content = store.read(settings.public_bucket, INDEX)
    if content is None:
        raise ServiceError("Nothing is published yet: run `heritage-color publish` first.")
    index = from_json(PublicIndex, content)
    keys = sorted({key for entry in index.pictures for key in mirroring.keys_of(entry)})
    new = sum(mirroring.copy_object(store, key, folder) for key in track(keys, "mirror", len(keys)))
    removed = mirroring.remove_others(folder, set(keys))
    new += mirroring.write_changed(folder / INDEX, content)
    new += mirroring.write_changed(folder / PAGE, pages.gallery(index).encode())
    return Mirrored(len(keys) + 2, new, removed)
