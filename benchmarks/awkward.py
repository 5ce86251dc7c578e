"""`python -m benchmarks.awkward FOLDER`: a verdict for every file of a folder, with what it took to reach it.

Each file is decoded as a delivery's would be, in a new process; its peak of memory is what Linux counted as resident,
the libraries themselves included. Exits with 1 where a file got no verdict.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from heritage_color.errors import HeritageError
from heritage_color.scans import names
from heritage_color.scans.reasons import ERROR, finding
from heritage_color.scans.workers import Workers
from heritage_color.settings import Settings

MEGABYTE = 2**20


@dataclass(frozen=True)
class Verdict:
    """One file: accepted, refused, or neither; why; most bytes of memory, and seconds."""

    file: str
    verdict: str
    reasons: str
    memory: int
    seconds: float


def judge(path: Path, name: str, settings: Settings) -> Verdict:
    """The verdict on one file, in a process of its own, so that its decoder's memory is counted alone."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_examine, args=(sender, path, settings))
    start = time.perf_counter()
    child.start()
    sender.close()
    try:
        answer, memory = receiver.recv()
    except EOFError:
        answer, memory = {"failure": "the process ended without an answer"}, 0
    child.join()
    return Verdict(name, *_told(name, answer), memory, time.perf_counter() - start)


def _examine(sender, path: Path, settings: Settings) -> None:
    try:
        with Workers(settings, count=1) as workers:
            answer = workers.examine(path)
    except HeritageError as error:
        answer = {"failure": str(error)}
    sender.send((answer, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))


def _told(name: str, answer: dict) -> tuple[str, str]:
    if "failure" in answer:
        return "none", answer["failure"]
    if "trouble" in answer["digests"]:
        return "refused", answer["digests"]["trouble"]
    found = [finding(code, name, **facts) for code, facts in answer["notes"]]
    refused = answer["picture"] is None or any(one.severity == ERROR for one in found)
    reasons = "; ".join(f"{one.code}: {one.fault.removeprefix(name).strip()}" for one in found)
    return "refused" if refused else "accepted", reasons


def verdicts(folder: Path, settings: Settings) -> Iterator[Verdict]:
    """One for each file of a folder and those in it, by name."""
    for entry in names.walk(folder):
        if entry.kind == "file":
            yield judge(entry.path, entry.name, settings)


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each file, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    done = []
    for one in verdicts(parser.parse_args(arguments).folder, Settings()):
        done.append(one)
        print(
            f"{one.file}\t{one.verdict}\t{one.memory / MEGABYTE:.0f} MB\t{one.seconds:.1f} s\t{one.reasons}",
            flush=True,
        )
    most = max((one.memory for one in done), default=0) / MEGABYTE
    counts = {name: sum(one.verdict == name for one in done) for name in ("accepted", "refused", "none")}
    print(f"{len(done)} files: {counts}, most memory {most:.0f} MB")
    return 1 if counts["none"] else 0


if __name__ == "__main__":
    sys.exit(main())
