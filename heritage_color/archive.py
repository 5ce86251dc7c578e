"""Content-addressed objects of the archive bucket: written once under their checksum, read back, then trusted."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color.errors import FixityError
from heritage_color.store import Store, sha256_file


def key_for(kind: str, sha256: str, suffix: str = "") -> str:
    """Key of an object: `masters/sha256/ab/cd/abcd...`, spread so that no folder of a file system overflows."""
    return f"{kind}/sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}{suffix}"


def deposit(store: Store, kind: str, path: Path, media_type: str, suffix: str = "") -> tuple[str, str, bool]:
    """Store a file of a kind, such as `masters`, `colorizations` or `models`, and verify the stored bytes.

    Returns its key, its SHA-256 and whether it was new. Raises FixityError when what was stored differs.
    """
    sha256 = sha256_file(path)
    key = key_for(kind, sha256, suffix)
    new = store.write_once(store.settings.archive_bucket, key, path, media_type)
    store.verify(store.settings.archive_bucket, key, sha256)
    return key, sha256, new


def keep_record(store: Store, sha256: str, kind: str, facts: dict) -> bool:
    """Write a fact about a master to the bucket, from which the catalog can be made again. True when it was new.

    Kinds: `master`, `reference`, `do-not-colorize`, `withdrawal`. Written before the catalog's row, so that no row is
    without its record; the same facts are the same object.
    """
    body = (json.dumps({"kind": kind, **facts}, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    key = key_for("records", sha256, f"/{kind}-{hashlib.sha256(body).hexdigest()}.json")
    return store.write_once(store.settings.archive_bucket, key, body, "application/json")


def retrieve(store: Store, key: str, sha256: str, destination: Path) -> Path:
    """An object as a file of this machine, kept from then on: whole and with this checksum, or not at all.

    Raises FixityError when the stored object is another, or is not there.
    """
    if destination.is_file() and sha256_file(destination) == sha256:
        return destination
    destination.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", dir=destination.parent) as folder:
        partial = Path(folder) / destination.name
        try:
            store.fetch(store.settings.archive_bucket, key, partial)
        except store.client.exceptions.NoSuchKey:
            raise FixityError(f"{key} of the archive is not there.") from None
        found = sha256_file(partial)
        if found != sha256:
            raise FixityError(f"{key} of the archive should have SHA-256 {sha256}; what is stored there has {found}.")
        partial.replace(destination)
    return destination
