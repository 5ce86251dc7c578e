"""Publishing: immutable objects first, then the record of them, then the catalog's row, and the index last."""

import json
import tempfile
from pathlib import Path

from heritage_color import archive, db
from heritage_color.errors import FixityError, MissingObject, PictureError, ServiceError
from heritage_color.progress import track
from heritage_color.publish import derivatives, labels, manifests, pages, xmp
from heritage_color.publish import mirror as mirroring
from heritage_color.settings import Settings
from heritage_color.store import Store, sha256_file

INDEX, PAGE = "index.json", "index.html"


def publish(settings: Settings) -> dict:
    """Bring the public bucket to what curators decided: `{"published", "withdrawn", "new"}`.

    `published` counts all that stand published, `withdrawn` those that this run took from the index, `new` the
    publications that this run added. Killed anywhere, readers see the old or the new index; the next run goes on.
    Raises PictureError at the end, when all others are published, for those whose stored files are damaged.
    """
    store, publishing = Store(settings), db.queries("publish")
    with db.connect(settings) as lock:
        publishing.lock_publishing(lock)
        withdrawn = _withdraw(settings)
        if withdrawn:
            _write_index(settings, store)  # at once: what must go does not wait for what is to come
        with db.connect(settings) as connection:
            rows = [dict(row) for row in publishing.publishable(connection)]
        outcomes = [_attempt(settings, store, row) for row in track(rows, "publish", len(rows))]
        published = _write_index(settings, store)
    failures = [outcome for outcome in outcomes if isinstance(outcome, str)]
    if failures:
        raise PictureError("unpublishable", f"{len(failures)} pictures were not published: {' '.join(failures)}")
    return {"published": published, "withdrawn": withdrawn, "new": outcomes.count(True)}


def _withdraw(settings: Settings) -> int:
    publishing = db.queries("publish")
    with db.connect(settings) as connection:
        rows = list(publishing.to_withdraw(connection))
        for row in rows:
            publishing.withdraw(connection, colorization_id=row["colorization_id"])
            publishing.record(
                connection,
                event_key=f"deaccession/{row['colorization_id']}/{row['reason']}/{row['decision_id']}",
                event_type="deaccession",
                outcome="taken from the public index",
                detail=db.json({"reason": row["reason"]}),
                scan_id=row["scan_id"],
                colorization_id=row["colorization_id"],
            )
    return len(rows)


def _attempt(settings: Settings, store: Store, row: dict) -> bool | str:
    """Whether a picture is newly published, or the sentence that says why it cannot be."""
    try:
        return _publish_one(settings, store, row)
    except (PictureError, FixityError) as error:
        return f"{row['identifier']}: {error}"


def _publish_one(settings: Settings, store: Store, row: dict) -> bool:
    """Files, manifest, row. False when the decision was changed while the files were made."""
    record = manifests.describe(row, settings.institution)
    with tempfile.TemporaryDirectory(prefix="heritage-publish-") as folder:
        original = _write_original(store, row, record, Path(folder))
        colour = _write_colour(store, row, record, Path(folder))
    manifest = manifests.to_json(manifests.with_files(record, original, colour))
    key = manifests.key_of(manifest)
    store.write_once(settings.public_bucket, key, manifest, "application/json")
    keys = {"manifest_key": key, "colour_key": colour["key"], "original_key": original["key"]}
    with db.connect(settings) as connection:
        return _add_publication(connection, row, record["label"], keys)


def _add_publication(connection, row: dict, label: str, keys: dict[str, str]) -> bool:
    publishing, colorization = db.queries("publish"), row["colorization_id"]
    publishing.hold_colorization(connection, colorization_id=colorization)
    if not publishing.decision_holds(connection, colorization_id=colorization, decision_id=row["decision_id"]):
        return False
    publishing.add_publication(connection, colorization_id=colorization, label=label, **keys)
    publishing.record(
        connection,
        event_key=f"publication/{colorization}/{row['decision_id']}",
        event_type="publication",
        outcome="published",
        detail=db.json(keys | {"label": label}),
        scan_id=row["scan_id"],
        colorization_id=colorization,
    )
    return True


def _write_original(store: Store, row: dict, record: dict, folder: Path) -> dict:
    picture = _fetched(store, row["master_key"], row["master_sha256"], folder)
    name = labels.download_name(row["identifier"], row["scan_id"], "original")
    return _write_pair(store, picture, None, xmp.of_original(record), name, folder)


def _write_colour(store: Store, row: dict, record: dict, folder: Path) -> dict:
    picture = _fetched(store, row["derivative_key"], row["derivative_sha256"], folder)
    name = labels.download_name(row["identifier"], row["scan_id"], "colorized")
    return _write_pair(store, picture, record["label"], xmp.of_colorization(record), name, folder)


def _fetched(store: Store, key: str, sha256: str, folder: Path):
    """A stored picture, opened; what is damaged in storage is never published."""
    bucket, file = store.settings.archive_bucket, folder / Path(key).name
    try:
        found = sha256_file(store.fetch(bucket, key, file))
    except MissingObject:
        found = "nothing"
    if found != sha256:
        raise FixityError(f"{bucket}/{key} should have SHA-256 {sha256}, the stored object has {found}.")
    return derivatives.open_upright(file)


def _write_pair(store: Store, picture, label: str | None, packet: bytes, name: str, folder: Path) -> dict:
    """The full-size JPEG and the gallery's, labelled where there is a label. Returns the record of the full one."""
    picture = derivatives.shrink(picture, derivatives.JPEG_SIDE)
    small = derivatives.shrink(picture, derivatives.GALLERY_SIDE)
    if label:
        picture, small = derivatives.with_label(picture, label), derivatives.with_label(small, label)
    full = derivatives.save_jpeg(picture, packet, folder / "full.jpg")
    gallery = derivatives.save_jpeg(small, packet, folder / "gallery.jpg")
    return _put(store, full, name) | {
        "width": picture.width,
        "height": picture.height,
        "download_name": name,
        "media_type": "image/jpeg",
        "gallery_key": _put(store, gallery, name)["key"],
    }


def _put(store: Store, file: Path, name: str) -> dict:
    sha256 = sha256_file(file)
    key = archive.key_for("objects", sha256, ".jpg")
    store.write_once(store.settings.public_bucket, key, file, "image/jpeg", name)
    return {"key": key, "sha256": sha256, "bytes": file.stat().st_size}


def _write_index(settings: Settings, store: Store) -> int:
    """Replace the two pointers where what stands has changed; returns how many pictures stand."""
    with db.connect(settings) as connection:
        keys = [row["manifest_key"] for row in db.queries("publish").standing(connection)]
        tombstones = list(db.queries("publish").tombstones(connection))
    known = _listed(store)
    pictures = {key: known.get(key) or _manifest(store, key) for key in keys}
    index = manifests.index(settings.institution, pictures, tombstones)
    _replace(store, INDEX, manifests.to_json(index), "application/json")
    _replace(store, PAGE, pages.gallery(index).encode(), "text/html; charset=utf-8")
    return len(keys)


def _listed(store: Store) -> dict[str, dict]:
    """What the index lists now, by manifest key, as far as it has all that a new index needs."""
    content = store.read(store.settings.public_bucket, INDEX)
    pictures = json.loads(content)["pictures"] if content else []
    return {picture["manifest"]: picture for picture in pictures if picture.keys() >= set(manifests.IN_INDEX)}


def _manifest(store: Store, key: str) -> dict:
    content = store.read(store.settings.public_bucket, key)
    if content is None or key != manifests.key_of(content):
        raise FixityError(f"{store.settings.public_bucket}/{key} is missing or was changed.")
    return json.loads(content)


def _replace(store: Store, key: str, body: bytes, media_type: str) -> None:
    if store.read(store.settings.public_bucket, key) != body:
        store.replace(store.settings.public_bucket, key, body, media_type)


def mirror(settings: Settings, folder: Path) -> dict:
    """Write what the public index lists as a folder for any static host: `{"files", "new", "removed"}`.

    Every object is compared with its checksum; the index comes last. Objects of an earlier mirror that are listed no
    longer are removed, other files of the folder stay. Raises FixityError for a damaged object or a key that is none
    of ours, ServiceError where nothing is published.
    """
    store = Store(settings)
    content = store.read(settings.public_bucket, INDEX)
    if content is None:
        raise ServiceError("Nothing is published yet: run `heritage-color publish` first.")
    index = json.loads(content)
    keys = sorted({key for picture in index["pictures"] for key in mirroring.keys_of(picture)})
    new = sum(mirroring.copy(store, key, folder) for key in track(keys, "mirror", len(keys)))
    removed = mirroring.remove_others(folder, set(keys))
    page = pages.gallery(index).encode()
    new += mirroring.write(folder / INDEX, content) + mirroring.write(folder / PAGE, page)
    return {"files": len(keys) + 2, "new": new, "removed": removed}
