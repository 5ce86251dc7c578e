"""What the desk's forms send, as records."""

from typing import Annotated

from pydantic import Field

from heritage_color.curation.notes import Note
from heritage_color.web.door.fields import Line, Prose, SentForm, SentId

Percent = Annotated[float, Field(ge=0, le=100)]


class DecisionForm(SentForm):
    """A decision, and the number of the newest one that its page showed.

    A colorization that is sent back is wanted with this method and preset instead.
    """

    verdict: Annotated[Line, Field(min_length=1)]
    seen: SentId
    reason: Line = ""
    note: Prose = ""
    method: Line = ""
    preset: Annotated[Line, Field(alias="wanted")] = ""


class RegionForm(SentForm):
    """A note on a rectangle whose sides are given in percent of the picture."""

    left: Percent
    top: Percent
    width: Percent
    height: Percent
    words: Annotated[Prose, Field(min_length=1)]
    public: Line = ""

    @property
    def as_note(self) -> Note:
        """The note that it asks for."""
        return Note(self.left, self.top, self.width, self.height, self.words, bool(self.public))
