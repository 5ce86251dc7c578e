"""What a prediction costs: its own memory, and the weights it stands on."""

import sys

import numpy as np
import pytest

from heritage_color.methods import loading
from heritage_color.metrics import cost
from heritage_color.settings import Settings


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the peak of memory anew")
def test_memory_that_was_given_back_earlier_is_not_counted():
    with cost.measured() as large:
        np.ones(40_000_000).sum()
    with cost.measured() as small:
        np.ones(1000).sum()
    assert large.memory - small.memory > 200_000_000
    assert large.seconds > 0


def test_a_baseline_has_no_weights():
    assert cost.weights_bytes(loading.create("grey"), Settings().weights) == 0


def test_weights_are_the_methods_own_and_the_encoders():
    settings = Settings()
    method = loading.load("fusion-lite", settings.weights)
    files = [settings.weights / f"{name}.safetensors" for name in ("fusion-lite", method.card.encoder)]
    assert cost.weights_bytes(method, settings.weights) == sum(file.stat().st_size for file in files)
