"""Contact sheets: what stands where, that every column is labelled, and that pages end."""

import numpy as np
import pytest
import pyvips
from PIL import Image
from skimage import data

from heritage_color.metrics import sheet
from heritage_color.metrics.benchmark import load_each
from heritage_color.settings import Settings

COLUMNS = [("original", sheet.GREY), sheet.column("tint/-"), ("truth", sheet.TRUTH)]
HEAD = 2 * sheet.LINE + 2 * sheet.GAP


@pytest.fixture
def pages(tmp_path):
    """The pages of a sheet of 21 pictures: one colour per column."""
    drawn = sheet.Sheet(tmp_path / "new folder" / "sheet.jpg", COLUMNS)
    colours = [np.full((80, 120, 3), colour, np.uint8) for colour in ([120] * 3, [130, 120, 105], [40, 60, 200])]
    for number in range(sheet.PAGE_ROWS + 1):
        drawn.add(f"picture {number}.jpg", colours)
    return drawn.finish()


def test_a_full_page_is_followed_by_another(pages):
    assert [page.name for page in pages] == ["sheet.jpg", "sheet-2.jpg"]
    first, second = (Image.open(page) for page in pages)
    assert first.width == second.width
    assert first.height > 10 * second.height / 2


def test_each_picture_stands_under_its_column(pages):
    page = np.asarray(Image.open(pages[0])).astype(int)
    places = [sheet.GAP + at * (sheet.CELL + sheet.GAP) + 60 for at in range(3)]
    found = page[HEAD + 40, places]
    np.testing.assert_allclose(found, [[120] * 3, [130, 120, 105], [40, 60, 200]], atol=6)


def test_every_column_has_two_lines_of_text_above_it(pages):
    page = np.asarray(Image.open(pages[0]).convert("L"))
    for at in range(len(COLUMNS)):
        left = sheet.GAP + at * (sheet.CELL + sheet.GAP)
        for line in range(2):
            top = sheet.GAP + line * sheet.LINE
            assert (page[top : top + sheet.LINE, left : left + sheet.CELL] < 128).sum() > 20


def test_the_file_itself_says_that_colours_are_guesses(pages):
    assert b"guesses of a model" in Image.open(pages[0]).info["comment"]


def test_scans_are_shown_beside_what_methods_make_of_them(tmp_path):
    pyvips.Image.new_from_array(data.camera()).write_to_file(str(tmp_path / "scan.tif"))
    (tmp_path / "torn.tif").write_bytes(b"II*\0 nothing more")
    paths, methods = [tmp_path / "scan.tif", tmp_path / "torn.tif"], load_each(["tint"], Settings())
    (page,), refused = sheet.of_scans(paths, methods, ["balanced"], tmp_path / "sheet.jpg")
    assert ["torn.tif" in sentence for sentence in refused] == [True]
    drawn = np.asarray(Image.open(page)).astype(int)[HEAD : HEAD + sheet.CELL]
    original, coloured = drawn[:, sheet.GAP : sheet.GAP + 200], drawn[:, sheet.CELL + 2 * sheet.GAP :][:, :200]
    assert abs(original[..., 0] - original[..., 2]).mean() < 2
    assert (coloured[..., 0] - coloured[..., 2]).mean() > 8  # the tint is yellowish
