"""The model registry: weights with their cards in the archive, and what benchmarks say of them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from heritage_color import db
from heritage_color.archive import Archive, key_for, open_archive
from heritage_color.colorize.steps import load_model
from heritage_color.errors import ModelError, WeightsError
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.keys import ObjectKey, Sha256
from heritage_color.methods.cards import Card
from heritage_color.methods.loading import weight_file
from heritage_color.methods.names import METHODS
from heritage_color.methods.weights import load_weights, read_card
from heritage_color.settings import Settings
from heritage_color.train import registry
from heritage_color.train.records import ListedModel, Model, Protocol, RowName

queries = db.queries("train/registry")


@dataclass(frozen=True)
class Registered:
    """A model of the registry, and where it was trained here the folders of photographs and run."""

    model_id: int
    method: str
    weights_sha256: Sha256
    photographs: str = ""
    run: str = ""


@dataclass(frozen=True)
class Provenance:
    """What a model's card says of its making: the code, and the SHA-256 of the list of photographs."""

    code_revision: str | None = None
    data_manifest_sha256: Sha256 | None = None


@dataclass(frozen=True)
class Judged:
    """A model whose benchmark was kept: of how many pictures, and its rows."""

    model_id: int
    pictures: int | None
    rows: list[RowName]


def register(
    settings: Settings, weights: Path, provenance: Provenance | None = None, parent: int | None = None
) -> Registered:
    """Bring a weight file and its card into the archive, then write its row. Twice, or after a kill, it is there once.

    `provenance` goes into the card, where it says nothing of that itself. Raises WeightsError for a damaged file,
    ModelError for a parent that is not there.
    """
    _, card = load_weights(weights)
    method = card.method or ""
    if method not in METHODS:
        raise WeightsError(f"{weights.name} holds weights of {method or 'no method'}, which this pipeline has not.")
    with open_archive(settings) as archive:
        if parent is not None:
            model_of(archive.db, parent)
        stored = archive.deposit("models", weights, "application/octet-stream", ".safetensors")
        card_key, card = _deposit_card(archive, stored.sha256, card.with_facts(**vars(provenance or Provenance())))
        making = Provenance(card.code_revision, card.data_manifest_sha256)
        row = {"method": method, "weights_sha256": stored.sha256, "weights_key": stored.key, "card_key": card_key}
        model_id = queries.register_model(
            archive.db, **row, card=db.json(card.as_json()), **vars(making), parent_id=parent
        )
        detail = {"model_id": model_id, **vars(making)}
        key = Key.MODEL.of(weights_sha256=stored.sha256)
        archive.note(Event(key, EventType.INGESTION, Agent.REGISTER, "success", detail))
    return Registered(model_id, method, stored.sha256)


def _deposit_card(archive: Archive, weights_sha256: Sha256, card: Card) -> tuple[ObjectKey, Card]:
    """Put the card beside its weights, under the same name, and return both; the one that was stored first stands."""
    key = key_for("models", weights_sha256, ".json")
    archive.store.write_once(archive.bucket, key, card.text().encode(), "application/json")
    return key, Card.read((archive.store.read(archive.bucket, key) or b"{}").decode())


def register_installed(settings: Settings, model_id: int) -> None:
    """Where a method has no champion, its installed weights are what a candidate would replace: they need a row."""
    with db.connect(settings) as connection:
        method = model_of(connection, model_id).method
        champion = queries.champion(connection, method=method)
    installed = weight_file(method, settings.weights)
    if champion is None and installed.is_file():
        register(settings, installed)


def model_of(connection: db.Connection, model_id: int) -> Model:
    """Return a model by its id. Raises ModelError for one that is not there."""
    model = db.record(Model, queries.model(connection, model_id=model_id))
    if model is None:
        raise ModelError(f"There is no model {model_id}: `heritage-color models` lists all.")
    return model


def replaced_by(settings: Settings, connection: db.Connection, model: Model) -> Model | None:
    """The champion, or where there is none the installed weights; None where that is the model itself, or nothing."""
    champion = queries.champion(connection, method=model.method)
    if champion is None and (installed := weight_file(model.method, settings.weights)).is_file():
        sha256 = read_card(installed).sha256
        champion = queries.model_of_weights(connection, method=model.method, weights_sha256=sha256)
    return None if champion in (None, model.model_id) else model_of(connection, champion)


def judge(settings: Settings, model_id: int, benchmark: object, name: str = "") -> Judged:
    """Keep what a benchmark, or its JSON file, says of a model, whose rows are those of `name`, else of its method.

    Raises ModelError for a benchmark without this model or the grey baseline, or one that would take a champion's
    reports away.
    """
    source = f"{benchmark}" if isinstance(benchmark, Path) else "The benchmark"
    document = _read_benchmark(benchmark) if isinstance(benchmark, Path) else benchmark
    with db.connect(settings) as connection:
        model = model_of(connection, model_id)
        name = name or model.method
        rows = document.get("rows", {}) if isinstance(document, dict) else {}
        of_model = [row for row in rows if row.rpartition("/")[0] == name]
        if not of_model or "grey/-" not in rows:
            raise ModelError(f"{source} has no rows of {name} or of grey: measure it with both.")
        kept = registry.protocol_of(document, name, model.method)
        protocol = Protocol.read(kept) or Protocol()
        _check_reports(connection, model_id, protocol, source)
        queries.keep_protocol(connection, model_id=model_id, protocol=db.json(kept))
    return Judged(model_id, protocol.pictures, of_model)


def _check_reports(connection: db.Connection, model_id: int, protocol: Protocol, source: str) -> None:
    """Raises ModelError where one that was a champion would lose a report."""
    absent = protocol.absent_reports
    if absent and queries.was_champion(connection, model_id=model_id):
        raise ModelError(f"{source} has no report {' and '.join(absent)}, which model {model_id} needs as champion.")


def _read_benchmark(path: Path) -> object:
    try:
        document: object = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is not the JSON that `heritage-color benchmark --json` prints: {error}.") from error
    return document


def benchmark_candidate(settings: Settings, model_id: int, folder: str | Path) -> Judged:
    """Measure a candidate and what it would replace on the same photographs, and keep both results.

    The folder is one of photographs, or of a training, whose `val/` then counts.
    """
    from heritage_color.metrics.benchmark import benchmark
    from heritage_color.metrics.results import as_json

    register_installed(settings, model_id)
    with db.connect(settings) as connection:
        model = model_of(connection, model_id)
        other = replaced_by(settings, connection, model)
    loaded = [load_model(settings, model.method, model.weights_sha256)]
    loaded[0].name = "candidate"  # and a baseline's, where the candidate is one
    if other:
        loaded.append(load_model(settings, other.method, other.weights_sha256))
        loaded[1].name = "replaced"  # else both would be rows of one name
    held_back = Path(folder) / "val"
    result = as_json(benchmark(held_back if held_back.is_dir() else Path(folder), loaded))
    if other:
        judge(settings, other.model_id, result, "replaced")
    return judge(settings, model_id, result, "candidate")


def list_models(settings: Settings) -> list[ListedModel]:
    """Return all models of the registry, the newest of each method first."""
    with db.connect(settings) as connection:
        return db.records(ListedModel, queries.models(connection))


def with_folders(registered: Registered, photographs: Path, run: Path) -> Registered:
    """A model that was trained here, with the folders of its photographs and its run."""
    return replace(registered, photographs=str(photographs), run=str(run))
