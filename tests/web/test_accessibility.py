"""WCAG 2.2 AA by axe-core, on every page that the routes lead to: a new route is visited without a line here.

Where a new page needs a row of its own to show more than "there is none", add the row to `museum`.
"""

import pytest
from accessibility import violations
from accounts_of_people import add_person
from catalog_rows import add_museum, insert
from routes_of import filled, routes
from taking_part import join

from heritage_color.rating import steps as rating

SEEN = {"/", "/sign-in", "/account", "/accounts", "/accounts/1", "/review", "/review/1", "/review/views", "/four-eyes"}
SEEN |= {"/scans", "/scans/1", "/deliveries", "/deliveries/1", "/owed", "/uploads/1", "/likenesses", "/likenesses/1"}
SEEN |= {"/rate/campaign/1", "/my-votes", "/campaigns", "/campaigns/1", "/plots", "/plots/1", "/holds"}


@pytest.fixture
def museum(site):
    """Something to see on every page: pictures in a campaign, a refused file, a likeness, an upload."""
    add_museum(site, 3)
    rating.queue(site, "spring")
    add_person(site, "administrator")
    insert(site, "likenesses", "likeness_id", scan_id=1, other_scan_id=2, distance=4)
    one = {"delivery_id": 1, "path": "a.tif"}
    insert(site, "delivered_files", "path", **one, role="scan", outcome="refused", bytes=9)
    finding = {"code": "truncated", "severity": "error", "sentence": "a.tif ends in the middle. Copy it again."}
    insert(site, "findings", "finding_id", delivery_id=1, file="a.tif", row_number=2, **finding)
    insert(site, "debts", "path", delivery_id=1, path="a.tif")
    insert(site, "uploads", "upload_id", name="Glass plates", uploader="Grace Administrator", account_id=1)
    sent = {"upload_id": 1, "path": "b.tif", "alike": "b.tif", "bytes": 9, "modified": 7, "received": 4}
    insert(site, "uploaded_files", "file_id", **sent)
    return site


@pytest.fixture
def grace(museum, signed_in, visitor):
    """An administrator who takes part in the campaign, too, so that nearly every page is open."""
    client = signed_in("administrator")
    join(visitor)
    client.cookies.update(visitor.cookies)
    return client


def pages_of(client, site) -> list[str]:
    """The addresses of all routes that answer with a page."""
    found = []
    for path in (filled(route) for route in routes(site) if route.startswith("GET")):
        answer = client.get(path, follow_redirects=False)
        download = "content-disposition" in answer.headers
        if answer.status_code == 200 and answer.text.startswith("<!doctype html>") and not download:
            found.append(path)  # no part of a page, no table
    return found


def test_no_page_breaks_a_rule_of_wcag_2_2_aa(site, grace, chromium, address):
    pages = pages_of(grace, site)
    assert set(pages) >= SEEN
    context = chromium.new_context(base_url=address)
    context.add_cookies([{"name": one.name, "value": one.value, "url": address} for one in grace.cookies.jar])
    page, found = context.new_page(), {}
    for path in [*pages, "/nothing"]:
        page.goto(path)
        found[path] = violations(page)
    context.close()
    assert {path: rules for path, rules in found.items() if rules} == {}
