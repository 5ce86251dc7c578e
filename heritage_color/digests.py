"""Files as they are read block by block, and their checksums."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from heritage_color.keys import Sha256

BLOCK = 2**20  # bytes


def sha256_file(path: Path) -> Sha256:
    """Hex SHA-256 of a file, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def blocks_of(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks of 1 MiB."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
