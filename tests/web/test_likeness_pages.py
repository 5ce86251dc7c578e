"""Pairs of scans that look alike on the staff's pages: seen side by side, decided by a button, taken back."""

import re

import pytest
from catalog_rows import add_colorization, add_scan, insert

HOSTILE = "<b>Harbour</b>"


@pytest.fixture
def pair(site):
    """Two scans that look alike, and one that looks like neither; returns the pair's number."""
    for identifier, title in (("A-1", HOSTILE), ("B-2", "Harbour, again"), ("C-3", "Market")):
        add_scan(site, identifier, title=title)
    return insert(site, "likenesses", "likeness_id", scan_id=1, other_scan_id=2, distance=4)


def press(client, page: str, **button):
    """Press a button of the first pair of a page, as a browser without JavaScript does."""
    form = re.search(r'<form method="post" action="(/likenesses/[^"]+)".*?</form>', client.get(page).text, re.DOTALL)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    return client.post(form[1].replace("&amp;", "&"), data={**hidden, **button})


def test_a_pair_stands_side_by_side_with_what_tells_the_two_apart(pair, curator):
    page = curator.get("/likenesses").text
    assert all(part in page for part in ("A-1", "B-2", "4 of 64 marks differ", "96 × 64 pixels", "B-2.tif"))
    assert all(f'src="/pictures/scan/{number}/small"' in page for number in (1, 2))
    assert ("&lt;b&gt;Harbour&lt;/b&gt;" in page, HOSTILE in page, "Market" in page) == (True, False, False)


def test_the_same_picture_is_linked_with_a_button_and_both_scans_say_so(pair, curator, rows):
    answer = press(curator, "/likenesses", kept="2")
    assert (answer.status_code, "Same picture:" in answer.text) == (200, True)
    assert "No pair waits for a decision" in answer.text
    assert rows("select state, linked_scan_id, curator from likenesses") == [
        {"state": "same picture", "linked_scan_id": 1, "curator": "Ada Curator"}
    ]
    assert "which is colorized in its place" in curator.get("/scans/1").text
    assert "the same picture; this one is colorized" in curator.get("/scans/2").text
    assert "Looks like" not in curator.get("/scans/3").text
    assert "Appraisal: same picture" in curator.get("/scans/1").text


def test_a_decision_is_changed_and_taken_back(pair, curator, rows):
    press(curator, "/likenesses", said="different")
    assert "called different pictures by Ada Curator" in curator.get("/likenesses?state=different").text
    press(curator, f"/likenesses/{pair}", kept="1")
    press(curator, "/likenesses?state=same picture", said="open")
    assert rows("select state, decisions from likenesses") == [{"state": "open", "decisions": 3}]
    assert "4 of 64 marks differ" in curator.get("/likenesses").text


def test_what_may_not_be_decided_is_said_on_the_page(pair, curator, rows):
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'Sacred.' where scan_id = 1")
    answer = press(curator, "/likenesses", kept="2")
    assert (answer.status_code, "flagged “do not colorize”" in answer.text) == (400, True)
    assert press(curator, "/likenesses", kept="3").status_code == 400
    assert press(curator, "/likenesses", said="alike").status_code == 400
    assert rows("select state from likenesses") == [{"state": "open"}]


def test_a_flag_that_came_later_is_said_on_the_page_of_the_other_scan(pair, curator, rows):
    press(curator, "/likenesses", kept="2")
    assert "is flagged “do not colorize”" not in curator.get("/scans/2").text
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'Sacred.' where scan_id = 1")
    assert "The same picture is flagged “do not colorize”" in curator.get("/scans/2").text
    assert "The same picture is flagged" not in curator.get("/scans/1").text


def test_a_form_that_another_curator_has_overtaken_decides_nothing(pair, curator, rows):
    form = curator.get("/likenesses").text
    token = re.search(r'name="token" value="([^"]+)"', form)[1]
    rows("update likenesses set state = 'different', curator = 'Berta', decided_at = now(), decisions = 1")
    answer = curator.post(f"/likenesses/{pair}", data={"token": token, "seen": 0, "kept": 1})
    assert (answer.status_code, "Berta has decided this pair meanwhile" in answer.text) == (409, True)
    assert rows("select state from likenesses") == [{"state": "different"}]


def test_many_pairs_come_in_pages_the_nearest_first(site, pair, curator):
    for number in range(10):
        scan = add_scan(site, f"D-{number}")
        insert(site, "likenesses", "likeness_id", scan_id=3, other_scan_id=scan, distance=5 if number else 2)
    first, second = (curator.get(f"/likenesses?page={number}").text for number in (1, 2))
    assert re.findall(r'id="pair-(\d+)"', first)[:2] == ["2", str(pair)]
    assert (first.count("<article"), second.count("<article"), "Page 1 of 2" in first) == (10, 1, True)


def test_an_unknown_pair_is_a_plain_page(site, curator):
    assert curator.get("/likenesses/7").status_code == 404


def test_linked_scans_are_not_put_to_raters(site, pair, curator, rows):
    from heritage_color.rating import steps as rating

    for scan in (1, 2):
        for preset in ("vivid", "faithful"):
            add_colorization(site, scan, preset)
    press(curator, "/likenesses", kept="2")
    rating.queue(site, "May", 5)
    rating.queue(site, "June", 5, "pairs")
    queued = rows("select c.scan_id from campaign_items join colorizations c using (colorization_id)")
    assert queued == [{"scan_id": 2}] * 3


def test_who_may_not_decide_sees_the_pairs_without_buttons(pair, signed_in):
    page = signed_in("scheduler").get("/likenesses").text
    assert ("4 of 64 marks differ" in page, "Different pictures</button>" in page) == (True, False)
