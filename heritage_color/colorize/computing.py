"""What a prediction was computed with, for the catalog: bytes depend on it, a little.

TensorFlow adds up in an order that follows from the number of cores and the width of the processor's registers, and
sums of floats depend on their order. `python -m benchmarks.machines` shows how many bytes differ.
"""

import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypedDict

# From wide to narrow, as Linux names them: what TensorFlow's kernels (oneDNN) choose by; the last is ARM's
INSTRUCTIONS = ("avx512_bf16", "avx512f", "avx2", "avx", "sse4_2", "asimd")
TENSORFLOW = ("tensorflow", "tensorflow-cpu")
CPUINFO = Path("/proc/cpuinfo")


class MachineFacts(TypedDict):
    """What a prediction was computed with.

    `machine` such as x86_64, `cores` that the process may use, `instructions` the widest of INSTRUCTIONS, and the
    version of `tensorflow`; None where it cannot be told.
    """

    machine: str
    cores: int | None
    instructions: str | None
    tensorflow: str | None


@cache
def facts() -> MachineFacts:
    """Return what this process computes with."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return MachineFacts(
        machine=platform.machine(),
        cores=cores,
        instructions=widest(CPUINFO.read_text() if CPUINFO.is_file() else ""),
        tensorflow=next(filter(None, map(_version, TENSORFLOW)), None),
    )


def widest(cpuinfo: str) -> str | None:
    """The widest instruction set that Linux tells of a processor."""
    flags = {flag for line in cpuinfo.splitlines() if line.startswith(("flags", "Features")) for flag in line.split()}
    return next((name for name in INSTRUCTIONS if name in flags), None)


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
