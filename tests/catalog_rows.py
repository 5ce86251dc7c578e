"""Catalog rows with real pictures behind them, for tests of the later stages: `from catalog_rows import add_scan`."""

import hashlib
import tempfile
from pathlib import Path

import numpy as np
import pyvips

from heritage_color import db
from heritage_color.archive import open_archive

WEIGHTS = "5eed" * 16
CARD = {"method": "fusion-lite", "version": "1", "sha256": WEIGHTS, "licence": "research-only training photographs"}


def insert(site, table: str, returning: str, **values):
    """Insert a row and return one column of it."""
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    with db.connect(site) as connection, connection.cursor() as cursor:
        query = f"insert into {table} ({columns}) values ({marks}) returning {returning}"
        cursor.execute(query, [db.json(value) if isinstance(value, dict) else value for value in values.values()])
        return cursor.fetchone()[returning]


def add_delivery(site, name: str = "box-1") -> int:
    """A delivery; returns its id."""
    fingerprint = hashlib.sha256(name.encode()).hexdigest()
    return insert(
        site, "deliveries", "delivery_id", name=name, source=f"{name}/", fingerprint=fingerprint, state="received"
    )


def picture(seed: str, width: int = 96, height: int = 64, colour: bool = True) -> np.ndarray:
    """A small scene, uint8 (height, width, 3 or 1), that differs per seed: sky over ground."""
    rng = np.random.default_rng(int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16))
    down = np.linspace(0, 1, height)[:, None, None]
    sky, ground = np.array([90, 140, 220.0]), np.array([120, 100, 40.0])
    scene = (1 - down) * sky + down * ground + rng.normal(0, 6, (height, width, 3)) + rng.uniform(-20, 20)
    scene = np.clip(scene, 0, 255).astype(np.uint8)
    return scene if colour else scene.mean(2, keepdims=True).astype(np.uint8)


def deposit(site, kind: str, image: pyvips.Image, suffix: str, **options) -> dict:
    """Write an image in a format and deposit it in the archive bucket; returns object_key, sha256, bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"picture{suffix}"
        image.write_to_file(str(path), **options)
        with open_archive(site) as archive:
            stored = archive.deposit(kind, path, "image/tiff", suffix)
        return {"object_key": stored.key, "sha256": stored.sha256, "bytes": path.stat().st_size}


def add_scan(site, identifier: str = "photo-1", image: pyvips.Image | None = None, **columns) -> int:
    """A scan whose master, a small grey TIFF unless `image` is given, lies in the archive bucket; returns its id."""
    image = pyvips.Image.new_from_array(picture(identifier, colour=False)) if image is None else image
    master = deposit(site, "masters", image, ".tif")
    preview = pyvips.Image.new_from_array(picture(identifier, colour=False))
    delivery = columns.pop("first_delivery_id", None) or _delivery(site)
    row = {
        "identifier": identifier,
        "title": f"View of {identifier}",
        "supplier_filename": f"{identifier}.tif",
        "media_type": "image/tiff",
        "width": image.width,
        "height": image.height,
        "bits": 16 if image.format == "ushort" else 8,
        "channels": image.bands,
        "first_delivery_id": delivery,
        "preview_key": deposit(site, "previews", preview, ".jpg")["object_key"],
        **master,
        **columns,
    }
    return insert(site, "scans", "scan_id", **row)


def add_reference(site, identifier: str, **columns) -> int:
    """A scan whose true colour is in the archive."""
    scan = add_scan(site, identifier, **columns)
    image = pyvips.Image.new_from_array(picture(identifier, 320, 240))
    reference = deposit(site, "references", image, ".tif")
    insert(site, "colour_references", "scan_id", scan_id=scan, media_type="image/tiff", **reference)
    return scan


def add_model(site, method: str = "fusion-lite", weights_sha256: str = WEIGHTS) -> int:
    """A model, registered once; returns its id."""
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select model_id from models where method = %s and weights_sha256 = %s", (method, weights_sha256)
        )
        found = cursor.fetchone()
    if found:
        return found["model_id"]
    card = {**CARD, "method": method, "sha256": weights_sha256}
    return insert(site, "models", "model_id", method=method, weights_sha256=weights_sha256, card=card)


def add_colorization(
    site, scan_id: int, preset: str = "balanced", image: pyvips.Image | None = None, **columns
) -> int:
    """A standing colorization with full-size TIFF and previews in the archive bucket; returns its id."""
    seed = f"{scan_id}/{preset}"
    image = pyvips.Image.new_from_array(picture(seed)) if image is None else image
    colour = deposit(site, "colorizations", image, ".tif", compression="deflate")
    grey = pyvips.Image.new_from_array(picture(seed, colour=False))
    row = {
        "scan_id": scan_id,
        "model_id": add_model(site),
        "preset": preset,
        "preview_key": deposit(site, "previews", image, ".jpg")["object_key"],
        "original_preview_key": deposit(site, "previews", grey, ".jpg")["object_key"],
        "media_type": "image/tiff",
        "settings": {"preset": preset},
        **colour,
        **columns,
    }
    return insert(site, "colorizations", "colorization_id", **row)


def add_museum(site, count: int = 3) -> list[int]:
    """`count` scans `photo-1` ... of one delivery, each with a standing colorization; returns the colorizations."""
    return [add_colorization(site, add_scan(site, f"photo-{number}")) for number in range(1, count + 1)]


def approve(site, colorization_id: int, verdict: str = "approved", reason: str = "good") -> int:
    """A curator's decision, written straight into the catalog; returns its id."""
    return insert(
        site, "decisions", "decision_id",
        colorization_id=colorization_id, verdict=verdict, reason=reason, curator="A. Curator",
    )  # fmt: skip


def _delivery(site) -> int:
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute("select min(delivery_id) as delivery_id from deliveries")
        return cursor.fetchone()["delivery_id"] or add_delivery(site)
