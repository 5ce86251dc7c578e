"""Decoding processes: used again, bounded in time and memory, replaced when they die."""

import contextlib
import dataclasses
import os
import resource
import signal

import numpy as np
import pytest
from scan_pictures import save

from heritage_color.errors import ServiceError
from heritage_color.scans.decoding.workers import Workers
from heritage_color.settings import Settings


def test_one_process_reads_file_after_file(tmp_path):
    files = [save(tmp_path / f"{number}.png") for number in range(4)]
    with Workers(Settings(), count=1) as workers:
        answers = [workers.examine(path) for path in files]
        assert len(running(workers)) == 1
    assert all(answer.picture for answer in answers)


def running(workers):
    held = [workers.idle.get() for _ in range(workers.idle.qsize())]
    for worker in held:
        workers.idle.put(worker)
    return {worker.process.pid for worker in held if worker}


def test_a_worker_that_dies_is_replaced(tmp_path):
    path = save(tmp_path / "a.png")
    with Workers(Settings()) as workers:
        workers.examine(path)
        (first,) = running(workers)
        os.kill(first, signal.SIGKILL)
        answers = [workers.examine(path) for _ in range(workers.count * 2)]
    assert all(answer.picture for answer in answers)


def test_a_picture_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path):
    big = save(tmp_path / "big.png", np.zeros((9000, 9000), np.uint8))
    small = save(tmp_path / "small.png")
    with Workers(dataclasses.replace(Settings(), decode_seconds=0), count=1) as workers:
        slow = workers.examine(big)
        assert workers.examine(small).digests
    assert (slow.picture, slow.notes) == (None, (("too-slow", {"seconds": 0}),))
    assert len(slow.digests["sha256"]) == 64


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux limits a process' addresses")
@pytest.mark.parametrize(("name", "options"), [("big.jp2", {}), ("big.jpg", {"progressive": True})])
def test_a_picture_that_needs_too_much_memory_is_refused(tmp_path, name, options):
    path = save(tmp_path / name, np.zeros((6000, 6000), np.uint8), **options)
    with Workers(dataclasses.replace(Settings(), decode_memory=50 * 2**20)) as workers:
        answer = workers.examine(path)
    assert answer.picture is None
    assert answer.notes[0][0] == "too-much-memory"


def test_all_digests_come_from_one_reading(tmp_path):
    path = save(tmp_path / "a.png")
    with Workers(Settings(), ["md5", "sha512"]) as workers:
        assert set(workers.examine(path).digests) == {"md5", "sha256", "sha512"}


def test_a_file_that_goes_away_says_so(tmp_path):
    with Workers(Settings()) as workers:
        path = save(tmp_path / "a.png")
        path.unlink()
        assert workers.examine(path).trouble == "No such file or directory"


@pytest.fixture
def no_further_files():
    """A context in which this process can open no further file, and so start no further process."""

    @contextlib.contextmanager
    def exhausted():
        least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, most))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (least, most))

    return exhausted


@pytest.mark.timeout(60)
def test_a_process_that_cannot_be_started_leaves_its_place_to_the_next(tmp_path, no_further_files):
    path = save(tmp_path / "a.png")
    with Workers(Settings(), count=1) as workers:
        with (
            no_further_files(),
            pytest.raises(ServiceError, match="decoding process cannot be started: Too many open"),
        ):
            workers.examine(path)
        with no_further_files(), pytest.raises(ServiceError, match="cannot be started"):
            workers.thumbnail(path, tmp_path / "a.jpg")
        assert workers.examine(path).picture
