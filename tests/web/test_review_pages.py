"""The queue, one picture, and the decision."""

import re
import uuid

import numpy as np
import pyvips
from catalog_rows import add_colorization, add_museum, add_scan, deposit, insert

from heritage_color import db
from heritage_color.curation import steps as curation
from heritage_color.rating import steps as rating


def vote(site, votes: dict[int, list[int]], simulated: bool = False):
    """Votes per colorization, each by another rater, scored."""
    for colorization, scores in votes.items():
        campaign = rating.queue(site, "spring").campaign_id
        item = item_of(site, campaign, colorization)
        for score in scores:
            rating.vote(site, item, uuid.uuid4(), score, uuid.uuid4(), simulated=simulated)
    rating.score(site)


def item_of(site, campaign: int, colorization: int) -> str:
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select item_id from campaign_items where (campaign_id, colorization_id) = (%s, %s)",
            (campaign, colorization),
        )
        return cursor.fetchone()["item_id"]


def order(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/review/(\d+)\?', page)]


def send(client, colorization: int, verdict="approved", reason="plausible", seen=0, **further):
    token = re.search(r'name="token" value="([^"]+)"', client.get("/deliveries").text)[1]
    form = {"token": token, "verdict": verdict, "reason": reason, "seen": seen, **further}
    return client.post(f"/review/{colorization}", data=form)


def test_the_queue_shows_first_what_was_asked_for(site, curator):
    one, two, three = add_museum(site, 3)
    vote(site, {one: [4, 4, 4, 4, 4, 4], two: [1, 5, 5, 5, 1, 5], three: [1, 1, 1, 1, 2, 1]})
    orders = {sort: order(curator.get(f"/review?sort={sort}").text) for sort in ("low", "disagreement", "uncertain")}
    assert orders["low"] == [three, two, one]
    assert orders["disagreement"] == [two, three, one]
    assert orders["uncertain"] == [two, one, three]  # an interval is widest in the middle of a bounded scale


def test_simulated_votes_are_marked_wherever_they_show(site, curator):
    one, two = add_museum(site, 2)
    vote(site, {one: [3, 4, 5]}, simulated=True)
    vote(site, {two: [3, 4]})
    pages = [curator.get(path).text for path in ("/review", f"/review/{one}", f"/review/{two}", "/scans/1")]
    assert ["simulated</span>" in page for page in pages] == [
        True,
        True,
        False,
        True,
    ]


def test_a_decision_is_stored_under_the_curators_name_and_the_next_one_shows(site, curator, rows):
    one, two, _ = add_museum(site, 3)
    page = send(curator, one, note="Sky & water convince.")
    assert page.url.path == f"/review/{two}"
    assert "Approved:" in page.text
    stored = rows("select verdict, note, curator from decisions")
    assert stored == [{"verdict": "approved", "note": "Sky & water convince.", "curator": "Ada Curator"}]


def test_after_the_last_decision_the_queue_says_that_nothing_waits(site, curator):
    (only,) = add_museum(site, 1)
    page = send(curator, only, "rejected", "dull")
    assert page.url.path == "/review"
    assert "Nothing waits for a decision" in page.text


def test_a_reason_that_needs_a_note_asks_for_it_and_writes_nothing(site, curator, rows):
    (only,) = add_museum(site, 1)
    page = send(curator, only, "rejected", "other")
    assert (page.status_code, "needs a note" in page.text) == (400, True)
    assert rows("select * from decisions") == []


def test_a_refused_form_keeps_the_reason_and_the_note_that_were_given(site, curator):
    (only,) = add_museum(site, 1)
    chosen = send(curator, only, "rejected", "wrong-colour").text
    assert re.findall(r'value="([\w-]+)" required checked', chosen) == ["plausible", "wrong-colour"]
    curation.decide(site, only, "rejected", "dull", "", "Grace Curator")
    overtaken = send(curator, only, "rejected", "bleeding", note="Sky <runs> into the roof.")
    assert "autofocus>Sky &lt;runs&gt; into the roof.</textarea>" in overtaken.text


def test_the_same_decision_sent_twice_is_one(site, curator, rows):
    (only,) = add_museum(site, 1)
    assert [send(curator, only).status_code for _ in range(2)] == [200, 200]
    assert len(rows("select * from decisions")) == 1


def test_a_decision_on_a_page_that_another_curator_overtook_is_held_back(site, curator, rows):
    (only,) = add_museum(site, 1)
    curation.decide(site, only, "rejected", "dull", "", "Grace Curator")
    page = send(curator, only, seen=0)
    assert (page.status_code, "Grace Curator decided on it meanwhile: rejected" in page.text) == (409, True)
    assert [row["verdict"] for row in rows("select verdict from decisions")] == ["rejected"]


def test_without_a_truth_the_page_says_that_there_is_no_psnr(site, curator):
    (only,) = add_museum(site, 1)
    assert "No colour truth of this photograph exists, so there is no PSNR." in curator.get(f"/review/{only}").text


def test_measurements_stand_with_their_unit_and_meaning(site, curator, rows):
    (only,) = add_museum(site, 1)
    rows("insert into metrics values ('liveliness', false, 'per cent', 'How lively it is') on conflict do nothing")
    rows(
        "insert into measurements (colorization_id, scan_id, metric, needs_reference, value)"
        " select colorization_id, scan_id, 'liveliness', false, 31.4159 from colorizations"
    )
    page = curator.get(f"/review/{only}").text
    assert "31.42\u00a0per cent" in page
    assert "How lively it is" in page


def test_a_measurement_without_a_unit_stands_alone(site, curator, rows):
    (only,) = add_museum(site, 1)
    rows("insert into metrics values ('similarity', false, '1', 'How similar it is') on conflict do nothing")
    rows(
        "insert into measurements (colorization_id, scan_id, metric, needs_reference, value)"
        " select colorization_id, scan_id, 'similarity', false, 0.25 from colorizations"
    )
    assert '<td class="right numbers">0.25</td>' in curator.get(f"/review/{only}").text


def test_a_withdrawn_colorization_is_gone_in_words_and_pictures(site, curator):
    (only,) = add_museum(site, 1)
    curation.flag_do_not_colorize(site, 1, "At the wish of the family.", "Ada Curator")
    page = curator.get(f"/review/{only}")
    assert (page.status_code, "taken down" in page.text, "/scans/1" in page.text) == (410, True, True)
    assert curator.get(f"/pictures/colour/{only}").status_code == 410


def test_an_empty_queue_is_a_sentence(curator):
    states = ("undecided", "approved", "rejected", "published", "withdrawn", "all")
    pages = [curator.get(f"/review?state={state}") for state in states]
    assert all(page.status_code == 200 and 'class="notice"' in page.text for page in pages)


def test_screened_votes_are_counted_apart(site, curator, rows):
    (only,) = add_museum(site, 1)
    vote(site, {only: [5, 5, 1]})
    rows("update ratings set screened_by = 'straight-liner' where score = 1")
    page = curator.get(f"/review/{only}").text
    assert "1 vote set aside by screening is not counted here" in page
    assert "Bad: 0, Poor: 0, Fair: 0, Good: 0, Excellent: 2" in page


def test_history_of_decisions_is_kept_in_sight(site, curator):
    (only,) = add_museum(site, 1)
    insert(
        site, "decisions", "decision_id",
        colorization_id=only, verdict="approved", reason="plausible", curator="Grace <b>Curator</b>",
    )  # fmt: skip
    curation.decide(site, only, "rejected", "dull", "", "Ada Curator")
    page = curator.get(f"/review/{only}").text
    assert "All decisions" in page
    assert "Grace &lt;b&gt;Curator&lt;/b&gt;" in page


def unsure(site) -> int:
    """A colorization with a map of uncertainty, of a sepia print in a frame."""
    levels = pyvips.Image.new_from_array(np.tile(np.arange(96, dtype=np.uint8), (64, 1)))
    facts = {
        "tint": {"kind": "sepia", "ab": [4.5, 14.0], "neutralised": True, "stretched": [22.0, 71.5]},
        "frame": 0.124,
        "sources": [{"file": "meadow.jpg", "source": "", "rights": "CC0"}],
    }
    key = deposit(site, "previews", levels, ".png")["object_key"]
    return add_colorization(site, add_scan(site), uncertainty_key=key, settings=facts)


def test_where_the_model_was_unsure_stands_beside_the_picture_for_staff_alone(site, curator, visitor):
    colorization = unsure(site)
    assert f'src="/pictures/uncertainty/{colorization}"' in curator.get(f"/review/{colorization}").text
    answer = curator.get(f"/pictures/uncertainty/{colorization}")
    assert (answer.headers["content-type"], answer.content[1:4]) == ("image/png", b"PNG")
    assert "sign-in" in str(visitor.get(f"/pictures/uncertainty/{colorization}").url)


def test_a_method_that_cannot_tell_has_no_such_picture(site, curator):
    (only,) = add_museum(site, 1)
    assert "/pictures/uncertainty/" not in curator.get(f"/review/{only}").text
    assert curator.get(f"/pictures/uncertainty/{only}").status_code == 404


def test_the_map_of_a_withdrawn_colorization_is_gone_with_it(site, curator):
    colorization = unsure(site)
    curation.flag_do_not_colorize(site, 1, "At the wish of the family.", "Ada Curator")
    assert curator.get(f"/pictures/uncertainty/{colorization}").status_code == 410


def test_what_was_done_before_predicting_is_told_on_both_pages(site, curator):
    colorization = unsure(site)
    pages = [curator.get(path).text for path in (f"/review/{colorization}", "/scans/1")]
    sentences = (
        "A sepia tint (a* 4.5, b* 14) was taken out.",
        "The model saw lightness 22 to 71.5 as black to white.",
        "12% of the picture is frame, paper or caption and takes no colour.",
        "The colours are those of meadow.jpg (CC0).",
    )
    assert all(sentence in page for sentence in sentences for page in pages)
