"""Digests and decoding of pre-flight, against hashlib and libvips themselves on the same file."""

import hashlib
from pathlib import Path

import pyvips

from benchmarks.measuring import Row, rate_row
from heritage_color.images.refusals import Limits
from heritage_color.scans.decoding import decode
from heritage_color.settings import Settings


def run(master: Path, folder: Path) -> list[Row]:
    """Rows of a sample master."""
    return [_digest(folder), _decode(master), _read_twice(master)]


def _digest(folder: Path) -> Row:
    file = folder / "large.bin"
    file.write_bytes(bytes(range(256)) * 2**18)
    size = file.stat().st_size / 2**20

    def limit():
        with file.open("rb") as opened:
            hashlib.file_digest(opened, "sha256")

    return rate_row("digest of a file", size, "MiB/s", lambda: decode.digest(file, ["sha256"]), limit, "hashlib")


def _decode(master: Path) -> Row:
    header = pyvips.Image.new_from_file(str(master))
    megapixels = header.width * header.height / 1e6

    def limit():
        pyvips.Image.new_from_file(str(master), access="sequential").avg()

    limits = Limits(Settings.max_pixels, Settings.decode_memory)
    ours = lambda: decode.examine(master, limits)
    return rate_row("decoding in pre-flight", megapixels, "MP/s", ours, limit, "libvips avg")


def _read_twice(master: Path) -> Row:
    """What a second reader costs a picture of no plain kind, as a policy has it read plain ones, too."""
    header = pyvips.Image.new_from_file(str(master))
    limits = Limits(Settings.max_pixels, Settings.decode_memory)
    megapixels = header.width * header.height / 1e6
    twice, once = (lambda two=two: decode.examine(master, limits, two_readers=two) for two in (True, False))
    return rate_row("the same, by two readers", megapixels, "MP/s", twice, once, "one reader")
