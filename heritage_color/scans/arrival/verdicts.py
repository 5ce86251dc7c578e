"""What a virus scan found, and which files it keeps from being opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from heritage_color.keys import Code, Json
from heritage_color.scans.decoding.messages import Answer, Scanned
from heritage_color.scans.reporting.notes import Note

WITHHELD = frozenset(
    {"virus-found", "virus-scan-failed"}
)  # files with these codes are neither parsed, decoded nor shown


@dataclass(frozen=True)
class VirusScan:
    """What a scan of `files` files found: `engine` as clamd names itself, None where none is set; `judged` of them.

    A clean file has no verdict.
    """

    engine: str | None = None
    files: int = 0
    judged: int = 0
    verdicts: Mapping[Path, Note] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was scanned, and what not."""
        if self.engine is None:
            return "Viruses: nothing was scanned, as HERITAGE_VIRUS_SCANNER is not set."
        return f"Viruses: {self.judged} of {self.files} files were scanned by {self.engine}."

    def as_json(self) -> Json:
        """Return the same for programs."""
        return {"engine": self.engine, "files": self.files, "scanned": self.judged}

    @classmethod
    def from_json(cls, facts: Json) -> "VirusScan":
        """Return what `as_json` told; the verdicts are findings by then."""
        return cls(facts["engine"], facts["files"], facts["scanned"])

    @classmethod
    def of(cls, engine: str, verdicts: Mapping[Path, Note | None]) -> "VirusScan":
        """The scan whose verdicts on all files are these, None for a clean one."""
        noted = {path: verdict for path, verdict in verdicts.items() if verdict}
        judged = sum(verdict is None or verdict.code == "virus-found" for verdict in verdicts.values())
        return cls(engine, len(verdicts), judged, noted)

    def of_one_file(self, path: Path) -> Scanned | None:
        """Return what a file's answer keeps of its scan; None where nobody scanned it."""
        return Scanned(self.engine, self.verdicts.get(path)) if self.engine else None


def recall(answers: Mapping[Path, Answer]) -> VirusScan:
    """The scan of files that were scanned one by one, each before it was decoded, as their answers tell."""
    known = {path: answer.virus for path, answer in answers.items() if answer.virus}
    if not known:
        return VirusScan(files=len(answers))
    verdicts = {path: scanned.verdict for path, scanned in known.items()}
    before = not_scanned("it came before a scanner was set")
    return VirusScan.of(next(iter(known.values())).engine, verdicts | dict.fromkeys(answers.keys() - known, before))


def not_scanned(why: str) -> Note:
    """The verdict on a file that nobody has scanned: it is read, with a warning."""
    return Note("virus-not-scanned", {"why": why})


def is_withheld(verdict: Note | None) -> bool:
    """Return whether a file must not be read."""
    return verdict is not None and may_not_be_opened([verdict.code])


def may_not_be_opened(codes: Iterable[Code]) -> bool:
    """Return whether one of the codes against a file keeps it from being opened."""
    return not WITHHELD.isdisjoint(codes)
