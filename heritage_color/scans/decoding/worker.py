"""The decoding process: reads requests as JSON lines, answers each with two lines, its digests, then what it holds.

Started by workers.py as `python -m heritage_color.scans.decoding.worker`. A hostile file can hang, kill or bloat this
process only; the memory that decoding may take is a limit of the operating system (Linux).
"""

import json
import os
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from heritage_color.keys import Sha256
from heritage_color.scans.decoding import decode, looks
from heritage_color.scans.decoding.messages import PICTURE, SIDECAR, THUMBNAIL, Answer, Request
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.reporting.notes import Note

REMEMBERED = 32  # files of which a process knows what they hold; the metadata of one may be some hundred kB
Contents = tuple[Sha256, str, str]  # checksum, suffix, and as what a file is read: what two copies have in common


def serve(requests: Iterable[str], answers: TextIO, memory: int) -> None:
    """Answer requests until they end. Decoding may take `memory` bytes beyond what the libraries hold."""
    _load_libraries()
    _limit(memory)
    known: dict[Contents, Answer] = {}
    for line in requests:
        request = Request.from_line(line)
        read = _read(request)
        _send(answers, json.dumps(read.as_json()))
        if request.content == THUMBNAIL:
            _send(answers, json.dumps({"made": _thumbnail(request)}))
        else:
            _send(answers, json.dumps(_known(known, request, read.sha256).as_json()))


def _read(request: Request) -> Answer:
    """A file's digests, or why it cannot be read."""
    try:
        return Answer(decode.digest(request.path, request.algorithms) if request.algorithms else {})
    except OSError as error:
        return Answer(trouble=error.strerror or str(error))


def _thumbnail(request: Request) -> bool:
    assert request.destination is not None  # whoever asks for a thumbnail says where it goes
    return decode.save_thumbnail(request.path, request.destination, request.limits)


def _known(known: dict[Contents, Answer], request: Request, sha256: Sha256 | None) -> Answer:
    """What a file holds. Copies of a picture come together, and are decoded once: the newest answers are kept."""
    if sha256 is None:
        return _held(request)
    contents = (sha256, request.path.suffix, request.content)
    answer = known[contents] = known.get(contents) or _held(request)
    if len(known) > REMEMBERED:
        del known[next(iter(known))]
    return answer


def _held(request: Request) -> Answer:
    """Return what a file holds, or the fault that it met; for want of memory the process ends."""
    with Isolated(file=request.path.name, passing=(MemoryError,)) as place:
        return _decoded(request)
    return Answer(notes=(Note("internal-fault", {"error": place.error}),))


def _decoded(request: Request) -> Answer:
    """Return what a file holds, by what it should be; of one that is neither picture nor sidecar nothing."""
    if request.content == SIDECAR:
        return decode.examine_sidecar(request.path)
    if request.content == PICTURE:
        return decode.examine(request.path, request.limits, request.two_readers)
    return Answer()


def _send(answers: TextIO, line: str) -> None:
    answers.write(line + "\n")
    answers.flush()


def _load_libraries() -> None:
    """Load what nearly every file needs before the limit: what libraries reserve is not the picture's."""
    import exiv2  # noqa: F401
    import numpy
    import pyvips

    pyvips.cache_set_max(0)
    looks.looks_like(numpy.full((looks.LEAST_SIDE, looks.LEAST_SIDE), 255, numpy.uint8))


def _limit(memory: int) -> None:
    """Let this process take `memory` bytes of addresses more than it has. Only Linux counts them."""
    if sys.platform == "linux":
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + memory, held + memory))


def main() -> None:
    """Serve standard input, with standard output kept apart from what libraries print."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(sys.stdin, answers, int(sys.argv[1]))


if __name__ == "__main__":
    main()
