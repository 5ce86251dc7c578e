"""The virus scan: each delivered file goes to clamd, ClamAV's server, before anything of it is parsed or decoded.

Off unless HERITAGE_VIRUS_SCANNER names one. Of clamd's protocol two commands are needed (clamd(8): VERSION, INSTREAM).
Clients on PyPI, by their pages there in November 2026: clamd is of 2014, pyClamd (LGPL) of 2017, clamav-client is
GPL-2.0, aioclamd is asynchronous.
"""

import socket
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from heritage_color import progress
from heritage_color.errors import ScannerError
from heritage_color.scans.arrival.names import printable
from heritage_color.settings import Settings

Verdict = tuple[str, dict]  # a reason code and its facts; a clean file has none

WITHHELD = ("virus-found", "virus-scan-failed")  # files with these codes are neither parsed, decoded nor shown
AT_ONCE = 4  # files; clamd has ten threads (MaxThreads)
BLOCK = 2**18
CONNECT_SECONDS, ANSWER_SECONDS = 10, 300  # clamd gives a file up after 120 s (MaxScanTime)
ATTEMPTS = 2
OVER_LIMITS = (
    "Heuristics.Limits.Exceeded"  # what clamd "finds" with AlertExceedsMax in a file that it did not read whole
)


@dataclass(frozen=True)
class Scan:
    """What a scan of `files` files found: `engine` as clamd names itself, None where none is set; `judged` of them."""

    engine: str | None = None
    files: int = 0
    judged: int = 0
    verdicts: Mapping[Path, Verdict] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was scanned, and what not."""
        if self.engine is None:
            return "Viruses: nothing was scanned, as HERITAGE_VIRUS_SCANNER is not set."
        return f"Viruses: {self.judged} of {self.files} files were scanned by {self.engine}."

    def as_json(self) -> dict:
        """The same for programs."""
        return {"engine": self.engine, "files": self.files, "scanned": self.judged}

    @classmethod
    def from_json(cls, facts: dict) -> "Scan":
        """What `as_json` told; the verdicts are findings by then."""
        return cls(facts["engine"], facts["files"], facts["scanned"])


def scan(settings: Settings, paths: Iterable[Path]) -> Scan:
    """Have ordinary files scanned. Raises ScannerError where a scanner is set and does not answer."""
    if not settings.virus_scanner:
        return Scan()
    engine, files = _version(settings), list(paths)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = threads.map(lambda path: _judge(settings, path), files)
        verdicts = dict(zip(files, progress.track(found, "scanning for viruses", len(files)), strict=True))
    return _scan(engine, verdicts)


def recall(answers: Mapping[Path, dict]) -> Scan:
    """The scan of files that were scanned one by one: what `remember` made of each stands in its answer."""
    known = {path: answer["virus"] for path, answer in answers.items() if "virus" in answer}
    if not known:
        return Scan(files=len(answers))
    engine = next(iter(known.values()))["engine"]
    verdicts = {path: tuple(one["verdict"]) if one["verdict"] else None for path, one in known.items()}
    return _scan(engine, verdicts | {path: ("virus-not-scanned", {"why": BEFORE}) for path in answers.keys() - known})


BEFORE = "it came before a scanner was set"


def remember(found: Scan, path: Path) -> dict:
    """What a file's answer keeps of its scan."""
    return {"virus": {"engine": found.engine, "verdict": found.verdicts.get(path)}} if found.engine else {}


def is_withheld(verdict: Verdict | None) -> bool:
    """Whether a file must not be read."""
    return verdict is not None and verdict[0] in WITHHELD


def _scan(engine: str, verdicts: Mapping[Path, Verdict | None]) -> Scan:
    told = {path: verdict for path, verdict in verdicts.items() if verdict}
    judged = sum(verdict is None or verdict[0] == "virus-found" for verdict in verdicts.values())
    return Scan(engine, len(verdicts), judged, told)


def _judge(settings: Settings, path: Path) -> Verdict | None:
    """The verdict on one file. One that cannot be read is refused by who reads it next."""
    try:
        size, most = path.stat().st_size, settings.virus_scan_bytes
        if size > most:
            return _not_scanned(f"it has {size:,} bytes, and HERITAGE_VIRUS_SCAN_BYTES is {most:,}")
        for _ in range(ATTEMPTS):
            if answer := _stream(settings, path):
                return _verdict(answer)
            _version(settings)  # is it there at all?
    except OSError as error:
        return _not_scanned(error.strerror or str(error))
    return "virus-scan-failed", {"why": "the scanner broke off without an answer"}


def _verdict(answer: str) -> Verdict | None:
    """What an answer such as `stream: NAME FOUND` says."""
    said = printable(answer.removeprefix("stream: "))
    if said == "OK":
        return None
    if said.startswith(OVER_LIMITS):
        return _not_scanned(f"it goes over a limit of clamd, {said.removesuffix(' FOUND')}")
    if said.endswith(" FOUND"):
        return "virus-found", {"signature": said.removesuffix(" FOUND")}
    if "size limit exceeded" in said:
        return _not_scanned("it has more bytes than clamd's StreamMaxLength")
    return "virus-scan-failed", {"why": said.removesuffix(" ERROR").rstrip(".")}


def _not_scanned(why: str) -> Verdict:
    return "virus-not-scanned", {"why": why}


def _version(settings: Settings) -> str:
    with _connected(settings) as scanner:
        scanner.sendall(b"zVERSION\0")
        return printable(_answer(scanner)) or "an unnamed scanner"


def _stream(settings: Settings, path: Path) -> str:
    """clamd's answer on a file's bytes, which travel in blocks with their lengths; empty where it broke off."""
    with _connected(settings) as scanner, path.open("rb") as file:
        try:
            scanner.sendall(b"zINSTREAM\0")
            while block := file.read(BLOCK):
                scanner.sendall(len(block).to_bytes(4, "big") + block)
            scanner.sendall(bytes(4))
        except ConnectionError:  # it has heard enough: why, it has said already
            return _answer(scanner)
        return _answer(scanner)


def _answer(scanner: socket.socket) -> str:
    """An answer without its end; empty where the other side broke off."""
    said = b""
    try:
        while not said.endswith(b"\0") and (block := scanner.recv(BLOCK)):
            said += block
    except ConnectionError:
        return ""
    return said.removesuffix(b"\0").decode(errors="replace")


@contextmanager
def _connected(settings: Settings) -> Iterator[socket.socket]:
    """A connection to the scanner. Raises ScannerError where there is none, or no answer in time."""
    place = settings.virus_scanner
    try:
        with _open(place) as scanner:
            scanner.settimeout(ANSWER_SECONDS)
            yield scanner
    except (ConnectionError, TimeoutError, socket.gaierror, _NoSocket) as error:
        raise ScannerError(
            f"The virus scanner at {place} does not answer ({error}), and nothing is taken in unscanned. Start clamd, "
            "correct HERITAGE_VIRUS_SCANNER, or set it empty."
        ) from error


class _NoSocket(Exception):
    """There is no socket of this name, or it is not for us."""


def _open(place: str) -> socket.socket:
    if not place.startswith("/"):
        host, _, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
    scanner = socket.socket(socket.AF_UNIX)
    try:
        scanner.settimeout(CONNECT_SECONDS)
        scanner.connect(place)
    except OSError as error:
        scanner.close()
        raise _NoSocket(error.strerror or str(error)) from error
    return scanner
