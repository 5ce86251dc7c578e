"""Training on the museum's own photographs, whose end is a candidate in the registry."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import asdict
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from heritage_color.archive import open_archive
from heritage_color.errors import DeliveryError, WeightsError
from heritage_color.settings import ROOT, Settings
from heritage_color.train.collecting import SIDES, collect, manifest
from heritage_color.train.registering import Provenance, Registered, register, with_folders
from heritage_color.train.trainings import RECIPES, TRAININGS


def train(
    settings: Settings,
    folder: str | Path = "",
    method: str = "fusion-lite",
    epochs: int = 16,
    batch: int = 16,
) -> Registered:
    """Train on `train/` and `val/` of a folder, or on the catalog's own photographs, and register the candidate.

    The run's folder is named by photographs and recipe: the same call goes on where one that was stopped left off.
    Raises DeliveryError for a folder without both sides, WeightsError for a method that learns nothing.
    """
    from heritage_color.train.networks import recipes

    if method not in TRAININGS:
        raise WeightsError(f"The method {method} has nothing to train. Methods: {', '.join(TRAININGS)}.")
    folder = Path(folder or collect(settings).folder)
    if not all((folder / side).is_dir() for side in SIDES):
        raise DeliveryError(f"{folder} must hold the folders train and val, each with photographs.")
    listed = manifest(folder)
    learning_rate = RECIPES.get(method, {}).get("learning_rate", recipes.Recipe.learning_rate)
    recipe = recipes.Recipe(method, epochs, batch, learning_rate)
    named = hashlib.sha256((json.dumps(asdict(recipe), sort_keys=True) + listed).encode()).hexdigest()
    run = settings.home / "training" / "runs" / f"{method}-{named[:16]}"
    further = {"inception_weights": settings.inception_weights} if method == "fusion" else {}
    training = import_module(TRAININGS[method]).train
    weights = training(folder / "train", folder / "val", run, recipe, None, **further)
    provenance = Provenance(code_revision(), _deposit_list(settings, run, listed))
    return with_folders(register(settings, weights, provenance), folder, run)


def _deposit_list(settings: Settings, run: Path, listed: str) -> str:
    """Put the list of photographs into the archive, and return its SHA-256."""
    file = run / "photographs.txt"
    file.write_text(listed)
    with open_archive(settings) as archive:
        return archive.deposit("models", file, "text/plain", ".txt").sha256


def code_revision() -> str:
    """Return the package's version, and the commit of a checkout, with + where files differ from it."""
    revision, git = f"heritage-color {version('heritage-color')}", shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        return revision
    command = [git, "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*", "--abbrev=12"]
    done = subprocess.run(command, capture_output=True, text=True)
    return f"{revision}, commit {done.stdout.strip()}" if done.returncode == 0 else revision
