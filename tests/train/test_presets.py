"""The presets: the closest, the closest of the colourful, and the most colourful of those that stay close."""

from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image
from skimage import data

from heritage_color import settings
from heritage_color.errors import DeliveryError
from heritage_color.methods import loading, names
from heritage_color.methods.weights import read_card
from heritage_color.train import presets


def candidate(name: str, psnr: float, auc: float, distance: float) -> presets.Measured:
    return presets.Measured(name, psnr, auc, distance)


def test_each_preset_is_the_best_of_those_colourful_enough():
    chosen = presets.select(
        [
            candidate("closest", 2.5, 6, 20),
            candidate("nearly as colourful", 2.0, 9, 3.5),
            candidate("as colourful", 1.1, 10, 0.9),
            candidate("as colourful, rare colours too", 0.9, 14, 0.5),
            candidate("too colourful", 0.1, 14, 9),
        ]
    )
    assert list(chosen.values()) == [
        "closest", "nearly as colourful", "as colourful, rare colours too",
    ]  # fmt: skip


def test_where_all_are_dull_the_least_dull_is_taken():
    chosen = presets.select([candidate("dull", 2.5, 6, 20), candidate("less dull", 2.0, 9, 12)])
    assert chosen["vivid"] == chosen["balanced"] == "less dull"


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    """The shipped weights with presets chosen on three sample photographs, and the card."""
    folder, shipped = tmp_path_factory.mktemp("presets"), settings.read({}).weights
    for ending in (".safetensors", ".json"):
        (folder / f"fusion-lite{ending}").write_bytes((shipped / f"fusion-lite{ending}").read_bytes())
    paths = [folder / f"{name}.png" for name in ("chelsea", "coffee", "rocket")]
    for path in paths:
        Image.fromarray(getattr(data, path.stem)()[::2, ::2]).save(path)
    return presets.choose(folder / "fusion-lite.safetensors", paths), folder / "fusion-lite.safetensors"


def test_the_card_holds_what_was_chosen_and_on_how_many(chosen):
    readings, weights = chosen
    card = read_card(weights)
    assert card.presets == {name: asdict(reading) for name, reading in readings.items()}
    assert card.facts["presets_chosen_on"] == 3
    assert set(readings) == set(names.PRESETS)


def test_vivid_is_more_colourful_than_faithful(chosen):
    method = loading.load("fusion-lite", chosen[1].parent)
    lightness = np.asarray(Image.fromarray(data.chelsea()).convert("L").resize((128, 96)), np.float32)[None] / 2.55
    faithful, vivid = (np.abs(method.predict(lightness, name).ab).mean() for name in ("faithful", "vivid"))
    assert vivid > faithful > 0


def test_without_a_photograph_there_is_nothing_to_choose_on(chosen):
    with pytest.raises(DeliveryError, match="no photograph to choose the presets on"):
        presets.choose(chosen[1], [])
