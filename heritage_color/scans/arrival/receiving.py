"""Brings a delivery of any shape to a folder: a folder, a bag, an archive of either, or a prefix of an S3 bucket.

Folders are read where they lie. Archives and objects come into a private folder below HERITAGE_HOME that is removed
afterwards; what a killed run left there, the next one removes.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from heritage_color import progress
from heritage_color.errors import DeliveryError
from heritage_color.images import formats
from heritage_color.images.reading import opening
from heritage_color.scans.arrival import archives, unpacking
from heritage_color.scans.arrival.landing import NO_ROOM, Bounds, Landing, Refusal, Spoiled, check_room
from heritage_color.scans.arrival.names import SYSTEM_FOLDERS, Entry, printable
from heritage_color.scans.integrity import bags
from heritage_color.scans.integrity.bags import Bag
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.reporting.reasons import Finding
from heritage_color.settings import Settings
from heritage_color.store import Store, Stored

SCHEME = "s3://"
PLACE = "receiving"  # the folder of private folders, below HERITAGE_HOME


@dataclass
class Received:
    """A delivery as a folder of ordinary files. `refused` are entries that were kept out while it was unpacked.

    `fault` says why an archive was refused as a whole; `folder` is then the archive itself.
    """

    name: str
    source: str
    folder: Path
    refused: list[Entry] = field(default_factory=list)
    bag: Bag = field(default_factory=Bag)
    fault: Finding | None = None


def in_bucket(delivery: Path | str) -> bool:
    """Return whether a delivery is named by the address of a bucket."""
    return str(delivery).startswith(SCHEME)


@contextmanager
def receive(settings: Settings, delivery: Path | str) -> Iterator[Received]:
    """The delivery as a folder that lasts as long as the context. Raises DeliveryError where there is no delivery."""
    sweep(settings.home)
    if in_bucket(delivery):
        with _private_folder(settings.home) as place:
            yield _fetch(settings, str(delivery), place)
        return
    path = Path(delivery).resolve()
    if path.is_file() and (archives.is_archive(path.name) or opening.sniff(path) is formats.ARCHIVE):
        with _private_folder(settings.home) as place:
            yield _unpack(settings, path, str(path), place)
    elif path.is_dir():
        yield _received(path.name, str(path), _bag_in(path))
    else:
        raise DeliveryError(
            f"{delivery} is not a folder, and no .zip, .tar or .tar.gz. A delivery is a folder with scans in it, "
            "packed or not."
        )


# ------------------------------------------------------------------ private folders


@contextmanager
def _private_folder(home: Path) -> Iterator[Path]:
    """A new folder that only this process may use, removed at the end. Its lock is held as long as we live."""
    top = home / PLACE
    top.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(top / ".lock"):  # nobody sweeps between the folder and its lock
        folder = Path(tempfile.mkdtemp(prefix="delivery-", dir=top))
        lock = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise DeliveryError(f"There is no room left below {top}. Make room, and run again.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sweep(home: Path) -> None:
    """Remove the private folders of runs that were killed: nobody holds their locks any more."""
    top = home / PLACE
    if not top.is_dir():
        return
    with _locked(top / ".lock"):
        for folder in top.glob("delivery-*"):
            if not _in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    try:
        with (folder / ".lock").open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # it has no lock: it is being removed, or was killed before it had one
    return False


# -------------------------------------------------------------------------- archives


def _unpack(settings: Settings, archive: Path, source: str, place: Path) -> Received:
    folder = place / "unpacked"
    folder.mkdir()
    landing = Landing(folder, Bounds(folder, archive.stat().st_size, settings.unpack_ratio), settings.unpack_entries)
    faults: list[Finding] = []
    with Isolated(faults, printable(archive.name)):
        try:
            unpacking.unpack(archive, landing)
        except Spoiled as spoiled:
            faults.append(spoiled.note.of(printable(archive.name)))
    if faults:
        return Received(archive.name, source, archive, fault=faults[0])
    return _received(archive.name, source, _root(folder), landing)


def _root(folder: Path) -> Path:
    """Most people pack the folder, not what is in it: a folder that is alone at the top is the delivery."""
    only = _only_folder(folder)
    while only and not bags.is_bag(folder):
        folder, only = only, _only_folder(only)
    return folder


def _only_folder(folder: Path) -> Path | None:
    """The folder that is alone in a folder, systems' own folders aside."""
    inside = [path for path in folder.iterdir() if path.name not in SYSTEM_FOLDERS]
    alone = len(inside) == 1 and inside[0].is_dir() and not inside[0].is_symlink()
    return inside[0] if alone else None


def _bag_in(folder: Path) -> Path:
    """The folder itself, or the bag that is alone in it."""
    try:
        only = _only_folder(folder)
    except OSError:
        return folder  # a locked one is reported as such
    return only if only and not bags.is_bag(folder) and bags.is_bag(only) else folder


def _received(name: str, source: str, root: Path, landing: Landing | None = None) -> Received:
    bag = _bag(root) if bags.is_bag(root) else Bag()
    folder = root / bags.PAYLOAD if bags.is_bag(root) else root
    refused = _refused(landing, (folder, root)) if landing else []
    return Received(name, source, folder, refused, bag)


def _bag(root: Path) -> Bag:
    """Return what a bag says; where reading it raises anything, only that, as an error."""
    faults: list[Finding] = []
    with Isolated(faults, bags.DECLARATION):
        return bags.read_bag(root)
    return Bag(findings=faults)


def _refused(landing: Landing, roots: tuple[Path, ...]) -> list[Entry]:
    """Return what was kept out, under the names that it has in the delivery's folder."""
    paths = {key: landing.folder / key for key in landing.refused}
    bases = {key: next((root for root in roots if path.is_relative_to(root)), None) for key, path in paths.items()}
    shown = {key: paths[key].relative_to(base).as_posix() if base else key for key, base in bases.items()}
    return [_entry(printable(shown[key]), key, refusal) for key, refusal in landing.refused.items()]


def _entry(shown: str, key: str, refusal: Refusal) -> Entry:
    fault = refusal.note.of(shown)
    return Entry(Path(PurePosixPath(key).name), shown, "refused", refusal.size, fault)


# --------------------------------------------------------------------------- buckets


def parse(address: str) -> tuple[str, str]:
    """Bucket and prefix of s3://bucket/prefix; the prefix has no slash at its end."""
    bucket, _, prefix = address.removeprefix(SCHEME).partition("/")
    return bucket, prefix.strip("/")


def _fetch(settings: Settings, address: str, place: Path) -> Received:
    store, (bucket, prefix) = Store(settings), parse(address)
    name = PurePosixPath(prefix).name or bucket
    objects = store.listing(bucket, prefix)
    if archives.is_archive(name) and any(stored.key == prefix for stored in objects):
        check_room(place, sum(stored.bytes for stored in objects if stored.key == prefix))
        return _unpack(settings, store.fetch(bucket, prefix, place / name), address, place)
    below = [stored for stored in objects if stored.key.startswith(f"{prefix}/" if prefix else "")]
    if not below:
        raise DeliveryError(f"{address} holds nothing. Name the prefix of a delivery, as in s3://bucket/delivery.")
    landing = _fetch_all(settings, store, bucket, below, prefix, place)
    return _received(name, address, landing.folder, landing)


def _fetch_all(
    settings: Settings, store: Store, bucket: str, objects: list[Stored], prefix: str, place: Path
) -> Landing:
    folder = place / "fetched"
    folder.mkdir()
    check_room(place, sum(stored.bytes for stored in objects))
    landing = Landing(folder, Bounds(folder, 0, ratio=0), settings.unpack_entries)
    for stored in progress.track(objects, "fetching", len(objects)):
        landing.admit(stored.key)
        if not stored.key.endswith("/"):  # a folder's mark
            with store.telling(bucket):
                landing.write(stored.key[len(prefix) + 1 if prefix else 0 :], store.open(bucket, stored.key))
    return landing
