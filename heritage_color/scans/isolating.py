"""The one place that takes faults of every kind: a cell, row, file or list that raises anything becomes a finding.

What a supplier sends is endless, and a fault that nobody thought of must not keep a hundred thousand other files out.
So each place of a delivery is looked at inside such a context. Nothing is hidden by it: what was raised goes to the
log with its traceback and into the report as an error, and the file that it befell is refused and owed. Errors of
ours (HeritageError) and a full disk concern the whole and pass, as do signals to stop.
"""

import errno
import logging
from types import TracebackType

from heritage_color.errors import HeritageError, PictureError
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.reporting.reasons import Finding, finding

LOG = logging.getLogger(__name__)
SHOWN = 200  # characters of what was raised, in a sentence


class Isolated:
    """A context in which whatever is raised becomes a finding `internal-fault` of a file, or of a row that names it.

    `error` says afterwards what was raised, empty for nothing. Errors of the kinds `passing` are for others to take.
    """

    def __init__(
        self,
        findings: list[Finding] | None = None,
        file: str = "",
        row: int | None = None,
        passing: tuple[type[Exception], ...] = (),
    ):
        self.findings, self.file, self.row, self.error = findings, file, row, ""
        self.passing: tuple[type[Exception], ...] = (HeritageError, *passing)

    def __enter__(self) -> "Isolated":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or _fills_the_disk(error):
            return False
        if isinstance(error, self.passing) and not isinstance(error, PictureError):  # which is one file's
            return False
        LOG.error("A fault at %s", self.file or "a file", exc_info=(type(error), error, trace))
        self.error = told(error)
        if self.findings is not None:
            self.findings.append(finding("internal-fault", self.file, self.row, error=self.error))
        return True


def _fills_the_disk(error: Exception) -> bool:
    """A full disk is no file's fault: every later file would be refused, too."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def told(error: BaseException) -> str:
    """Return what was raised, in one line: its kind, and the beginning of what it says."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = " ".join(printable(str(error)).split())
    return f"{type(error).__name__}: {text[:SHOWN]}" if text else type(error).__name__
