"""The public bucket as a folder. The index names what to fetch, so its keys are checked before they are paths."""

import re
from collections.abc import Iterator
from pathlib import Path

from heritage_color.digests import sha256_file
from heritage_color.errors import FixityError
from heritage_color.keys import ObjectKey, Sha256
from heritage_color.publish.records import Entry
from heritage_color.store import Store
from heritage_color.whole_files import whole, write_whole

KEY = re.compile(r"objects/sha256/[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})\.jpg|manifests/([0-9a-f]{64})\.json")


def keys_of(entry: Entry) -> Iterator[ObjectKey]:
    """Yield keys of the objects behind an entry of the index."""
    yield entry.manifest
    for file in (entry.original, entry.colour):
        yield file.key
        yield file.gallery_key


def copy_object(store: Store, key: ObjectKey, folder: Path) -> bool:
    """Fetch an object into its place below the folder, unless it is there whole. True when it was fetched."""
    sha256 = _checksum(key)
    place = _inside(folder, key)
    if place.is_file() and sha256_file(place) == sha256:
        return False
    with whole(place) as partial:
        store.fetch(store.settings.public_bucket, key, partial)
        stored = sha256_file(partial)
        if stored != sha256:
            raise FixityError(f"{store.settings.public_bucket}/{key} is damaged: its bytes have SHA-256 {stored}.")
    return True


def write_changed(place: Path, content: bytes) -> bool:
    """Write a file in one step, unless it has these bytes. True when it was written."""
    if place.is_file() and not place.is_symlink() and place.read_bytes() == content:
        return False
    write_whole(place, content)
    return True


def remove_others(folder: Path, keys: set[ObjectKey]) -> int:
    """Remove objects of an earlier mirror that are not among the keys; files that are none of ours stay."""
    present = (
        path.relative_to(folder).as_posix()
        for kind in ("objects", "manifests")
        for path in folder.glob(f"{kind}/**/*")
    )
    stale = [key for key in present if KEY.fullmatch(key) and key not in keys]
    for key in stale:
        _inside(folder, key).unlink()
    return len(stale)


def _checksum(key: ObjectKey) -> Sha256:
    match = KEY.fullmatch(key)
    if not match:
        raise FixityError(f"The public index names {key[:200]!r}, which is no key of a published object.")
    return match[1] or match[2]


def _inside(folder: Path, key: ObjectKey) -> Path:
    """Return the place of a key; refuses to follow a symbolic link that leads out of the folder."""
    place = folder / key
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.parent.resolve().is_relative_to(folder.resolve()):
        raise FixityError(f"{place.parent} leads out of {folder}; remove the symbolic link.")
    return place
