"""Sixteen bits are seen by everybody as their eight-bit twin is, whichever reader gave them."""

import imagecodecs
import jpeg2000_files as jp2
import numpy as np
import pytest
import tifffile
from PIL import Image

from heritage_color.colorize.tint import tint_of
from heritage_color.images import likeness
from heritage_color.images.reading.light import lightness_of, small_lab
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits
from heritage_color.images.writing.saving import save_preview
from heritage_color.metrics import pictures
from heritage_color.publish import derivatives
from heritage_color.scans.decoding import decode
from heritage_color.tagging import features

LIMITS = Limits(10_000_000, 2**30)
NOISE = np.random.default_rng(5)
SMOOTH = np.asarray(Image.fromarray(NOISE.integers(0, 256, (9, 12)).astype(np.uint8)).resize((120, 90), 3))
PICTURES = {
    "grey": SMOOTH,
    "sepia": np.dstack([SMOOTH, SMOOTH * 0.85, SMOOTH * 0.65]).astype(np.uint8),
    "colour": np.dstack([SMOOTH, SMOOTH[::-1], SMOOTH[:, ::-1]]),
}


def in_jpeg2000(path, deep):
    jp2.save(path, jp2.codestream(deep, 16), jp2.enumerated(jp2.GREY if deep.ndim == 2 else jp2.SRGB))


def in_tiff(path, deep):
    tifffile.imwrite(path, deep, photometric="minisblack" if deep.ndim == 2 else "rgb", compression="lzma")


def in_jpeg(path, deep):
    path.write_bytes(imagecodecs.jpeg8_encode(deep, lossless=True, bitspersample=16))


WRITERS = {"a.jp2": in_jpeg2000, "a.tif": in_tiff, "a.jpg": in_jpeg}


@pytest.fixture(params=[(name, kind) for name in WRITERS for kind in PICTURES], ids=lambda one: f"{one[1]} {one[0]}")
def twins(request, tmp_path):
    """A file of 16 bits, and one of 8 with the same light."""
    name, kind = request.param
    WRITERS[name](tmp_path / name, PICTURES[kind].astype(np.uint16) * 257)
    Image.fromarray(PICTURES[kind]).save(tmp_path / "twin.png")
    return tmp_path / name, tmp_path / "twin.png"


def test_colour_and_likeness_of_preflight(twins):
    deep, shallow = (decode.examine(path, LIMITS).picture for path in twins)
    assert (deep.bits, deep.colour) == (16, shallow.colour)
    assert likeness.distance(deep.likeness, shallow.likeness) <= 1


def test_previews_and_published_pictures(twins, tmp_path):
    seen = []
    for number, path in enumerate(twins):
        save_preview(open_picture(path), tmp_path / f"{number}.jpg", 60)
        labelled = derivatives.with_label(derivatives.open_upright(path), "label").numpy()
        seen.append((open_picture(tmp_path / f"{number}.jpg").image.avg(), labelled.astype(int)))
    assert seen[0][0] == pytest.approx(seen[1][0], abs=0.5)
    assert np.abs(seen[0][1] - seen[1][1]).max() <= 1


def test_lightness_tint_figures_and_features(twins):
    deep, shallow = (open_picture(path) for path in twins)
    light = [lightness_of(one).numpy() for one in (deep, shallow)]
    assert np.abs(light[0] - light[1]).max() < 0.01
    labs = [small_lab(one) for one in (deep, shallow)]
    assert [one is None for one in labs] == [deep.image.bands == 1] * 2
    tints = [tint_of(one) for one in labs if one is not None]
    assert len({one.kind for one in tints}) <= 1
    shown = [pictures.read_rgb(path).astype(int) for path in twins]
    assert np.abs(shown[0] - shown[1]).max() <= 1
    seen = [features.grey_of(path) for path in twins]
    assert np.abs(seen[0] - seen[1]).max() < 0.1
