"""Who asks too often is told when to come again; a class behind one address is not."""

import dataclasses
import re

import httpx
import pytest
from catalog_rows import add_museum
from serving import serve
from taking_part import answer, join

from heritage_color.rating import steps as rating
from heritage_color.rating.guarding import holding
from heritage_color.web.door.buckets import Buckets, Size


def test_a_bucket_gives_a_minutes_worth_and_fills_again():
    now = [0.0]
    buckets = Buckets(lambda: now[0])
    waits = [buckets.take(("rater", "a"), Size(3)).waiting for _ in range(4)]
    assert waits == [0, 0, 0, pytest.approx(20)]
    now[0] = 20.0
    assert [buckets.take(("rater", name), Size(3)).waiting for name in "ab"] == [0, 0]


def test_what_is_given_back_takes_nothing_back_of_what_another_took_meanwhile():
    now = [0.0]
    buckets, size = Buckets(lambda: now[0]), Size(2, 900)
    right = buckets.take("museum", size)
    now[0] = 100.0
    buckets.take("museum", size)  # somebody else's wrong password, which is to cost its 450 seconds from now on
    now[0] = 101.0
    buckets.give_back("museum", size, right)
    assert buckets.take("museum", size).waiting == 0
    assert buckets.take("museum", size).waiting == pytest.approx(449)


def test_of_more_names_than_it_knows_a_bucket_forgets_who_was_away_longest():
    buckets = Buckets(lambda: 0.0, known=2)
    assert [buckets.take(name, Size(1)).waiting for name in "abca"] == [0, 0, 0, 0]


@pytest.fixture
def narrow(site):
    """Address of an application where a rater may send three forms in a minute."""
    add_museum(site, 3)
    rating.queue(site, "spring")
    with serve(dataclasses.replace(site, rater_votes_minute=3)) as address:
        yield address


def test_a_rater_who_sends_too_much_reads_when_to_send_it_again_and_others_do_not(narrow):
    with httpx.Client(base_url=narrow, follow_redirects=True) as client:
        join(client)
        kept = dict(client.cookies)
    replies = [httpx.post(f"{narrow}/my-votes/delete", cookies=kept) for _ in range(4)]
    as_program = httpx.post(f"{narrow}/my-votes/delete", cookies=kept, json=[])
    assert (replies[0].status_code, replies[-1].status_code) == (303, 429)
    assert 1 <= int(replies[-1].headers["retry-after"]) <= 20
    assert "Nothing is lost" in replies[-1].text
    assert as_program.json()["seconds"] == int(as_program.headers["retry-after"])
    with httpx.Client(base_url=narrow, follow_redirects=True) as other:
        assert 'name="score"' in join(other)


def test_a_vote_leaves_one_trace_of_its_network_without_the_address(site, visitor, rows):
    add_museum(site, 2)
    rating.queue(site, "spring")
    page = join(visitor)
    while 'name="score"' in page:
        page = answer(visitor, page, score=4).text
    (trace,) = rows("select network, rater_id from network_activity")
    assert len(bytes(trace["network"])) == 8
    assert [row["rater_id"] for row in rows("select distinct rater_id from ratings")] == [trace["rater_id"]]


def test_holds_are_listed_and_released_by_a_person(site, curator, rows, signed_in):
    assert "No suspicious bursts of votes" in curator.get("/holds").text
    rows(
        "insert into holds (name, rule, reason, since, until, raters, votes) values "
        "('burst-network-2026-11-28t12-00', 'network', '45 <new> raters.', now(), now() + interval '1 hour', 45, 90)"
    )
    page = curator.get("/holds").text
    assert "45 &lt;new&gt; raters." in page
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    name = "burst-network-2026-11-28t12-00"
    page = curator.post("/holds", data={"token": token, "name": name, "state": "released"})
    assert "by Ada Curator" in page.text
    refused = curator.post("/holds", data={"token": token, "name": name, "state": "confirmed"})
    assert (refused.status_code, "they count" in refused.text) == (409, True)
    assert signed_in("digitizer").get("/holds").status_code == 403


def test_holding_needs_no_network_to_be_noted_to_run(site):
    assert holding.hold(site) == holding.Holding(0, 0)
