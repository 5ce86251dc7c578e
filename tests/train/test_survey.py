"""The look at every photograph before a training: state, checksum, work, and what is said of those left out."""

import hashlib
import shutil

import numpy as np
import pytest
from PIL import Image
from skimage import data

from heritage_color.errors import DeliveryError
from heritage_color.train.pictures import survey


def sepia(grey: np.ndarray) -> np.ndarray:
    """A grey picture toned brown."""
    return np.clip(grey[..., None] * np.array([1.0, 0.85, 0.65]), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Colour, grey, sepia and damaged photographs, and a file that is none."""
    folder = tmp_path_factory.mktemp("photographs")
    (folder / "more").mkdir()
    (folder / "readme.txt").write_text("no photograph")
    for name in ("b-1.png", "b-2.png", "more/c.JPG", "a.jpeg"):
        Image.fromarray(data.astronaut()[:160, :200]).save(folder / name)
    Image.fromarray(np.repeat(data.camera()[::4, ::4, None], 3, 2)).save(folder / "grey.png")
    Image.fromarray(sepia(data.camera()[::4, ::4])).save(folder / "sepia.png")
    (folder / "torn.jpg").write_bytes((folder / "a.jpeg").read_bytes()[:900])
    (folder / "word.png").write_bytes(b"not a picture at all")
    return folder


@pytest.fixture(scope="module")
def looked(folder, tmp_path_factory):
    return survey.survey(folder, tmp_path_factory.mktemp("run") / "photographs.csv")


def test_each_photograph_gets_its_state(looked):
    assert {row.file: row.state for row in looked} == {
        "a.jpeg": "colour", "b-1.png": "colour", "b-2.png": "colour", "more/c.JPG": "colour",
        "grey.png": "grey", "sepia.png": "grey", "torn.jpg": "damaged", "word.png": "damaged",
    }  # fmt: skip


def test_the_checksum_is_the_files_own(folder, looked):
    row = next(row for row in looked if row.file == "a.jpeg")
    assert row.sha256 == hashlib.sha256((folder / "a.jpeg").read_bytes()).hexdigest()


def test_the_manifest_is_written_once_and_read_again(folder, looked, tmp_path):
    manifest = tmp_path / "photographs.csv"
    survey.write_manifest(looked, manifest)
    assert survey.survey(folder, manifest) == looked == list(survey.read_manifest(manifest))


def test_a_file_that_changed_since_is_looked_at_again(folder, tmp_path):
    copy, manifest = tmp_path / "copy", tmp_path / "photographs.csv"
    shutil.copytree(folder, copy)
    survey.survey(copy, manifest)
    (copy / "b-1.png").write_bytes(b"torn")
    (copy / "b-2.png").unlink()
    again = {row.file: row.state for row in survey.survey(copy, manifest)}
    assert again["b-1.png"] == "damaged"
    assert "b-2.png" not in again
    assert again["a.jpeg"] == "colour"


def test_what_is_left_out_is_named(folder, looked):
    sentences = survey.left_out(looked, folder)
    assert f"{folder / 'torn.jpg'} is damaged or no picture: left out." in sentences
    assert any(sentence.startswith("2 grey or toned photographs") for sentence in sentences)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DeliveryError, match=r"no photograph \(JPEG or PNG\) in"):
        survey.survey(tmp_path, tmp_path / "photographs.csv")


def test_a_folder_without_colour_is_refused_and_leaves_nothing(tmp_path):
    Image.fromarray(data.camera()[:64, :64]).save(tmp_path / "grey.png")
    with pytest.raises(DeliveryError, match="grey or damaged: there is no colour to learn from"):
        survey.survey(tmp_path, tmp_path / "photographs.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["grey.png"]


@pytest.mark.parametrize(
    ("file", "work"),
    [("house-12a.jpg", "house-12"), ("house-12_2.jpg", "house-12"), ("x/plate 7-b.png", "x/plate 7"),
     ("imagenet-00012.jpg", "imagenet-00012"), ("melons.jpg", "melons")],
)  # fmt: skip
def test_views_of_one_work_have_one_name(file, work):
    assert survey.work_of(file) == work


def test_all_views_of_a_work_are_on_one_side():
    rows = [survey.Photograph(f"w{n}-{view}.jpg", "", f"w{n}", "colour") for n in range(200) for view in (1, 2, 3)]
    learned, held_back = survey.split(rows)
    assert {row.work for row in learned}.isdisjoint(row.work for row in held_back)
    assert 0 < len(held_back) < len(rows) / 10
    assert survey.split(rows[300:])[1] == [row for row in held_back if row in rows[300:]]


def test_the_digest_tells_other_photographs_apart(looked):
    assert survey.digest(looked) != survey.digest(looked[1:])
    assert survey.digest(looked) == survey.digest(list(looked))
