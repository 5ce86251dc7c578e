"""Tags on the pages of a scan and of a review: proposed, accepted, refused, searched."""

import re

import pytest
from catalog_rows import add_colorization, add_scan, insert

from heritage_color.curation import tags as curation

MODEL = "7a65" * 16


@pytest.fixture
def scan(site):
    """A scan with a colorization and two proposed tags, one of them hostile."""
    scan = add_scan(site, "A-1", title="Harbour")
    add_colorization(site, scan)
    for tag, votes in (("ship", 93), ("<b>sea</b> & sky", 41)):
        insert(site, "tag_proposals", "tag", scan_id=scan, model_sha256=MODEL, tag=tag, votes=votes)
    return scan


def press(client, page: str, **button):
    """Press a button of the tags on a page, as a browser without JavaScript does."""
    form = re.search(r'<form method="post" action="/scans/\d+/tags".*?</form>', client.get(page).text, re.DOTALL)[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    hidden["back"] = hidden["back"].replace("&amp;", "&")
    return client.post(re.search(r'action="([^"]+)"', form)[1], data={**hidden, **button})


@pytest.mark.parametrize("page", ["/scans/1", "/review/1"])
def test_what_a_model_proposes_is_called_that_with_its_votes(scan, curator, page):
    text = curator.get(page).text
    assert "Proposed by a model" in text
    assert "93 of 100 votes of model <code>7a657a657a65</code>" in text
    assert "&lt;b&gt;sea&lt;/b&gt; &amp; sky" in text
    assert text.index(">ship<") < text.index("&lt;b&gt;sea")


@pytest.mark.parametrize("page", ["/scans/1", "/review/1?sort=low"])
def test_a_button_decides_and_leads_back_to_its_page(scan, curator, rows, page):
    answer = press(curator, page, accepted="ship")
    assert (answer.status_code, str(answer.url).split("/", 3)[3]) == (200, f"{page[1:]}#tags")
    assert "accepted by Ada Curator" in answer.text
    press(curator, page, refused="<b>sea</b> & sky")
    decided = rows("select tag, state, curator from scan_tags order by state")
    assert [(row["tag"], row["state"]) for row in decided] == [("ship", "accepted"), ("<b>sea</b> & sky", "refused")]
    assert {row["curator"] for row in decided} == {"Ada Curator"}


def test_scans_are_found_by_accepted_tags_alone(site, scan, curator):
    add_scan(site, "B-2", title="Market")
    before = curator.get("/scans?tag=ship").text
    curation.decide_tag(site, scan, "ship", "accepted", "Ada Curator")
    after = curator.get("/scans?tag=ship").text
    assert ("No scan has the accepted tag “ship”" in before, "Harbour" in before) == (True, False)
    assert ("Harbour" in after, "Market" in after) == (True, False)
    assert '<option value="ship">1 scan</option>' in after
    assert "Market" not in curator.get("/scans?tag=ship&search=market").text.replace("“market”", "")


def test_a_tag_that_was_refused_later_finds_nothing(site, scan, curator):
    for state in ("accepted", "refused"):
        curation.decide_tag(site, scan, "ship", state, "Ada Curator")
    assert "Harbour" not in curator.get("/scans?tag=ship").text


def test_a_tag_that_nobody_proposed_is_refused_and_nothing_is_stored(scan, curator, rows):
    answer = press(curator, "/scans/1", accepted="desert")
    assert (answer.status_code, "No model proposed the tag" in answer.text) == (400, True)
    assert rows("select * from tag_decisions") == []


def test_tags_are_decided_by_staff_with_a_form_of_their_own(scan, visitor, curator, rows):
    assert visitor.post("/scans/1/tags", data={"accepted": "ship"}).status_code == 403
    assert curator.post("/scans/1/tags", data={"accepted": "ship", "token": "stolen"}).status_code == 403
    assert rows("select * from tag_decisions") == []


def test_a_doctored_way_back_stays_on_this_site(scan, curator):
    token = re.search(r'name="token" value="([^"]+)"', curator.get("/scans/1").text)[1]
    data = {"accepted": "ship", "token": token, "back": "//elsewhere.example"}
    answer = curator.post("/scans/1/tags", data=data, follow_redirects=False)
    assert answer.headers["location"] == "/scans/1#tags"


def test_a_scan_without_proposals_says_what_makes_them(site, curator):
    add_scan(site)
    assert "the run <code>propose_tags</code> does that" in curator.get("/scans/1").text
