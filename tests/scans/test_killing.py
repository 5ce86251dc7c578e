"""Taking in is killed at random moments; `python -m benchmarks.killing 50` does it at length."""

import copy
import random

from benchmarks import killing
from heritage_color.archive import open_archive
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.check import check_delivery
from heritage_color.scans.intake.taking import Intake


def take_in(site, report, folder):
    """What ingest does once it has checked a delivery; nothing is written before."""
    with open_archive(site, own=True) as archive:
        Intake.open(archive, copy.deepcopy(report), Received(folder.name, str(folder), folder)).run()


def test_kills_at_random_moments_lose_nothing_and_double_nothing(site, tmp_path):
    folder = killing.make_delivery(tmp_path / "delivery", 1)
    report = check_delivery(folder, site)
    seconds = [random.uniform(0, 0.4) for _ in range(8)]
    at_work = sum(killing.kill_after(moment, lambda: take_in(site, report, folder)) for moment in seconds)
    take_in(site, report, folder)
    take_in(site, report, folder)
    assert killing.faults(site, 1) == []
    assert at_work > 0
