"""How far bytes depend on the machine: `python -m benchmarks.machines PICTURE...`.

Colorizes the pictures as this machine does, then with one core, without oneDNN, and with narrower instructions, each
in a process of its own, and counts the bytes of the colorizations that differ.
"""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from heritage_color.metrics.pictures import pictures_below, read_rgb

WAYS = {
    "as it is": {},
    "the same again": {},
    "one core": {"cores": "1"},
    "without oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "AVX2 at most": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
}


def colorized(paths: list[Path], out: Path, way: dict[str, str]) -> list[np.ndarray]:
    """What `heritage-color colorize` makes of the pictures, computed in one of WAYS."""
    alone = partial(os.sched_setaffinity, 0, {min(os.sched_getaffinity(0))}) if "cores" in way else None
    command = [sys.executable, "-m", "heritage_color.cli", "colorize", *map(str, paths), "--out", str(out)]
    subprocess.run(command, env=os.environ | way, preexec_fn=alone, check=True)
    return [read_rgb(path) for path in pictures_below(out)]


def main() -> None:
    """A line for each way: bytes that differ, in a million, and by how much at most."""
    paths = [Path(name) for name in sys.argv[1:]]
    with TemporaryDirectory() as folder:
        found = {
            name: colorized(paths, Path(folder) / str(place), way) for place, (name, way) in enumerate(WAYS.items())
        }
    first = found.pop("as it is")
    for name, pictures in found.items():
        away = [np.abs(one.astype(int) - other) for one, other in zip(pictures, first, strict=True)]
        share = sum(int((one > 0).sum()) for one in away) / sum(one.size for one in away)
        print(f"{name:<16}{1e6 * share:>8.1f} in a million, by {max(int(one.max()) for one in away)} of 255 at most")


if __name__ == "__main__":
    main()
