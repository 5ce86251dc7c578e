"""Every reason code of pre-flight: its severity, its sentence and its remedy, in one table.

Codes are stable: reports, the catalog's findings, quarantine events and docs/deliveries.md all use them.
"""

from dataclasses import asdict, dataclass

from heritage_color.keys import Code, FileName, Json
from heritage_color.scans.reporting.codes.pictures import PICTURES
from heritage_color.scans.reporting.codes.tables import TABLES
from heritage_color.scans.reporting.codes.wholeness import WHOLENESS
from heritage_color.scans.reporting.reason import Reason

REASONS: dict[Code, Reason] = PICTURES | WHOLENESS | TABLES


@dataclass(frozen=True)
class Finding:
    """One fault of a delivery: the file, the row of manifest.csv or of a checksum file if any, code and sentence."""

    file: FileName
    row: int | None
    code: Code
    severity: str
    sentence: str
    remedy: str = ""

    @property
    def fault(self) -> str:
        """The sentence without its remedy."""
        return self.sentence.removesuffix(self.remedy).rstrip()

    def as_json(self) -> Json:
        """The finding as the report's JSON shows it; the remedy is the end of its sentence."""
        return {name: value for name, value in asdict(self).items() if name != "remedy"}


def finding(code: Code, file: FileName, row: int | None = None, **facts: object) -> Finding:
    """Return a finding with the code's sentence and remedy, filled with the file's name, the row and further facts."""
    reason = REASONS[code]
    sentence, remedy = (text.format(file=file, **facts) for text in (reason.sentence, reason.remedy))
    if row:
        sentence = f"{sentence.removesuffix('.')} (row {row})."
    return Finding(file, row, code, reason.severity, f"{sentence} {remedy}", remedy)


def recalled(file: FileName, row: int | None, code: Code, severity: str, sentence: str) -> Finding:
    """A finding as the catalog keeps it: with its remedy, which no fact changes, apart again."""
    remedy = REASONS[code].remedy if code in REASONS else ""
    return Finding(file, row, code, severity, sentence, remedy if sentence.endswith(remedy) else "")
