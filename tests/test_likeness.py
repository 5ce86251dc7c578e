"""The likeness of a picture: near for copies of it, far for other pictures, nothing for blank ones."""

import io

import imagehash
import numpy as np
import pytest
import pyvips
import skimage.data
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image, ImageEnhance

from heritage_color.images import likeness
from heritage_color.images.refusals import Limits
from heritage_color.scans.decoding import decode

LIMITS = Limits(10**9, 2**32)
NAMES = ("camera", "coins", "moon", "page", "astronaut", "coffee", "chelsea", "rocket")
AGREEMENT = 4  # bits in which another way to shrink the picture may show
HEXADECIMAL = some.integers(0, 2**64 - 1).map(lambda value: f"{value:016x}")


@pytest.fixture(scope="module")
def photographs():
    """Photographs that scikit-image carries, by name, as PIL pictures."""
    return {name: Image.fromarray(getattr(skimage.data, name)()) for name in NAMES}


def likeness_of(image: Image.Image) -> str | None:
    return likeness.hash_of(pyvips.Image.new_from_array(np.asarray(image)))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_the_package_imagehash_computes(photographs, name):
    theirs = str(imagehash.phash(photographs[name]))
    assert likeness.distance(likeness_of(photographs[name]), theirs) <= AGREEMENT


def test_the_worker_computes_it_from_the_upright_master(photographs, tmp_path):
    picture = photographs["camera"].crop((0, 0, 512, 400))
    sideways = picture.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # shown a quarter turn clockwise
    picture.save(tmp_path / "a.tif")
    sideways.save(tmp_path / "b.jpg", exif=exif, quality=95)
    upright, turned = (decode.examine(tmp_path / name, LIMITS).picture.likeness for name in ("a.tif", "b.jpg"))
    assert likeness.distance(upright, likeness_of(picture)) <= AGREEMENT
    assert likeness.distance(upright, turned) <= AGREEMENT
    assert likeness.distance(upright, likeness_of(sideways)) > likeness.MOST_DISTANCE


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK", "I;16", "P", "LA"])
def test_it_is_the_same_in_whatever_colours_a_picture_is_saved(photographs, tmp_path, mode):
    grey = photographs["coins"]
    if mode == "I;16":
        Image.fromarray(np.asarray(grey).astype(np.uint16) * 257).save(tmp_path / "a.tif")
    else:
        grey.convert(mode).save(tmp_path / "a.tif")
    found = decode.examine(tmp_path / "a.tif", LIMITS).picture.likeness
    assert likeness.distance(found, likeness_of(grey)) <= AGREEMENT


def copies(image: Image.Image):
    """The same picture scaled, compressed, darkened and brightened."""
    packed = io.BytesIO()
    image.convert("L").resize((image.width // 3, image.height // 3)).save(packed, "JPEG", quality=30)
    yield Image.open(packed)
    yield image.resize((image.width * 3 // 2, image.height * 3 // 2))
    yield ImageEnhance.Brightness(image).enhance(0.7)
    yield ImageEnhance.Brightness(image).enhance(1.1)


@pytest.mark.parametrize("name", NAMES)
def test_copies_are_near_and_other_photographs_far(photographs, name):
    own = likeness_of(photographs[name])
    assert all(likeness.distance(own, likeness_of(one)) <= likeness.MOST_DISTANCE for one in copies(photographs[name]))
    others = [likeness_of(image) for other, image in photographs.items() if other != name]
    assert min(likeness.distance(own, other) for other in others) > likeness.MOST_DISTANCE


def blank(mottled: float, seed: int) -> Image.Image:
    """The back of a print: paper with grain, mottle of so many grey levels, and a lamp that lights its middle."""
    chance = np.random.default_rng(seed)
    clouds = Image.fromarray(chance.normal(0, 1, (24, 32)).astype(np.float32)).resize((800, 600), Image.BICUBIC)
    down, across = np.mgrid[-1:1:600j, -1:1:800j]
    paper = 225 - 8 * (down**2 + across**2) + mottled * np.asarray(clouds) + chance.normal(0, 3, (600, 800))
    return Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("mottled", [0.0, 1.0, 4.0])
def test_blank_pictures_have_no_likeness_so_that_they_match_nothing(mottled):
    assert likeness_of(blank(mottled, seed=1)) is None


def test_flat_and_tiny_pictures_have_no_likeness(photographs):
    assert likeness_of(Image.new("L", (300, 200), 128)) is None
    assert likeness_of(photographs["camera"].resize((31, 31))) is None


def test_a_faded_photograph_keeps_its_likeness(photographs):
    faded = Image.fromarray((np.asarray(photographs["camera"]) / 6 + 150).astype(np.uint8))
    assert likeness.distance(likeness_of(faded), likeness_of(photographs["camera"])) <= likeness.MOST_DISTANCE


@given(HEXADECIMAL, some.sets(some.integers(0, 63), max_size=likeness.MOST_DISTANCE))
def test_whatever_is_near_enough_shares_a_band(own, flipped):
    near = f"{int(own, 16) ^ sum(1 << bit for bit in flipped):016x}"
    album = likeness.Album()
    album.add(near, "the other")
    assert album.nearest(own) == "the other"
    assert any(band in values for band, values in zip(likeness.bands(near), likeness.near_bands(own), strict=True))


@given(HEXADECIMAL, some.sets(some.integers(0, 63), min_size=likeness.MOST_DISTANCE + 1))
def test_whatever_is_farther_is_not_found(own, flipped):
    album = likeness.Album()
    album.add(f"{int(own, 16) ^ sum(1 << bit for bit in flipped):016x}", "the other")
    assert album.nearest(own) is None


def test_the_nearest_is_found_and_of_equals_the_first():
    album = likeness.Album()
    for owner, own in enumerate(("00000000000000ff", "000000000000000f", "000000000000000f")):
        album.add(own, owner)
    assert album.nearest("0000000000000007") == 1
