"""The files of a delivery are read: each once for its digests, pictures and sidecars decoded, with what stands against
each alone."""

from collections.abc import Iterator

from heritage_color import progress
from heritage_color.scans.arrival import companions, names
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.contents import ODD, Answers, Contents, contents_by_entry, is_read
from heritage_color.scans.decoding.messages import NEITHER, Answer
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.reporting.notes import Note
from heritage_color.scans.reporting.reason import ERROR
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered
from heritage_color.settings import Settings


def read_files(contents: Contents, settings: Settings, algorithms: set[str], known: Answers | None) -> list[Delivered]:
    """All files with their digests: pictures first, and decoded, then their sidecars, then ordinary ones besides.

    With `known` answers nothing is read again.
    """
    todo = list(contents_by_entry(contents))
    if known is not None:
        return [_delivered(entry, _recalled(known, entry, content)) for entry, content in todo]
    with Workers(settings, algorithms) as workers:
        requests = [(entry.path, _content(entry, content)) for entry, content in todo if is_read(entry)]
        answers = progress.track(workers.examine_all(requests), "checking", len(requests))
        return [_delivered(entry, next(answers) if is_read(entry) else Answer()) for entry, _ in todo]


def _content(entry: Entry, content: str) -> str:
    return content if entry.size and entry.kind == "file" else NEITHER


def _recalled(known: Answers, entry: Entry, content: str) -> Answer:
    """Return what is known of a file; of one that is no picture and no sidecar of its delivery, only its digests."""
    answer = known.get(entry.path, Answer())
    return answer if content else Answer(answer.digests, answer.trouble)


def _delivered(entry: Entry, answer: Answer) -> Delivered:
    """The file with what stands against it; what decoding notes of one that is refused anyway is left out."""
    findings: list[Finding] = []
    with Isolated(findings, entry.name):
        findings += [*names.check_name(entry), *_entry_findings(entry, answer.trouble)]
        if not any(fault.severity == ERROR for fault in findings):
            findings += [_noted(entry, note) for note in answer.notes]
    return Delivered(entry.path, entry.name, entry.size, dict(answer.digests), answer.picture, findings=findings)


def _noted(entry: Entry, note: Note) -> Finding:
    """Return a finding of the decoding process; of a sound or a text that manifest.csv names as a scan, what it is."""
    words = companions.words_for(entry.path) if note.code == "not-a-picture" else ""
    return finding("not-a-scan", entry.name, format=words) if words else note.of(entry.name)


def _entry_findings(entry: Entry, trouble: str = "") -> list[Finding]:
    if entry.fault:
        return [entry.fault]
    if entry.kind != "file":
        return [finding("symlink" if entry.kind == "link" else "not-a-file", entry.name)]
    if trouble:
        return [finding("unreadable-file", entry.name, why=trouble)]
    return [] if entry.size else [finding("empty", entry.name)]


def findings_beside(contents: Contents) -> list[Finding]:
    """Findings on entries that are no pictures, on manifests, and on names that collide."""
    findings = [fault for entry in contents.beside if entry.kind in ODD for fault in _entry_findings(entry)]
    findings += [
        finding("unreadable-file", entry.name, why="the folder is locked")
        for entry in contents.others
        if entry.kind == "locked"
    ]
    findings += _companions(contents)
    findings += [fault for manifest in contents.manifests for fault in manifest.findings]
    return findings + names.check_collisions(entry.name for entry in contents.pictures)


def _companions(contents: Contents) -> list[Finding]:
    """What each file beside the pictures is, and that it is not taken in."""
    strays = {stray.name for stray in contents.strays}
    findings: list[Finding] = []
    for entry in contents.others:
        if entry.kind == "file" and entry.name not in strays:
            with Isolated(findings, entry.name):
                findings.append(companions.note(entry))
    return findings


def faults_of_others(files: list[Delivered]) -> Iterator[Finding]:
    """What checksums and reading say against files that are no pictures; an empty one is no fault there."""
    for file in files:
        yield from (fault for fault in file.findings if fault.code not in ("empty", "name-not-portable"))
