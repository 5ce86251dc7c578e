"""Deliveries are taken in once, whatever happens in between, into a real catalog and a real bucket."""

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest
from PIL import Image
from scan_pictures import codes, colour, manifest, save

from heritage_color import settings as configuration
from heritage_color import store
from heritage_color.errors import DeliveryError
from heritage_color.scans import steps
from heritage_color.scans.check import check_delivery
from heritage_color.scans.intake import space
from heritage_color.scans.intake.rows import ALREADY_COLOUR, Ingested
from heritage_color.scans.reporting import printing
from heritage_color.store import Store

FLAG = {"do_not_colorize": "yes", "do_not_colorize_reason": "The family asked for it"}


@pytest.fixture
def delivery(tmp_path):
    """Three scans, one with its true colour, and one broken file."""
    folder = tmp_path / "delivery"
    for name in ("a.tif", "b.jpg", "c.png"):
        save(folder / name)
    save(folder / "true.png", colour())
    (folder / "broken.tif").write_text("not a picture")
    return manifest(
        folder,
        {"file": "a.tif", "identifier": "A 1", "title": "Café", "date": "1912", "reference": "true.png"},
        {"file": "b.jpg", **FLAG},
        {"file": "c.png", "shelf mark": "B 12"},
        {"file": "broken.tif"},
    )


def catalog(rows):
    """Everything that a run could have added, counted."""
    tables = (
        "deliveries",
        "delivered_files",
        "scans",
        "colour_references",
        "findings",
        "events",
        "scan_likenesses",
        "debts",
    )
    return {table: rows(f"select count(*) as n from {table}")[0]["n"] for table in tables}


def objects(site):
    return Counter(key.split("/")[0] for key, _ in Store(site).keys(site.archive_bucket))


def test_a_delivery_is_taken_in(site, delivery):
    counts = steps.ingest(site, delivery)
    assert replace(counts, new=0, delivery_id=0) == Ingested(0, files=5, accepted=4, refused=1, duplicates=0, new=0)
    assert objects(site) == {"masters": 3, "previews": 3, "references": 1, "quarantine": 1, "records": 4}


def test_what_is_new_is_what_was_added(site, delivery, rows):
    new = steps.ingest(site, delivery).new
    assert new == sum(catalog(rows).values()) + sum(objects(site).values())


def test_masters_are_stored_as_delivered(site, delivery, rows):
    steps.ingest(site, delivery)
    scan = rows("select * from scans where identifier = 'A 1'")[0]
    assert Store(site).read(site.archive_bucket, scan["object_key"]) == (delivery / "a.tif").read_bytes()
    assert (scan["title"], scan["date_created"], scan["width"], scan["height"]) == ("Café", "1912", 60, 40)


def test_the_manifests_columns_reach_the_catalog(site, delivery, rows):
    steps.ingest(site, delivery)
    flagged = rows("select * from scans where supplier_filename = 'b.jpg'")[0]
    assert (flagged["do_not_colorize"], flagged["do_not_colorize_reason"]) == (True, FLAG["do_not_colorize_reason"])
    assert rows("select further_columns from scans where supplier_filename = 'c.png'") == [
        {"further_columns": {"shelf_mark": "B 12"}}
    ]


def test_what_is_refused_is_kept_and_explained(site, delivery, rows):
    steps.ingest(site, delivery)
    (event,) = rows("select * from events where event_type = 'quarantine'")
    assert Store(site).read(site.archive_bucket, event["detail"]["object_key"]) == b"not a picture"
    assert (event["detail"]["file"], event["detail"]["codes"]) == ("broken.tif", ["not-a-picture"])


def test_a_second_run_adds_nothing(site, delivery, rows):
    first = steps.ingest(site, delivery)
    before = catalog(rows), objects(site)
    assert steps.ingest(site, delivery) == replace(first, new=0)
    assert (catalog(rows), objects(site)) == before


def test_pictures_of_another_delivery_are_linked_not_stored_again(site, delivery, tmp_path, rows):
    steps.ingest(site, delivery)
    again = tmp_path / "again"
    again.mkdir()
    (again / "renamed.tiff").write_bytes((delivery / "a.tif").read_bytes())
    counts = steps.ingest(site, again)
    assert (counts.accepted, counts.duplicates) == (1, 1)
    assert objects(site)["masters"] == 3
    assert (
        len(rows("select * from delivered_files where scan_id = (select scan_id from scans where title <> '')")) == 3
    )


def test_a_later_flag_closes_a_picture_that_the_archive_holds(site, delivery, tmp_path, rows):
    steps.ingest(site, delivery)
    again = tmp_path / "again"
    again.mkdir()
    (again / "a.tif").write_bytes((delivery / "a.tif").read_bytes())
    steps.ingest(site, manifest(again, {"file": "a.tif", **FLAG}))
    assert rows("select do_not_colorize from scans where identifier = 'A 1'") == [{"do_not_colorize": True}]


def test_an_identifier_of_another_picture_is_refused(site, delivery, tmp_path, rows):
    steps.ingest(site, delivery)
    other = save(tmp_path / "other" / "x.tif").parent
    counts = steps.ingest(site, manifest(other, {"file": "x.tif", "identifier": "A 1"}))
    assert (counts.accepted, counts.refused) == (0, 1)
    assert rows("select code from findings where file = 'x.tif'") == [{"code": "identifier-taken"}]


def test_colour_pictures_are_kept_and_closed_for_colorization(site, tmp_path, rows):
    steps.ingest(site, save(tmp_path / "delivery" / "colour.png", colour()).parent)
    (scan,) = rows("select do_not_colorize, do_not_colorize_reason from scans")
    assert scan == {"do_not_colorize": True, "do_not_colorize_reason": ALREADY_COLOUR}


def test_every_act_leaves_its_event(site, delivery, rows):
    steps.ingest(site, delivery)
    found = Counter(row["event_type"] for row in rows("select event_type::text from events"))
    assert found == {"message digest calculation": 3, "validation": 3, "ingestion": 4, "quarantine": 1}


def test_hostile_names_and_text_reach_the_catalog_as_text(site, tmp_path, rows):
    folder = tmp_path / "delivery"
    save(folder / "<b>bold</b>'; drop table scans; --.tif".replace("/", "-"))
    save(folder / "line\nbreak.tif")
    steps.ingest(site, folder)
    assert [row["path"] for row in rows("select path from delivered_files order by path")] == [
        "<b>bold<-b>'; drop table scans; --.tif",
        "line\\nbreak.tif",
    ]


def test_a_disk_without_room_is_said_before_anything_is_stored(site):
    assert space.check_space(site, 1) == ""
    with pytest.raises(DeliveryError, match=r"masters 1000000000\.00, colorizations 0\.00 at most.*Make room"):
        space.check_space(site, 10**18)
    with pytest.raises(DeliveryError, match="Make room"):
        space.check_space(site, 1, 10**18)


def test_the_store_itself_is_asked_for_its_free_space(site):
    free = store.free_bytes(site)
    assert free == pytest.approx(shutil.disk_usage(site.home).free, rel=0.05)


@pytest.mark.parametrize("place", ["", "http://127.0.0.1:9/status", "S3 itself"])
def test_free_space_of_which_nobody_tells_blocks_nothing_and_is_said(site, tmp_path, place):
    save(tmp_path / "delivery" / "a.png")
    asked = replace(site, s3_status=site.s3_endpoint if place == "S3 itself" else place)
    report, counts = steps.take_in(asked, tmp_path / "delivery")
    assert counts.accepted == 1
    assert "Free space at the store was not looked at: " in report.as_text()
    assert report.as_json()["space"] in printing.as_html(report)


def test_the_space_of_colorizations_is_counted(site, tmp_path):
    save(tmp_path / "delivery" / "a.png")
    (tmp_path / "delivery" / "b.tif").write_text("no picture")
    report, _ = steps.take_in(site, tmp_path / "delivery")
    size = Image.open(tmp_path / "delivery" / "a.png").size
    assert space.space_needed(report.pictures)[1] == 3 * size[0] * size[1]


def in_another_process(site, delivery):
    code = "import sys; from heritage_color import settings; from heritage_color.scans import steps; "
    code += "print(steps.ingest(settings.read(), sys.argv[1]))"
    environment = {"PATH": "/usr/bin:/bin", **configuration.to_environment(site)}
    return subprocess.Popen([sys.executable, "-c", code, str(delivery)], env=environment, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("moment", [0, 1, 7, 23])
def test_a_killed_run_is_finished_by_the_next(site, tmp_path, rows, moment):
    folder = tmp_path / "delivery"
    for number in range(24):
        save(folder / f"{number:02}.png")
    (folder / "zz.tif").write_text("not a picture")
    process = in_another_process(site, folder)
    wait_for(rows, moment, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    counts = steps.ingest(site, folder)
    assert (counts.files, counts.accepted, counts.refused, counts.duplicates) == (25, 24, 1, 0)
    assert objects(site) == {"masters": 24, "previews": 24, "quarantine": 1, "records": 24}
    assert catalog(rows)["events"] == 24 * 3 + 1


def wait_for(rows, files, process):
    """Until that many files have their outcome, or the run is over."""
    while process.poll() is None:
        if rows("select 1 as one from deliveries") and catalog(rows)["delivered_files"] >= files:
            return
        time.sleep(0.005)


def test_two_runs_at_the_same_time_do_the_work_once(site, delivery, rows):
    both = [in_another_process(site, delivery) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert catalog(rows)["scans"] == 3
    assert objects(site) == {"masters": 3, "previews": 3, "references": 1, "quarantine": 1, "records": 4}


def test_findings_of_the_report_are_those_of_the_catalog(site, delivery, rows):
    steps.ingest(site, delivery)
    stored = rows("select file, code from findings order by file, code")
    report = check_delivery(delivery, site)
    assert [(row["file"], row["code"]) for row in stored] == sorted(codes(report))
