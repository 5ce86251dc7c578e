"""Measure what was colorized, against its truth where one exists, else only what needs none; compare methods."""

import json
import math
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db
from heritage_color.colorize import files
from heritage_color.colorize.choosing import choose
from heritage_color.errors import PictureError
from heritage_color.metrics import benchmark as comparison
from heritage_color.metrics import cost, figures, protocol, report, results
from heritage_color.metrics import sheet as contact
from heritage_color.metrics.definitions import BY_NAME, METRICS
from heritage_color.metrics.pictures import measure_pair, read_rgb
from heritage_color.metrics.results import Result
from heritage_color.progress import track
from heritage_color.settings import Settings
from heritage_color.store import Store
from heritage_color.whole_files import write_whole

queries = partial(db.queries, "metrics")


def measure(settings: Settings) -> dict:
    """Measure every standing colorization that was not measured yet; each picture's figures are one transaction.

    `{"measured", "with_truth", "equal", "unmeasurable"}`: `equal` are those that equal their truth; their PSNR is
    infinite, so the catalog has none of them, and no mean counts it.
    """
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
    with_truth, equal, sentences = 0, 0, []
    for row in track(rows, "measure", len(rows)):
        values, sentence = _values(settings, row)
        with_truth += "psnr_rgb" in values
        equal += math.isinf(values.get("psnr_rgb", 0))
        sentences += [sentence] if sentence else []
        _record(settings, row, values)
    return {"measured": len(rows), "with_truth": with_truth, "equal": equal, "unmeasurable": sentences}


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


@dataclass(frozen=True)
class Compared:
    """What a comparison came to: photographs, rows of the table, and a sentence for each picture left out."""

    pictures: int
    rows: int
    left_out: list[str]


def benchmark(settings: Settings, folder: str, methods: str, out_folder: str, pictures: int = 0) -> Compared:
    """Compare methods on a folder of colour photographs, all or so many of them, and write the result into another.

    `methods` is `all` that have weights, or names with commas. Raises DeliveryError and WeightsError.
    """
    plan = comparison.Plan(pictures=pictures)
    result = compare(settings, Path(folder), methods, plan, Path(out_folder))
    return Compared(result.pictures, len(result.rows), result.refused)


def compare(
    settings: Settings,
    folder: Path,
    names: str,
    plan: comparison.Plan,
    out: Path | None = None,
    protocol_file: Path | None = None,
) -> Result:
    """The result of `benchmark.benchmark` with its protocol; `out` gets benchmark.json, table.md and sheet.jpg.

    A protocol file that is there must say the same, else ProtocolError; where it is absent it is written.
    """
    loaded = comparison.load(names, settings)
    paths = protocol.photographs_of(folder, plan.pictures)
    described = protocol.describe_benchmark(folder, paths, loaded, plan.crop)
    if protocol_file:
        protocol.compare_protocols(described, protocol_file)
    if out and plan.sheet is None:
        plan = replace(plan, sheet=out / "sheet.jpg")
    result = comparison.benchmark(folder, loaded, plan)
    sizes = {row.name: cost.weights_bytes(row.method, settings.weights) for row in comparison.rows_of(loaded)}
    costs = {name: replace(each, weights_bytes=sizes[name]) for name, each in result.cost.items()}
    result = replace(result, cost=costs, protocol=described)
    if out:
        as_json = json.dumps(results.as_json(result), indent=2, allow_nan=False)
        write_whole(out / "benchmark.json", as_json + "\n")
        write_whole(out / "table.md", report.benchmark_page(result))
    if protocol_file:
        write_whole(protocol_file, json.dumps(asdict(described), indent=2) + "\n")
    return result


def sheet(
    settings: Settings, paths: list[Path], names: str, presets: list[str], out: Path, most: int
) -> tuple[list[Path], list[str]]:
    """A contact sheet of pictures beside what methods make of them: its pages, and sentences on unreadable pictures.

    Raises DeliveryError where there is no picture, WeightsError for a method or preset that does not exist.
    """
    choice = choose(paths)
    loaded = comparison.load_each(comparison.named(names, settings), settings)
    pages, refused = contact.of_scans(protocol.evenly(choice.pictures, most), loaded, presets, out)
    return pages, choice.refused + refused
