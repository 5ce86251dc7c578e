"""The virus scan: each delivered file goes to clamd, ClamAV's server, before anything of it is parsed or decoded.

Off unless HERITAGE_VIRUS_SCANNER names one. Of clamd's protocol two commands are needed (clamd(8): VERSION, INSTREAM).
Clients on PyPI, by their pages there in November 2026: clamd is of 2014, pyClamd (LGPL) of 2017, clamav-client is
GPL-2.0, aioclamd is asynchronous.
"""

import socket
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from heritage_color import progress
from heritage_color.errors import ScannerError
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.arrival.verdicts import VirusScan, not_scanned
from heritage_color.scans.reporting.notes import Note
from heritage_color.settings import Settings

AT_ONCE = 4  # files; clamd has ten threads (MaxThreads)
BLOCK = 2**18
CONNECT_SECONDS, ANSWER_SECONDS = 10, 300  # clamd gives a file up after 120 s (MaxScanTime)
ATTEMPTS = 2
OVER_LIMITS = (
    "Heuristics.Limits.Exceeded"  # what clamd "finds" with AlertExceedsMax in a file that it did not read whole
)


def scan(settings: Settings, paths: Iterable[Path]) -> VirusScan:
    """Have ordinary files scanned. Raises ScannerError where a scanner is set and does not answer."""
    if not settings.virus_scanner:
        return VirusScan()
    engine, files = _version(settings), list(paths)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        judged = threads.map(lambda path: _judge(settings, path), files)
        verdicts = dict(zip(files, progress.track(judged, "scanning for viruses", len(files)), strict=True))
    return VirusScan.of(engine, verdicts)


def _judge(settings: Settings, path: Path) -> Note | None:
    """Return the verdict on one file. One that cannot be read is refused by who reads it next."""
    try:
        size, most = path.stat().st_size, settings.virus_scan_bytes
        if size > most:
            return not_scanned(f"it has {size:,} bytes, and HERITAGE_VIRUS_SCAN_BYTES is {most:,}")
        for _ in range(ATTEMPTS):
            if answer := _stream(settings, path):
                return _verdict(answer)
            _version(settings)  # is it there at all?
    except OSError as error:
        return not_scanned(error.strerror or str(error))
    return Note("virus-scan-failed", {"why": "the scanner broke off without an answer"})


def _verdict(answer: str) -> Note | None:
    """Return what an answer such as `stream: NAME FOUND` says."""
    words = printable(answer.removeprefix("stream: "))
    if words == "OK":
        return None
    if words.startswith(OVER_LIMITS):
        return not_scanned(f"it goes over a limit of clamd, {words.removesuffix(' FOUND')}")
    if words.endswith(" FOUND"):
        return Note("virus-found", {"signature": words.removesuffix(" FOUND")})
    if "size limit exceeded" in words:
        return not_scanned("it has more bytes than clamd's StreamMaxLength")
    return Note("virus-scan-failed", {"why": words.removesuffix(" ERROR").rstrip(".")})


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
    answer = b""
    try:
        while not answer.endswith(b"\0") and (block := scanner.recv(BLOCK)):
            answer += block
    except ConnectionError:
        return ""
    return answer.removesuffix(b"\0").decode(errors="replace")


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
