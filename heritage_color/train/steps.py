"""Training on the museum's own photographs, the model registry, and the champion's moves."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import asdict
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import archive, db
from heritage_color.colorize.steps import load_model
from heritage_color.errors import DeliveryError, FixityError, ModelError, PictureError, WeightsError
from heritage_color.images.reading.pictures import open_picture
from heritage_color.images.writing.saving import save_preview
from heritage_color.methods import loading, names
from heritage_color.methods.weights import card_text, load_weights, read_card
from heritage_color.metrics import slices
from heritage_color.progress import track
from heritage_color.scans.metadata.dates import is_date
from heritage_color.settings import ROOT, Settings
from heritage_color.store import Store, sha256_file
from heritage_color.train import registry
from heritage_color.train.pictures.splitting import split, work_of
from heritage_color.train.registry import FIGURE, Reference
from heritage_color.train.trainings import RECIPES, TRAININGS

SIDES = ("train", "val")
LONGEST_SIDE = 1024  # pixels of a collected photograph: training crops and shrinks it to 224
QUALITY = 95  # of its JPEG: from 90 on, libvips keeps all of the chroma
COLLECTED = re.compile(r"[0-9a-f]{64}\.jpg")

queries = partial(db.queries, "train")


def collect(settings: Settings, folder: str | Path = "") -> dict:
    """The catalog's colour references as files in `train/` and `val/` of a folder, split by work.

    What is there already stays, what was closed since is deleted. Raises DeliveryError where there are not two works.
    """
    folder = Path(folder or settings.home / "training" / "photographs")
    with db.connect(settings) as connection:
        rows = [dict(row) for row in queries().colour_references(connection)]
    side = split(rows)
    keys = {row["sha256"]: row["object_key"] for row in rows if row["sha256"] in side}
    wanted = {folder / side[sha256] / f"{sha256}.jpg": sha256 for sha256 in keys}
    for path in [path for path in _files(folder) if COLLECTED.fullmatch(path.name) and path not in wanted]:
        path.unlink()
    unreadable = []
    for path, sha256 in track(wanted.items(), "collect", len(wanted)):
        unreadable += _collect_one(settings, keys[sha256], sha256, path)
    _write_lists(folder, [row | {"side": side[row["sha256"]]} for row in rows if row["sha256"] in side])
    counts = {name: sum(1 for path in wanted if path.parent.name == name and path.is_file()) for name in SIDES}
    left_out = len({row["sha256"] for row in rows}) - len(wanted)
    digest = hashlib.sha256(manifest(folder).encode()).hexdigest()
    found = {"left_out": left_out, "unreadable": unreadable, "manifest_sha256": digest}
    return {"folder": str(folder), **counts, **found}


def _write_lists(folder: Path, rows: list[dict]) -> None:
    """`photographs.csv`: identifiers and rights, which `gist` shows; in `val/`, dates, which a benchmark groups by."""
    sources = [[f"{row['side']}/{row['sha256']}.jpg", row["identifier"], row["rights"]] for row in rows]
    _write_list(folder, ["file", "source", "rights"], sources)
    held_back = [
        [f"{row['sha256']}.jpg", row["date_created"] if is_date(row["date_created"]) else "", work_of(row)]
        for row in rows
        if row["side"] == "val"
    ]
    _write_list(folder / "val", list(slices.COLUMNS), held_back)


def _write_list(folder: Path, columns: list[str], rows: list[list[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{slices.LIST_NAME}"
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([columns, *rows])
    partial.replace(folder / slices.LIST_NAME)


def _files(folder: Path) -> list[Path]:
    """The photographs of both sides, sorted, without their list; what is half written begins with a dot."""
    paths = [path for side in SIDES for path in (folder / side).rglob("*") if path.name != slices.LIST_NAME]
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))


def _collect_one(settings: Settings, key: str, sha256: str, path: Path) -> list[str]:
    """Write one photograph, small and in sRGB; the sentence of why that could not be."""
    if path.is_file():
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_file = path.with_name(f".{path.name}")
    with TemporaryDirectory(prefix="heritage-") as own:
        try:
            original = archive.retrieve(Store(settings), key, sha256, Path(own) / f"reference{Path(key).suffix}")
            save_preview(open_picture(original), partial_file, LONGEST_SIDE, QUALITY)
        except (PictureError, FixityError) as error:
            return [str(error)]
    partial_file.replace(path)
    return []


def manifest(folder: Path) -> str:
    """What a model learns from: a line for each photograph of `train/` and `val/`, its SHA-256 and its path."""
    files = _files(folder)
    lines = [f"{sha256_file(path)}  {path.relative_to(folder)}\n" for path in track(files, "checksums", len(files))]
    return "".join(lines)


def train(
    settings: Settings,
    folder: str | Path = "",
    method: str = "fusion-lite",
    epochs: int = 16,
    batch: int = 16,
) -> dict:
    """Train on `train/` and `val/` of a folder, or on the catalog's own photographs, and register the candidate.

    The run's folder is named by photographs and recipe: the same call goes on where one that was stopped left off.
    Returns what `register` does, with the folders of photographs and run. Raises DeliveryError.
    """
    from heritage_color.train.networks import loop

    if method not in TRAININGS:
        raise WeightsError(f"The method {method} has nothing to train. Methods: {', '.join(TRAININGS)}.")
    folder = Path(folder or collect(settings)["folder"])
    if not all((folder / side).is_dir() for side in SIDES):
        raise DeliveryError(f"{folder} must hold the folders train and val, each with photographs.")
    listed = manifest(folder)
    recipe = loop.Recipe(**RECIPES.get(method, {}) | {"method": method, "epochs": epochs, "batch": batch})
    named = hashlib.sha256((json.dumps(asdict(recipe), sort_keys=True) + listed).encode()).hexdigest()
    run = settings.home / "training" / "runs" / f"{method}-{named[:16]}"
    further = {"inception_weights": settings.inception_weights} if method == "fusion" else {}
    weight_file = import_module(TRAININGS[method]).train(
        folder / "train", folder / "val", run, recipe, None, **further
    )
    manifest_file = run / "photographs.txt"
    manifest_file.write_text(listed)
    _, digest, _ = archive.deposit(Store(settings), "models", manifest_file, "text/plain", ".txt")
    about = {"code_revision": code_revision(), "data_manifest_sha256": digest}
    return register(settings, weight_file, about) | {"photographs": str(folder), "run": str(run)}


def code_revision() -> str:
    """The package's version, and the commit of a checkout, with + where files differ from it."""
    revision, git = f"heritage-color {version('heritage-color')}", shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        return revision
    command = [git, "-C", str(ROOT), "describe", "--always", "--dirty=+", "--exclude=*", "--abbrev=12"]
    done = subprocess.run(command, capture_output=True, text=True)
    return f"{revision}, commit {done.stdout.strip()}" if done.returncode == 0 else revision


def register(settings: Settings, weight_file: Path, about: dict | None = None, parent: int | None = None) -> dict:
    """A weight file and its card into the archive, then its row. Twice, or after a kill, it is there once.

    `about` goes into the card: `code_revision`, `data_manifest_sha256`. Raises WeightsError for a damaged file,
    ModelError for a parent that is not there.
    """
    _, card = load_weights(weight_file)
    method = card.get("method", "")
    if method not in names.METHODS:
        raise WeightsError(
            f"{weight_file.name} holds weights of {method or 'no method'}, which this pipeline has not."
        )
    if parent is not None:
        with db.connect(settings) as connection:
            _model(connection, parent)
    store = Store(settings)
    key, sha256, _ = archive.deposit(store, "models", weight_file, "application/octet-stream", ".safetensors")
    card_key, card = _deposit_card(store, sha256, card | (about or {}))
    row = {"method": method, "weights_sha256": sha256, "card": db.json(card), "weights_key": key, "card_key": card_key}
    facts = {name: card.get(name) for name in ("code_revision", "data_manifest_sha256")}
    with db.connect(settings) as connection:
        model_id = queries().register_model(connection, **row, **facts, parent_id=parent)
        _event(connection, f"model:{sha256}", "ingestion", "heritage-color register", {"model_id": model_id} | facts)
    return {"model_id": model_id, "method": method, "weights_sha256": sha256}


def _deposit_card(store: Store, weights_sha256: str, card: dict) -> tuple[str, dict]:
    """The card beside its weights, under the same name; the one that was stored first stands."""
    key = archive.key_for("models", weights_sha256, ".json")
    store.write_once(store.settings.archive_bucket, key, card_text(card).encode(), "application/json")
    return key, json.loads(store.read(store.settings.archive_bucket, key) or b"{}")


def _event(connection, key: str, kind: str, agent: str, detail: dict) -> None:
    queries().record_event(
        connection, event_key=key, event_type=kind, agent=agent, outcome="success", detail=db.json(detail)
    )


def judge(settings: Settings, model_id: int, benchmark: dict | Path, name: str = "") -> dict:
    """Keep what a benchmark, or its JSON file, says of a model, whose rows are those of `name`, else of its method.

    Raises ModelError for a benchmark without this model or the grey baseline, or one that would take a champion's
    reports away.
    """
    source = f"{benchmark}" if isinstance(benchmark, Path) else "The benchmark"
    result = _read_benchmark(benchmark) if isinstance(benchmark, Path) else benchmark
    with db.connect(settings) as connection:
        model = _model(connection, model_id)
        rows = result.get("rows", {}) if isinstance(result, dict) else {}
        own = [row for row in rows if row.rpartition("/")[0] == (name or model["method"])]
        if not own or "grey/-" not in rows:
            raise ModelError(f"{source} has no rows of {name or model['method']} or of grey: measure it with both.")
        protocol = registry.protocol_of(result, name or model["method"], model["method"])
        absent = [report for report in registry.REPORTS if not protocol.get(report)]
        if absent and queries().was_champion(connection, model_id=model_id):
            raise ModelError(
                f"{source} has no report {' and '.join(absent)}, which model {model_id} needs as champion."
            )
        queries().keep_protocol(connection, model_id=model_id, protocol=db.json(protocol))
    return {"model_id": model_id, "pictures": protocol.get("pictures"), "rows": own}


def _read_benchmark(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is not the JSON that `heritage-color benchmark --json` prints: {error}.") from error


def benchmark_candidate(settings: Settings, model_id: int, folder: str | Path) -> dict:
    """Measure a candidate and what it would replace on the same photographs, and keep both results.

    The folder is one of photographs, or of a training, whose `val/` then counts.
    """
    from heritage_color.metrics.benchmark import benchmark
    from heritage_color.metrics.results import as_json

    _register_installed(settings, model_id)
    with db.connect(settings) as connection:
        model = _model(connection, model_id)
        other = _replaced(settings, connection, model)
    loaded = [load_model(settings, model["method"], model["weights_sha256"])]
    if other:
        loaded.append(load_model(settings, other["method"], other["weights_sha256"]))
        loaded[1].name = "replaced"  # else both would be rows of one name
    loaded[0].name = "candidate"  # and a baseline's, where the candidate is one
    held_back = Path(folder) / "val"
    result = as_json(benchmark(held_back if held_back.is_dir() else Path(folder), loaded))
    if other:
        judge(settings, other["model_id"], result, "replaced")
    return judge(settings, model_id, result, "candidate")


def _register_installed(settings: Settings, model_id: int) -> None:
    """Where a method has no champion, its installed weights are what a candidate would replace: they need a row."""
    with db.connect(settings) as connection:
        method = _model(connection, model_id)["method"]
        champion = queries().champion(connection, method=method)
    installed = loading.weight_file(method, settings.weights)
    if champion is None and installed.is_file():
        register(settings, installed)


def _model(connection, model_id: int) -> dict:
    row = queries().model(connection, model_id=model_id)
    if row is None:
        raise ModelError(f"There is no model {model_id}: `heritage-color models` lists all.")
    return dict(row)


def _replaced(settings: Settings, connection, model: dict) -> dict | None:
    """The champion, or where there is none the installed weights; None where that is the model itself, or nothing."""
    champion = queries().champion(connection, method=model["method"])
    if champion is None and (installed := loading.weight_file(model["method"], settings.weights)).is_file():
        sha256 = read_card(installed)["sha256"]
        champion = queries().model_of_weights(connection, method=model["method"], weights_sha256=sha256)
    return None if champion in (None, model["model_id"]) else _model(connection, champion)


def gate(settings: Settings, model_id: int, figure: str = FIGURE) -> dict:
    """Whether a model may become champion: `passes`, every reason against it, and what was compared."""
    _register_installed(settings, model_id)
    with db.connect(settings) as connection:
        return _verdict(settings, connection, _model(connection, model_id), figure)


def _verdict(settings: Settings, connection, model: dict, figure: str) -> dict:
    if figure not in registry.FIGURES:
        raise ModelError(f"There is no figure {figure!r} to choose. Figures: {', '.join(registry.FIGURES)}.")
    row = registry.row_of(model["protocol"], model["method"], settings.preset)
    other = _replaced(settings, connection, model)
    reference = _reference(model, other, row)
    opinions = None
    if other:
        pairs = {"model_id": model["model_id"], "other_id": other["model_id"], "preset": settings.preset}
        opinions = registry.paired(one["difference"] for one in queries().paired_scores(connection, **pairs))
    reasons, compared = registry.judge_candidate(model, row, reference, figure, opinions)
    reports = {name: (model["protocol"] or {}).get(name) for name in registry.REPORTS}
    title = f"Model {model['model_id']}, {row}, weights {model['weights_sha256'][:12]}, beside {reference.name}."
    return {
        "model_id": model["model_id"],
        "reference": reference.name,
        "passes": not reasons,
        "reasons": reasons,
        "figures": [vars(one) for one in compared],
        "opinions": opinions and vars(opinions),
        "text": registry.as_markdown(title, compared, reference.name, opinions, reports),
    }


def _reference(model: dict, other: dict | None, row: str) -> Reference:
    """What the model would replace; where there is nothing, it must beat an answer without colour."""
    if other is None:
        return Reference("the grey baseline", model["protocol"], "grey/-", row)
    name = "the champion" if other["is_champion"] else "the installed weights"
    return Reference(f"{name} (model {other['model_id']})", other["protocol"], row, row)


def pass_gate(settings: Settings, model_id: int, figure: str = FIGURE) -> dict:
    """As `gate`. Raises ModelError with every reason where the model may not become champion."""
    verdict = gate(settings, model_id, figure)
    _refuse(verdict)
    return verdict


def _refuse(verdict: dict) -> None:
    if not verdict["passes"]:
        raise ModelError(f"Model {verdict['model_id']} may not become champion. {' '.join(verdict['reasons'])}")


def promote(settings: Settings, model_id: int, by: str, why: str, figure: str = FIGURE) -> dict:
    """Make a model the champion of its method, as a person decided. Raises ModelError where the gate does not pass.

    What is the champion already stays so: a second call changes nothing.
    """
    _check_approval(by, why)
    _register_installed(settings, model_id)
    with db.connect(settings) as connection:
        queries().lock_moves(connection)
        model = _model(connection, model_id)
        if model["is_champion"]:
            return {"model_id": model_id, "method": model["method"], "new": 0}
        verdict = _verdict(settings, connection, model, figure)
        _refuse(verdict)
        before = queries().champion(connection, method=model["method"])
        figures = {name: verdict[name] for name in ("reference", "figures", "opinions")} | {"chosen": figure}
        _move(connection, "promotion", model["method"], (before, model_id), (by, why), figures)
    return {"model_id": model_id, "method": model["method"], "new": 1}


def _check_approval(by: str, why: str) -> None:
    if not by.strip() or not why.strip():
        raise ModelError("A champion moves by a person's word: say who approves it and why.")


def _move(connection, kind: str, method: str, way: tuple, approval: tuple[str, str], figures: dict) -> None:
    """The move and its event."""
    before, after = way
    by, why = approval
    move = {"kind": kind, "method": method, "model_id": after, "from_model_id": before, "why": why}
    move_id = queries().add_move(connection, approved_by=by, figures=db.json(figures), **move)
    _event(connection, f"champion:{move_id}", "metadata modification", by, move | {"figures": figures})


def roll_back(settings: Settings, method: str, by: str, why: str = "Rolled back.") -> dict:
    """Put the champion before the current one back; before the first, that is the installed weights.

    Raises ModelError where the installed weights are in use already.
    """
    _check_approval(by, why)
    with db.connect(settings) as connection:
        queries().lock_moves(connection)
        stack = registry.standing(queries().moves(connection, method=method))
        if len(stack) < 2:
            raise ModelError(f"{method} has no champion to take back: its installed weights are in use.")
        _move(connection, "roll back", method, (stack[-1], stack[-2]), (by, why), {})
    return {"method": method, "from": stack[-1], "model_id": stack[-2]}


def models(settings: Settings) -> list[dict]:
    """All models of the registry, the newest of each method first."""
    with db.connect(settings) as connection:
        return [dict(row) for row in queries().models(connection)]
