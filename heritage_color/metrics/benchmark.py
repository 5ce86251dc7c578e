"""Compare methods and presets on a folder of colour photographs, each seen only as its lightness.

Every picture goes the way of the pipeline: lightness, working size, prediction, joining with the lightness, 8-bit
sRGB; then it is measured against the photograph. `grey` and `tint` are always among the rows. Of each picture only
small sums are kept, from which the set's figures and their intervals are made.
"""

from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import numpy as np

from heritage_color.colorize import files
from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import Asked, ask, read_answers
from heritage_color.errors import DeliveryError, PictureError
from heritage_color.keys import FigureName, GroupName, RowName
from heritage_color.methods import loading
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.names import BASELINES, METHODS, PRESETS
from heritage_color.metrics import bootstrap, cost, frechet, protocol, slices
from heritage_color.metrics.bootstrap import Sums
from heritage_color.metrics.definitions import SKIN_RULE
from heritage_color.metrics.pictures import bounded, read_rgb
from heritage_color.metrics.results import Group, Result, RowCost, SkinTones
from heritage_color.metrics.sheet import GREY, TRUTH, Sheet, column, shrunk
from heritage_color.metrics.slices import SKIN_FIGURES
from heritage_color.metrics.truth import Truth, measure_output
from heritage_color.progress import track
from heritage_color.settings import Settings

Value = TypeVar("Value")
ERA_FIGURES = ("psnr_rgb", "mse_ab127", "ciede2000", "colourfulness", "colourfulness_truth")


@dataclass(frozen=True)
class Plan:
    """Which photographs are measured, and how: all or so many evenly spaced, whole or a centre square of `crop`."""

    pictures: int = 0
    crop: int = 0
    sheet: Path | None = None
    sheet_pictures: int = 12


@dataclass(frozen=True)
class Row:
    """One line of the table: a method read through one preset."""

    name: str
    method: Colorizer
    preset: str


@dataclass(frozen=True)
class Answer:
    """What is kept of one picture under one row."""

    figures: dict[FigureName, float]
    area: np.ndarray
    cost: cost.Cost
    features: np.ndarray | None
    thumbnail: np.ndarray | None


@dataclass
class Tally:
    """What is kept of one row over all pictures."""

    figures: list[dict[FigureName, float]] = field(default_factory=list)
    areas: list[np.ndarray] = field(default_factory=list)
    costs: list[cost.Cost] = field(default_factory=list)
    moments: frechet.Moments = field(default_factory=frechet.Moments)

    def add(self, answer: Answer) -> None:
        """Take in the answer to one more picture."""
        self.figures.append(answer.figures)
        self.areas.append(answer.area)
        self.costs.append(answer.cost)
        if answer.features is not None:
            self.moments.add(answer.features)

    def sums(self, pixels: np.ndarray) -> Sums:
        """Return the row's sums over all its pictures; `pixels` (n, Q) are the pictures' own."""
        columns = {name: np.array([row[name] for row in self.figures], np.float64) for name in self.figures[0]}
        return Sums(columns, np.stack(self.areas), pixels)


def load_methods(names: str, settings: Settings) -> list[Colorizer]:
    """Methods by names with commas, or `all` whose weights are here; baselines, which every table has, left aside.

    Raises WeightsError for a name that is none.
    """
    return load_each([name for name in named(names, settings) if name not in BASELINES], settings)


def load_each(names: list[str], settings: Settings) -> list[Colorizer]:
    """Methods by name, baselines among them. Raises WeightsError for a name that is none."""
    return [loading.load_configured(name, settings.weights, settings.inception_weights) for name in names]


def named(names: str, settings: Settings) -> list[str]:
    """The names between commas, or for `all` those of every method whose weights are here."""
    here = [name for name in METHODS if loading.weight_file(name, settings.weights).is_file()]
    return here if names == "all" else [name.strip() for name in names.split(",")]


def rows_of(loaded: list[Colorizer]) -> list[Row]:
    """`grey/-` and `tint/-`, then each method with its presets, or with `-` where it has one answer only."""
    everyone = [loading.create(name) for name in BASELINES] + loaded
    return [
        Row(f"{method.name}/{preset}", method, PRESETS[0] if preset == "-" else preset)
        for method in everyone
        for preset in method.presets or ("-",)
    ]


class Benchmark:
    """One pass over the photographs."""

    def __init__(self, folder: Path, loaded: list[Colorizer], plan: Plan):
        self.folder, self.plan, self.rows = folder, plan, rows_of(loaded)
        self.paths = protocol.photographs_of(folder, plan.pictures)
        self.listed = slices.read_list(folder)
        self.encoder = frechet.Encoder() if len(self.paths) >= frechet.LEAST_PICTURES else None
        self.tallies = {row.name: Tally() for row in self.rows}
        self.truths = frechet.Moments()
        self.pixels: list[np.ndarray] = []
        self.tones: list[str | None] = []
        self.taken: list[Path] = []
        self.refused: list[str] = []
        labels = [("original", GREY), *(column(row.name) for row in self.rows[1:]), ("truth", TRUTH)]
        self.sheet = Sheet(plan.sheet, labels) if plan.sheet else None
        self.shown = set(protocol.evenly(self.paths, plan.sheet_pictures)) if plan.sheet else set()

    def run(self) -> Result:
        """Measure every photograph that can be read; the result of them all. Raises DeliveryError where none can."""
        for path in track(self.paths, "benchmark", len(self.paths)):
            try:
                with protocol.seen(path, self.plan.crop) as file:
                    truth = Truth(read_rgb(file))
                    answers = self._answers(file, truth, path in self.shown)
            except PictureError as error:
                self.refused.append(f"{error} It was left out.")
                continue
            self._keep(path, truth, answers)
        if not self.taken:
            raise DeliveryError(f"No photograph in {self.folder} can be read. {self.refused[0]}")
        return self._result()

    def _answers(self, file: Path, truth: Truth, shown: bool) -> list[Answer]:
        """Return each row's answer to the photograph's lightness; a method is asked once for all its presets."""
        answers = []
        with files.prepared(file) as ready:
            for method, rows in groupby(self.rows, lambda row: row.method):
                with cost.measured() as asking:
                    asked = ask(method, [ready.small])
                answers += [self._answer(row, ready, asked, asking, truth, shown) for row in rows]
        return answers

    def _answer(
        self, row: Row, ready: files.Prepared, asked: Asked, asking: cost.Cost, truth: Truth, shown: bool
    ) -> Answer:
        output = np.empty((*ready.lightness.shape, 3), np.uint8)
        with cost.measured() as reading:
            join_into(ready.lightness, read_answers(row.method, asked, row.preset)[0].ab, output)
        output = bounded(output)
        features = self.encoder.features(output) if self.encoder else None
        thumbnail = np.asarray(shrunk(output)) if shown else None
        return Answer(*measure_output(output, truth), asking + reading, features, thumbnail)

    def _keep(self, path: Path, truth: Truth, answers: list[Answer]) -> None:
        self.taken.append(path)
        self.pixels.append(truth.binned())
        self.tones.append(truth.skin[1])
        for row, answer in zip(self.rows, answers, strict=True):
            self.tallies[row.name].add(answer)
        if self.encoder:
            self.truths.add(self.encoder.features(truth.rgb))
        if self.sheet and path in self.shown:
            pictures = [answer.thumbnail for answer in answers if answer.thumbnail is not None]
            self.sheet.add(path.name, [*pictures, truth.rgb])

    def _result(self) -> Result:
        pixels = np.stack(self.pixels)
        sums = {name: tally.sums(pixels) for name, tally in self.tallies.items()}
        whole = bootstrap.summary({name: without(each, SKIN_FIGURES) for name, each in sums.items()})
        if self.truths.pictures >= frechet.LEAST_PICTURES:
            for name, tally in self.tallies.items():
                whole.rows[name]["frechet_lite0"] = round(frechet.distance(tally.moments, self.truths), 5)
        return Result(
            pictures=len(self.taken),
            **vars(whole),
            cost={name: _cost(tally.costs) for name, tally in self.tallies.items()},
            skin_tone=self._by_skin_tone(sums),
            era=self._by_era(sums),
            sheets=[str(page) for page in self.sheet.finish()] if self.sheet else [],
            refused=self.refused,
        )

    def _by_skin_tone(self, sums: dict[RowName, Sums]) -> SkinTones | None:
        """None where no picture has colours like skin."""
        members = slices.groups_of(self.tones, tuple(slices.TONES))
        groups = {name: _group(sums, places, SKIN_FIGURES) for name, places in members.items()}
        return SkinTones(SKIN_RULE, self.tones.count(None), groups) if groups else None

    def _by_era(self, sums: dict[RowName, Sums]) -> dict[GroupName, Group]:
        """Return the groups by decade; none where no picture has a date."""
        listed = [self.listed.get(self._name(path), slices.Listed("", "")) for path in self.taken]
        members = slices.groups_of([slices.decade(photograph.date) for photograph in listed])
        if set(members) == {slices.UNDATED}:
            return {}
        works = {name: len({listed[at].work or at for at in places}) for name, places in members.items()}
        return {
            name: replace(_group(sums, places, ERA_FIGURES), works=works[name]) for name, places in members.items()
        }

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix() if self.folder.is_dir() else path.name


def without(sums: Sums, names: tuple[str, ...]) -> Sums:
    """Return the sums less some of their figures."""
    return Sums({name: each for name, each in sums.figures.items() if name not in names}, sums.area, sums.pixels)


def _group(sums: dict[RowName, Sums], members: np.ndarray, names: tuple[FigureName, ...]) -> Group:
    """Return the summary of some pictures, of some figures; of fewer than 5 pictures without intervals."""
    whole = bootstrap.summary({name: each.take(members) for name, each in sums.items()})
    has_intervals = len(members) >= bootstrap.LEAST_PICTURES
    return Group(
        pictures=len(members),
        rows=_only(whole.rows, names),
        counted=_only(whole.counted, names),
        intervals=_only(whole.intervals, names) if has_intervals else None,
        resampled=_only(whole.resampled, names) if has_intervals else None,
    )


def _only(
    rows: dict[RowName, dict[FigureName, Value]], names: tuple[FigureName, ...]
) -> dict[RowName, dict[FigureName, Value]]:
    """Return some of the figures of each row."""
    return {row: {name: figures[name] for name in names if name in figures} for row, figures in rows.items()}


def _cost(costs: list[cost.Cost]) -> RowCost:
    """Median seconds of a picture, because the first ones build the network's graph; the highest peak of memory."""
    seconds = float(np.median([picture.seconds for picture in costs]))
    return RowCost(round(seconds, 4), max(picture.memory for picture in costs))


def benchmark(folder: Path, loaded: list[Colorizer], plan: Plan | None = None) -> Result:
    """Return the figures of baselines and methods on a folder of colour photographs.

    Raises DeliveryError where there is no photograph that can be read.
    """
    return Benchmark(folder, loaded, plan or Plan()).run()
