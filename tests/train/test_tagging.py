"""Training of the tagger: the game over made-up features, and a run over real photographs."""

import numpy as np
import pytest
import pyvips
from skimage import data

from heritage_color.errors import DeliveryError
from heritage_color.tagging import baselines, benchmark, figures, labels, proposing
from heritage_color.train import tagging as training

PHOTOGRAPHS, KINDS = 800, 40


def world(seed: int) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Features (N, 24) of photographs of forty kinds of ten families, and the tags of each."""
    kind = np.random.default_rng(seed).integers(KINDS, size=PHOTOGRAPHS)
    places = np.random.default_rng(7).standard_normal((KINDS, 24))
    features = places[kind] + 0.3 * np.random.default_rng(seed).standard_normal((PHOTOGRAPHS, 24))
    return features.astype(np.float32), [(f"family {number // 4}", f"kind {number}") for number in kind]


def test_a_short_game_beats_the_frequent_tags_by_far(tmp_path):
    features, tagged = world(1)
    known = labels.vocabulary(tagged)
    learned = training.Learned(features[:, None], known.matrix(tagged), np.zeros(PHOTOGRAPHS, bool))
    recipe = training.Recipe(steps=400, width=0.1, vector=24, views=1, learning_rate=1e-3, averaging=0.98, dropout=0.2)
    tagger = training.game(learned, known, recipe, tmp_path / "log.csv")
    unseen, truth = world(2)
    ranking = np.stack([tagger.votes(one)[1] for one in unseen[:60]])
    carried = known.matrix(truth[:60])
    frequent = baselines.by_frequency(known.counts, 60)
    kinds = known.levels == 2
    mine, theirs = (figures.hit(figures.of_level(each, kinds), carried[:, kinds]) for each in (ranking, frequent))
    assert mine > 2 * theirs
    assert (tmp_path / "log.csv").read_text().count("\n") == 21


def test_a_batch_depends_on_its_number_alone_and_holds_nothing_held_back():
    features, tagged = world(1)
    known = labels.vocabulary(tagged)
    held_back = np.arange(PHOTOGRAPHS) >= 20
    learned = training.Learned(features[:, None], known.matrix(tagged), held_back)
    of_tags = np.eye(len(known.tags), dtype=np.float32)
    recipe = training.Recipe(steps=3, batch=50)
    one, two = (list(training.batches(learned, of_tags, recipe)) for _ in range(2))
    assert all((a == b).all() for left, right in zip(one, two, strict=True) for a, b in zip(left, right, strict=True))
    assert {row.tobytes() for seen, _, _ in one for row in seen} <= {row.tobytes() for row in features[:20]}


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Twelve parts of three photographs, tagged, and a file that nobody tagged."""
    folder = tmp_path_factory.mktemp("photographs")
    tagged = {}
    for name, pixels in (("cat", data.chelsea()), ("coffee", data.coffee()), ("rocket", data.rocket())):
        for number in range(4):
            part = pixels[20 * number : 20 * number + 240, 40 * number : 40 * number + 300]
            pyvips.Image.new_from_array(part).write_to_file(str(folder / f"{name}-{number}0000.png"))
            tagged[f"{name}-{number}0000.png"] = ("thing", name)
    labels.write_tags(folder / "tags.csv", tagged)
    return folder


TINY = training.Recipe(steps=4, batch=8, width=0.01, vector=8, views=2, fewest=2)


def test_a_run_leaves_a_tagger_that_its_benchmark_can_judge(photographs, tmp_path):
    file = training.train_tagger(photographs, photographs / "tags.csv", tmp_path / "run", TINY)
    tagger = proposing.load_tagger(file.parent)
    assert set(tagger.vocabulary.tags) == {"thing", "cat", "coffee", "rocket"}
    assert (tagger.card.facts["photographs"], tagger.card.facts["recipe"]["steps"]) == (12, 4)
    result = benchmark.compare_rankers(tagger, photographs, photographs / "tags.csv", tmp_path / "run")
    by_ranker = {row.ranker: row for row in result.rows if row.level == benchmark.LEVELS[2]}
    assert by_ranker["neighbours"].hit_1 == 1.0


def test_a_run_that_goes_on_looks_at_no_photograph_again(photographs, tmp_path):
    first = training.train_tagger(photographs, photographs / "tags.csv", tmp_path / "run", TINY)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "run" / "features").iterdir()}
    before = first.read_bytes()
    second = training.train_tagger(photographs, photographs / "tags.csv", tmp_path / "run", TINY)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "run" / "features").iterdir()} == kept
    assert second.read_bytes() == before


def test_too_few_photographs_are_refused_before_anything_is_written(photographs, tmp_path):
    with pytest.raises(DeliveryError, match="training needs 100"):
        training.train_tagger(photographs, photographs / "tags.csv", tmp_path / "run", training.Recipe(fewest=2))
    assert not (tmp_path / "run").exists()
