"""The rating page as a browser without scripts sends it: forms and redirects."""

import dataclasses
import re
import uuid

import httpx
from catalog_rows import add_museum
from serving import serve

from heritage_color.rating import steps as rating


def open_campaign(site, count=3):
    pictures = add_museum(site, count)
    rating.queue(site, "spring")
    return pictures


def form_of(page: str) -> tuple[str, str]:
    """Address and vote key of the form on a rating page."""
    address = re.search(r'action="(/rate/[0-9a-f-]+)"', page)[1]
    return address, re.search(r'name="vote_key" value="([^"]+)"', page)[1]


def cast(client, page: str, score: int = 4):
    address, key = form_of(page)
    return client.post(address, data={"score": score, "vote_key": key})


def test_a_vote_is_stored_under_a_pseudonym_and_the_next_picture_comes(site, visitor, rows):
    open_campaign(site)
    first = visitor.get("/rate").text
    second = cast(visitor, first, 5)
    assert [row["score"] for row in rows("select score from ratings where not simulated")] == [5]
    assert second.url.path == "/rate"
    assert form_of(second.text)[0] != form_of(first)[0]


def test_the_same_form_sent_twice_is_one_vote(site, visitor, rows):
    open_campaign(site)
    page = visitor.get("/rate").text
    answers = [cast(visitor, page, 2), cast(visitor, page, 2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(rows("select * from ratings")) == 1


def test_a_vote_that_the_catalog_could_not_take_is_not_called_kept(site, visitor, rows):
    open_campaign(site)
    action, key = form_of(visitor.get("/rate").text)
    with serve(dataclasses.replace(site, database="postgresql://heritage@127.0.0.1:1/gone")) as cut_off:
        answer = visitor.post(cut_off + action, data={"score": 4, "vote_key": key})
    assert (answer.status_code, "Reload this page in a minute to send it again" in answer.text) == (503, True)
    assert "counts once" in answer.text


def test_another_score_from_a_page_kept_open_does_not_replace_the_first(site, visitor, rows):
    open_campaign(site)
    page = visitor.get("/rate").text
    cast(visitor, page, 2)
    again = cast(visitor, page, 5)
    assert "your first score counts" in again.text
    assert [row["score"] for row in rows("select score from ratings")] == [2]


def test_progress_counts_up_and_the_end_leads_somewhere(site, visitor):
    open_campaign(site, 2)
    page = visitor.get("/rate")
    assert "1 of 2" in page.text
    page = cast(visitor, page.text)
    assert "2 of 2" in page.text
    page = cast(visitor, page.text)
    assert "You have seen everything" in page.text
    assert 'href="/"' in page.text


def test_the_label_stands_on_the_page_and_both_pictures_are_served(site, visitor):
    open_campaign(site)
    page = visitor.get("/rate").text
    pictures = re.findall(r'src="(/rate/picture/[^"]+)"', page)
    assert "Colorized by a model; the colours are a guess" in page
    assert [visitor.get(address).headers["content-type"] for address in pictures] == ["image/jpeg"] * 2


def test_a_picture_is_gone_once_its_campaign_closes_or_it_is_withdrawn(site, visitor, rows):
    open_campaign(site)
    address = re.search(r'src="(/rate/picture/[^"]+)"', visitor.get("/rate").text)[1]
    rows("update colorizations set withdrawn_at = now()")
    assert visitor.get(address).status_code == 404
    rows("update colorizations set withdrawn_at = null")
    assert visitor.get(address).status_code == 200
    rows("update campaigns set closed_at = now()")
    assert visitor.get(address).status_code == 404


def test_a_vote_on_a_picture_that_was_just_withdrawn_says_so(site, visitor, rows):
    open_campaign(site)
    page = visitor.get("/rate").text
    rows("update colorizations set withdrawn_at = now()")
    assert "No picture waits" in cast(visitor, page).text
    assert rows("select * from ratings") == []


def test_without_the_cookie_no_vote_is_counted_and_the_page_says_why(site, address, rows):
    open_campaign(site)
    page = httpx.get(f"{address}/rate").text
    where, key = form_of(page)
    answer = httpx.post(address + where, data={"score": 3, "vote_key": key})
    assert (answer.status_code, "cookie" in answer.text) == (400, True)
    assert rows("select * from ratings") == []


def test_a_forged_pseudonym_is_not_believed(site, address):
    open_campaign(site)
    answer = httpx.get(f"{address}/rate", cookies={"rater": str(uuid.uuid4())})
    assert "rater=" in answer.headers["set-cookie"]


def test_a_score_outside_the_scale_is_refused_on_a_plain_page(site, visitor, rows):
    open_campaign(site)
    answer = cast(visitor, visitor.get("/rate").text, 6)
    assert (answer.status_code, "score" in answer.text) == (400, True)
    assert rows("select * from ratings") == []


def test_a_content_warning_stands_before_the_picture(site, visitor, rows):
    open_campaign(site, 1)
    rows("update scans set content_warning = 'Shows <grief>.'")
    page = visitor.get("/rate").text
    assert "Shows &lt;grief&gt;." in page
    assert page.index("<summary>Show the picture") < page.index("<img")


def test_a_picture_with_a_warning_can_be_skipped_without_a_vote(site, visitor, rows):
    open_campaign(site, 2)
    rows("update scans set content_warning = 'Shows grief.'")
    first, _ = form_of(visitor.get("/rate").text)
    page = visitor.post(f"{first}/skip").text
    assert form_of(page)[0] != first
    assert "1 of 1" in page
    assert rows("select * from ratings") == []
