"""What a benchmark's figures depend on, as a file: the same protocol gives the same figures, to the last digit."""

import hashlib
import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from heritage_color.colorize.predict import LONGER, MULTIPLE, SHORTER
from heritage_color.digests import sha256_file
from heritage_color.errors import DeliveryError, ProtocolError
from heritage_color.images.reading.light import to_srgb8
from heritage_color.images.reading.pictures import open_picture, to_array
from heritage_color.keys import Word
from heritage_color.methods.colorizer import Colorizer
from heritage_color.metrics import bootstrap, slices
from heritage_color.metrics.pictures import MOST_PIXELS, pictures_below
from heritage_color.metrics.results import Protocol
from heritage_color.progress import track

if TYPE_CHECKING:
    import pyvips

FILTER = "lanczos3"  # of libvips, with antialiasing
SOFTWARE = ("numpy", "tensorflow", "keras", "scikit-image", "pyvips")
FORMAT = 1  # raised when a figure's definition changes


def photographs_of(folder: Path, most: int = 0) -> list[Path]:
    """Return the pictures below a folder, sorted; or so many, evenly spaced. Raises DeliveryError for none."""
    paths = pictures_below(folder)
    if not paths:
        raise DeliveryError(f"There is no photograph in {folder}.")
    return evenly(paths, most)


def evenly(paths: list[Path], most: int) -> list[Path]:
    """Return so many of the paths, evenly spaced over all; all of them for 0, and where there are no more."""
    if not 0 < most < len(paths):
        return paths
    return [paths[round(at)] for at in np.linspace(0, len(paths) - 1, most)]


@contextmanager
def seen(path: Path, crop: int) -> Iterator[Path]:
    """The file that is measured: the photograph itself, or its centre square of `crop` pixels as a lossless copy."""
    if not crop:
        yield path
        return
    with TemporaryDirectory(prefix="heritage-") as folder:
        copy = Path(folder) / f"{path.name}.png"
        centre_square(path, crop).write_to_file(str(copy))
        yield copy


def centre_square(path: Path, side: int) -> "pyvips.Image":
    """Bring the shorter side to `side` pixels, and cut: a pyvips picture of 8-bit sRGB. Raises PictureError."""
    import pyvips

    image = pyvips.Image.new_from_array(to_array(to_srgb8(open_picture(path)), path))
    image = image.resize(side / min(image.width, image.height), kernel=FILTER)
    return image.gravity("centre", side, side, extend="copy")


def describe_benchmark(folder: Path, paths: list[Path], loaded: list[Colorizer], crop: int) -> Protocol:
    """The protocol of a benchmark of these pictures below a folder by the methods that are loaded."""
    return Protocol(
        format=FORMAT,
        pictures=len(paths),
        list_sha256=list_sha256(folder, paths),
        crop=crop or None,
        resize=f"libvips {FILTER}" if crop else "none",
        most_pixels=MOST_PIXELS,
        working_size=f"shorter side {SHORTER}, longer at most {LONGER}, {FILTER}, mirrored to {MULTIPLE}s",
        bootstrap=f"{bootstrap.RESAMPLES} resamples, seed {bootstrap.SEED}",
        machine=platform.machine(),
        software={"python": platform.python_version(), **{name: _version(name) for name in SOFTWARE}},
        weights={method.name: method.card.checksums() for method in loaded},
    )


def list_sha256(folder: Path, paths: list[Path]) -> str:
    """SHA-256 of the sorted lines `file's SHA-256, two spaces, path in the folder`, photographs.csv among them."""
    listed = [*paths, *(path for path in [folder / slices.LIST_NAME] if path.is_file())]
    root = folder if folder.is_dir() else folder.parent
    lines = sorted(
        f"{sha256_file(path)}  {path.relative_to(root).as_posix()}\n"
        for path in track(listed, "checksums", len(listed))
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _version(name: str) -> str:
    """Return the installed version of a distribution; TensorFlow's may be the one without GPU support."""
    for distribution in (name, f"{name}-cpu"):
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return "none"


def compare_protocols(protocol: Protocol, file: Path) -> None:
    """Raise ProtocolError where a protocol file is there and says otherwise; no file agrees with everything."""
    if not file.exists():
        return
    try:
        expected = dict(_leaves(dict(**json.loads(file.read_text()))))
    except (ValueError, TypeError) as error:
        raise ProtocolError(f"{file} is no protocol of a benchmark: {error}. Remove it to write a new one.") from error
    actual = dict(leaves_of(protocol))
    differing = [name for name in sorted(expected.keys() | actual.keys()) if expected.get(name) != actual.get(name)]
    if differing:
        differences = "; ".join(f"{name} is {actual.get(name)}, there {expected.get(name)}" for name in differing)
        raise ProtocolError(f"This benchmark is not the one of {file}: {differences}.")


def leaves_of(protocol: Protocol) -> Iterator[tuple[Word, object]]:
    """Return the values of a protocol, each behind its dotted name, as `software.numpy`."""
    return _leaves(asdict(protocol))


def _leaves(tree: object, name: Word = "") -> Iterator[tuple[Word, object]]:
    """The leaves of nested dictionaries, each behind its dotted name."""
    if not isinstance(tree, dict):
        yield name, tree
        return
    for word, value in tree.items():
        yield from _leaves(value, f"{name}.{word}" if name else word)
