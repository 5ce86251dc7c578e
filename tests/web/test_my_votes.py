"""The page of a rater's own votes: only theirs, to look at, to take along, to delete."""

import re
import uuid

import httpx
from catalog_rows import add_museum
from taking_part import answer, join

from heritage_color.rating import steps as rating
from heritage_color.rating.campaigns import lifecycle


def vote_on_all(client) -> None:
    page = join(client)
    while 'name="score"' in page:
        page = answer(client, page, score=4).text


def test_a_rater_sees_their_votes_and_nobody_elses_with_small_pictures(site, visitor, address):
    add_museum(site, 2)
    rating.queue(site, "spring")
    with httpx.Client(base_url=address, follow_redirects=True) as other:
        vote_on_all(other)
        assert "No answer was given in this browser" in visitor.get("/my-votes").text
        (one, _) = re.findall(r'src="(/my-votes/picture/[^"]+)"', other.get("/my-votes").text)
        assert other.get("/my-votes").text.count("<strong>Good</strong>") == 2
        assert (other.get(one).headers["content-type"], visitor.get(one).status_code) == ("image/jpeg", 404)


def test_the_table_to_take_along_holds_every_vote(site, visitor):
    add_museum(site, 2)
    rating.queue(site, "spring")
    vote_on_all(visitor)
    lines = visitor.get("/my-votes/table.csv").text.splitlines()
    assert lines[0] == "\ufeffcampaign,question,title,answer,seconds,given_at"
    assert [line.split(",")[3] for line in lines[1:]] == ["4 Good", "4 Good"]


def test_after_the_question_whether_all_votes_are_deleted_and_the_cookie_goes(site, visitor, rows):
    add_museum(site, 2)
    rating.queue(site, "spring")
    vote_on_all(visitor)
    assert "browser (2) will be deleted" in visitor.get("/my-votes/delete").text
    page = visitor.post("/my-votes/delete")
    assert "Answers deleted: 2." in page.text
    assert (rows("select * from ratings"), rows("select * from raters"), "rater" in visitor.cookies) == ([], [], False)


def test_a_form_from_another_site_deletes_nothing(site, visitor, rows):
    add_museum(site, 1)
    rating.queue(site, "spring")
    vote_on_all(visitor)
    answer = visitor.post("/my-votes/delete", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, len(rows("select * from ratings"))) == (403, 1)


def test_the_picture_of_a_withdrawn_colorization_is_no_longer_shown(site, visitor, rows):
    add_museum(site, 1)
    rating.queue(site, "spring")
    vote_on_all(visitor)
    (small,) = re.findall(r'src="(/my-votes/picture/[^"]+)"', visitor.get("/my-votes").text)
    rows("update colorizations set withdrawn_at = now()")
    assert ("No longer shown" in visitor.get("/my-votes").text, visitor.get(small).status_code) == (True, 404)


def test_the_page_speaks_the_raters_language(site, visitor):
    add_museum(site, 1)
    rating.queue(site, "spring")
    vote_on_all(visitor)
    visitor.headers["Accept-Language"] = "es-MX, en;q=0.5"
    assert "Sus respuestas" in visitor.get("/my-votes").text
    page = visitor.get("/my-votes?language=ne").text
    assert ('<html lang="ne"' in page, "तपाईंका उत्तरहरू" in page, "राम्रो" in page) == (True, True, True)


def test_what_the_others_said_stands_beside_an_answer_once_the_picture_is_in_no_open_campaign(site, visitor, rows):
    add_museum(site, 1)
    campaign = rating.queue(site, "spring").campaign_id
    vote_on_all(visitor)
    (item,) = rows("select item_id from campaign_items")
    for number, score in enumerate((1, 2, 2), 1):
        rater, key = uuid.UUID(int=number), uuid.uuid4()
        rating.vote(site, item["item_id"], rater, score, key)
    assert "on average" not in visitor.get("/my-votes").text
    lifecycle.close(site, campaign)
    assert "3 others: 1.7 of 5 on average" in visitor.get("/my-votes").text
    rating.queue(site, "summer")
    assert "on average" not in visitor.get("/my-votes").text
