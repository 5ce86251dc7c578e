"""Each method's own way through the rating pages, late answers from scripts, and volunteers of paid panels."""

import re

import httpx
from taking_part import answer, fields_of, join, open_campaign

ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PANEL = {
    "parameter": "PROLIFIC_PID",
    "completion_code": "C1A2B3",
    "votes": 2,
    "return_to": "https://panel.example/done",
}


def late(page: str, **given) -> dict:
    """The answer to a page's first picture as the script sends it."""
    fields = fields_of(page)
    return {"item_id": fields["item_id"], "vote_key": fields["vote_key"], **given}


def pressed(page: str, key: str) -> str:
    """What the first form on a page sends for a key."""
    form = re.search(r'<form class="scores.*?</form>', page, re.S)[0]
    return re.search(rf'value="(\w+)" data-key="{key}[ "]', form)[1]


def test_hidden_references_are_said_to_be_there_and_look_like_all_others(site, visitor, rows):
    open_campaign(site, "acr-hr", scans=2)
    page = join(visitor)
    assert "Some of these pictures are real photographs" in page
    assert "Colorized by a model" not in page
    articles = re.findall(r"<article.*?</article>", re.sub(r'<p class="progress".*?</p>', "", page, flags=re.S), re.S)
    assert len(articles) == 3
    assert len({re.sub(ID, "", article) for article in articles}) == 1
    while 'name="score"' in page:
        page = answer(visitor, page, score=5).text
    voted = rows("select role from ratings join campaign_items using (item_id) order by role")
    assert [row["role"] for row in voted] == ["ordinary"] * 2 + ["hidden-reference"] * 2


def test_of_a_pair_the_left_one_is_what_stood_left(site, visitor, rows):
    open_campaign(site, "pairs")
    page = join(visitor)
    shown = []
    while 'name="choice"' in page:
        left = re.search(r'src="[^"]+/(first|second)" alt="The first of the two pictures"', page)[1]
        assert pressed(page, "1") == left
        shown.append((fields_of(page)["swapped"] == "true", left))
        page = answer(visitor, page, choice=pressed(page, "1")).text
    votes = rows("select swapped, choice::text from ratings order by voted_at")
    assert [(row["swapped"], row["choice"]) for row in votes] == shown
    assert all((left == "second") == swapped for swapped, left in shown)
    assert len(shown) == 3


def test_a_pair_takes_no_tie_and_no_score(site, visitor, rows):
    open_campaign(site, "pairs")
    page = join(visitor)
    assert {answer(visitor, page, **given).status_code for given in ({}, {"score": 3}, {"choice": "both"})} == {400}
    assert rows("select * from ratings") == []


def test_a_turing_test_without_scripts_is_refused_with_the_reason_and_leads_elsewhere(site, visitor, rows):
    open_campaign(site, "turing")
    page = join(visitor)
    assert "<noscript>" in page
    reply = answer(visitor, page, choice="first")
    assert reply.status_code == 400
    assert ["allow JavaScript" in reply.text, 'href="/rate"' in reply.text] == [True, True]
    assert rows("select * from ratings") == []


def test_a_turing_test_with_the_time_it_took_is_stored_and_shows_no_original(site, visitor, rows):
    campaign = open_campaign(site, "turing")
    page = join(visitor)
    item = fields_of(page)["item_id"]
    assert visitor.get(f"/rate/picture/{item}/original").status_code == 404
    reply = visitor.post(f"/rate/campaign/{campaign}/answers", json=[late(page, choice="second", seconds=2.75)])
    assert len(reply.json()["stored"]) == 1
    assert rows("select choice::text, seconds from ratings") == [{"choice": "second", "seconds": 2.75}]


def test_practice_comes_first_tells_what_others_say_and_counts_for_nothing(site, visitor, rows):
    open_campaign(site, "acr", control_every=3)
    page = join(visitor)
    assert "Practice 1 of 1. This one does not count." in page
    told = answer(visitor, page, score=5).text
    assert "We would answer: Bad to Poor." in told
    page = visitor.get(re.search(r'class="button main" href="([^"]+)"', told)[1]).text
    assert re.search(r"1 of about \d", page)
    assert [row["role"] for row in rows("select role from ratings join campaign_items using (item_id)")] == [
        "training"
    ]


def test_the_practice_of_a_turing_test_tells_which_was_real(site, visitor):
    open_campaign(site, "turing", control_every=3)
    page = join(visitor)
    real = {"true": "The first", "false": "The second"}[fields_of(page)["swapped"]]
    told = answer(visitor, page, choice="first", seconds=3).text
    assert f"The real photograph was: {real}." in told


def test_late_answers_are_stored_once_and_tell_why_others_are_not(site, visitor, rows):
    campaign = open_campaign(site, "acr")
    page = join(visitor)
    address, first = f"/rate/campaign/{campaign}/answers", late(page, score=4, seconds=1.5)
    other = {**first, "vote_key": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "score": 1}
    replies = [visitor.post(address, json=[first]).json(), visitor.post(address, json=[first, other]).json()]
    assert [reply["stored"] for reply in replies] == [[first["vote_key"]]] * 2
    assert "your first answer counts" in replies[1]["refused"][0]["reason"]
    assert rows("select score, seconds from ratings") == [{"score": 4, "seconds": 1.5}]


def test_late_answers_of_other_sites_and_of_strangers_are_not_taken(site, visitor, rows):
    campaign = open_campaign(site, "acr")
    given, path = [late(join(visitor), score=4)], f"/rate/campaign/{campaign}/answers"
    foreign = visitor.post(path, json=given, headers={"Sec-Fetch-Site": "cross-site"})
    stranger = httpx.post(f"{visitor.base_url}{path}", json=given).json()
    assert foreign.status_code == 403
    assert "cookie" in stranger["refused"][0]["reason"]
    assert visitor.post(path, content=b"[]", headers={"Content-Type": "text/plain"}).status_code == 400
    assert rows("select * from ratings") == []


def test_further_pictures_come_as_pieces_of_the_page_but_not_past_the_end(site, visitor):
    campaign = open_campaign(site, "acr")
    page = join(visitor)
    assert visitor.get(f"/rate/campaign/{campaign}/further").text.count("<article") == 3
    while 'name="score"' in page:
        page = answer(visitor, page, score=2).text
    assert visitor.get(f"/rate/campaign/{campaign}/further").text.strip() == ""


def test_a_panels_volunteer_gets_the_code_after_as_many_answers_as_are_paid(site, visitor, rows):
    open_campaign(site, "acr", panel=PANEL)
    visitor.get("/rate?PROLIFIC_PID=5f3a")
    page = join(visitor)
    assert "1 of about 2" in page
    for score in (3, 4):
        page = answer(visitor, page, score=score).text
    assert ["C1A2B3" in page, 'href="https://panel.example/done"' in page] == [True, True]
    assert visitor.get("/rate").text.count("C1A2B3") == 1
    assert rows("select panel_person, finished_at is not null as finished from participations") == [
        {"panel_person": "5f3a", "finished": True}
    ]


def test_a_person_of_a_panel_takes_part_once(site, visitor, address):
    campaign = open_campaign(site, "acr", panel=PANEL)
    visitor.get("/rate?PROLIFIC_PID=5f3a")
    join(visitor)
    with httpx.Client(base_url=address, follow_redirects=True) as again:
        again.get("/rate?PROLIFIC_PID=5f3a")
        reply = again.post(f"/rate/campaign/{campaign}/consent", data={"answer": "agree", "version": 1})
        assert (reply.status_code, "a person takes part once" in reply.text) == (409, True)
        assert "Help us judge colours" in again.get("/rate").text
    with httpx.Client(base_url=address, follow_redirects=True) as other:
        other.get("/rate?PROLIFIC_PID=77b0")
        assert 'name="score"' in join(other)
