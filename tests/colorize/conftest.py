"""A museum that colours with a method that needs no TensorFlow, and the environment of its child processes."""

import os
from dataclasses import replace

import pytest

from heritage_color.methods.baselines import Tint
from heritage_color.settings import to_environment


@pytest.fixture
def tinted(site, tmp_path):
    """A museum that colorizes with the tint method: fast, and it needs no TensorFlow."""
    Tint().save(tmp_path / "weights" / "tint.safetensors")
    return replace(site, method="tint", weights=tmp_path / "weights", claim_size=2)


@pytest.fixture
def environment_of(monkeypatch):
    """Settings as a child process' environment."""
    return lambda settings: {**os.environ, **to_environment(settings)}
