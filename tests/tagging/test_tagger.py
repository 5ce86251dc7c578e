"""The tagger: from picture files to proposals, saved and loaded."""

import json

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color.cli.commands import DONE, REFUSED, WRONG
from heritage_color.cli.main import main
from heritage_color.errors import DeliveryError, WeightsError
from heritage_color.methods.cards import Card
from heritage_color.methods.networks.efficientnet import build_encoder
from heritage_color.methods.weights import assign, load_weights
from heritage_color.tagging import benchmark, cgan, labels, proposing, vectors
from heritage_color.tagging.features import ENCODER_FILE, encoder, grey_of, padded

TAGS = [("animal", "cat"), ("food", "coffee"), ("space", "rocket"), ("person",)]


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Four photographs and the tags of each."""
    folder = tmp_path_factory.mktemp("photographs")
    for name, pixels in zip(
        ("a", "b", "c", "d"), (data.chelsea, data.coffee, data.rocket, data.astronaut), strict=True
    ):
        pyvips.Image.new_from_array(pixels()[:256, :320]).write_to_file(str(folder / f"{name}.png"))
    labels.write_tags(folder / "tags.csv", {f"{name}.png": tags for name, tags in zip("abcd", TAGS, strict=True)})
    return folder


@pytest.fixture(scope="module")
def tagger(photographs):
    """A tagger of those photographs' tags whose generator was never trained."""
    known = labels.vocabulary(TAGS, fewest=1)
    features = np.stack([encoder().of_file(path) for path in sorted(photographs.glob("*.png"))])
    of_tags = vectors.tag_vectors(known.matrix(TAGS), features)
    generator = cgan.build_generator(1280, of_tags.shape[1], 0.01)
    arrays = {proposing.GENERATOR + weight.path: weight.numpy() for weight in generator.weights}
    whole = {"mean": features.mean(0), "scale": features.std(0) + 1, "vectors": of_tags}
    return proposing.Tagger(arrays | whole, known, Card(width=0.01))


def test_a_picture_is_seen_grey_with_its_aspect_whatever_its_size(tmp_path):
    pyvips.Image.new_from_array(np.tile(data.coffee(), (2, 2, 1))).write_to_file(str(tmp_path / "large.tif"))
    grey = grey_of(tmp_path / "large.tif")
    assert grey.shape == (224, 336)
    assert padded(grey).shape == (224, 352)
    assert 0 <= grey.min() < 60 < 200 < grey.max() <= 255


def test_features_tell_pictures_apart_and_not_their_sizes(photographs, tmp_path):
    small = pyvips.Image.new_from_file(str(photographs / "a.png")).resize(0.9)
    small.write_to_file(str(tmp_path / "small.png"))
    cat, coffee, again = (
        encoder().of_file(path) for path in (photographs / "a.png", photographs / "b.png", tmp_path / "small.png")
    )
    assert np.linalg.norm(cat - again) < np.linalg.norm(cat - coffee) / 2


def test_features_are_the_means_of_the_shipped_encoders_last_layer(photographs):
    grey = padded(grey_of(photographs / "a.png"))[None, ..., None]
    shipped = build_encoder()
    assign(shipped, load_weights(ENCODER_FILE)[0])
    wanted = shipped(grey, training=False)["head"].numpy().mean((0, 1, 2))
    assert encoder().of_file(photographs / "a.png") == pytest.approx(wanted, abs=1e-4)


def test_proposals_are_the_same_each_time_and_know_their_votes(tagger, photographs):
    found = tagger.propose_for(photographs / "a.png")
    assert found == tagger.propose_for(photographs / "a.png")
    assert [one.votes for one in found] == sorted((one.votes for one in found), reverse=True)
    assert 0 < len(found) <= 10
    assert all(1 <= one.votes <= 100 for one in found)


def test_a_picture_that_cannot_be_read_is_a_sentence_and_the_others_go_on(tagger, photographs, tmp_path):
    (tmp_path / "torn.png").write_bytes(b"torn")
    proposed, refused = tagger.propose_for_all([tmp_path / "torn.png", photographs / "b.png"])
    assert list(proposed) == [photographs / "b.png"]
    assert "torn.png cannot be read" in refused[0]


def test_a_tagger_saved_and_loaded_draws_nearly_the_same_vectors(tagger, tmp_path):
    tagger.save(proposing.weight_file(tmp_path))
    again = proposing.load_tagger(tmp_path)
    features = np.linspace(0, 2, 1280)
    assert again.vocabulary.tags == tagger.vocabulary.tags
    assert np.abs(again.samples(features) - tagger.samples(features)).max() < 0.05


def test_weights_of_another_vocabulary_or_none_are_refused(tagger, tmp_path):
    with pytest.raises(WeightsError, match="No weights at"):
        proposing.load_tagger(tmp_path)
    other = labels.vocabulary([*TAGS, ("tree",)], fewest=1)
    proposing.Tagger(tagger.arrays, other, Card(width=0.01)).save(proposing.weight_file(tmp_path))
    with pytest.raises(WeightsError, match="do not hold the same vocabulary"):
        proposing.load_tagger(tmp_path)


def test_the_benchmark_has_a_row_for_each_ranker_and_level(tagger, photographs):
    result = benchmark.compare_rankers(tagger, photographs, photographs / "tags.csv")
    assert {(row.level, row.ranker) for row in result.rows} == {
        (benchmark.LEVELS[level], ranker) for level in (0, 1, 2) for ranker in ("frequency", "cgan")
    }
    assert result.rows[0].hit_10 == 1.0  # of seven tags in all, ten are everything
    assert "4 photographs, 7 tags" in benchmark.as_text(result)


def test_a_folder_that_is_no_run_lends_no_neighbours(tagger, photographs):
    with pytest.raises(DeliveryError, match=r"has no learned\.npz"):
        benchmark.compare_rankers(tagger, photographs, photographs / "tags.csv", photographs)


def test_the_commands_print_proposals_and_figures(tagger, photographs, tmp_path, monkeypatch, capsys):
    tagger.save(proposing.weight_file(tmp_path))
    monkeypatch.setenv("HERITAGE_WEIGHTS", str(tmp_path))
    (tmp_path / "torn.png").write_bytes(b"torn")
    assert main(["tags", str(photographs / "a.png"), str(tmp_path / "torn.png"), "--json"]) == REFUSED
    proposed = json.loads(capsys.readouterr().out)["proposed"]
    assert proposed == {str(photographs / "a.png"): {one.tag: one.votes for one in tagging_of(tmp_path, photographs)}}
    assert main(["tags-benchmark", str(photographs), "--tags", str(photographs / "tags.csv")]) == DONE
    assert "hit@10" in capsys.readouterr().out


def tagging_of(folder, photographs):
    """What the saved tagger proposes for the first photograph."""
    return proposing.load_tagger(folder).propose_for(photographs / "a.png")


def test_training_on_too_few_photographs_ends_with_a_sentence(photographs, tmp_path, capsys):
    file = photographs / "tags.csv"
    assert main(["train-tags", str(photographs), "--tags", str(file), "--out", str(tmp_path / "run")]) == WRONG
    assert "nothing to tell apart" in capsys.readouterr().err
