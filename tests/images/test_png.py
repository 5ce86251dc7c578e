"""PNG is read by its own chunks: depth, transparency, declared light and resolution."""

import contextlib
import struct
import zlib
from pathlib import Path

import exif_blocks
import icc_profiles
import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage_color import lab
from heritage_color.images.formats import PNG
from heritage_color.images.reading import opening
from heritage_color.images.reading.light import lightness_of, to_srgb8
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.refusals import Limits, RefusedError
from heritage_color.scans.decoding import decode

LIMITS = Limits(10_000_000, 2**30)
GREY = np.linspace(0, 1, 48 * 64).reshape(48, 64)
HUES = np.dstack([GREY, GREY[::-1], GREY[:, ::-1] ** 2])


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def written(path: Path, samples: np.ndarray, bits: int, kind: int, *chunks: bytes, after: bytes = b"") -> Path:
    """Write samples (H, W) or (H, W, C) of so many bits as a PNG of a colour type, with chunks before the pixels."""
    height, width = samples.shape[:2]
    deep = samples.reshape(height, -1)
    if bits < 8:
        spread = np.unpackbits(deep.astype(np.uint8)[..., None], axis=2)[..., 8 - bits :]
        rows = np.packbits(spread.reshape(height, -1), axis=1)
    else:
        rows = deep.astype(">u2" if bits == 16 else np.uint8).view(np.uint8).reshape(height, -1)
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", pixels) + after + chunk(b"IEND", b"")
    )
    return path


def stored(light: np.ndarray, bits: int) -> np.ndarray:
    return np.rint(light * (2**bits - 1)).astype(np.uint16)


def verdict(path: Path):
    """Codes of a file, without that of a missing second witness, and its picture."""
    answer = decode.examine(path, LIMITS)
    return [code for code, _ in answer.notes if code != "one-reader"], answer.picture


def lightness(path: Path) -> float:
    return lightness_of(open_picture(path)).avg()


def expected(srgb: np.ndarray) -> float:
    """Mean lightness of sRGB values 0..1."""
    return float(lab.grey_to_lightness(srgb).mean() if srgb.ndim == 2 else lab.rgb_to_lab(srgb)[..., 0].mean())


@pytest.mark.parametrize(("kind", "bits"), [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (4, 16), (6, 8)])
def test_every_depth_and_colour(tmp_path, kind, bits):
    light = HUES if kind in (2, 6) else GREY
    opacity = np.tile([0.0, 1.0], (48, 32))
    samples = np.dstack([light, opacity]) if kind in (4, 6) else light
    path = written(tmp_path / "a.png", stored(samples, bits), bits, kind)
    codes, picture = verdict(path)
    assert (codes, picture.bits) == ([], bits)
    shown = stored(light, bits) / (2**bits - 1)
    if kind in (4, 6):
        shown = np.where(opacity if kind == 4 else opacity[..., None], shown, 1)
    assert lightness(path) == pytest.approx(expected(shown), abs=0.2)


@pytest.mark.parametrize("bits", [2, 8])
def test_a_palette_with_transparent_entries(tmp_path, bits):
    indices = np.arange(48 * 64).reshape(48, 64) % 4
    colours, opacity = [[0, 0, 0], [90, 120, 30], [200, 10, 10], [255, 255, 255]], [255, 0]
    path = written(
        tmp_path / "a.png",
        indices,
        bits,
        3,
        chunk(b"PLTE", bytes(np.ravel(colours).tolist())),
        chunk(b"tRNS", bytes(opacity)),
    )
    shown = np.array([colours[0], [255, 255, 255], *colours[2:]])[indices] / 255
    assert verdict(path)[0] == []
    assert lightness(path) == pytest.approx(expected(shown), abs=0.2)


@pytest.mark.parametrize("bits", [8, 16])
def test_one_grey_that_is_transparent(tmp_path, bits):
    samples = stored(np.where(GREY < 0.5, 0, GREY), bits)
    path = written(tmp_path / "a.png", samples, bits, 0, chunk(b"tRNS", b"\0\0"))
    assert lightness(path) == pytest.approx(expected(np.where(GREY < 0.5, 1, GREY)), abs=0.2)


def gamma(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(value * 100000)))


def points(*numbers: int) -> bytes:
    return chunk(b"cICP", bytes(numbers))


def icc(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"name\0\0" + zlib.compress(profile))


SRGB, STANDARD = chunk(b"sRGB", b"\0"), lab.linear_to_srgb
LIGHTS = {
    "nothing": ((), lambda values: values),
    "gAMA of linear light": ((gamma(1.0),), STANDARD),
    "gAMA of 1/1.8": ((gamma(1 / 1.8),), lambda values: STANDARD(values**1.8)),
    "gAMA of 1/2.2, which is sRGB's": ((gamma(0.45455),), lambda values: values),
    "gAMA of zero": ((gamma(0),), lambda values: values),
    "sRGB before gAMA": ((SRGB, gamma(1.0)), lambda values: values),
    "a profile before gAMA": ((icc(icc_profiles.grey(1.8)), gamma(1.0)), lambda values: STANDARD(values**1.8)),
    "cICP of linear light": ((points(1, 8, 0, 1),), STANDARD),
    "cICP of sRGB before a profile": ((points(1, 13, 0, 1), icc(icc_profiles.grey(1.0))), lambda values: values),
    "cICP of gamma 2.8": ((points(1, 5, 0, 1),), lambda values: STANDARD(values**2.8)),
    "cICP of BT.709": (
        (points(1, 1, 0, 1),),
        lambda values: STANDARD(np.where(values < 0.081, values / 4.5, ((values + 0.099) / 1.099) ** (1 / 0.45))),
    ),
}


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", LIGHTS)
def test_light_that_is_declared_counts(tmp_path, kind, bits):
    chunks, light = LIGHTS[kind]
    path = written(tmp_path / "a.png", stored(GREY, bits), bits, 0, *chunks)
    assert verdict(path)[0] == []
    assert lightness(path) == pytest.approx(expected(light(GREY)), abs=0.2)


LEFT = {
    "cICP of PQ": (points(9, 16, 0, 1), "(9, 16, 0, 1)"),
    "cICP of a narrow range": (points(1, 13, 0, 0), "(1, 13, 0, 0)"),
    "a damaged cICP": (points(1, 13), "damaged"),
    "a damaged profile": (chunk(b"iCCP", b"name\0\0no deflate"), "damaged"),
    "a profile of colours": (icc(icc_profiles.rgb(1.0)), "made for RGB"),
}


@pytest.mark.parametrize("kind", LEFT)
def test_light_that_is_not_followed_is_told(tmp_path, kind):
    declared, word = LEFT[kind]
    path = written(tmp_path / "a.png", stored(GREY, 8), 8, 0, declared)
    ((code, facts),) = decode.examine(path, LIMITS).notes
    assert code == "light-left-aside"
    assert word in facts["what"]
    assert lightness(path) == pytest.approx(expected(GREY), abs=0.1)


@pytest.mark.parametrize("bits", [8, 16])
def test_primaries_count_as_those_of_a_profile(tmp_path, bits):
    adobe = (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
    chromaticities = chunk(b"cHRM", struct.pack(">8I", *(round(one * 100000) for one in adobe)))
    numbers = written(tmp_path / "a.png", stored(HUES, bits), bits, 2, gamma(256 / 563), chromaticities)
    profile = icc(icc_profiles.rgb(2.2, icc_profiles.ADOBE))
    by_profile = written(tmp_path / "b.png", stored(HUES, bits), bits, 2, profile)
    shown = [to_srgb8(open_picture(path)).numpy() / 255 for path in (numbers, by_profile)]
    one, other = (lab.srgb_to_linear(values) for values in shown)
    assert np.abs(one - other).max() < 0.01  # one level of 255 near white
    assert np.abs(one - lab.srgb_to_linear(HUES)).max() > 0.1


def test_primaries_that_make_no_colours_are_no_primaries(tmp_path):
    nonsense = chunk(b"cHRM", struct.pack(">8I", *[10000] * 8))
    path = written(tmp_path / "a.png", stored(HUES, 8), 8, 2, nonsense)
    assert lightness(path) == pytest.approx(expected(HUES), abs=0.1)


@pytest.mark.parametrize(("unit", "wanted"), [(1, [599.99, 599.99]), (0, None), (None, None)])
def test_resolution_counts_with_its_unit_only(tmp_path, unit, wanted):
    chunks = [] if unit is None else [chunk(b"pHYs", struct.pack(">IIB", 23622, 23622, unit))]
    path = written(tmp_path / "a.png", stored(GREY, 8), 8, 0, *chunks)
    assert verdict(path)[1].metadata.get("pixels_per_inch") == (wanted and pytest.approx(wanted, abs=0.02))


@pytest.mark.parametrize("place", ["before", "after"])
def test_exif_turns_it_before_the_pixels_and_after(tmp_path, place):
    exif = chunk(b"eXIf", exif_blocks.block(orientation=6))
    options = {"after": exif} if place == "after" else {}
    path = written(tmp_path / "a.png", stored(GREY, 8), 8, 0, *([exif] if place == "before" else []), **options)
    picture = verdict(path)[1]
    assert (picture.width, picture.height) == (48, 64) == open_picture(path).size


@settings(max_examples=60, deadline=None)
@given(place=st.integers(8, 300), noise=st.binary(min_size=1, max_size=10))
def test_whatever_stands_in_chunks_nothing_but_a_refusal_comes(tmp_path_factory, place, noise):
    path = tmp_path_factory.mktemp("noise") / "a.png"
    exif = chunk(b"eXIf", exif_blocks.block(orientation=6, across=3, down=3))
    lights = (points(1, 8, 0, 1), gamma(1.0), icc(icc_profiles.rgb(1.0)))
    content = written(path, stored(HUES[:8, :8], 8), 8, 2, *lights, exif).read_bytes()
    path.write_bytes(content[:place] + noise + content[place + len(noise) :])
    with contextlib.suppress(RefusedError, pyvips.Error):
        opening.open_described(path, opening.describe_picture(path, PNG), LIMITS, "random", "error").avg()


def test_a_png_of_xcodes_is_called_so(tmp_path):
    path = written(tmp_path / "a.png", stored(HUES, 8), 8, 2)
    content = path.read_bytes()
    path.write_bytes(content[:8] + chunk(b"CgBI", b"\x50\0\x20\2") + content[8:])
    answer = decode.examine(path, LIMITS)
    assert answer.picture is None
    assert dict(answer.notes)["unsupported"]["format"].endswith("(CgBI)")
