"""The watched place: what is whole is taken in once, the rest waits, nothing of the supplier's is touched."""

import os
import shutil
from dataclasses import replace

import pytest
from scan_pictures import save

from heritage_color.errors import DeliveryError
from heritage_color.scans import steps
from heritage_color.store import Store


@pytest.fixture
def inbox(tmp_path):
    """An empty watched folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def watching(site, inbox):
    """A site that watches it, and waits an hour where there is no mark."""
    return replace(site, inbox=str(inbox), inbox_quiet_seconds=3600)


def quiet(watching):
    return replace(watching, inbox_quiet_seconds=0)


def test_a_delivery_without_a_mark_waits_for_quiet(watching, inbox):
    save(inbox / "glass" / "a.tif")
    assert steps.look_at_inbox(watching) == []
    assert steps.look_at_inbox(quiet(watching)) == [str(inbox / "glass")]


def test_quiet_begins_anew_with_each_change_even_where_times_are_kept(watching, inbox, rows):
    first = save(inbox / "glass" / "a.tif")
    steps.look_at_inbox(watching)
    rows("update inbox_entries set seen_at = now() - interval '2 hours'")
    assert steps.look_at_inbox(watching) == [str(inbox / "glass")]
    shutil.copy2(first, inbox / "glass" / "b.tif")
    assert steps.look_at_inbox(watching) == []


def hours_later(rows):
    rows("update inbox_entries set seen_at = seen_at - interval '2 hours'")


def test_a_file_that_still_grows_is_not_taken_however_slow_its_writer(watching, inbox, rows, tmp_path):
    content = save(tmp_path / "whole.tif").read_bytes()
    save(inbox / "glass" / "a.tif")
    with (inbox / "glass" / "b.tif").open("wb") as slow:
        for start in range(0, len(content), len(content) // 4 + 1):
            slow.write(content[start : start + len(content) // 4 + 1])
            slow.flush()
            assert steps.look_at_inbox(watching) == []
            hours_later(rows)
    save(inbox / "glass" / "c.tif")
    assert steps.look_at_inbox(watching) == []
    hours_later(rows)
    assert steps.look_at_inbox(watching) == [str(inbox / "glass")]
    assert steps.take_from_inbox(watching, str(inbox / "glass")).accepted == 3


@pytest.mark.parametrize("kept", [True, False])
def test_a_file_of_full_size_that_is_still_filled_is_not_taken(watching, inbox, rows, tmp_path, kept):
    content = save(tmp_path / "whole.tif").read_bytes()
    copied = save(inbox / "glass" / "b.tif")
    copied.write_bytes(bytes(len(content)))  # as couriers do that make room first
    assert steps.look_at_inbox(watching) == []
    hours_later(rows)
    copied.write_bytes(content)
    if kept:
        os.utime(copied, (1_000_000_000, 1_000_000_000))  # the scanner's own time, set at the end
    assert steps.look_at_inbox(watching) == []
    hours_later(rows)
    assert steps.look_at_inbox(watching) == [str(inbox / "glass")]


@pytest.mark.parametrize("mark", ["glass.done", "glass/.done", "glass.ready"])
def test_a_mark_makes_a_delivery_whole_at_once(watching, inbox, mark):
    save(inbox / "glass" / "a.tif")
    (inbox / mark).touch()
    assert steps.look_at_inbox(watching) == [str(inbox / "glass")]


def test_archives_are_deliveries_and_unfinished_transfers_are_none(watching, inbox, tmp_path):
    archive = shutil.make_archive(str(inbox / "glass"), "zip", save(tmp_path / "glass" / "a.tif").parent)
    shutil.copy(archive, inbox / "plates.tar.part")
    save(inbox / ".hidden" / "a.tif")
    save(inbox / "loose.tif")
    (inbox / "link").symlink_to(tmp_path)
    assert steps.look_at_inbox(quiet(watching)) == [archive]


def test_what_was_taken_in_is_left_alone_until_it_changes(watching, inbox, rows):
    save(inbox / "glass" / "a.tif")
    (source,) = steps.look_at_inbox(quiet(watching))
    assert steps.take_from_inbox(watching, source).accepted == 1
    assert steps.look_at_inbox(quiet(watching)) == []
    save(inbox / "glass" / "b.tif")
    assert steps.look_at_inbox(quiet(watching)) == [source]
    counts = steps.take_from_inbox(watching, source)
    assert (counts.accepted, counts.duplicates) == (2, 1)
    assert rows("select count(*) as scans from scans") == [{"scans": 2}]


def test_only_a_report_is_left_and_nothing_else_is_touched(watching, inbox):
    save(inbox / "glass" / "a.tif")
    (inbox / "glass" / "b.tif").write_text("not a picture")
    before = {path: path.stat().st_mtime_ns for path in inbox.rglob("*")}
    steps.take_from_inbox(watching, str(inbox / "glass"))
    report = inbox / "glass.taken-in.txt"
    assert {path: path.stat().st_mtime_ns for path in inbox.rglob("*") if path != report} == before
    assert "b.tif is not a picture" in report.read_text()
    assert "Taken in as delivery" in report.read_text()


def test_what_cannot_be_taken_in_is_said_beside_it_and_tried_again_later(watching, inbox, rows):
    (inbox / "notes").mkdir()
    (inbox / "notes" / "notes.txt").write_text("no picture")
    (source,) = steps.look_at_inbox(quiet(watching))
    with pytest.raises(DeliveryError, match="holds no picture"):
        steps.take_from_inbox(watching, source)
    assert "holds no picture" in (inbox / "notes.taken-in.txt").read_text()
    assert steps.look_at_inbox(quiet(watching)) == []
    rows("update inbox_entries set tried_at = now() - interval '2 hours'")
    assert steps.look_at_inbox(quiet(watching)) == [source]


def test_an_archive_of_another_kind_is_refused_by_its_name_and_owed(watching, inbox, rows):
    (inbox / "glass.rar").write_bytes(b"Rar!\x1a\x07\1\0" + bytes(40))
    (source,) = steps.look_at_inbox(quiet(watching))
    assert steps.take_from_inbox(watching, source).accepted == 0
    assert "glass.rar is a RAR archive, which is not unpacked" in (inbox / "glass.rar.taken-in.txt").read_text()
    assert rows("select path from debts") == [{"path": "glass.rar"}]


def test_a_prefix_is_watched_as_a_folder_is(site, tmp_path):
    prefix = f"s3://{site.archive_bucket}/inbox"
    watching = replace(site, inbox_prefix=prefix, inbox_quiet_seconds=3600)
    Store(site).write_once(site.archive_bucket, "inbox/plates.done", b"", "text/plain")
    for key in ("inbox/glass/a.tif", "inbox/plates/b.tif", "elsewhere/c.tif"):
        Store(site).write_once(site.archive_bucket, key, save(tmp_path / key), "image/tiff")
    assert steps.look_at_inbox(watching) == [f"{prefix}/plates"]
    assert steps.take_from_inbox(watching, f"{prefix}/plates").accepted == 1
    assert steps.look_at_inbox(quiet(watching)) == [f"{prefix}/glass"]
    assert b"Taken in" in Store(site).read(site.archive_bucket, "inbox/plates.taken-in.txt")


def test_a_watched_place_that_is_not_there_is_said(site, tmp_path):
    with pytest.raises(DeliveryError, match="HERITAGE_INBOX is"):
        steps.look_at_inbox(replace(site, inbox=str(tmp_path / "nowhere")))
