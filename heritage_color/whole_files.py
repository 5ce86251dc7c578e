"""Files that are written whole or not at all: beside their place under another name, and moved there at the end."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_END = 40  # characters: a name may have 255 bytes, and with all of a longer one the partial name had more


@contextmanager
def whole(destination: Path, *, lasting: bool = False) -> Iterator[Path]:
    """The path of a partial file beside `destination`, in a folder that is made; it takes its place at the end.

    Its name begins with a dot and ends with the destination's, from which libraries tell the format, and is this
    writer's alone: of two writers the later one wins, whole. After an error nothing of it is left. What a killed
    process leaves, `.xxxxxxxx.partial.NAME`, is in nobody's way and may be deleted. With `lasting`, the bytes
    are on the disk before the name changes: a machine that loses its power then has the old file or the new one.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    partial = destination.with_name(f".{secrets.token_hex(4)}.partial.{destination.name[-LONGEST_END:]}")
    try:
        yield partial
        if lasting:
            _flush(partial)
        partial.replace(destination)
        if lasting:
            _flush(destination.parent)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(destination: Path, content: bytes | str, *, lasting: bool = False) -> None:
    """Write a small file whole or not at all; text is UTF-8, with its line ends as they are."""
    with whole(destination, lasting=lasting) as partial:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)


def _flush(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
