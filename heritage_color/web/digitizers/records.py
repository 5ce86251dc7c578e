"""What the pages of digitization teams show: rows of the catalog, and what is made of them."""

from dataclasses import dataclass
from datetime import datetime

from heritage_color.keys import Code, FileName


@dataclass(frozen=True)
class Delivery:
    """A delivery, with how many of its files came to which end."""

    delivery_id: int
    name: str
    source: str
    state: str
    received_at: datetime
    ingested_at: datetime | None
    accepted: int
    duplicates: int
    refused: int
    bytes: int
    files: int
    uploader: str | None


@dataclass(frozen=True)
class Finding:
    """What pre-flight said of a file or a row; `of_code` counts the findings of the same severity and code."""

    file: str
    row_number: int | None
    code: Code
    severity: str
    sentence: str
    of_code: int


@dataclass(frozen=True)
class RefusedFile:
    """A refused file, the reasons, and the address of its small picture where there is one."""

    file: FileName
    reasons: list[str]
    address: str | None
