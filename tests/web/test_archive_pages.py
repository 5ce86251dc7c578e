"""Deliveries and scans: what staff look up."""

import csv
import io
import re

import httpx
import pytest
from catalog_rows import add_colorization, add_delivery, add_scan, insert

from heritage_color.preservation.withdrawing import withdraw
from heritage_color.scans.reporting.cells import harmless
from heritage_color.web.door.fields import Pages
from heritage_color.web.door.wording import count, figure, size

HOSTILE = '<img src=x onerror="alert(1)">'


def add_finding(site, delivery, file, sentence, code="file-truncated", severity="error", row=4):
    insert(
        site, "delivered_files", "path",
        delivery_id=delivery, path=file, role="scan", outcome="refused", bytes=9,
    )  # fmt: skip
    insert(
        site, "findings", "finding_id",
        delivery_id=delivery, file=file, row_number=row, code=code, severity=severity, sentence=sentence,
    )  # fmt: skip


def test_a_delivery_says_what_was_refused_in_which_row_and_why(site, curator):
    delivery = add_delivery(site, "box <1>")
    add_finding(site, delivery, "a.tif", "a.tif ends in the middle. Copy it again.")
    page = curator.get(f"/deliveries/{delivery}").text
    assert all(
        part in page for part in ("box &lt;1&gt;", "a.tif ends in the middle. Copy it again.", "file-truncated")
    )
    assert re.search(r">\s*4\s*<", page)
    assert "box &lt;1&gt;" in curator.get("/deliveries").text


def test_the_table_to_download_starts_no_formula(site, curator):
    delivery = add_delivery(site)
    add_finding(site, delivery, "=HYPERLINK(1).tif", "@SUM(1) is no picture.")
    answer = curator.get(f"/deliveries/{delivery}/report.csv")
    line = next(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert (line["file"], line["row"], line["sentence"]) == ("'=HYPERLINK(1).tif", "4", "'@SUM(1) is no picture.")
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_cells_that_spreadsheets_would_run_are_defused(cell):
    assert harmless(cell) == f"'{cell}"


def test_a_finding_of_no_file_is_in_the_table_too(site, curator):
    delivery = add_delivery(site)
    insert(
        site, "findings", "finding_id",
        delivery_id=delivery, file="missing.tif", code="file-missing", severity="error", sentence="It did not come.",
    )  # fmt: skip
    assert (
        "missing.tif,,,,,error,file-missing,It did not come.,"
        in curator.get(f"/deliveries/{delivery}/report.csv").text
    )


def test_long_lists_come_in_pages(site, curator):
    delivery = add_delivery(site)
    for number in range(101):
        insert(
            site, "delivered_files", "path",
            delivery_id=delivery, path=f"{number:03}.tif", role="scan", outcome="refused", bytes=9,
        )  # fmt: skip
    pages = [curator.get(f"/deliveries/{delivery}?page={number}").text for number in (1, 2, 9)]
    assert [("100.tif" in page, "Page 1 of 2" in page) for page in pages[:2]] == [(False, True), (True, False)]
    assert Pages(1, 24, 0).last == 1


def test_scans_are_found_by_title_and_identifier_whatever_the_signs(site, curator):
    add_scan(site, "A-1", title="Harbour at 50%_off")
    add_scan(site, "B-2", title="Market")
    found = {search: curator.get("/scans", params={"search": search}).text for search in ("HARBOUR", "b-2", "%_", "%")}
    assert [("Harbour" in page, "Market" in page) for page in found.values()] == [
        (True, False),
        (False, True),
        (True, False),
        (True, False),
    ]


def test_the_page_of_a_scan_shows_all_and_runs_nothing(site, curator, rows):
    scan = add_scan(
        site, "A-1", title=HOSTILE, embedded_metadata={"Xmp.dc.title": HOSTILE, HOSTILE: {"deep": [HOSTILE]}}
    )
    add_colorization(site, scan)
    rows(
        "insert into events (event_key, event_type, agent, outcome, detail, scan_id)"
        " values ('k', 'ingestion', 'ingest_scans', 'success', %s, %s)",
        ('{"file": "<b>a</b>"}', scan),
    )
    page = curator.get(f"/scans/{scan}").text
    assert all(part in page for part in ("Ingestion: success", "fusion-lite, balanced", "&lt;b&gt;a&lt;/b&gt;"))
    assert "<img src=x" not in page


def test_a_delivery_that_brought_scan_and_truth_is_named_once(site, curator):
    delivery = add_delivery(site, "box-7")
    scan = add_scan(site, first_delivery_id=delivery)
    for role in ("reference", "scan"):
        insert(
            site, "delivered_files", "path",
            delivery_id=delivery, path=f"{role}.tif", role=role, outcome="accepted", bytes=9, scan_id=scan,
        )  # fmt: skip
    page = curator.get(f"/scans/{scan}").text
    assert page.count(">box-7</a>") == 1
    assert "(colour truth)" not in page


def test_do_not_colorize_withdraws_at_once_and_stands_on_the_page(site, curator, rows):
    scan = add_scan(site)
    add_colorization(site, scan)
    page = curator.get(f"/scans/{scan}").text
    assert "1 colorization of this scan is taken down at once" in page
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    done = curator.post(f"/scans/{scan}/do-not-colorize", data={"token": token, "reason": "Victims <of> war."})
    assert "Victims &lt;of&gt; war." in done.text
    assert [row["gone"] for row in rows("select withdrawn_at is not null as gone from colorizations")] == [True]


def test_do_not_colorize_asks_for_a_reason(site, curator, rows):
    scan = add_scan(site)
    token = re.search(r'name="token" value="([^"]+)"', curator.get(f"/scans/{scan}").text)[1]
    answer = curator.post(f"/scans/{scan}/do-not-colorize", data={"token": token, "reason": "  "})
    assert (answer.status_code, "Give the reason" in answer.text) == (400, True)
    assert rows("select * from scans where do_not_colorize") == []


def test_a_damaged_master_is_said_loudly(site, curator, rows):
    scan = add_scan(site)
    rows("update scans set fixity_intact = false")
    assert "The stored master is damaged" in curator.get(f"/scans/{scan}").text


def test_sizes_counts_and_figures_read_as_people_write_them():
    assert [size(amount) for amount in (0, 1, 812, 1400, 999_600, 123_456_789)] == [
        "0 bytes",
        "1 byte",
        "812 bytes",
        "1.4 kB",
        "1.0 MB",
        "123 MB",
    ]
    assert [count(number, "vote") for number in (1, 1204)] == ["1 vote", "1,204 votes"]
    assert [figure(value) for value in (0.00874, 23.456, 1234.5, float("inf"))] == [
        "0.0087",
        "23.46",
        "1234",
        "no finite value",
    ]


def test_a_withdrawn_identifier_answers_with_its_tombstone(site, visitor, curator):
    scan = add_scan(site, "box 1/photo 2")
    add_colorization(site, scan)
    assert visitor.get("/id/box 1/photo 2").status_code == 404
    withdraw(site, "box 1/photo 2", "Given back to the <family>.", "Ada")
    answer = visitor.get("/id/box 1/photo 2")
    assert (answer.status_code, "Given back to the &lt;family&gt;." in answer.text) == (410, True)
    assert "Withdrawn" in curator.get(f"/scans/{scan}").text


def test_a_published_identifier_leads_to_its_place_in_the_gallery(site, address):
    colorization = add_colorization(site, add_scan(site, "photo-1"))
    insert(
        site, "publications", "colorization_id",
        colorization_id=colorization, manifest_key=f"manifests/{'ab' * 32}.json", colour_key="c", original_key="o",
        label="Colorized",
    )  # fmt: skip
    answer = httpx.get(f"{address}/id/photo-1")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{site.public_address}/index.html#{'ab' * 8}"


@pytest.mark.parametrize("identifier", ["nothing", "%00", "a%0Ab", "..%2F..%2Fetc"])
def test_an_identifier_of_nothing_is_not_found(visitor, identifier):
    assert visitor.get(f"/id/{identifier}").status_code == 404


def test_damage_is_said_where_staff_see_it(site, curator, rows):
    add_scan(site)
    assert "damaged" not in curator.get("/scans").text
    rows("update scans set fixity_intact = false")
    assert "1 stored object is damaged" in " ".join(curator.get("/scans").text.split())
