"""What is to be said of a file before it is known which file of a delivery it is."""

from collections.abc import Mapping
from typing import NamedTuple

from heritage_color.keys import Code, FileName, Word
from heritage_color.scans.reporting.reasons import Finding, finding

Facts = Mapping[Word, object]  # what fills a reason's sentence, by the names in its braces
NO_FACTS: Facts = {}


class Note(NamedTuple):
    """A reason code with the facts of its sentence; as JSON it is a list of the two."""

    code: Code
    facts: Facts = NO_FACTS

    def of(self, file: FileName, row: int | None = None) -> Finding:
        """The finding that it is on a file of a delivery."""
        return finding(self.code, file, row, **self.facts)
