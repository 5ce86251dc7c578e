"""The demonstration: a delivery goes through every DAG, run by Airflow over a private Postgres and S3 server.

Raters are simulated and the curator is a script; both are marked as such wherever their work shows.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.catalog import steps as catalog
from heritage_color.curation import steps as curation
from heritage_color.demo import samples
from heritage_color.keys import Code, FileName, Identifier, Stage
from heritage_color.local import servers
from heritage_color.machine.orchestrator import DagRuns
from heritage_color.publish import steps as publishing
from heritage_color.rating import steps as rating
from heritage_color.s3 import Role
from heritage_color.settings import Settings

CAMPAIGN = "Demonstration"
RATERS = 24
LEAST_SCORE = 3.0  # the scripted curator approves from here
REPORT = Path("demo-report.json")
ROWS = (
    "delivered", "accepted", "refused", "colorized", "measured", "held back", "queued", "rated", "approved",
    "published",
)  # fmt: skip
ABOUT = {
    "measured": "against a colour truth, where one exists",
    "held back": "from raters, as the model is too unsure of the colours",
    "rated": f"by {RATERS} simulated raters, who test the statistics and say nothing of the pictures",
    "approved": f"by a script, from a simulated score of {LEAST_SCORE}",
    "published": "with label and original",
}

queries = db.queries("demo")


@dataclass(frozen=True)
class Refusal:
    """A file that was refused, and why."""

    file: FileName
    code: Code
    sentence: str


@dataclass(frozen=True)
class Closed:
    """A scan that was taken in and may not be colorized."""

    identifier: Identifier
    reason: str


@dataclass(frozen=True)
class Figures:
    """What was measured of a colorization that has a colour truth; no `psnr` where it is equal to it."""

    identifier: Identifier
    psnr: float | None
    mse: float


@dataclass(frozen=True)
class Report:
    """How far a delivery has come, and how many seconds each stage took."""

    delivered: int
    accepted: int
    refused: int
    colorized: int
    measured: int
    held_back: int
    queued: int
    rated: int
    approved: int
    published: int
    new: int  # rows and objects that this run added
    seconds: dict[Stage, float]
    refusals: list[Refusal]
    not_colorized: list[Closed]
    figures: list[Figures]

    def lines(self) -> list[str]:
        """What was refused, what stayed grey, and what was measured, a line each."""
        return [
            *(f"  refused, {refusal.code}: {refusal.sentence}" for refusal in self.refusals),
            *(f"  not colorized: {scan.identifier}: {scan.reason}" for scan in self.not_colorized),
            *(f"  {row.identifier}: MSE {row.mse:.0f}, {_psnr(row.psnr)}" for row in self.figures),
        ]


def run(home: Path, scans: Path | None) -> int:
    """Run everything, print the table, write demo-report.json. 0, also when parts of the delivery were refused."""
    clock = Clock()
    with clock.stage("services"):
        settings = servers.start(home)
        catalog.migrate(settings)
    folder = settings.home / "demo"
    with clock.stage("delivery"):
        delivery = (
            samples.delivery_from(scans, folder / "own") if scans else samples.make_delivery(folder / "delivery")
        )
    before = count_all(settings)
    with clock.stage("airflow"):
        runs = DagRuns(settings)
    with runs:
        run_stages(settings, runs, delivery.resolve(), clock)
        with clock.stage("audit"):  # what was just stored is read back at once; later runs keep to the schedule
            runs.run("audit_fixity", {"older_than_days": 0} if count_all(settings) > before else {})
    result = report(settings, delivery.resolve(), count_all(settings) - before, clock.seconds)
    publishing.mirror(settings, folder / "gallery")
    print_result(settings, result, folder / "gallery" / "index.html")
    return 0


class Clock:
    """Seconds per stage, in their order; each stage says what begins and how long it took."""

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Time a block, named on the screen."""
        print(f"{name:<12}", end="", flush=True)
        start = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - start, 2)
        print(f"{self.seconds[name]:7.2f} s", flush=True)


def run_stages(settings: Settings, runs: DagRuns, delivery: Path, clock: Clock) -> None:
    """Every DAG in the order of the flow, with the votes and decisions that people would give between them."""
    with clock.stage("ingest"):
        runs.run("ingest_scans", {"delivery": str(delivery)})
    with clock.stage("colorize"):
        runs.run("colorize_photographs", {"method": settings.method, "preset": settings.preset})
    with clock.stage("measure"):
        runs.run("measure_quality")
    with clock.stage("queue"):
        runs.run("queue_ratings", {"campaign": CAMPAIGN, "votes_wanted": settings.votes_wanted})
    with clock.stage("rate"):
        rating.simulate(settings, CAMPAIGN, RATERS)
        runs.run("score_opinions")
    with clock.stage("curate"):
        curation.approve_by_rule(settings, LEAST_SCORE)
    with clock.stage("publish"):
        runs.run("publish_approved")


def count_all(settings: Settings) -> int:
    """Rows of the catalog and objects of both buckets."""
    buckets = (settings.archive_bucket, settings.public_bucket)
    with open_archive(settings, Role.READER) as archive:
        rows = int(queries.row_count(archive.db))
        return rows + sum(1 for bucket in buckets for _ in archive.store.keys(bucket))


def report(settings: Settings, delivery: Path, new: int, seconds: dict[Stage, float]) -> Report:
    """The counts of this delivery, with what was refused and why; also in demo-report.json."""
    with db.connect(settings) as connection:
        delivery_id = queries.delivery_of(connection, source=str(delivery))
        result = Report(
            **queries.delivery_counts(connection, delivery_id=delivery_id),
            new=new,
            seconds=seconds,
            refusals=db.records(Refusal, queries.refusals(connection, delivery_id=delivery_id)),
            not_colorized=db.records(Closed, queries.closed_scans(connection, delivery_id=delivery_id)),
            figures=db.records(Figures, queries.figures(connection, delivery_id=delivery_id)),
        )
    REPORT.write_text(json.dumps(asdict(result), indent=2) + "\n")
    return result


def print_result(settings: Settings, result: Report, gallery: Path) -> None:
    """The table, what was refused, what was measured, and where to look."""
    print()
    for name in ROWS:
        print(f"{name:<12}{getattr(result, name.replace(' ', '_')):6}  {ABOUT.get(name, '')}".rstrip())
    for line in [*result.lines(), ""]:
        print(line)
    print(f"New objects and rows: {result.new}" if result.new else "Nothing changed: all of this was there already.")
    print(f"Gallery: {settings.public_address}/index.html")
    print(f"         {gallery.as_uri()} (a copy that needs no server)")
    print("The services keep running, so that the gallery can be read; `make down` stops them.")
    print(f"Report: {REPORT}")


def _psnr(value: float | None) -> str:
    return "equal to its truth" if value is None else f"PSNR {value:.1f} dB"
