"""`python -m benchmarks.awkward FOLDER`: a verdict for every file of a folder, with what it took to reach it.

Each file is decoded as a delivery's would be, in a new process; its peak of memory is what Linux counted as resident,
the libraries themselves included. Exits with 1 where a file got no verdict.

`--against tifffile,pillow` reads each file with these too, and says where they see another picture than we do, and
what we refuse, by kind, though they agree. Then it exits with 1 also for a picture that is seen otherwise, or called
damaged, though the others agree.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import readings
from heritage_color.errors import HeritageError
from heritage_color.scans.arrival import names
from heritage_color.scans.decoding.messages import Answer
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.reporting.reason import ERROR
from heritage_color.settings import Settings

MEGABYTE = 2**20
DEAD = "the process ended without an answer"


@dataclass(frozen=True)
class Verdict:
    """One file: accepted, refused, or neither; why; most bytes of memory, and seconds.

    `compared` is what `readings.compare` says, empty where nothing was compared; `refusal` the codes of a refusal.
    """

    file: str
    verdict: str
    reasons: str
    memory: int
    seconds: float
    refusal: tuple[str, ...] = field(default=())
    compared: str = ""


def judge(path: Path, name: str, settings: Settings, against: tuple[str, ...] = ()) -> Verdict:
    """The verdict on one file, in a process of its own, so that its decoder's memory is counted alone."""
    start = time.perf_counter()
    answer, memory = _in_a_process(_examine, path, settings) or (DEAD, 0)
    seconds = time.perf_counter() - start
    compared = (_in_a_process(_compare, path, against) or "others died") if against else ""
    return Verdict(name, *_told(name, answer), memory, seconds, _codes(answer, name), compared)


def _in_a_process(work, *arguments):
    """What `work(sender, *arguments)` sends from a process of its own; None where it dies before."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    # from a server that never used libvips: a fork of a process with its threads would wait for them for ever
    multiprocessing.set_forkserver_preload(["benchmarks.readings", "imagecodecs", "PIL.Image", "pyvips", "tifffile"])
    child = multiprocessing.get_context("forkserver").Process(target=work, args=(sender, *arguments))
    child.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        return None
    finally:
        child.join()


def _examine(sender, path: Path, settings: Settings) -> None:
    try:
        with Workers(settings, count=1) as workers:
            answer = workers.examine(path)
    except HeritageError as error:
        answer = str(error)
    sender.send((answer, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))


def _compare(sender, path: Path, against: tuple[str, ...]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries complain there
    sender.send(readings.compare(path, against))


def _codes(answer: Answer | str, name: str) -> tuple[str, ...]:
    """The reason codes that refuse a file; none where there is no answer but the sentence on why."""
    findings = [] if isinstance(answer, str) else [note.of(name) for note in answer.notes]
    return tuple(sorted({fault.code for fault in findings if fault.severity == ERROR}))


def _told(name: str, answer: Answer | str) -> tuple[str, str]:
    if isinstance(answer, str):
        return "none", answer
    if answer.trouble:
        return "refused", answer.trouble
    found = [note.of(name) for note in answer.notes]
    refused = answer.picture is None or any(one.severity == ERROR for one in found)
    reasons = "; ".join(f"{one.code}: {one.fault.removeprefix(name).strip()}" for one in found)
    return "refused" if refused else "accepted", reasons


def verdicts(folder: Path, settings: Settings, against: tuple[str, ...] = ()) -> Iterator[Verdict]:
    """One for each file of a folder and those in it, by name."""
    for entry in names.walk(folder):
        if entry.kind == "file":
            yield judge(entry.path, entry.name, settings, against)


def sums(done: list[Verdict]) -> Iterator[str]:
    """The counts: verdicts, and where there was a second reading, what it says of them."""
    most = max((one.memory for one in done), default=0) / MEGABYTE
    counts = {name: sum(one.verdict == name for one in done) for name in ("accepted", "refused", "none")}
    yield f"{len(done)} files: {counts}, most memory {most:.0f} MB"
    if not any(one.compared for one in done):
        return
    accepted = Counter(one.compared for one in done if one.verdict == "accepted")
    yield f"accepted: {dict(accepted.most_common())}"
    for state, title in (("agreed", "though the others agree"), ("alone", "and the others do not agree")):
        codes = Counter(code for one in done if one.compared == state for code in one.refusal)
        yield f"refused, {title}: {dict(codes.most_common())}"
    both = accepted["equal"] + sum(one.compared == "agreed" for one in done)
    yield f"of what the others read alike or one of them as we do, accepted and equal: {accepted['equal']} of {both}"
    yield f"called damaged though the others agree: {len([one for one in done if wrongly_damaged(one)])}"


def wrongly_damaged(one: Verdict) -> bool:
    """Whether a file is called damaged that all the others read alike."""
    return one.compared == "agreed" and bool({"damaged", "truncated"} & set(one.refusal))


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each file, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--against", default="", metavar="READERS", help=f"of {', '.join(readings.READERS)}")
    options = parser.parse_args(arguments)
    against = tuple(name for name in options.against.split(",") if name)
    done = []
    for one in verdicts(options.folder, Settings(), against):
        done.append(one)
        compared = f"\t{one.compared}" if against else ""
        print(
            f"{one.file}\t{one.verdict}\t{one.memory / MEGABYTE:.0f} MB\t{one.seconds:.1f} s\t{one.reasons}{compared}",
            flush=True,
        )
    print(*sums(done), sep="\n")
    wrong = [one for one in done if one.verdict == "none" or one.compared == "differing" or wrongly_damaged(one)]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
