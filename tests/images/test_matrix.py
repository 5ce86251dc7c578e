"""Every combination of what a file can be, by pairs: read as its samples mean, or refused by its kind."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from covering import Axes, Row, chosen, covering, pairs, without
from meaning import Meaning

from heritage_color.colorize import files, sources
from heritage_color.colorize.predict import predict
from heritage_color.errors import PictureError
from heritage_color.images.metadata import embedded
from heritage_color.images.reading.light import lightness_of
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits
from heritage_color.methods import loading
from heritage_color.scans.decoding import decode

LIMITS = Limits(1_000_000, 2**31)
MATRICES = ("tiff_matrix", "jpeg2000_matrix", "jpeg_matrix")
PARTS = 8  # so that a failure is found soon, and several processes can share them
MEAN = 0.3  # of lightness
SOURCE_TYPE = "Xmp.iptcExt.DigitalSourceType"
# Notes of what a colorization warns of: metadata that nobody reads, and OME-XML, which stays with the master
WARNED = {"metadata-unreadable", "significant-bits"}
ALONE = "one-reader"  # said of what only one reader knows; who that is, is no matter of what samples mean


class Matrix:
    """The rows of a format: those that must be accepted, and those that must be refused with their reason."""

    def __init__(self, name: str):
        self.of = importlib.import_module(name)
        causes = [cause for _, cause in self.of.CAUSES]
        self.accepted, self.impossible = covering(self._axes(map(without, causes)))
        self.coloured = chosen(self.accepted, self.of.CARRIED)
        self.refused = []
        for number, (code, cause) in enumerate(self.of.CAUSES):
            others = [without(other) for place, other in enumerate(causes) if place != number]
            self.refused += [(row, code) for row in covering(self._axes([cause, *others]), 1)[0]]

    def _axes(self, further) -> Axes:
        return Axes(self.of.AXES, [*self.of.RULES, *further])

    def written(self, row: Row, folder: Path) -> tuple[Path, Meaning]:
        """The file of a row, and what it means."""
        path = folder / f"a{self.of.SUFFIX}"
        return path, self.of.written(row, path)


@pytest.fixture(scope="module", params=MATRICES)
def matrix(request):
    return Matrix(request.param)


def told(row: Row, *faults: str) -> str:
    return "\n  ".join([", ".join(f"{name} {value}" for name, value in row.items()), *faults])


def assert_none(faults: list[str]):
    assert not faults, f"{len(faults)} combinations:\n" + "\n".join(faults)


def differing(found: dict, wanted: dict) -> list[str]:
    return [f"{name}: {found[name]}, must be {wanted[name]}" for name in wanted if found[name] != wanted[name]]


def light_faults(path: Path, meant: Meaning) -> list[str]:
    """What is wrong with the lightness of a file, pixel by pixel, as every consumer opens it."""
    light = lightness_of(open_picture(path)).numpy().squeeze()
    if light.shape != meant.lightness.shape:
        return [f"{light.shape} pixels, must be {meant.lightness.shape}"]
    most = float(np.abs(light - meant.lightness).max())
    if abs(light.mean() - meant.lightness.mean()) < MEAN and most < meant.most:
        return []
    return [f"mean lightness {light.mean():.2f}, must be {meant.lightness.mean():.2f}; a pixel is {most:.1f} off"]


def reading_faults(path: Path, meant: Meaning) -> list[str]:
    answer = decode.examine(path, LIMITS)
    codes, picture = {code for code, _ in answer.notes} - {ALONE} - meant.tolerated, answer.picture
    if picture is None:
        return [f"refused: {answer.notes}"]
    height, width = meant.lightness.shape
    found = {name: getattr(picture, name) for name in ("width", "height", "bits", "channels")}
    found |= {"resolution": picture.metadata.get("pixels_per_inch"), "notes": codes}
    found |= {"artist": picture.metadata.get("Exif.Image.Artist")}
    wanted = {"width": width, "height": height, "bits": meant.bits, "channels": meant.channels, "artist": meant.artist}
    wanted |= {"resolution": meant.pixels_per_inch, "notes": meant.notes}
    return differing(found, wanted) + light_faults(path, meant)


@pytest.mark.parametrize("part", range(PARTS))
def test_samples_mean_what_their_file_says(matrix, part, tmp_path):
    faults = []
    for row in matrix.accepted[part::PARTS]:
        found = reading_faults(*matrix.written(row, tmp_path))
        faults += [told(row, *found)] if found else []
    assert_none(faults)


def colorization_faults(path: Path, meant: Meaning, folder: Path) -> list[str]:
    grey = loading.load_configured("grey", folder, "")
    with files.prepared(path) as ready:
        out = folder / f"result{ready.picture.suffix}"
        chroma = predict(grey, [ready.small], "faithful")[0]
        warnings = files.write(ready, chroma, out, files.provenance(grey, "faithful", "0" * 64))
    result, (tags, trouble) = open_picture(out), embedded.read_embedded(out)
    stated = result.pixels_per_inch
    found = {"bits": result.bits, "artist": tags.get("Exif.Image.Artist"), "warnings": [*warnings, *trouble.split()]}
    found |= {
        "resolution": stated and [round(value, 1) for value in stated],
        "orientation": tags.get("Exif.Image.Orientation", "1"),
    }
    found |= {"source type": tags.get(SOURCE_TYPE), "bands": result.image.bands}
    lost = found["warnings"] or ["one"] if meant.notes & WARNED else []
    wanted = {"bits": 8 if meant.bits <= 8 else 16, "artist": meant.artist, "warnings": lost, "orientation": "1"}
    wanted |= {"source type": sources.DIGITAL_SOURCE_TYPE, "bands": 3}
    wanted |= {"resolution": meant.pixels_per_inch and [round(value, 1) for value in meant.pixels_per_inch]}
    return differing(found, wanted) + light_faults(out, meant)


@pytest.mark.parametrize("part", range(PARTS))
def test_colorizations_keep_light_size_resolution_and_metadata(matrix, part, tmp_path):
    faults = []
    for row in matrix.coloured[part::PARTS]:
        found = colorization_faults(*matrix.written(row, tmp_path), tmp_path)
        faults += [told(row, *found)] if found else []
    assert_none(faults)


def refusal_faults(path: Path, code: str) -> list[str]:
    answer = decode.examine(path, LIMITS)
    codes = [one for one, _ in answer.notes]
    found = [] if codes == [code] and not answer.picture else [f"{codes}, must be {code}"]
    try:
        open_picture(path)
    except PictureError as error:
        return found if error.code == code else [*found, f"opened otherwise: {error}"]
    return [*found, "opened all the same"]


def test_what_is_refused_is_refused_by_its_kind(matrix, tmp_path):
    faults = []
    for row, code in matrix.refused:
        found = refusal_faults(matrix.written(row, tmp_path)[0], code)
        faults += [told(row, *found)] if found else []
    assert_none(faults)


def test_every_pair_that_can_be_and_every_rule_is_met(matrix, tmp_path):
    everything = set(Axes(matrix.of.AXES, []).choices(2))
    assert {pair for row in matrix.accepted for pair in pairs(row)} == everything - set(matrix.impossible)
    notes = set().union(*(matrix.of.notes(row) for row in matrix.accepted))
    assert (notes, {code for _, code in matrix.refused}) == (matrix.of.NOTES, {code for code, _ in matrix.of.CAUSES})
