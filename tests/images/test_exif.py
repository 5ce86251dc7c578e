"""What EXIF says of orientation and resolution, and what it leaves open."""

import struct

import exif_blocks
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_color.images.tagged import exif

SAID = {
    "inches": ({"across": 300, "down": 600, "unit": 2}, (300, 600)),
    "centimetres": ({"across": 100, "down": 100, "unit": 3}, (254, 254)),
    "no unit: the standard's inches": ({"across": 300, "down": 300}, (300, 300)),
    "a unit that is none": ({"across": 300, "down": 300, "unit": 1}, None),
    "nothing across": ({"down": 300, "unit": 2}, None),
    "zero": ({"across": 0, "down": 0, "unit": 2}, None),
}


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", SAID)
def test_resolution_counts_with_its_unit_only(kind, order):
    tags, expected = SAID[kind]
    assert exif.read_exif(exif_blocks.block(order, **tags)).pixels_per_inch == expected


@pytest.mark.parametrize(("stored", "counted"), [(1, 1), (6, 6), (8, 8), (0, 1), (9, 1)])
def test_orientation_is_one_to_eight(stored, counted):
    assert exif.read_exif(b"Exif\0\0" + exif_blocks.block(orientation=stored)).orientation == counted


@pytest.mark.parametrize(
    ("index", "space", "adobe"), [(b"R03\0", 65535, True), (b"R98\0", 1, False), (b"R98\0", 2, True)]
)
def test_a_camera_may_say_that_its_colours_are_adobes(index, space, adobe):
    assert exif.read_exif(exif_blocks.of_camera(index, space)).adobe is adobe


@given(st.integers(0, 80), st.binary(max_size=12))
def test_damaged_exif_says_what_is_left_of_it(place, noise):
    sound = exif_blocks.block(orientation=6, across=300, down=300, unit=2)
    assert exif.read_exif(sound[:place] + noise + sound[place + len(noise) :]).orientation in range(1, 9)


@pytest.mark.parametrize("order", "<>")
def test_a_tag_of_several_values_tells_the_first_of_them_and_not_where_they_stand(order):
    entry = struct.pack(f"{order}HHII", 274, 3, 4, 26)  # four orientations, which do not fit into the entry
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}IH", 8, 1)
    block = head + entry + bytes(4) + struct.pack(f"{order}4H", 3, 6, 8, 1)
    assert exif.read_exif(block).orientation == 3
