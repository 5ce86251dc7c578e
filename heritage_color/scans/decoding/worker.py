"""The decoding process: reads requests as JSON lines, answers each with two lines, its digests, then its facts.

Started by workers.py as `python -m heritage_color.scans.decoding.worker`. A hostile file can hang, kill or bloat this
process only; the memory that decoding may take is a limit of the operating system (Linux).
"""

import json
import os
import resource
import sys
from pathlib import Path

from heritage_color.images.refusals import Limits
from heritage_color.scans.decoding import decode, looks
from heritage_color.scans.isolating import Isolated

REMEMBERED = 32  # files of which a process knows what they hold; the metadata of one may be some hundred kB


def serve(requests, answers, memory: int) -> None:
    """Answer requests `{"path", "algorithms", "content", "max_pixels", "memory", "two_readers"}` until they end.

    Where the content is "thumbnail", `to` is where it goes.
    """
    _load_libraries()
    _limit(memory)
    known: dict[tuple, dict] = {}
    for line in requests:
        request = json.loads(line)
        path = Path(os.fsdecode(bytes.fromhex(request["path"])))
        digests = _digests(path, request["algorithms"])
        _answer(answers, digests)
        limits = Limits(request["max_pixels"], request["memory"])
        if request["content"] == "thumbnail":
            to = Path(os.fsdecode(bytes.fromhex(request["to"])))
            _answer(answers, {"made": decode.save_thumbnail(path, to, limits)})
        else:
            of = (digests.get("sha256"), path.suffix, request["content"])
            facts = known.get(of) or _facts(path, request["content"], limits, request["two_readers"])
            _answer(answers, facts)
            _remember(known, of, facts)


def _remember(known: dict[tuple, dict], of: tuple, facts: dict) -> None:
    """Keep what the newest files hold: copies of a picture come together, and are decoded once."""
    if of[0]:
        known[of] = facts
    if len(known) > REMEMBERED:
        del known[next(iter(known))]


def _facts(path: Path, content: str, limits: Limits, two_readers: bool) -> dict:
    """What a file holds, by what it should be, or the fault that it met; for want of memory the process ends."""
    with Isolated(file=path.name, passing=(MemoryError,)) as place:
        return _decoded(path, content, limits, two_readers)
    return {"picture": None, "notes": [("internal-fault", {"error": place.error})]}


def _decoded(path: Path, content: str, limits: Limits, two_readers: bool) -> dict:
    """What a file holds, by what it should be: a `picture`, a `sidecar`, or nothing to be decoded."""
    if content == "sidecar":
        return decode.examine_sidecar(path)
    return decode.examine(path, limits, two_readers) if content == "picture" else {}


def _digests(path: Path, algorithms: list[str]) -> dict:
    try:
        return decode.digest(path, algorithms) if algorithms else {}
    except OSError as error:
        return {"trouble": error.strerror or str(error)}


def _answer(answers, value: dict) -> None:
    answers.write(json.dumps(value) + "\n")
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
