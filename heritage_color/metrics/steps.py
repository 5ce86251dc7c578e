"""Measure what was colorized, against its truth where one exists, else only what needs none; compare methods."""

import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from heritage_color import db
from heritage_color.archive import Archive, open_archive
from heritage_color.colorize import files
from heritage_color.colorize.choosing import choose
from heritage_color.errors import DAMAGES
from heritage_color.events import Agent, Event, EventType, Key
from heritage_color.keys import FigureName, ObjectKey, Sha256
from heritage_color.metrics import benchmark as comparison
from heritage_color.metrics import cost, figures, protocol, report, results
from heritage_color.metrics import sheet as contact
from heritage_color.metrics.definitions import BY_NAME, METRICS
from heritage_color.metrics.pictures import measure_pair, read_rgb
from heritage_color.metrics.results import Result
from heritage_color.progress import track
from heritage_color.settings import Settings
from heritage_color.whole_files import write_whole

queries = db.queries("metrics")

STRIP = 512  # rows that are compared at once
STAGE = "metrics"  # what it sets aside stands in the catalog under this name


@dataclass(frozen=True)
class Unmeasured:
    """A standing colorization that lacks figures; `reference_key` and its checksum are None without a colour truth."""

    colorization_id: int
    scan_id: int
    object_key: ObjectKey
    sha256: Sha256
    uncertainty: float | None
    master_key: ObjectKey
    master_sha256: Sha256
    reference_key: ObjectKey | None
    reference_sha256: Sha256 | None


@dataclass(frozen=True)
class Measured:
    """How many colorizations were measured, how many of them against a truth, and how many equal theirs.

    The PSNR of those is infinite, so the catalog has none of them, and no mean counts it. `unmeasurable` has a
    sentence for each that could not be measured, or not against its truth; the next run tries it again.
    """

    measured: int
    with_truth: int
    equal: int
    unmeasurable: list[str]


def measure(settings: Settings) -> Measured:
    """Measure every standing colorization that was not measured yet; each picture's figures are one transaction.

    Masters, references and derivatives are read verified. One that is damaged keeps no other from being measured.
    """
    with_truth, equal, measured, sentences = 0, 0, 0, []
    with open_archive(settings) as archive:
        _define_metrics(archive)
        pictures = db.records(Unmeasured, queries.unmeasured(archive.db))
        archive.db.commit()
        for picture in track(pictures, "measure", len(pictures)):
            values, sentence = _measure(archive, picture)
            archive.db.commit()
            measured += bool(values)
            with_truth += "psnr_rgb" in values
            equal += math.isinf(values.get("psnr_rgb", 0))
            sentences += [sentence] if sentence else []
    return Measured(measured, with_truth, equal, sentences)


def _define_metrics(archive: Archive) -> None:
    """Bring the catalog's definitions up to those of this version."""
    for metric in METRICS:
        queries.define_metric(
            archive.db,
            metric=metric.name,
            needs_reference=metric.needs_reference,
            unit=metric.unit,
            definition=metric.definition,
        )


def _measure(archive: Archive, picture: Unmeasured) -> tuple[dict[FigureName, float], str]:
    """Record the figures of one colorization, and keep and return the sentence on what could not be measured.

    Without figures where its own bytes or its master's are damaged, without those that need a truth where that is.
    """
    item = {"scan_id": picture.scan_id, "colorization_id": picture.colorization_id}
    values: dict[FigureName, float] = {}
    with TemporaryDirectory(prefix="heritage-") as folder:
        try:
            values = _figures_without_truth(archive, picture, Path(folder))
            values = _figures_with_truth(archive, picture, Path(folder)) | values
        except DAMAGES as error:
            against = " against its reference" if values else ""
            sentence = f"Scan {picture.scan_id} was not measured{against}: {archive.set_aside(STAGE, error, **item)}"
        else:
            archive.take_up(STAGE, **item)
            sentence = ""
    _record(archive, picture, values)
    return values, sentence


def _figures_without_truth(archive: Archive, picture: Unmeasured, folder: Path) -> dict[FigureName, float]:
    """Return what a colorization tells by itself, and beside its master."""
    output = archive.file(picture.object_key, picture.sha256, folder)
    master = archive.file(picture.master_key, picture.master_sha256, folder)
    values = {"colourfulness": figures.colourfulness(read_rgb(output))}
    values["lightness_error"] = _lightness_error(master, output)
    if picture.uncertainty is not None:
        values["uncertainty"] = picture.uncertainty
    return values


def _figures_with_truth(archive: Archive, picture: Unmeasured, folder: Path) -> dict[FigureName, float]:
    """Return what a colorization is against its colour truth; nothing where its scan has none."""
    if picture.reference_key is None or picture.reference_sha256 is None:
        return {}
    output = archive.file(picture.object_key, picture.sha256, folder)
    return measure_pair(output, archive.file(picture.reference_key, picture.reference_sha256, folder))


def _lightness_error(master: Path, output: Path) -> float:
    with files.prepared(master) as original, files.prepared(output) as derivative:
        return max(
            figures.lightness_error(original.lightness[rows], derivative.lightness[rows])
            for rows in (slice(start, start + STRIP) for start in range(0, len(original.lightness), STRIP))
        )


def _event(picture: Unmeasured, values: dict[FigureName, float]) -> Event:
    """Return the act of measuring: once for each colorization, and once more when its scan has got a truth."""
    truth = picture.reference_sha256 if any(BY_NAME[name].needs_reference for name in values) else None
    return Event(
        Key.MEASUREMENT.of(colorization_id=picture.colorization_id, truth=truth or "none"),
        EventType.VALIDATION,
        Agent.METRICS,
        "measured",
        {"figures": {name: float(value) for name, value in values.items()}, "truth": truth},
        scan_id=picture.scan_id,
        colorization_id=picture.colorization_id,
    )


def _record(archive: Archive, picture: Unmeasured, values: dict[FigureName, float]) -> None:
    """The figures that the catalog defines, and the event of their measuring."""
    figures_kept = {name: value for name, value in values.items() if name in BY_NAME and math.isfinite(value)}
    if figures_kept:
        archive.note(_event(picture, figures_kept))
    for name, value in figures_kept.items():
        needs_reference = BY_NAME[name].needs_reference
        queries.record_measurement(
            archive.db,
            colorization_id=picture.colorization_id,
            scan_id=picture.scan_id,
            metric=name,
            needs_reference=needs_reference,
            reference_scan_id=picture.scan_id if needs_reference else None,
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
    """Return the result of `benchmark.benchmark` with its protocol; `out` gets benchmark.json, table.md and sheet.jpg.

    A protocol file that is there must say the same, else ProtocolError; where it is absent it is written.
    """
    loaded = comparison.load_methods(names, settings)
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
