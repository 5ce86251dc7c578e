"""How far each picture is: per delivery and per picture, from rows of the catalog."""

import pytest
from catalog_rows import add_colorization, add_delivery, add_model, add_scan, approve, insert

from heritage_color import db
from heritage_color.rating import steps as rating
from heritage_color.web.runs import way


@pytest.fixture
def delivery(site):
    """A delivery of six pictures: nothing done, being coloured, failed, coloured, published, closed to colour."""
    delivery = add_delivery(site, "plates")
    scans = [add_scan(site, f"plate-{number}", first_delivery_id=delivery) for number in range(6)]
    for number, scan in enumerate(scans):
        one = {"delivery_id": delivery, "path": f"{number}.tif", "scan_id": scan}
        insert(site, "delivered_files", "path", **one, role="scan", outcome="accepted", bytes=9)
    job = {"model_id": add_model(site), "preset": "balanced"}
    lease = {"state": "claimed", "lane": "here", "lease_until": "2999-01-01"}
    insert(site, "colorization_jobs", "scan_id", scan_id=scans[1], **job, **lease)
    why = "The master is not there."
    insert(site, "colorization_jobs", "scan_id", scan_id=scans[2], **job, state="failed", sentence=why)
    add_colorization(site, scans[3])
    shown = add_colorization(site, scans[4])
    approve(site, shown)
    keys = {"manifest_key": "m", "colour_key": "c", "original_key": "o", "label": "colorized"}
    insert(site, "publications", "colorization_id", colorization_id=shown, **keys)
    return delivery, scans


def stands(site, scans) -> list[str]:
    with db.connect(site) as connection:
        ways = way.ways_of_pictures(connection, scans)
    return [ways[scan].stands for scan in scans]


def test_each_picture_stands_where_the_catalog_says(site, delivery, rows):
    _, scans = delivery
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'asked' where scan_id = %s", (scans[5],))
    words = ["received", "being coloured", "failed", "coloured", "published", "kept without colour"]
    assert stands(site, scans) == words
    with db.connect(site) as connection:
        failed = way.ways_of_pictures(connection, scans)[scans[2]]
    assert failed.meaning == "It could not be coloured. The master is not there."
    assert failed.reached == "received"


def test_a_measured_picture_waits_for_a_curator_and_one_in_a_campaign_for_volunteers(site, delivery, rows):
    _, scans = delivery
    rows("insert into metrics values ('colourfulness', false, '1', 'a') on conflict do nothing")
    rows(
        "insert into measurements (colorization_id, scan_id, metric, needs_reference, value)"
        " select colorization_id, scan_id, 'colourfulness', false, 1 from colorizations where scan_id = %s",
        (scans[3],),
    )
    assert stands(site, scans[3:4]) == ["in review"]
    rating.queue(site, "spring")
    assert stands(site, scans[3:4]) == ["being rated"]
    rows("update campaigns set closed_at = now()")
    assert stands(site, scans[3:4]) == ["in review"]
    approve(
        site, rows("select colorization_id from colorizations where scan_id = %s", (scans[3],))[0]["colorization_id"]
    )
    assert stands(site, scans[3:4]) == ["approved"]


def test_a_delivery_tells_how_many_of_its_pictures_are_how_far(site, delivery):
    with db.connect(site) as connection:
        whole = way.way_of_delivery(connection, delivery[0])
    steps = [(step.name, step.pictures, step.whole) for step in whole.steps]
    assert steps[:2] == [("received", 6, True), ("coloured", 2, False)]
    assert steps[5] == ("published", 1, False)
    assert (whole.failed, whole.moving) == (1, True)


def test_a_delivery_without_a_picture_has_a_way_too(site):
    with db.connect(site) as connection:
        empty = way.way_of_delivery(connection, add_delivery(site, "empty"))
    assert [step.pictures for step in empty.steps] == [0] * 6
    assert not any(step.whole for step in empty.steps)
    assert not empty.moving
