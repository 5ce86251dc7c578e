"""The curator's desk without JavaScript: filters, saved views, decisions on many, sending back, undoing, notes."""

import re
import uuid

import pytest
from catalog_rows import add_colorization, add_museum, add_scan, insert

from heritage_color import db
from heritage_color.curation import steps as curation
from heritage_color.curation import tags
from heritage_color.rating import steps as rating


def order(page: str) -> list[int]:
    """The colorizations of a queue's page, from first to last."""
    return [int(number) for number in re.findall(r'href="/review/(\d+)\?', page.split('<ol class="queue"')[-1])]


def press(client, page, button: str, **fields):
    """Send the form of a page whose button has these words, as a browser without JavaScript does."""
    for form in re.findall(r'<form method="post".*?</form>', page.text, re.DOTALL):
        found = re.search(rf"<button[^>]*>\s*{re.escape(button)}", form)
        if found:
            action = re.search(r'action="([^"]+)"', form)[1].replace("&amp;", "&")
            sent = {}
            for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
                sent.setdefault(name, []).append(value)
            named = re.search(r'name="(\w+)" value="(\w+)"', found[0])
            return client.post(action, data=sent | ({named[1]: named[2]} if named else {}) | fields)
    raise AssertionError(f"The page has no form with the button {button!r}.")


def scored(site, scores: dict[int, list[int]]):
    """Votes of people per colorization, scored."""
    campaign = rating.queue(site, "spring").campaign_id
    for colorization, votes in scores.items():
        item = item_of(site, campaign, colorization)
        for score in votes:
            rating.vote(site, item, uuid.uuid4(), score, uuid.uuid4())
    rating.score(site)
    return campaign


def item_of(site, campaign: int, colorization: int) -> str:
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select item_id from campaign_items where (campaign_id, colorization_id) = (%s, %s)",
            (campaign, colorization),
        )
        return cursor.fetchone()["item_id"]


@pytest.fixture
def collections(site):
    """Two postcards and a portrait, the portrait also in vivid: colorizations 1 to 4."""
    kinds = (("card-1", "Postcards"), ("card-2", "Postcards"), ("face", "Portraits"))
    made = [add_colorization(site, add_scan(site, name, collection=collection)) for name, collection in kinds]
    return [*made, add_colorization(site, 3, "vivid")]


# -------------------------------------------------------------- queue and views


def test_filters_narrow_the_queue_alone_and_together(site, collections, curator):
    campaign = scored(site, {1: [5, 5], 2: [2, 2], 3: [3, 3]})
    queries = {
        "collection=Postcards": {1, 2},
        "preset=vivid": {4},
        "method=fusion-lite": {1, 2, 3, 4},
        f"campaign={campaign}": {1, 2, 3, 4},
        "lowest=2.5&highest=4": {3},
        "collection=Portraits&preset=balanced&tag=&lowest=": {3},
        "tag=harbour": set(),
        "state=approved": set(),
    }
    assert {query: set(order(curator.get(f"/review?{query}").text)) for query in queries} == queries


def test_an_accepted_tag_narrows_the_queue(site, collections, curator):
    insert(site, "tag_proposals", "tag", scan_id=2, model_sha256="a" * 64, tag="harbour", votes=70)
    tags.decide_tag(site, 2, "harbour", "accepted", "Ada Curator")
    assert order(curator.get("/review?tag=harbour").text) == [2]


def test_each_order_has_its_first(site, collections, curator, rows):
    scored(site, {1: [5, 5], 2: [1, 3], 3: [2, 2]})
    rows("update review_queue set unsure = 0.9 where colorization_id = 3")
    rows("update review_queue set flags = 2 where colorization_id = 4")
    sorts = {"low": 2, "disagreement": 2, "unsure": 3, "flags": 4, "oldest": 1}
    assert {sort: order(curator.get(f"/review?sort={sort}").text)[0] for sort in sorts} == sorts


def test_next_and_previous_follow_filter_and_order_also_from_a_picture_outside(site, collections, curator):
    query = "sort=oldest&preset=balanced"
    page = curator.get(f"/review/2?{query}").text
    assert re.findall(r'rel="(prev|next)"[^>]*href="/review/(\d)', page) == [("prev", "1"), ("next", "3")]
    assert "2 of 3" in page
    outside = curator.get(f"/review/4?{query}").text
    assert re.findall(r'rel="(prev|next)"[^>]*href="/review/(\d)', outside) == [("prev", "3")]


def test_pages_of_the_queue_do_not_overlap_and_lose_none(site, curator):
    museum = add_museum(site, 5)
    pages = [order(curator.get(f"/review?sort=oldest&shown=2&page={page}").text) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [number for page in pages for number in page] == museum


def test_a_filter_of_the_wrong_kind_is_told_and_changes_nothing(curator):
    answers = [curator.get(f"/review?{query}") for query in ("sort=loudest", "lowest=nine", "campaign=-1", "page=0")]
    assert [answer.status_code for answer in answers] == [400] * 4


def test_a_view_is_saved_shared_renamed_and_deleted_by_its_owner(site, collections, curator, signed_in, rows):
    page = curator.get("/review?collection=Postcards&sort=low")
    press(curator, page, "Save view", name="Cards <first>")
    assert rows("select query, shared from saved_views") == [
        {"query": "sort=low&collection=Postcards", "shared": False}
    ]
    other = signed_in("administrator")
    assert "Cards" not in other.get("/review").text
    press(curator, curator.get("/review/views"), "Save", name="Cards", shared="yes", act="change")
    assert 'href="/review?sort=low&amp;collection=Postcards"' in other.get("/review").text
    token = re.search(r'name="token" value="([^"]+)"', other.get("/review").text)[1]
    assert other.post("/review/views/1", data={"token": token, "act": "delete"}).status_code == 400
    press(curator, curator.get("/review/views"), "Delete", act="delete")
    assert rows("select * from saved_views") == []


# -------------------------------------------------------------- decisions


def test_a_picture_is_sent_back_by_a_form_and_both_pages_tell_of_each_other(site, curator, rows):
    (only,) = add_museum(site, 1)
    fields = {"reason": "known-colours", "note": "The coat was red.", "method": "fusion-lite", "wanted": "vivid"}
    press(curator, curator.get(f"/review/{only}"), "Send back", **fields)
    assert "It waits for the next run that colorizes" in curator.get(f"/review/{only}").text
    job = rows("select model_id from colorization_jobs")[0]
    new = add_colorization(site, 1, "vivid", model_id=job["model_id"])
    assert "The coat was red." in curator.get(f"/review/{new}").text
    assert f'<a href="/review/{new}">It is there.</a>' in curator.get(f"/review/{only}").text


def test_a_wish_that_was_fulfilled_already_is_told_with_its_number(site, curator, rows):
    (only,) = add_museum(site, 1)
    fields = {"reason": "another-preset", "method": "fusion-lite", "wanted": "vivid"}
    press(curator, curator.get(f"/review/{only}"), "Send back", **fields)
    job = rows("select model_id from colorization_jobs")[0]
    press(curator, curator.get(f"/review/{only}"), "Undo")
    new = add_colorization(site, 1, "vivid", model_id=job["model_id"])
    page = press(curator, curator.get(f"/review/{only}"), "Send back", **fields)
    assert (page.status_code, f"Colorization {new} was made so already" in page.text) == (400, True)


def test_undo_takes_the_decision_back_and_can_itself_be_undone(site, curator, rows):
    one, _ = add_museum(site, 2)
    after = press(curator, curator.get(f"/review/{one}"), "Approve", reason="plausible")
    undone = press(curator, after, "Undo")
    assert (undone.url.path, "It stands as undecided again" in undone.text) == (f"/review/{one}", True)
    press(curator, undone, "Bring the decision back")
    history = curator.get(f"/review/{one}").text
    assert history.count("Undone by Ada Curator") == 2
    assert rows("select verdict from current_decisions") == [{"verdict": "approved"}]


def test_the_number_of_anothers_picture_undoes_nothing(site, curator, rows):
    one, two = add_museum(site, 2)
    decision = curation.decide(site, two, "approved", "plausible", "", "Grace").decision_id
    page = curator.get(f"/review/{one}")
    press(curator, page, "Approve", reason="plausible")
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
    answer = curator.post(f"/review/{one}/undo", data={"token": token, "decision": decision})
    assert (answer.status_code, len(rows("select * from current_decisions"))) == (409, 2)


def test_under_four_eyes_the_page_says_who_must_approve_next(site, curator, signed_in, rows):
    (only,) = add_museum(site, 1)
    administrator = signed_in("administrator")
    press(administrator, administrator.get("/four-eyes"), "Ask for two approvals", collection="")
    press(curator, curator.get(f"/review/{only}"), "Approve", reason="plausible")
    assert "when another curator has approved it" in curator.get(f"/review/{only}").text
    assert "Yours would be the second" in administrator.get(f"/review/{only}").text
    press(administrator, administrator.get(f"/review/{only}"), "Approve", reason="plausible")
    assert rows("select verdict from current_decisions") == [{"verdict": "approved"}]


def test_only_administrators_change_four_eyes(curator):
    page = curator.get("/four-eyes")
    assert (page.status_code, "Ask for two approvals" in page.text) == (200, False)
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
    assert curator.post("/four-eyes", data={"token": token, "asked": "yes"}).status_code == 403


# -------------------------------------------------------------- many at once


def test_many_are_decided_after_the_page_told_what_will_happen_and_undone(site, curator, rows):
    pictures = add_museum(site, 3)
    curation.flag_do_not_colorize(site, 2, "sacred object", "Ada Curator")
    chosen = curator.get("/review/chosen", params={"chosen": pictures})
    assert "2 pictures can be decided; 1 picture is withdrawn and will be skipped" in chosen.text
    done = press(curator, chosen, "Reject 2", reason="dull")
    assert "3 pictures were chosen, 2 decided, 1 skipped" in done.text
    assert "can no longer be decided on" in done.text
    undone = press(curator, done, "Undo all of it")
    assert "Undone for 2 pictures." in undone.text
    assert rows("select * from current_decisions") == []


def test_a_bulk_form_sent_twice_is_one(site, curator, rows):
    chosen = curator.get("/review/chosen", params={"chosen": add_museum(site, 2)})
    pages = [press(curator, chosen, "Approve 2", reason="plausible") for _ in range(2)]
    assert pages[0].url == pages[1].url
    assert len(rows("select * from decisions")) == 2


def test_a_reason_that_needs_a_note_asks_for_it_once_for_all(site, curator, rows):
    chosen = curator.get("/review/chosen", params={"chosen": add_museum(site, 2)})
    page = press(curator, chosen, "Reject 2", reason="other")
    assert (page.status_code, "needs a note" in page.text) == (400, True)
    assert rows("select * from decisions") == []


def test_nothing_chosen_and_too_many_are_sentences(site, curator):
    assert "Nothing was chosen" in curator.get("/review/chosen").text
    assert curator.get("/review/chosen", params={"chosen": list(range(1, 202))}).status_code == 400
    assert curator.get(f"/review/bulk/{uuid.uuid4()}").status_code == 404


def test_all_boxes_of_a_page_are_ticked_without_scripts(site, curator):
    add_museum(site, 2)
    assert curator.get("/review?all=1").text.count('name="chosen" value="1" checked') == 1


# -------------------------------------------------------------- votes and notes


def test_who_voted_what_is_told_without_identities_and_differs_between_pictures(site, curator, rows):
    museum = add_museum(site, 2)
    campaign = rating.queue(site, "spring").campaign_id
    raters = [uuid.uuid4() for _ in range(12)]
    for picture in museum:
        item = item_of(site, campaign, picture)
        for number, rater in enumerate(raters):
            rating.vote(site, item, rater, 1 + number % 5, uuid.uuid4())
    pages = [curator.get(f"/review/{picture}").text for picture in museum]
    tables = [re.findall(r"Rater (\d+)</td>.*?numbers\">(\d)", page, re.DOTALL) for page in pages]
    assert all(sorted(int(number) for number, _ in table) == list(range(1, 13)) for table in tables)
    assert tables[0] != tables[1]  # two salts number twelve raters alike once in a million times
    assert not any(str(rater) in page for rater in raters for page in pages)
    assert curator.get(f"/review/{museum[0]}").text.count("Rater 7<") == 1


def note_of(curator, picture, words="Her coat was <red>.", **region):
    sent = {"left": "10", "top": "20", "width": "30", "height": "25.5", "words": words} | region
    return press(curator, curator.get(f"/review/{picture}"), "Add note", **sent)


def test_a_note_on_a_region_is_drawn_told_and_given_as_an_annotation(site, curator):
    (only,) = add_museum(site, 1)
    page = note_of(curator, only)
    assert '<rect x="9.6" y="12.8" width="28.8" height="16.3"/>' in page.text
    assert "Her coat was &lt;red&gt;." in page.text
    (item,) = curator.get(f"/review/{only}/notes.json").json()["items"]
    assert item["target"].endswith(f"/review/{only}#xywh=10,13,29,16")
    assert (item["motivation"], item["body"]["value"]) == ("commenting", "Her coat was <red>.")


def test_a_note_is_changed_and_deleted_by_its_author_alone(site, curator, signed_in, rows):
    (only,) = add_museum(site, 1)
    note_of(curator, only)
    other = signed_in("administrator")
    assert "Keep note 1" not in other.get(f"/review/{only}").text
    note = rows("select note_id from region_notes")[0]["note_id"]
    token = re.search(r'name="token" value="([^"]+)"', other.get("/review").text)[1]
    assert other.post(f"/review/{only}/notes/{note}/delete", data={"token": token}).status_code == 400
    fields = {"left": "0", "top": "0", "width": "100", "height": "100", "words": "All of it."}
    press(curator, curator.get(f"/review/{only}"), "Keep note 1", **fields)
    press(curator, curator.get(f"/review/{only}"), "Delete note 1")
    assert rows("select deleted_at is not null as deleted, words from region_notes") == [
        {"deleted": True, "words": "All of it."}
    ]
    events = rows("select outcome from events where event_key like 'note/%%' order by event_id")
    assert [row["outcome"] for row in events] == ["noted", "note changed", "note deleted"]


def test_a_region_beyond_the_picture_is_refused_and_kept_in_the_form(site, curator, rows):
    (only,) = add_museum(site, 1)
    page = note_of(curator, only, left="90", words="Edge")
    assert (page.status_code, "reaches beyond the picture" in page.text, ">Edge</textarea>" in page.text) == (
        400,
        True,
        True,
    )
    assert rows("select * from region_notes") == []


def test_a_scheduler_reads_the_desk_and_decides_nothing(site, signed_in):
    (only,) = add_museum(site, 1)
    scheduler = signed_in("scheduler")
    page = scheduler.get(f"/review/{only}")
    assert (page.status_code, "Send back" in page.text, "Add note" in page.text) == (200, False, False)
    assert 'name="chosen"' not in scheduler.get("/review").text
