"""The model that a method colours with: the registry's champion, else the installed weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heritage_color import db
from heritage_color.archive import Archive
from heritage_color.errors import WeightsError
from heritage_color.keys import Column, ObjectKey
from heritage_color.methods import loading
from heritage_color.methods.cards import Card
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.weights import read_card, write_card
from heritage_color.settings import Settings

queries = db.queries("colorize/models")


@dataclass(frozen=True)
class ArchivedModel:
    """Where a model's weights lie in the archive, and the card that describes them."""

    weights_key: ObjectKey
    card: dict[Column, Any]


def model_of(settings: Settings, connection: db.Connection, method: str) -> int:
    """Return the id of the model that a method colours with. Raises WeightsError where it has no weights here."""
    model_id: int = queries.champion(connection, method=method) or _installed_model(settings, connection, method)
    return model_id


def _installed_model(settings: Settings, connection: db.Connection, method: str) -> int:
    card = read_card(loading.weight_file(method, settings.weights))
    model_id: int = queries.register_model(
        connection, method=method, weights_sha256=card.sha256, card=db.json(card.as_json())
    )
    return model_id


def champion_methods(connection: db.Connection) -> set[str]:
    """Methods that colour with a model of the registry."""
    return {row["method"] for row in queries.champion_methods(connection)}


def load(archive: Archive, method: str, weights: str) -> Colorizer:
    """A method with the weights of this checksum, ready to predict: the installed ones, or those of the registry.

    Raises WeightsError where neither has them, FixityError where the archive's are damaged.
    """
    settings = archive.settings
    installed = loading.weight_file(method, settings.weights)
    is_installed = installed.is_file() and read_card(installed).sha256 == weights
    folder = settings.weights if is_installed else _from_registry(archive, method, weights)
    return loading.load_configured(method, folder, settings.inception_weights)


def _from_registry(archive: Archive, method: str, weights: str) -> Path:
    """Return a folder of this machine with weights of the registry; they are fetched once and verified each time."""
    row = queries.archived_model(archive.db, method=method, weights_sha256=weights)
    model = db.record(ArchivedModel, row)
    archive.db.commit()
    if model is None:
        raise WeightsError(
            f"The weights {weights[:12]} of {method} are no longer installed, nor kept by the registry."
        )
    file = loading.weight_file(method, archive.settings.home / "models" / weights)
    archive.file(model.weights_key, weights, file)
    write_card(file, Card().with_facts(**model.card))
    return file.parent
