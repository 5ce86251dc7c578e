"""`colorize FOLDER` colours what is a picture by its content, and says what it left aside and why."""

import os

import numpy as np
import pytest
import pyvips
import rich_metadata

from heritage_color.cli.commands import DONE, REFUSED, WRONG
from heritage_color.cli.main import main
from heritage_color.colorize.choosing import choose, stem
from heritage_color.errors import DeliveryError


def grey():
    """A soft scene of 64 pixels."""
    rows, columns = np.mgrid[0:64, 0:64]
    levels = np.rint(127 + 60 * np.sin(rows / 9) + 60 * np.cos(columns / 13)).astype(np.uint8)
    return pyvips.Image.new_from_array(levels).copy(interpretation="b-w")


@pytest.fixture
def folder(tmp_path):
    """A folder with JPEG files under four endings, and below it a TIFF."""
    found = tmp_path / "scans"
    (found / "box").mkdir(parents=True)
    for name in ("a.jfif", "b.jpe", "c", "d.JPG"):
        (found / name).write_bytes(grey().jpegsave_buffer(keep="none"))
    grey().tiffsave(str(found / "box" / "e.tif"))
    return found


@pytest.fixture
def colorize(folder, tmp_path, capsys):
    """The command over the folder: its exit code, the names of results, and what it said."""

    def run(*paths):
        out = tmp_path / "out"
        code = main(["colorize", *map(str, paths or [folder]), "--out", str(out), "--method", "grey"])
        return code, sorted(path.name for path in out.iterdir()), capsys.readouterr().err

    return run


def test_the_content_decides_whatever_the_ending(colorize):
    assert colorize() == (DONE, ["a.png", "b.png", "c.png", "d.png", "e.tif"], "")


def test_what_is_no_picture_is_left_aside_in_one_line(colorize, folder):
    for name in ("notes.txt", "a.xmp", "list.sha256", "one", "two", "three", ".DS_Store", "Thumbs.db"):
        (folder / name).write_text("words")
    code, results, said = colorize()
    assert (code, len(results)) == (DONE, 5)
    assert said == "Left aside, as no pictures: a.xmp, list.sha256, notes.txt, one, three and 1 more.\n"


def test_kinds_that_are_not_taken_are_refused_by_their_names_and_the_others_done(colorize, folder):
    (folder / "film.tif").write_bytes(b"8BPS\0\1" + bytes(60))
    (folder / "f.gif").write_bytes(b"GIF89a" + bytes(60))
    (folder / "g.jpg").write_text("words")
    code, results, said = colorize()
    assert (code, len(results)) == (REFUSED, 5)
    assert "film.tif is a Photoshop document. Export it as TIFF" in said
    assert "f.gif is a GIF file." in said
    assert "g.jpg is not a picture, whatever its name says." in said


@pytest.mark.parametrize("name", ["Manifest.csv", "manifest.csv.txt"])
def test_a_manifest_that_is_not_read_is_named(colorize, folder, name):
    (folder / "box" / name).write_text("file,do_not_colorize\ne.tif,yes\n")
    assert f"box/{name} is not read here: what it forbids" in colorize()[2]


@pytest.mark.parametrize("path", ["box/e.tif", "box", "linked.tif"])
def test_no_master_is_written_over(folder, path, capsys):
    (folder / "linked.tif").symlink_to(folder / "box" / "e.tif")
    before = (folder / "box" / "e.tif").read_bytes()
    command = ["colorize", str(folder / path), "--out", str(folder / "box" / ".." / "box"), "--method", "grey"]
    assert main(command) == WRONG
    assert "could be written over one of them. Name another folder with --out." in capsys.readouterr().err
    assert (folder / "box" / "e.tif").read_bytes() == before


def test_links_that_lead_nowhere_and_pipes_are_said(colorize, folder):
    (folder / "away.tif").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.png")
    code, results, said = colorize()
    assert (code, len(results)) == (REFUSED, 5)
    assert "away.tif is a symbolic link" in said
    assert "pipe.png is a device, pipe or socket" in said


def test_two_pictures_of_one_name_are_not_written_over_each_other(colorize, folder):
    grey().pngsave(str(folder / "c.png"))
    code, results, said = colorize()
    assert (code, len(results)) == (REFUSED, 5)
    assert "c.png: " in said
    assert "has the same name without its ending; colorize it into another folder." in said


def test_only_what_formats_use_is_taken_for_an_ending(tmp_path, folder, colorize):
    assert [stem(tmp_path / name) for name in ("plate.1912", "plate.tif", "plate")] == ["plate.1912", "plate", "plate"]
    for number in (1912, 1913):
        (folder / f"plate.{number}").write_bytes((folder / "c").read_bytes())
    assert {"plate.1912.png", "plate.1913.png"} <= set(colorize()[1])


def test_a_tiff_of_another_ending_becomes_a_tiff(folder, colorize):
    (folder / "box" / "e.tif").rename(folder / "box" / "e.jpg")
    assert "e.tif" in colorize()[1]


def test_a_file_that_is_named_is_refused_where_it_is_no_picture(folder, colorize, tmp_path):
    (folder / "notes").write_text("words")
    code, results, said = colorize(folder / "notes", folder / "c")
    assert (code, results) == (REFUSED, ["c.png"])
    assert said == "notes is not a picture, whatever its name says. Deliver the picture itself.\n"
    (tmp_path / "empty").mkdir()
    with pytest.raises(DeliveryError, match="There is no picture in"):
        choose([tmp_path / "empty"])


def test_a_tag_that_is_lost_is_told(folder, colorize):
    rich_metadata.with_a_tag_outside(folder / "box" / "e.tif")
    code, _, said = colorize()
    assert (code, said) == (DONE, "e.tif has tags that were not carried over: Exif.Image.ImageDescription.\n")
