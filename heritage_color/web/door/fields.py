"""What pages accept from outside: ids, lines of text, page numbers; and the pages of long lists."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Form, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LINE = StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
PROSE = StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[^\x00]*$")

Line = Annotated[str, LINE]
Prose = Annotated[str, PROSE]
SentId = Annotated[int, Field(ge=0, le=2**63 - 1)]
RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
ItemId = Annotated[UUID, Path()]
Identifier = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00-\x1f\x7f]+$"), Path()]
ReasonCode = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9-]+$"), Path()]
Page = Annotated[int, Query(ge=1, le=100_000)]
Search = Annotated[str, LINE, Query()]
FormId = Annotated[int, Form(ge=0, le=2**63 - 1)]
FormLine = Annotated[Line, Form()]
FormPath = Annotated[str, StringConstraints(min_length=1, max_length=8000, pattern=r"^[^\x00]*$"), Form()]
FormProse = Annotated[Prose, Form()]


class SentForm(BaseModel):
    """A form as a record: `form: Annotated[DecisionForm, Form()]`. Other fields are left out."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Pages:
    """Page `number`, from 1, of `total` rows shown `size` at a time."""

    number: int
    size: int
    total: int

    @property
    def skipped(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.total // self.size))
