"""Vetoes in the browser of a curator: recorded on the scan, seen on its pages, audited and lifted on a page."""

import re
import uuid

from catalog_rows import add_museum


def token(page: str) -> str:
    return page.partition('name="token" value="')[2].partition('"')[0]


def record(curator, **changed):
    page = curator.get("/scans/1").text
    number = re.search(r'name="veto_id" value="([^"]+)"', page)[1]
    form = {"token": token(page), "veto_id": number, "asked_by": "The Council <b>", "reason": "A burial."} | changed
    return curator.post("/scans/1/vetoes", data=form)


def test_a_veto_is_recorded_on_the_scan_and_seen_on_its_pages(site, curator):
    add_museum(site, 1)
    assert "The Council &lt;b&gt; asked that this photograph not be coloured" in record(curator).text
    for address in ("/review/1", "/vetoes", "/vetoes?state=all"):
        assert "The Council &lt;b&gt;" in curator.get(address).text, address
    assert "No veto here" in curator.get("/vetoes?state=lifted").text


def test_a_day_that_is_over_or_no_day_is_told_and_nothing_is_recorded(site, curator, rows):
    add_museum(site, 1)
    assert "is over" in record(curator, last_day="2001-01-01").text
    assert "There is no day 2001-02-31" in record(curator, last_day="2001-02-31").text
    assert rows("select count(*) n from vetoes")[0]["n"] == 0


def test_a_veto_is_lifted_with_a_reason(site, curator):
    add_museum(site, 1)
    record(curator)
    page = curator.get("/vetoes").text
    action = re.search(r'action="(/vetoes/[^"]+/lift)"', page)[1]
    assert "Say why the veto ends" in curator.post(action, data={"token": token(page)}).text
    curator.post(action, data={"token": token(page), "reason": "The Council agreed."})
    assert "The Council agreed." in curator.get("/vetoes?state=lifted").text
    assert "asked that this photograph not be coloured</strong>" not in curator.get("/scans/1").text
    lost = curator.post(f"/vetoes/{uuid.uuid4()}/lift", data={"token": token(page), "reason": "x"})
    assert "There is no veto with this number." in lost.text


def test_a_digitizer_sees_a_veto_and_records_none(site, signed_in, curator):
    add_museum(site, 1)
    record(curator)
    page = signed_in("digitizer").get("/scans/1").text
    assert "asked that this photograph not be coloured" in page
    assert "Record a veto" not in page
