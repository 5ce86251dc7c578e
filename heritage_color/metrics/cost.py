"""What a prediction costs: seconds, memory, and the size of the weights that it needs."""

import re
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.loading import weight_file

PROCESS = Path("/proc/self")
RESET_PEAK = "5"  # proc(5), clear_refs: the peak of resident memory counts anew


@dataclass
class Cost:
    """Seconds that a piece of work took, and the most bytes that the process held meanwhile."""

    seconds: float = 0.0
    memory: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        """Return the cost of two pieces, one after the other."""
        return Cost(self.seconds + other.seconds, max(self.memory, other.memory))


@contextmanager
def measured() -> Iterator[Cost]:
    """The cost of what happens inside, filled in at its end."""
    cost, anew = Cost(), _reset_peak()
    start = time.perf_counter()
    yield cost
    cost.seconds, cost.memory = time.perf_counter() - start, _peak(anew)


def _reset_peak() -> bool:
    """Count the peak of memory anew, where the system can: Linux only."""
    try:
        (PROCESS / "clear_refs").write_text(RESET_PEAK)
    except OSError:
        return False
    return True


def _peak(anew: bool) -> int:
    """Bytes at the peak since it was reset, or since the process began where it cannot be."""
    peak = re.search(r"VmHWM:\s+(\d+) kB", (PROCESS / "status").read_text()) if anew else None
    if peak:
        return int(peak[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def weights_bytes(method: Colorizer, folder: Path) -> int:
    """Size of a method's weight file, and of the shared encoder's where its card names one; 0 for baselines."""
    files = [weight_file(method.name, folder)]
    if method.card.encoder_sha256:
        from heritage_color.methods.networks.efficientnet import LITE0, VARIANTS

        files.append(VARIANTS[method.card.encoder or LITE0.name].file)
    return sum(file.stat().st_size for file in files if file.is_file())
