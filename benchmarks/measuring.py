"""What a benchmark answers, and the ways to measure it."""

import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

REPEATS = 2


@dataclass(frozen=True)
class Row:
    """One line of the table: what we reach and what the machine reaches at the same moment, in one unit."""

    name: str
    ours: float
    limit: float
    unit: str
    limit_name: str

    @property
    def ratio(self) -> float:
        """Ours as a share of the limit."""
        return self.ours / self.limit


def fastest(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the fastest of some runs: the others were disturbed."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def rate_row(name: str, amount: float, unit: str, ours: Callable, limit: Callable, limit_name: str) -> Row:
    """Two ways to do the same amount of work, as amounts per second, taking turns so that both meet the same load."""
    turns = [(fastest(ours, 1), fastest(limit, 1)) for _ in range(REPEATS)]
    best = [min(seconds) for seconds in zip(*turns, strict=True)]
    return Row(name, amount / best[0], amount / best[1], unit, limit_name)


def peak_of_own_memory(command: list[str]) -> int:
    """Most bytes of memory of its own that a command held; pages of mapped files, which can go any time, not counted.

    Linux only: read from /proc while the command runs.
    """
    peak = 0
    with subprocess.Popen(command) as process:
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            peak = max(peak, _own_bytes(status))
            time.sleep(0.005)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peak


def _own_bytes(status: Path) -> int:
    try:
        lines = status.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def show(found: Iterable[Row]) -> None:
    """Print rows as they come."""
    print(f"{'what':<32}{'ours':>10}{'limit':>10}  {'unit':<9}{'ratio':>7}  the limit")
    for row in found:
        print(
            f"{row.name:<32}{row.ours:>10.1f}{row.limit:>10.1f}  {row.unit:<9}{row.ratio:>7.2f}  {row.limit_name}",
            flush=True,
        )
