"""Small real pictures and deliveries for the tests of this folder."""

import csv
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

RIGHTS = "http://rightsstatements.org/vocab/NoC-US/1.0/"


def grey(seed: int = 0, width: int = 60, height: int = 40) -> np.ndarray:
    """A grey picture (H, W) of smooth shades and some noise, unlike that of any other seed."""
    ramp = np.add.outer(np.linspace(0, 120, height), np.linspace(0, 100, width))
    return (ramp + np.random.default_rng(seed).integers(0, 30, (height, width))).astype(np.uint8)


def colour(seed: int = 0, width: int = 60, height: int = 40) -> np.ndarray:
    """A picture (H, W, 3) of many hues at every lightness."""
    patches = np.random.default_rng(seed).integers(0, 256, (height // 10, width // 10, 3))
    return np.kron(patches, np.ones((10, 10, 1))).astype(np.uint8)


def save(path: Path, picture: np.ndarray | None = None, **options) -> Path:
    """Write a picture in the format of its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grey(zlib.crc32(path.name.encode())) if picture is None else picture).save(path, **options)
    return path


def manifest(delivery: Path, *rows: dict, **options) -> Path:
    """Write manifest.csv; a row that names no rights has sound ones."""
    columns = list(dict.fromkeys(["file", "rights", *(column for row in rows for column in row)]))
    with (delivery / "manifest.csv").open("w", newline="", encoding=options.pop("encoding", "utf-8")) as file:
        writer = csv.DictWriter(file, columns, restval="", **options)
        writer.writeheader()
        writer.writerows({"rights": RIGHTS} | row for row in rows)
    return delivery


def codes(report, severity: str | None = None) -> list[tuple[str, str]]:
    """File and code of each finding."""
    return [(one.file, one.code) for one in report.findings if severity in (None, one.severity)]
