"""The rating pages as a browser without scripts sends them: forms and redirects."""

import dataclasses
import re
import uuid

import httpx
from catalog_rows import add_museum
from serving import serve
from taking_part import answer, fields_of, join

from heritage_color.rating import steps as rating
from heritage_color.rating.campaigns import lifecycle


def open_campaign(site, count=3):
    pictures = add_museum(site, count)
    rating.queue(site, "spring")
    return pictures


def test_a_vote_is_stored_under_a_pseudonym_and_the_next_picture_comes(site, visitor, rows):
    open_campaign(site)
    first = join(visitor)
    second = answer(visitor, first, score=5)
    assert [row["score"] for row in rows("select score from ratings where not simulated")] == [5]
    assert second.url.path.startswith("/rate/campaign/")
    assert fields_of(second.text)["item_id"] != fields_of(first)["item_id"]


def test_the_same_form_sent_twice_is_one_vote(site, visitor, rows):
    open_campaign(site)
    page = join(visitor)
    answers = [answer(visitor, page, score=2), answer(visitor, page, score=2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert len(rows("select * from ratings")) == 1


def test_a_vote_that_the_catalog_could_not_take_is_not_called_kept(site, visitor):
    open_campaign(site)
    fields = fields_of(join(visitor))
    with serve(dataclasses.replace(site, database="postgresql://heritage@127.0.0.1:1/gone")) as cut_off:
        reply = visitor.post(cut_off + fields.pop("action"), data=fields | {"score": 4})
    assert (reply.status_code, "Reload this page in a minute to send it again" in reply.text) == (503, True)
    assert "counts once" in reply.text


def test_another_score_from_a_page_kept_open_does_not_replace_the_first(site, visitor, rows):
    open_campaign(site)
    page = join(visitor)
    answer(visitor, page, score=2)
    again = answer(visitor, page, score=5)
    assert "your first answer counts" in again.text
    assert [row["score"] for row in rows("select score from ratings")] == [2]


def test_progress_counts_up_and_the_end_leads_somewhere(site, visitor):
    open_campaign(site, 2)
    page = join(visitor)
    assert "1 of about 2" in page
    page = answer(visitor, page, score=3).text
    assert "2 of about 2" in page
    page = answer(visitor, page, score=3).text
    assert "You have seen everything" in page
    assert ['href="/my-votes"' in page, 'href="/"' in page] == [True, True]


def test_the_label_stands_on_the_page_and_both_pictures_are_served(site, visitor):
    open_campaign(site)
    page = join(visitor)
    pictures = re.findall(r'src="(/rate/picture/[^"]+)"', page)
    assert "Colorized by a model; the colours are a guess" in page
    assert len(pictures) == 6  # three pictures are held ready, each with its original
    assert {visitor.get(address).headers["content-type"] for address in pictures} == {"image/jpeg"}


def test_a_picture_is_gone_once_its_campaign_closes_or_it_is_withdrawn(site, visitor, rows):
    open_campaign(site)
    first, second = re.findall(r'src="(/rate/picture/[^"]+/first)"', join(visitor))[:2]
    rows("update colorizations set withdrawn_at = now() where colorization_id = "
         "(select colorization_id from campaign_items where item_id = %s)", (first.split("/")[3],))  # fmt: skip
    assert [visitor.get(address).status_code for address in (first, second)] == [404, 200]
    rows("update campaigns set closed_at = now()")
    assert visitor.get(second).status_code == 404


def test_a_vote_on_a_picture_that_was_just_withdrawn_says_so(site, visitor, rows):
    open_campaign(site, 1)
    page = join(visitor)
    rows("update colorizations set withdrawn_at = now()")
    assert "No picture waits" in answer(visitor, page, score=4).text
    assert rows("select * from ratings") == []


def test_without_the_cookie_no_vote_is_counted_and_the_page_says_why(site, visitor, rows):
    open_campaign(site)
    fields = fields_of(join(visitor))
    reply = httpx.post(str(visitor.base_url) + fields.pop("action"), data=fields | {"score": 3})
    assert (reply.status_code, "cookie" in reply.text) == (400, True)
    assert rows("select * from ratings") == []


def test_a_forged_pseudonym_is_not_believed(site, address):
    open_campaign(site)
    reply = httpx.get(f"{address}/rate", cookies={"rater": str(uuid.uuid4())}, follow_redirects=True)
    assert "rater=" in reply.headers["set-cookie"]


def test_a_score_outside_the_scale_is_refused_on_a_plain_page(site, visitor, rows):
    open_campaign(site)
    reply = answer(visitor, join(visitor), score=6)
    assert (reply.status_code, "score" in reply.text) == (400, True)
    assert rows("select * from ratings") == []


def test_a_content_warning_stands_before_the_picture(site, visitor, rows):
    open_campaign(site, 1)
    rows("update scans set content_warning = 'Shows <grief>.'")
    page = join(visitor)
    assert "Shows &lt;grief&gt;." in page
    assert page.index("<summary>Show the picture") < page.index('<img src="/rate/picture')


def test_a_picture_can_be_skipped_with_a_reason_and_is_not_shown_again(site, visitor, rows):
    open_campaign(site, 2)
    fields = fields_of(join(visitor))
    campaign = fields["action"].removesuffix("/answer")
    page = visitor.post(f"{campaign}/skip", data={"item_id": fields["item_id"], "reason": "content"}).text
    assert fields_of(page)["item_id"] != fields["item_id"]
    assert "1 of about 1" in page
    assert [row["reason"] for row in rows("select reason from skips")] == ["content"]


def test_the_last_answer_is_taken_back_and_its_picture_comes_again(site, visitor, rows):
    open_campaign(site)
    first = join(visitor)
    second = answer(visitor, first, score=1).text
    undo = re.search(r'action="([^"]+/undo)".*?name="vote_key" value="([^"]+)"', second, re.S)
    page = visitor.post(undo[1], data={"vote_key": undo[2]}).text
    assert "taken back" in page
    assert fields_of(page)["item_id"] == fields_of(first)["item_id"]
    answer(visitor, page, score=4)
    assert [row["score"] for row in rows("select score from ratings where undone_at is null")] == [4]


def test_after_twenty_answers_comes_a_break_and_then_the_next_picture(site, visitor):
    lifecycle.open_campaign(site, "spring", control_every=0)
    open_campaign(site, 22)
    page = join(visitor)
    assert "1 of about 22; your next break in 20" in page
    for _ in range(10):
        page = answer(visitor, page, score=3).text
    assert "Two short checks" in page
    page = visitor.post("/rate/campaign/1/checks", data={"action": "skip"}).text
    for _ in range(10):
        page = answer(visitor, page, score=3).text
    assert "Time for a break" in page
    page = visitor.get(re.search(r'class="button main" href="([^"]+)"', page)[1]).text
    assert "21 of about 22" in page


def test_nothing_is_stored_of_who_does_not_agree_and_no_picture_is_shown(site, visitor, rows):
    open_campaign(site)
    welcome = visitor.get("/rate")
    page = visitor.post(f"{welcome.url.path}/consent", data={"answer": "decline", "version": 1}).text
    assert "That is fine" in page
    assert rows("select * from raters") == []
    assert "/rate/picture/" not in visitor.get("/rate").text


def test_who_agreed_to_an_older_text_is_asked_again_and_the_answer_goes_with_its_version(site, visitor, rows):
    open_campaign(site)
    page = join(visitor)
    lifecycle.change(site, lifecycle.open_campaigns(site)[0].campaign_id, consent="We now also keep the weather.")
    asked = answer(visitor, page, score=3).text
    assert ["has changed since you agreed" in asked, "keep the weather" in asked] == [True, True]
    assert rows("select * from ratings") == []
    stale = visitor.post("/rate/campaign/1/consent", data={"answer": "agree", "version": 1}).text
    assert "Version 2 of this text" in stale
    join(visitor)
    assert [row["consent_version"] for row in rows("select consent_version from participations")] == [2]


def test_what_the_checks_showed_is_stored_and_skipping_them_is_fine(site, visitor, address, rows):
    from heritage_color.web.raters import plates, taking_part

    open_campaign(site)
    visitor.get("/rate")
    right = ("1", "1", "1")
    page = join(visitor, {"plate_1": right[0], "plate_2": "none", "plate_3": "none", "dark": 5, "light": 6})
    assert 'name="score"' in page
    row = rows("select rater_id::text, colour_vision, screen_steps from participations")[0]
    digits = plates.digits(taking_part.plate_set(row["rater_id"]))
    assert (row["colour_vision"], row["screen_steps"]) == ("unknown", 11)
    answers = {f"plate_{number}": digit for number, digit in enumerate(digits, 1)}
    visitor.post("/rate/campaign/1/checks", data={"action": "send", **answers, "dark": 6, "light": 6})
    assert rows("select colour_vision, screen_steps from participations")[0] == {
        "colour_vision": "normal",
        "screen_steps": 12,
    }


def test_several_campaigns_are_offered_and_a_single_one_opens_at_once(site, visitor):
    add_museum(site, 1)
    rating.queue(site, "spring")
    assert visitor.get("/rate").url.path == "/rate/campaign/1"
    rating.queue(site, "summer")
    page = visitor.get("/rate").text
    assert page.count('class="door"') == 2
    assert ["spring" in page, page.count("Pictures left for you: 1")] == [False, 2]


def test_pages_come_in_the_language_asked_for_else_in_the_browsers_and_only_in_the_campaigns(site, visitor):
    open_campaign(site)
    page = visitor.get("/rate", headers={"Accept-Language": "fr, es-MX;q=0.8, en;q=0.5"}).text
    assert '<html lang="es" dir="ltr">' in page
    assert '<html lang="ne" dir="ltr">' in visitor.get("/rate/campaign/1?language=ne").text
    assert '<html lang="ne" dir="ltr">' in visitor.get("/rate/campaign/1").text
    lifecycle.change(site, 1, languages=["es"])
    page = visitor.get("/rate/campaign/1").text
    assert ['<html lang="es"' in page, "नेपाली" in page] == [True, False]


def agree(client, campaign: int) -> None:
    """Read the page with the consent, which names the browser, and agree."""
    client.get(f"/rate/campaign/{campaign}")
    client.post(f"/rate/campaign/{campaign}/consent", data={"answer": "agree", "version": 1})


def test_consent_and_checks_are_asked_once_in_a_browser_and_again_only_where_the_text_is_another(site, visitor, rows):
    add_museum(site, 11)
    numbers = []
    for name in ("spring", "summer", "autumn"):
        numbers.append(lifecycle.open_campaign(site, name, control_every=0).campaign_id)
        rating.queue(site, name)
    spring, summer, autumn = numbers
    lifecycle.change(site, autumn, consent="We also keep the weather.")
    agree(visitor, spring)
    page = visitor.get(f"/rate/campaign/{spring}").text
    for _ in range(10):
        page = answer(visitor, page, score=3).text
    assert "Two short checks" in page
    page = visitor.post(f"/rate/campaign/{spring}/checks", data={"action": "send", "dark": 5, "light": 6}).text
    assert 'name="score"' in page
    assert 'name="score"' in visitor.get(f"/rate/campaign/{summer}").text
    assert "keep the weather" in visitor.get(f"/rate/campaign/{autumn}").text
    stored = rows("select campaign_id, screen_steps, agreed_at from participations order by 1")
    assert [(row["campaign_id"], row["screen_steps"]) for row in stored] == [(spring, 11), (summer, 11)]
    assert stored[0]["agreed_at"] == stored[1]["agreed_at"]


def test_a_paid_panels_consent_is_nobodys_but_its_own(site, visitor):
    add_museum(site, 2)
    rating.queue(site, "spring")
    rating.queue(site, "panel")
    agree(visitor, 1)
    lifecycle.change(site, 2, panel={"parameter": "PID"})
    assert "participant number" in visitor.get("/rate/campaign/2").text


def test_no_page_of_pictures_goes_past_the_checks(site, visitor):
    lifecycle.open_campaign(site, "spring", control_every=0)
    open_campaign(site, 14)
    page = join(visitor)
    for _ in range(8):
        page = answer(visitor, page, score=3).text
    assert page.count("<article") == 2
    for _ in range(2):
        page = answer(visitor, page, score=3).text
    assert visitor.get("/rate/campaign/1/further").text.strip() == ""


def test_a_campaign_is_offered_while_it_has_a_picture_for_this_rater(site, visitor):
    add_museum(site, 1)
    rating.queue(site, "spring")
    rating.queue(site, "summer")
    lifecycle.open_campaign(site, "empty")
    assert visitor.get("/rate").text.count('class="door"') == 2
    agree(visitor, 1)
    end = answer(visitor, visitor.get("/rate/campaign/1").text, score=4).text
    assert ["You have seen everything" in end, end.count('class="door"')] == [True, 1]
    assert "from everyone together: 1." in end
    assert visitor.get("/rate").url.path == "/rate/campaign/2"
