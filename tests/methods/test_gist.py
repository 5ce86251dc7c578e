"""The method `gist`: a known grating answers in its own filter, neighbours are found, colours come to their places."""

import numpy as np
import pytest

from heritage_color.errors import WeightsError
from heritage_color.methods.cards import Card
from heritage_color.methods.gist import index as indices
from heritage_color.methods.gist.colorizer import (
    GAINS,
    Gist,
    Reference,
    described_photograph,
    index_file,
    packed,
    unpacked,
)
from heritage_color.methods.gist.descriptor import (
    FINEST,
    GRID,
    LENGTH,
    ORIENTATIONS,
    RATIO,
    SCALES,
    SIDE,
    describe,
    mirrored,
    squashed,
)
from heritage_color.methods.gist.index import Index, codes_of
from heritage_color.methods.gist.transfer import PLACES, chroma_from, sample, smoothed, variation

ROWS, COLUMNS = 96, 128
BLUE, GREEN = (0, -40), (-30, 40)


def grating(scale: int, direction: int) -> np.ndarray:
    """Lightness (128, 128) of a wave as coarse as a scale, across one of the 8 directions."""
    angle, cycles = np.pi * direction / ORIENTATIONS, FINEST / RATIO**scale
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    return 50 + 10 * np.sin(2 * np.pi * cycles * (x * np.cos(angle) + y * np.sin(angle)))


def noise(seed: int = 0) -> np.ndarray:
    """Lightness (96, 128) of soft blotches."""
    rng = np.random.default_rng(seed)
    return squashed(rng.uniform(0, 100, (12, 16)), ROWS, COLUMNS)


def cloud(number: int, seed: int = 0) -> np.ndarray:
    """Codes (N, 512) that lie as gists do: near a few dozen directions, along some dozen others."""
    rng = np.random.default_rng(seed)
    middles = rng.gamma(2, 1, (40, LENGTH))
    along = np.random.default_rng(1).normal(0, 0.3, (24, LENGTH))
    found = middles[rng.integers(0, 40, number)] + rng.normal(0, 1, (number, 24)) @ along
    return codes_of(np.abs(found) / np.linalg.norm(found, axis=1, keepdims=True))


def scene() -> tuple[np.ndarray, np.ndarray]:
    """Lightness (96, 128) and ab of a light, smooth sky over a dark, rough meadow."""
    rough = np.random.default_rng(0).normal(0, 8, (ROWS, COLUMNS))
    below = np.arange(ROWS)[:, None] >= ROWS // 2
    lightness = np.where(below, 35 + rough, 75 + rough / 20)
    ab = np.where(below[..., None], GREEN, BLUE) * np.ones((ROWS, COLUMNS, 1))
    return lightness.astype(np.float32), ab.astype(np.float32)


def of_scene() -> Gist:
    """The method with one photograph, that of the scene."""
    lightness, ab = scene()
    code, samples = described_photograph(lightness, ab)
    method = Gist()
    method.add([Reference("meadow.jpg", "our own archive", "CC0", "ab" * 32)], code[None], samples[None])
    return method


@pytest.mark.parametrize("direction", [0, 1, 3, 4, 6])
@pytest.mark.parametrize("scale", range(SCALES))
def test_a_grating_answers_in_its_own_scale_and_direction(scale, direction):
    answers = describe(grating(scale, direction)).reshape(SCALES, ORIENTATIONS, -1).sum(-1)
    assert np.unravel_index(answers.argmax(), answers.shape) == (scale, direction)


def test_a_grating_in_one_corner_answers_in_that_corner():
    picture = np.full((SIDE, SIDE), 50.0)
    picture[-32:, :32] = grating(1, 2)[-32:, :32]
    parts = describe(picture).reshape(SCALES, ORIENTATIONS, GRID, GRID)[1, 2]
    assert np.unravel_index(parts.argmax(), parts.shape) == (GRID - 1, 0)


def test_a_mirrored_picture_has_the_mirrored_gist():
    gist = describe(noise())
    assert mirrored(gist) == pytest.approx(describe(noise()[:, ::-1]), abs=0.005 * float(gist.max()))
    assert np.abs(mirrored(gist) - gist).max() > 0.2 * gist.max()
    assert np.array_equal(mirrored(mirrored(gist)), gist)


def test_a_gist_has_length_one_at_any_size_and_nought_of_a_flat_picture():
    assert describe(noise()).shape == (LENGTH,)
    assert np.linalg.norm(describe(noise()[:40, :31])) == pytest.approx(1, abs=1e-4)
    assert describe(np.full((50, 70), 42.0)).max() < 1e-2


def test_a_gist_hardly_minds_size_or_contrast():
    gist = describe(noise())
    other = describe(squashed(noise(), 3 * ROWS, 2 * COLUMNS) * 0.7 + 15)
    stranger = describe(noise(1))
    assert np.linalg.norm(gist - other) < 0.5 * np.linalg.norm(gist - stranger)


def test_resampling_keeps_means_and_slopes():
    slope = np.linspace(0, 1, 300)[None] * np.ones((200, 1))
    assert squashed(slope, 20, 30).mean() == pytest.approx(0.5, abs=1e-6)
    assert np.diff(squashed(slope, 20, 30)[5, 2:-2]) == pytest.approx(10 / 299, abs=1e-4)


def test_few_codes_are_compared_exactly():
    codes, index = cloud(3000), Index()
    index.add(codes)
    squares = ((codes[7].astype(float) - codes.astype(float)) ** 2).sum(1)
    places, distances = index.search(codes[7], 10)
    assert index.exact
    assert places[0] == 7
    assert distances == pytest.approx(np.sqrt(np.sort(squares)[:10]) * indices.TOP / 255, rel=1e-5)


@pytest.fixture(scope="module")
def lists():
    """An index of lists, of 4,000 codes that grew by 2,000; queries, and what an exact index says to them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indices, "EXACT", 3000)
        grown = Index()
        for codes in (cloud(2000, 0), cloud(2000, 1), cloud(2000, 2)):
            grown.add(codes)
    exact = Index()
    exact.add(np.concatenate([cloud(2000, seed) for seed in range(3)]))
    return grown, exact


def test_lists_find_what_an_exact_search_finds(lists):
    grown, exact = lists
    assert (grown.exact, exact.exact, len(grown)) == (False, True, 6000)
    hits = [np.isin(*(index.search(code, 10)[0] for index in lists)).mean() for code in cloud(60, 9)]
    assert np.mean(hits) >= 0.95


def test_an_index_from_its_file_answers_the_same_and_can_grow(lists, tmp_path):
    grown, code = lists[0], cloud(1, 9)[0]
    grown.save(tmp_path / "index.faiss")
    again = Index.read(tmp_path / "index.faiss")
    assert all(np.array_equal(a, b) for a, b in zip(grown.search(code, 10), again.search(code, 10), strict=True))
    again.add(code[None])
    assert again.search(code, 1)[0][0] == len(grown) == len(again) - 1


def test_the_same_codes_make_the_same_index_byte_for_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(indices, "EXACT", 1000)
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        index = Index()
        index.add(cloud(1500))
        index.save(file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_file_that_is_no_index_is_refused_by_name(tmp_path):
    (tmp_path / "spoilt.faiss").write_bytes(b"no index")
    with pytest.raises(WeightsError, match=r"spoilt\.faiss is no index"):
        Index.read(tmp_path / "spoilt.faiss")


def test_variation_is_the_standard_deviation_around_each_pixel():
    lightness = noise()
    assert variation(lightness)[10, 20] == pytest.approx(lightness[8:13, 18:23].std(), abs=1e-3)


def test_samples_are_lightness_and_colour_of_their_places():
    lightness, ab = scene()
    samples = sample(lightness, ab)
    above = PLACES[:, 0] < 0.5
    assert samples.shape == (196, 4)
    assert (samples[above, 2:] == np.array(BLUE) + 128).all()
    assert (samples[~above, 2:] == np.array(GREEN) + 128).all()


def test_a_scene_in_grey_gets_the_colours_of_its_photograph_at_their_places():
    lightness, ab = scene()
    found = chroma_from(lightness, sample(lightness, ab))
    assert np.abs(found - ab)[:40].max() < 5
    assert np.abs(found - ab)[56:].mean() < 5


def test_place_counts_where_lightness_does_not_tell():
    ab = np.where(np.arange(COLUMNS)[None, :, None] < COLUMNS // 2, BLUE, GREEN) * np.ones((ROWS, 1, 1))
    samples = sample(noise(), ab)
    found, turned = chroma_from(noise(), samples), chroma_from(noise(), samples, mirrored=True)
    assert found[:, :20].mean((0, 1)) == pytest.approx(BLUE, abs=4)
    assert turned[:, :20].mean((0, 1)) == pytest.approx(GREEN, abs=4)


def test_smoothing_evens_colour_out_but_not_over_an_edge():
    lightness, ab = scene()
    rough = ab + np.random.default_rng(3).normal(0, 10, ab.shape)
    clean = smoothed(rough.astype(np.float32), np.where(lightness > 60, 75, 35).astype(np.float32))
    assert (clean - ab).std() < 0.5 * (rough - ab).std()
    assert np.abs(clean - ab)[46:50].mean() < 6


def test_a_prediction_names_the_photograph_its_colours_are_of():
    lightness = np.kron(scene()[0], np.ones((2, 2), np.float32))
    prediction = of_scene().predict(lightness[None], "faithful")
    ((source,),) = prediction.sources
    assert (source["file"], source["rights"], source["sha256"]) == ("meadow.jpg", "CC0", "ab" * 32)
    assert source["distance"] < 0.2
    assert prediction.ab[0, :20].mean((0, 1)) == pytest.approx(BLUE, abs=5)


def test_a_picture_finds_its_own_photograph_in_the_mirror_too():
    method, lightness = of_scene(), scene()[0]
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    slanted = np.where(rows > columns, lightness, 80 - lightness / 5)
    method.add([Reference("slope.jpg")], *(part[None] for part in described_photograph(slanted, scene()[1])))
    first = method.sources(slanted[:, ::-1])[0]
    assert (first.file, first.mirrored) == ("slope.jpg", True)


def test_presets_differ_in_strength_alone():
    method, lightness = of_scene(), scene()[0]
    answers = method.answers(lightness[None])
    weak, strong = (method.reading(answers, preset).ab for preset in ("faithful", "vivid"))
    assert strong == pytest.approx(GAINS["vivid"] * weak, rel=1e-5)
    with pytest.raises(WeightsError, match="no preset 'bright'"):
        method.reading(answers, "bright")


def test_a_curator_can_take_one_source_alone():
    method, lightness = of_scene(), scene()[0]
    code, samples = described_photograph(lightness, np.full((ROWS, COLUMNS, 2), 20, np.float32))
    method.add([Reference("other.jpg")], code[None], samples[None])
    prediction = method.reading(method.only(method.answers(lightness[None]), 1), "faithful")
    assert [source["file"] for source in prediction.sources[0]] == ["other.jpg"]
    assert prediction.ab == pytest.approx(20, abs=0.6)


def test_an_index_of_very_many_is_kept_beside_the_weights_and_made_again_without(tmp_path, monkeypatch):
    monkeypatch.setattr(indices, "EXACT", 1000)
    method, again, path = Gist(), Gist(), tmp_path / "gist.safetensors"
    method.add([Reference(str(n)) for n in range(1500)], cloud(1500), np.zeros((1500, 196, 4), np.uint8))
    method.save(path)
    again.load(path)
    assert again.sources(noise()) == method.sources(noise())
    index_file(path).unlink()
    again.load(path)
    assert again.sources(noise()) == method.sources(noise())


def test_a_saved_index_of_references_says_the_same_to_the_last_byte(tmp_path):
    method, again = of_scene(), Gist()
    method.save(tmp_path / "gist.safetensors", Card(facts={"note": "test"}))
    again.load(tmp_path / "gist.safetensors")
    assert again.references == method.references
    assert np.array_equal(again.codes, method.codes)
    assert np.array_equal(again.samples, method.samples)
    assert again.card.facts["photographs"] == 1


def test_a_damaged_list_of_photographs_is_refused():
    content = packed([Reference("a.jpg", "Museum, Ulm – Süd", "CC0")])
    assert unpacked(content) == [Reference("a.jpg", "Museum, Ulm – Süd", "CC0")]
    with pytest.raises(WeightsError, match="list of photographs"):
        unpacked(content[:-5])
