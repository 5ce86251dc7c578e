"""References of `gist` from a museum's folder: described once, with source and rights, grown, resumed, put to use."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image
from skimage import data

from heritage_color.cli.commands import DONE
from heritage_color.cli.main import main
from heritage_color.errors import DeliveryError
from heritage_color.lab import rgb_to_lab
from heritage_color.methods import loading
from heritage_color.train.networks.recipes import Recipe
from heritage_color.train.pictures import references

RECIPE = Recipe("gist")
RIGHTS = "CC0 1.0"


def write_photographs(folder, *names: str):
    """Sample photographs of scikit-image as files of 96 x 128."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        Image.fromarray(getattr(data, name)()).resize((128, 96)).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def museum(tmp_path_factory):
    """Photographs with a list of their rights above them, and the run that described them."""
    base = tmp_path_factory.mktemp("museum")
    folder = write_photographs(base / "photographs", "chelsea", "coffee", "rocket")
    (folder / "again.png").write_bytes((folder / "coffee.png").read_bytes())
    rows = [["file", "source", "rights"], ["photographs/chelsea.png", "Stéfan van der Walt", RIGHTS]]
    with (base / "photographs.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    references.train(folder, None, base / "run", RECIPE)
    return base


def loaded(run):
    """The method with the references of a run."""
    return loading.load("gist", run)


def test_each_photograph_is_a_reference_once_with_its_source_and_rights(museum):
    known = {one.file: one for one in loaded(museum / "run").references}
    assert sorted(known) == ["again.png", "chelsea.png", "rocket.png"]
    assert (known["chelsea.png"].source, known["chelsea.png"].rights) == ("Stéfan van der Walt", RIGHTS)
    assert known["rocket.png"].rights == ""
    assert json.loads((museum / "run" / "gist.json").read_text())["photographs"] == 3


def test_a_photograph_in_grey_finds_itself_and_its_colours(museum):
    lab = rgb_to_lab(np.asarray(Image.open(museum / "photographs" / "chelsea.png")) / np.float32(255))
    prediction = loaded(museum / "run").predict(lab[None, ..., 0], "faithful")
    assert prediction.sources[0][0]["file"] == "chelsea.png"
    true = lab[..., 1:].reshape(24, 4, 32, 4, 2).mean((1, 3))
    assert np.abs(prediction.ab[0] - true).mean() < 0.5 * np.abs(true).mean()


def test_a_run_that_was_stopped_describes_only_what_is_missing(museum, tmp_path, monkeypatch):
    monkeypatch.setattr(references, "PART", 2)
    references.train(museum / "photographs", None, tmp_path, RECIPE)
    kept, lost = sorted((tmp_path / "parts").iterdir())
    lost.unlink()
    described = kept.stat().st_mtime_ns
    references.train(museum / "photographs", None, tmp_path, RECIPE)
    assert (kept.stat().st_mtime_ns, lost.is_file()) == (described, True)
    assert loaded(tmp_path).references == loaded(museum / "run").references
    assert np.array_equal(loaded(tmp_path).codes, loaded(museum / "run").codes)


def test_an_index_grows_by_what_it_does_not_know(museum, tmp_path):
    folder = write_photographs(tmp_path / "more", "astronaut", "rocket")
    references.train(folder, None, tmp_path / "run", RECIPE, museum / "run" / "gist.safetensors")
    before, after = loaded(museum / "run"), loaded(tmp_path / "run")
    assert [one.file for one in after.references] == [*(one.file for one in before.references), "astronaut.png"]
    assert np.array_equal(after.codes[:3], before.codes)


def test_grey_photographs_give_no_colour(tmp_path):
    (tmp_path / "grey").mkdir()
    Image.fromarray(data.camera()).resize((64, 64)).save(tmp_path / "grey" / "camera.png")
    with pytest.raises(DeliveryError, match="no colour"):
        references.train(tmp_path / "grey", None, tmp_path / "run", RECIPE)


def test_a_curator_sees_the_sources_of_a_picture_and_what_each_gives(museum, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HERITAGE_WEIGHTS", str(museum / "run"))
    scan, out = tmp_path / "scan.png", tmp_path / "out"
    Image.open(museum / "photographs" / "chelsea.png").convert("L").save(scan)
    assert main(["sources", str(scan), "--out", str(out)]) == DONE
    told = capsys.readouterr().out
    assert told.splitlines()[1].startswith("  1  distance 0.")
    assert f"chelsea.png (Stéfan van der Walt, {RIGHTS})" in told
    assert sorted(path.name for path in out.iterdir()) == [
        *(f"scan.source-{number}.png" for number in (1, 2, 3)),
        "sources.jpg",
    ]
    assert Image.open(io.BytesIO((out / "scan.source-1.png").read_bytes())).size == (128, 96)


def test_a_result_says_in_its_own_metadata_whose_colours_it_has(museum, tmp_path, monkeypatch):
    monkeypatch.setenv("HERITAGE_WEIGHTS", str(museum / "run"))
    scan = tmp_path / "scan.png"
    Image.open(museum / "photographs" / "chelsea.png").convert("L").save(scan)
    assert main(["colorize", str(scan), "--out", str(tmp_path / "out"), "--method", "gist"]) == DONE
    assert "The colours are those of chelsea.png" in (tmp_path / "out" / "scan.png").read_bytes().decode("latin-1")
