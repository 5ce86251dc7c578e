"""A master without a resolution has results without one; one that states it keeps it."""

import numpy as np
import pytest
from PIL import Image

from heritage_color.images.reading import opening
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing import carrying
from heritage_color.images.writing.saving import save_preview, save_samples
from heritage_color.publish import derivatives

GREY = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))


def stated(path):
    return opening.describe_picture(path, opening.sniff(path)).pixels_per_inch


def result(path, folder):
    """The result of a master, with its metadata, as colorizing writes it."""
    picture, raw = open_picture(path), folder / "raw"
    raw.write_bytes(np.dstack([GREY] * 3).tobytes())
    save_samples(raw, picture, 3, folder / f"result{picture.suffix}")
    carrying.carry(path, folder / f"result{picture.suffix}", carrying.Provenance({}, {}, {}, "sha256:0"))
    return folder / f"result{picture.suffix}"


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg", "a.webp"])
def test_no_resolution_is_invented(tmp_path, name):
    Image.fromarray(GREY).save(tmp_path / name)
    assert stated(tmp_path / name) is None
    assert stated(result(tmp_path / name, tmp_path)) is None
    published = derivatives.save_jpeg(derivatives.open_upright(tmp_path / name), b"<x/>", tmp_path / "published.jpg")
    assert stated(published) is None
    save_preview(open_picture(tmp_path / name), tmp_path / "preview.jpg")
    assert stated(tmp_path / "preview.jpg") is None


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg"])
def test_a_resolution_that_is_stated_is_kept(tmp_path, name):
    Image.fromarray(GREY).save(tmp_path / name, dpi=(600, 600))
    assert stated(result(tmp_path / name, tmp_path)) == pytest.approx((600, 600), abs=0.1)
    published = derivatives.save_jpeg(derivatives.open_upright(tmp_path / name), b"<x/>", tmp_path / "published.jpg")
    assert stated(published) == pytest.approx((600, 600), abs=1)
