"""What is wrong with one picture is its own setback: its neighbours are coloured, and it is tried again."""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from typing import ClassVar, get_type_hints

import numpy as np
import pytest
import pyvips
from catalog_rows import add_scan, picture
from damaging import overwrite

from heritage_color.archive import open_archive
from heritage_color.colorize import making, queue, steps
from heritage_color.colorize.lane import Lane, Setback
from heritage_color.colorize.steps import Drained
from heritage_color.methods.baselines import Tint
from heritage_color.methods.names import METHODS
from heritage_color.store import Store


@pytest.fixture
def site_of_four(tinted):
    """A museum whose lanes claim four pictures at once."""
    return replace(tinted, claim_size=4)


@pytest.fixture
def four(site_of_four):
    """Four scans that wait for colour; the first is a square, the others are not."""
    square = pyvips.Image.new_from_array(picture("square", 64, 64, colour=False))
    scans = [add_scan(site_of_four, "square", image=square)]
    scans += [add_scan(site_of_four, f"photo-{number}") for number in range(3)]
    steps.enqueue(site_of_four)
    return scans


def states(rows) -> list[str]:
    """The states of all jobs, in the order of their scans."""
    return [row["state"] for row in rows("select state from colorization_jobs order by scan_id")]


def master_of(rows, scan: int) -> str:
    """The key of a scan's master."""
    return rows("select object_key from scans where scan_id = %s", [scan])[0]["object_key"]


def test_a_missing_master_costs_no_neighbour_and_is_coloured_when_it_is_back(site_of_four, four, rows, tmp_path):
    store, key = Store(site_of_four), master_of(rows, four[1])
    copy = store.fetch(site_of_four.archive_bucket, key, tmp_path / "copy.tif")
    store.delete(site_of_four.archive_bucket, key)
    drained = steps.drain(site_of_four)
    assert (drained.colorized, states(rows)) == (3, ["done", "failed", "done", "done"])
    (sentence,) = drained.failed
    assert sentence.startswith(f"Scan {four[1]} was not colorized: {key} of the archive is not there.")
    assert rows("select scan_id from scans where not fixity_intact") == [{"scan_id": four[1]}]
    store.restore(site_of_four.archive_bucket, key, copy, "image/tiff")
    assert steps.enqueue(site_of_four).new == 1
    assert steps.drain(site_of_four) == Drained(colorized=1)
    assert rows("select scan_id from scans where not fixity_intact") == []


def test_an_exchanged_master_is_not_coloured_but_marked_and_told(site_of_four, four, rows):
    store, key, other = Store(site_of_four), master_of(rows, four[1]), master_of(rows, four[2])
    overwrite(site_of_four, key, store.read(site_of_four.archive_bucket, other))
    assert "should have SHA-256" in steps.drain(site_of_four).failed[0]
    assert four[1] not in {row["scan_id"] for row in rows("select scan_id from colorizations")}
    assert rows("select scan_id, outcome from events where event_type = 'fixity check'") == [
        {"scan_id": four[1], "outcome": "damaged"}
    ]
    (job,) = rows("select sentence from colorization_jobs where state = 'failed'")
    (event,) = rows("select detail->>'sentence' as sentence from events where outcome = 'failed'")
    assert job == event
    assert key in job["sentence"]


def test_a_scan_whose_master_stands_damaged_is_not_queued_for_the_first_time(tinted):
    add_scan(tinted, fixity_intact=False)
    assert steps.enqueue(tinted).new == 0


class Hungry(Tint):
    """The tint method, for which squares are too much."""

    def answers(self, lightness):
        """As the tint method, where there is memory."""
        if lightness.shape[1] == lightness.shape[2] and not self.card.facts.get("fed"):
            raise MemoryError
        return lightness


def test_lack_of_memory_for_one_picture_costs_no_neighbour(site_of_four, four, rows, monkeypatch):
    monkeypatch.setitem(sys.modules, "hungry", sys.modules[Hungry.__module__])
    with monkeypatch.context() as patch:
        patch.setitem(METHODS, "tint", "hungry:Hungry")
        drained = steps.drain(site_of_four)
    assert (drained.colorized, states(rows)) == (3, ["failed", "done", "done", "done"])
    assert "not enough memory" in drained.failed[0]
    assert steps.enqueue(site_of_four).new == 1
    assert steps.drain(site_of_four) == Drained(colorized=1)
    assert [row["outcome"] for row in rows("select outcome from events where scan_id = %s order by 1", four[:1])] == [
        "colorized", "failed",
    ]  # fmt: skip


KILLED = """
import os, signal
from heritage_color import settings
from heritage_color.colorize import steps
from heritage_color.methods.baselines import Tint
from heritage_color.methods.names import METHODS

class Deadly(Tint):
    def answers(self, lightness):
        if lightness.shape[1] == lightness.shape[2]:
            os.kill(os.getpid(), signal.SIGKILL)
        return lightness

METHODS["tint"] = "__main__:Deadly"
steps.drain(settings.read(), "killed")
"""


def test_a_picture_that_kills_its_worker_fails_alone_and_its_neighbours_are_coloured(
    site_of_four, four, rows, environment_of
):
    ends = [
        subprocess.run([sys.executable, "-c", KILLED], env=environment_of(site_of_four)).returncode for _ in range(4)
    ]
    assert ends == [-9, -9, -9, 0]
    assert states(rows) == ["failed", "done", "done", "done"]
    assert steps.enqueue(site_of_four).new == 0


def test_pictures_that_wait_behind_one_that_kills_are_not_begun(site_of_four, four, rows):
    with open_archive(site_of_four) as archive:
        claims = queue.claim(archive, "lane")
        queue.begin(archive, claims[0])
    attempts = [row["attempts"] for row in rows("select attempts from colorization_jobs order by scan_id")]
    assert attempts == [1, 0, 0, 0]


def test_what_was_begun_before_is_done_last_and_by_itself(site_of_four, four, rows):
    rows("update colorization_jobs set attempts = 1 where scan_id = any(%s)", [four[:2]])
    with open_archive(site_of_four) as archive:
        lots = list(steps._lots(queue.claim(archive, "lane")))
    assert [[job.scan_id for job in lot] for lot in lots] == [four[2:], [four[0]], [four[1]]]


class Watching(Tint):
    """The tint method, that notes how many pictures are begun and not ended whenever it is asked."""

    begun: ClassVar[list[int]] = []
    count = staticmethod(lambda: 0)

    def answers(self, lightness):
        """As the tint method."""
        self.begun.append(self.count())
        return lightness


def test_no_other_picture_is_under_way_while_one_is_coloured_that_was_begun_before(
    site_of_four, four, rows, monkeypatch
):
    monkeypatch.setitem(sys.modules, "watching", sys.modules[Watching.__module__])
    monkeypatch.setitem(METHODS, "tint", "watching:Watching")
    begun = "select count(*)::int as n from colorization_jobs where state = 'claimed' and attempts = 2"
    monkeypatch.setattr(Watching, "count", staticmethod(lambda: rows(begun)[0]["n"]))
    monkeypatch.setattr(Watching, "begun", [])
    rows("update colorization_jobs set attempts = 1")
    add_scan(site_of_four, "of the next claim")
    steps.enqueue(site_of_four)
    assert steps.drain(site_of_four) == Drained(colorized=5)
    assert Watching.begun == [1, 1, 1, 1, 0]


def test_a_lane_that_lost_its_job_to_another_neither_counts_nor_records_nor_ends_it(tinted, rows, tmp_path):
    add_scan(tinted)
    steps.enqueue(tinted)
    with open_archive(tinted) as archive:
        (job,) = queue.claim(archive, "slow")
        rows("update colorization_jobs set lane = 'another'")
        lane = Lane(archive, tmp_path)
        making.keep(lane, making.colour(Tint(), [making.look(lane, job)])[0])
    assert rows("select state, lane, attempts from colorization_jobs") == [
        {"state": "claimed", "lane": "another", "attempts": 0}
    ]
    assert rows("select colorization_id from colorizations") == []


def test_the_files_of_a_job_leave_the_lanes_folder_when_it_ends(tinted, rows, tmp_path):
    scene = picture("colour").astype(int)
    scene[:, ::2, 0] += 80
    colour = pyvips.Image.new_from_array(scene.clip(0, 255).astype(np.uint8))
    add_scan(tinted, "coloured already", image=colour)
    add_scan(tinted, "grey")
    steps.enqueue(tinted)
    with open_archive(tinted) as archive:
        lane = Lane(archive, tmp_path / "lane")
        lane.folder.mkdir()
        for job, end in zip(queue.claim(archive, "worker"), ("refused", "colorized"), strict=True):
            looked = making.look(lane, job)
            assert isinstance(looked, Setback) != lane.place_of(job).exists()
            coloured = looked if isinstance(looked, Setback) else making.colour(Tint(), [looked])[0]
            assert making.keep(lane, coloured).state == end
            assert list(lane.folder.iterdir()) == []


@pytest.mark.parametrize("listed", [making.LOOKING, making.KEEPING])
def test_each_step_of_a_lane_takes_what_the_one_before_returned(listed):
    kinds = [list(get_type_hints(step).values()) for step in listed]
    assert all(kind[0] is Lane for kind in kinds)
    assert [before[-1] is after[1] for before, after in pairwise(kinds)] == [True] * (len(listed) - 1)
