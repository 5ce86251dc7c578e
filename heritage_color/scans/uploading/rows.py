"""Rows of uploads: what the catalog keeps of an upload, of its files, and of what is on the way."""

from dataclasses import dataclass
from datetime import datetime

from heritage_color.keys import FileName, Json


@dataclass(frozen=True)
class Upload:
    """An upload with what became of it after it was handed in.

    `state` is open, finished or abandoned. `source` is where it lies since it was handed in; `report` is the newest
    one, as the page shows it, and `report_of` tells of which files. `tried_at`, `delivery_id` and `refusal` are those
    of its intake.
    """

    upload_id: int
    name: str
    uploader: str
    account_id: int | None
    state: str
    opened_at: datetime
    touched_at: datetime
    closed_at: datetime | None
    source: str | None
    on_disk: bool
    report: Json | None
    report_of: str | None
    tried_at: datetime | None
    delivery_id: int | None
    refusal: str


@dataclass(frozen=True)
class UploadedFile:
    """A file of an upload: how many of its bytes are here, and whether it was looked at."""

    file_id: int
    path: FileName
    bytes: int
    received: int
    checked: bool

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here."""
        return self.received == self.bytes


@dataclass(frozen=True)
class Sizes:
    """How many `files` and `bytes` were announced, bytes `received`, files `unfinished` and `unchecked`."""

    files: int
    bytes: int
    received: int
    unfinished: int
    unchecked: int


@dataclass(frozen=True)
class Clash:
    """The file that stands in the way of a path: perhaps the same file, of which some is here already."""

    file_id: int
    path: FileName
    bytes: int
    modified: int
    received: int


@dataclass(frozen=True)
class OldUpload:
    """An upload whose files are to leave the disk."""

    upload_id: int
    state: str
    source: str | None


@dataclass(frozen=True)
class Coming:
    """A delivery that was not taken in yet: an open upload, or what lies in a watched place, `since` a moment.

    `files` and `bytes` are known of open uploads only, `uploader` and numbers of what came through the pages.
    """

    upload_id: int | None
    name: str
    uploader: str | None
    account_id: int | None
    state: str
    since: datetime
    refusal: str
    files: int | None
    bytes: int | None


@dataclass(frozen=True)
class OnTheWay:
    """What a person sees of deliveries on the way, and how many open uploads of others there are besides."""

    coming: list[Coming]
    others: int
