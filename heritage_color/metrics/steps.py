"""Measure what was colorized: against its truth where one exists, without one only what needs none."""

import math
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db
from heritage_color.colorize import files
from heritage_color.errors import PictureError
from heritage_color.metrics import figures
from heritage_color.metrics.definitions import BY_NAME, METRICS
from heritage_color.metrics.pictures import measure_pair, read_rgb
from heritage_color.progress import track
from heritage_color.settings import Settings
from heritage_color.store import Store

queries = partial(db.queries, "metrics")


def measure(settings: Settings) -> dict:
    """Measure every standing colorization that was not measured yet; each picture's figures are one transaction."""
    with db.connect(settings) as connection:
        for metric in METRICS:
            queries().define_metric(
                connection,
                metric=metric.name,
                needs_reference=metric.needs_reference,
                unit=metric.unit,
                definition=metric.definition,
            )
        rows = list(queries().unmeasured(connection))
    with_truth, sentences = 0, []
    for row in track(rows, "measure", len(rows)):
        values, sentence = _values(settings, row)
        with_truth += "psnr_rgb" in values
        sentences += [sentence] if sentence else []
        _record(settings, row, values)
    return {"measured": len(rows), "with_truth": with_truth, "unmeasurable": sentences}


def _values(settings: Settings, row: dict) -> tuple[dict[str, float], str]:
    """The figures of one colorization, and a sentence where its truth could not be used."""
    with TemporaryDirectory(prefix="heritage-") as folder:
        output, master = (_fetch(settings, row[name], Path(folder)) for name in ("object_key", "master_key"))
        values = {"colourfulness": figures.colourfulness(read_rgb(output))}
        values["lightness_error"] = _lightness_error(master, output)
        if row["settings"].get("uncertainty") is not None:
            values["uncertainty"] = row["settings"]["uncertainty"]
        if row["reference_key"] is None:
            return values, ""
        try:
            return measure_pair(output, _fetch(settings, row["reference_key"], Path(folder))) | values, ""
        except PictureError as error:
            return values, f"Scan {row['scan_id']} was not measured against its reference: {error}"


def _fetch(settings: Settings, key: str, folder: Path) -> Path:
    return Store(settings).fetch(settings.archive_bucket, key, folder / key.replace("/", "-"))


def _lightness_error(master: Path, output: Path) -> float:
    with files.prepared(master) as one, files.prepared(output) as other:
        return max(
            figures.lightness_error(one.lightness[start : start + 512], other.lightness[start : start + 512])
            for start in range(0, len(one.lightness), 512)
        )


def _record(settings: Settings, row: dict, values: dict[str, float]) -> None:
    with db.connect(settings) as connection:
        for name, value in values.items():
            if name in BY_NAME and math.isfinite(value):
                needs_reference = BY_NAME[name].needs_reference
                queries().record_measurement(
                    connection,
                    colorization_id=row["colorization_id"],
                    scan_id=row["scan_id"],
                    metric=name,
                    needs_reference=needs_reference,
                    reference_scan_id=row["scan_id"] if needs_reference else None,
                    value=float(value),
                )
