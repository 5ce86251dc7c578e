"""`python -m benchmarks`: each part against its limit, measured side by side, so that a busy machine slows both."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyvips

from benchmarks import joining, learch, model, retrieval, scans, starting
from benchmarks.measuring import Row, show

SIDES = (2000, 4000)  # pixels: 4 and 16 megapixels


def sample_master(path: Path, side: int) -> Path:
    """A grey 16-bit TIFF: a soft scene under grain, so that it compresses as a scan does."""
    grain = np.random.default_rng(0).normal(0, 600, (side, side)).astype(np.float32)
    scene = np.hypot(*np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side))).astype(np.float32) * 40000
    samples = np.clip(scene + grain, 0, 65535).astype(np.uint16)
    pyvips.Image.new_from_array(samples).tiffsave(str(path), compression="deflate", predictor="horizontal")
    return path


def rows() -> Iterable[Row]:
    """All rows, as they are measured."""
    with TemporaryDirectory(prefix="heritage-bench-") as name:
        folder = Path(name)
        small, large = (sample_master(folder / f"{side}.tif", side) for side in SIDES)
        yield from scans.run(small, folder)
        yield from joining.run(small, large, folder)
    yield from starting.run()
    yield from learch.run()
    yield from model.run()
    yield from retrieval.run()


if __name__ == "__main__":
    show(rows())
