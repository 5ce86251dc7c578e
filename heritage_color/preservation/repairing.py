"""Puts good copies from the second store in the place of what is damaged."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import progress
from heritage_color.archive import Archive, open_archive, retrieve
from heritage_color.errors import DAMAGES, ServiceError, sentence_of
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.preservation.auditing import damaged_objects, keep_aside, record_reading
from heritage_color.preservation.fixity import StoredObject
from heritage_color.s3 import Role
from heritage_color.settings import Settings
from heritage_color.store import Store


@dataclass(frozen=True)
class Repaired:
    """How many objects stood damaged, how many are whole again; `left` has a sentence for each of the others."""

    damaged: int
    repaired: int
    left: list[str]


def repair(settings: Settings) -> Repaired:
    """Put good copies from the second store in the place of all that stands damaged.

    A copy is verified before and after it is stored; what it replaces is kept under `quarantine/`. Raises ServiceError
    where no second store is set.
    """
    if not settings.second_endpoint:
        raise ServiceError("No second store is configured: set HERITAGE_SECOND_ENDPOINT and the bucket with copies.")
    second = Store(second_of(settings), Role.READER)
    with open_archive(settings) as archive:
        damaged = damaged_objects(archive)
        sentences = [_repair(archive, second, stored) for stored in progress.track(damaged, "repairing", len(damaged))]
    left = [sentence for sentence in sentences if sentence]
    return Repaired(len(damaged), len(damaged) - len(left), left)


def second_of(settings: Settings) -> Settings:
    """Settings whose archive bucket is the second store's."""
    return replace(
        settings,
        s3_endpoint=settings.second_endpoint,
        s3_region=settings.second_region,
        s3_access_key=settings.second_access_key,
        s3_secret_key=settings.second_secret_key,
        archive_bucket=settings.second_bucket,
    )


def _repair(archive: Archive, second: Store, stored: StoredObject) -> str:
    """The sentence that says why an object could not be repaired; empty where it is whole again."""
    digest = archive.store.digest(archive.bucket, stored.object_key)
    if digest != stored.sha256:
        keep_aside(archive, stored, digest)
        try:
            _restore(archive, second, stored)
        except DAMAGES as error:
            return (
                f"{stored.identifier}, {stored.kind}: {second.settings.s3_endpoint} has no good copy. "
                f"{sentence_of(error)}"
            )
    record_reading(archive, stored, stored.sha256)
    archive.db.commit()
    return ""


def _restore(archive: Archive, second: Store, stored: StoredObject) -> None:
    """Put the second store's copy in the place. Raises FixityError where it is not whole, before or afterwards."""
    with TemporaryDirectory(prefix="heritage-") as folder:
        good = retrieve(second, stored.object_key, stored.sha256, Path(folder) / "good")
        archive.store.restore(archive.bucket, stored.object_key, good, stored.media_type)
    archive.store.verify(archive.bucket, stored.object_key, stored.sha256)
    source = second.settings.s3_endpoint
    archive.note(
        Event(
            Key.REPAIRED.of(
                type=EventType.REPLICATION, object_key=stored.object_key, act=f"{datetime.now(UTC):%Y-%m-%d}"
            ),
            EventType.REPLICATION,
            Agent.REPAIR,
            "restored",
            {"object_key": stored.object_key, "sha256": stored.sha256, "source": source},
            scan_id=stored.scan_id,
            colorization_id=stored.colorization_id,
        )
    )
