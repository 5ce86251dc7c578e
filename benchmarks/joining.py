"""Joining chroma with a master, against copying the same TIFF; and that its memory does not grow with the picture."""

import sys
from pathlib import Path

import numpy as np
import pyvips

from benchmarks.measuring import Row, peak_of_own_memory, rate_row
from heritage_color.colorize import files
from heritage_color.images.writing.carrying import Provenance
from heritage_color.methods.colorizer import Prediction


def run(master: Path, larger: Path, folder: Path) -> list[Row]:
    """Rows of a sample master and of one with four times its pixels."""
    return [_speed(master, folder), *_memory(master, larger)]


def _speed(master: Path, folder: Path) -> Row:
    header = pyvips.Image.new_from_file(str(master))
    megapixels = header.width * header.height / 1e6

    def copy():
        image = pyvips.Image.new_from_file(str(master), access="sequential").colourspace("rgb16")
        image.tiffsave(str(folder / "copy.tif"), compression="deflate", predictor="horizontal")

    return rate_row(
        "joining, file to file", megapixels, "MP/s", lambda: join(master, folder / "c.tif"), copy, "TIFF copy"
    )


def _memory(master: Path, larger: Path) -> list[Row]:
    if not sys.platform.startswith("linux"):
        return []
    small, large = (
        peak_of_own_memory([sys.executable, "-m", "benchmarks.joining", str(path)]) for path in (master, larger)
    )
    return [Row("memory, four times the pixels", large / 2**20, small / 2**20, "MiB", "the smaller picture")]


def join(master: Path, destination: Path) -> None:
    """All of a colorization but the model: a master's lightness under a smooth sweep of colours, as a new file."""
    sweep = np.linspace(-30, 30, 64, dtype=np.float32)
    ab = np.stack(np.meshgrid(sweep, sweep), axis=-1)
    with files.prepared(master) as ready:
        files.write(ready, Prediction(ab, None), destination, Provenance())


if __name__ == "__main__":
    source = Path(sys.argv[1])
    join(source, source.with_suffix(".joined.tif"))
