"""What deliveries owe on the staff's pages: listed, replaced, waived with a reason, owed again."""

import csv
import io
import re

import pytest
from catalog_rows import add_delivery, add_scan, insert

HOSTILE = "=<b>2</b>.tif"


@pytest.fixture
def owing(site):
    """The delivery box-1 that owes three files, one of them with a hostile name, one that did not come."""
    delivery = add_delivery(site, "box-1")
    for path, code in (("1.tif", "truncated"), (HOSTILE, "empty"), ("lost.tif", "file-missing")):
        missing = code == "file-missing"
        if not missing:
            insert(site, "delivered_files", "path", delivery_id=delivery, path=path, role="scan", outcome="refused",
                bytes=9)  # fmt: skip
        insert(site, "findings", "file", delivery_id=delivery, file=path, code=code, severity="error", sentence="X.")
        insert(site, "debts", "path", delivery_id=delivery, path=path, missing=missing)
    return delivery


@pytest.fixture
def replaced(site, owing):
    """The delivery box-2, whose 1.tif replaced that of box-1."""
    later = add_delivery(site, "box-2")
    insert(
        site, "delivered_files", "path", delivery_id=later, path="new/1.tif", role="scan", outcome="accepted", bytes=9,
        scan_id=add_scan(site, "A-1"), answers_delivery_id=owing, answers_path="1.tif", answered_by="file name",
    )  # fmt: skip
    return later


def press(client, page: str, path: str, **answer):
    """Send the form of one file, as a browser without JavaScript does."""
    forms = re.findall(r'<form method="post" action="(/deliveries/\d+/owed)"(.*?)</form>', client.get(page).text, re.S)
    found = [(action, dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))) for action, form in forms]
    action, hidden = next((action, hidden) for action, hidden in found if hidden["path"] == path)
    return client.post(action, data={**{name: hidden[name] for name in ("token", "path", "back")}, **answer})


def test_all_that_is_owed_is_listed_with_its_reason(owing, curator):
    page = curator.get("/owed").text
    assert all(part in page for part in ("3 files", "Refused: incomplete file.", "Not delivered.", "&lt;b&gt;2"))
    assert "<b>2" not in page
    assert "3 files are still missing or need correcting" in curator.get("/deliveries").text


def test_the_lists_to_download_start_no_formula_and_say_what_is_owed(owing, replaced, curator):
    lines = list(csv.DictReader(io.StringIO(curator.get("/owed.csv").text.removeprefix("\ufeff"))))
    assert {line["path"]: line["codes"] for line in lines} == {f"'{HOSTILE}": "empty", "lost.tif": "missing"}
    table = curator.get(f"/deliveries/{owing}/report.csv").text.removeprefix("\ufeff")
    said = {line["file"]: line["owed"] for line in csv.DictReader(io.StringIO(table))}
    assert said == {"1.tif": "replaced by new/1.tif of delivery 2", f"'{HOSTILE}": "owed", "lost.tif": "owed"}


def test_both_deliveries_say_what_was_replaced_by_what(owing, replaced, curator):
    first, second = (curator.get(f"/deliveries/{number}").text for number in (owing, replaced))
    assert "2 files of this delivery are still owed" in first
    assert re.search(r'Replaced by <a href="/scans/1">new/1.tif</a> of <a href="/deliveries/2">box-2</a>', first)
    assert "1.tif of delivery 1 (box-1) was replaced by new/1.tif of delivery 2 (box-2)" in second


@pytest.mark.parametrize("page", ["/owed", "/deliveries/1"])
def test_a_file_is_waived_with_a_reason_and_owed_again(owing, curator, rows, page):
    answer = press(curator, page, "lost.tif", reason="The plate <broke>.")
    assert (answer.status_code, str(answer.url).split("/", 3)[3].split("?")[0].split("#")[0]) == (200, page[1:])
    assert "Waived by Ada Curator" in curator.get("/deliveries/1").text
    assert "The plate &lt;broke&gt;." in curator.get("/deliveries/1").text
    assert "lost.tif" not in curator.get("/owed").text
    press(curator, "/deliveries/1", "lost.tif", said="owed")
    assert "lost.tif" in curator.get("/owed").text
    assert [row["outcome"] for row in rows("select outcome from events order by event_id")] == ["waived", "owed"]


def test_a_wrong_replacement_is_taken_apart(owing, replaced, curator, rows):
    assert press(curator, "/deliveries/1", "1.tif", said="owed").status_code == 200
    assert rows("select path from delivered_files where answers_path is not null") == []
    assert "1.tif" in curator.get("/owed").text


def test_waiving_without_a_reason_or_what_is_not_owed_is_refused_in_words(owing, curator, rows):
    assert "carries a reason" in press(curator, "/owed", "1.tif", reason=" ").text
    token = re.search(r'name="token" value="([^"]+)"', curator.get("/owed").text)[1]
    answer = curator.post("/deliveries/1/owed", data={"token": token, "path": "9.tif", "reason": "Why not."})
    assert (answer.status_code, "owes no 9.tif" in answer.text) == (400, True)
    assert rows("select * from debts where waived_at is not null") == []


def test_nothing_owed_is_said_plainly(site, curator):
    assert "Nothing is owed." in curator.get("/owed").text
    assert "still owed" not in curator.get("/deliveries").text


def test_who_may_not_waive_sees_the_list_without_forms(owing, signed_in, rows):
    digitizer = signed_in("digitizer")
    page = digitizer.get("/owed").text
    assert ("lost.tif" in page, "<textarea" in page) == (True, False)
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    answer = digitizer.post("/deliveries/1/owed", data={"token": token, "path": "lost.tif", "reason": "Gone."})
    assert answer.status_code == 403
    assert rows("select * from debts where waived_at is not null") == []


def test_who_delivers_does_not_see_what_others_owe(owing, site, signed_in, rows):
    digitizer = signed_in("digitizer")
    other = insert(site, "accounts", "account_id", name="other", display_name="Other", roles="{digitizer}")
    insert(
        site, "uploads", "upload_id", name="box-1", uploader="Other", account_id=other, source="s", state="finished",
        closed_at="2026-11-28",
    )  # fmt: skip
    rows("insert into inbox_entries (source, signature, delivery_id) values ('s', repeat('0', 64), %s)", [owing])
    assert "Nothing is owed." in digitizer.get("/owed").text
    assert "lost.tif" not in digitizer.get("/owed.csv").text
    assert "still owed" not in digitizer.get("/deliveries").text
    assert "lost.tif" in signed_in("curator").get("/owed").text
