"""The demonstration: a delivery goes through every DAG, run by Airflow over a private Postgres and S3 server.

Raters are simulated and the curator is a script; both are marked as such wherever their work shows.
"""

import json
import time
from contextlib import contextmanager
from pathlib import Path

from heritage_color import db, samples
from heritage_color.catalog import steps as catalog
from heritage_color.curation import steps as curation
from heritage_color.local import servers
from heritage_color.machine.orchestrator import DagRuns
from heritage_color.publish import steps as publishing
from heritage_color.rating import steps as rating
from heritage_color.settings import Settings
from heritage_color.store import Store

CAMPAIGN = "Demonstration"
RATERS = 24
LEAST_SCORE = 3.0  # the scripted curator approves from here
REPORT = Path("demo-report.json")
ROWS = ("delivered", "accepted", "refused", "colorized", "measured", "queued", "rated", "approved", "published")
ABOUT = {
    "measured": "against a colour truth, where one exists",
    "rated": f"by {RATERS} simulated raters, who test the statistics and say nothing of the pictures",
    "approved": f"by a script, from a simulated score of {LEAST_SCORE}",
    "published": "with label and original",
}


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
    counts = report(settings, delivery.resolve(), count_all(settings) - before, clock.seconds)
    publishing.mirror(settings, folder / "gallery")
    print_result(settings, counts, folder / "gallery" / "index.html")
    return 0


class Clock:
    """Seconds per stage, in their order; each stage says what begins and how long it took."""

    def __init__(self):
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str):
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
    store = Store(settings)
    buckets = (settings.archive_bucket, settings.public_bucket)
    with db.connect(settings) as connection:
        rows = db.queries("demo").row_count(connection)
    return rows + sum(1 for bucket in buckets for _ in store.keys(bucket))


def report(settings: Settings, delivery: Path, new: int, seconds: dict[str, float]) -> dict:
    """The counts of this delivery, with what was refused and why; also in demo-report.json."""
    queries = db.queries("demo")
    with db.connect(settings) as connection:
        delivery_id = queries.delivery_of(connection, source=str(delivery))
        counts = dict(queries.delivery_counts(connection, delivery_id=delivery_id))
        refusals, closed, figures = (
            [dict(row) for row in query(connection, delivery_id=delivery_id)]
            for query in (queries.refusals, queries.closed_scans, queries.figures)
        )
    result = counts | {
        "new": new,
        "seconds": seconds,
        "refusals": refusals,
        "not_colorized": closed,
        "figures": figures,
    }
    REPORT.write_text(json.dumps(result, indent=2) + "\n")
    return result


def print_result(settings: Settings, result: dict, gallery: Path) -> None:
    """The table, what was refused, what was measured, and where to look."""
    print()
    for name in ROWS:
        print(f"{name:<12}{result[name]:6}  {ABOUT.get(name, '')}".rstrip())
    for line in [*_refusals(result), *_figures(result), ""]:
        print(line)
    print(
        "Nothing changed: all of this was there already."
        if not result["new"]
        else f"New objects and rows: {result['new']}"
    )
    print(f"Gallery: {settings.public_address}/index.html")
    print(f"         {gallery.as_uri()} (a copy that needs no server)")
    print("The services keep running, so that the gallery can be read; `make down` stops them.")
    print(f"Report: {REPORT}")


def _refusals(result: dict) -> list[str]:
    refused = [f"  refused, {row['code']}: {row['sentence']}" for row in result["refusals"]]
    return [*refused, *(f"  not colorized: {row['identifier']}: {row['reason']}" for row in result["not_colorized"])]


def _figures(result: dict) -> list[str]:
    return [f"  {row['identifier']}: MSE {row['mse']:.0f}, {_psnr(row['psnr'])}" for row in result["figures"]]


def _psnr(value: float | None) -> str:
    return "equal to its truth" if value is None else f"PSNR {value:.1f} dB"
