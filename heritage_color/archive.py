"""Content-addressed objects of the archive bucket: written once under their checksum, read back, then trusted."""

from pathlib import Path

from heritage_color.store import Store, sha256_file


def key_for(kind: str, sha256: str, suffix: str = "") -> str:
    """Key of an object: `masters/sha256/ab/cd/abcd...`, spread so that no folder of a file system overflows."""
    return f"{kind}/sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}{suffix}"


def deposit(store: Store, kind: str, path: Path, media_type: str, suffix: str = "") -> tuple[str, str, bool]:
    """Store a file of a kind (`masters`, `references`, `colorizations`, `previews`) and verify the stored bytes.

    Returns its key, its SHA-256 and whether it was new. Raises FixityError when what was stored differs.
    """
    sha256 = sha256_file(path)
    key = key_for(kind, sha256, suffix)
    new = store.write_once(store.settings.archive_bucket, key, path, media_type)
    store.verify(store.settings.archive_bucket, key, sha256)
    return key, sha256, new
