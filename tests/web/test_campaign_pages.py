"""The pages of campaigns: what staff see of them, and what each role may change."""

import re
import uuid

import pytest
from catalog_rows import add_colorization, add_museum, add_scan, insert

from heritage_color.rating import scoring
from heritage_color.rating.campaigns import lifecycle, voting
from heritage_color.rating.steps import queue

CARELESS = str(uuid.UUID(int=1))


def token_of(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def form(**changes) -> dict:
    """The settings form as a browser sends it."""
    plain = {
        "question": "How natural?", "votes_wanted": "15", "votes_least": "8", "rater_cap": "200",
        "control_every": "12", "target_half_width": "", "languages": ["en"],
        "rules": ["control", "straight-lining", "too-fast"],
    }  # fmt: skip
    return plain | changes


@pytest.fixture
def spring(site):
    """A campaign of four pictures."""
    add_museum(site, 4)
    return queue(site, "spring", 9).campaign_id


@pytest.fixture
def scheduler(signed_in):
    """Someone who may open and change campaigns, and what sends their forms."""
    client = signed_in("scheduler")
    token = token_of(client.get("/campaigns").text)
    client.send_form = lambda path, **data: client.post(path, data={"token": token, **data})
    return client


def test_a_scheduler_opens_a_campaign_adds_pictures_pauses_and_closes_it(site, scheduler, rows):
    add_museum(site, 2)
    page = scheduler.send_form("/campaigns", name="autumn", method="acr", votes_wanted="9")
    assert (page.status_code, str(page.url).rsplit("/", 1)[1]) == (200, "1")
    scheduler.send_form("/campaigns/1/pictures")
    assert "0 of 2 pictures have enough votes" in scheduler.get("/campaigns").text
    scheduler.send_form("/campaigns/1/state", to="pause")
    assert ">paused</span>" in scheduler.get("/campaigns/1").text
    scheduler.send_form("/campaigns/1/state", to="resume")
    closed = scheduler.send_form("/campaigns/1/state", to="close")
    assert ">closed</span>" in closed.text
    assert "Close for good" not in closed.text
    refused = scheduler.send_form("/campaigns/1/pictures")
    assert (refused.status_code, "is closed and takes no more" in refused.text) == (409, True)


def test_a_name_is_given_once(scheduler, spring):
    refused = scheduler.send_form("/campaigns", name="spring", method="acr")
    assert (refused.status_code, "already" in refused.text) == (409, True)


def test_settings_are_changed_and_another_text_of_consent_is_another_version(scheduler, spring, rows):
    panel = {"panel_parameter": "PROLIFIC_PID", "panel_votes": "30"}
    sent = form(target_half_width="0,3", consent="I agree.", rules=["control", "bt500"], **panel)
    page = scheduler.send_form(f"/campaigns/{spring}", **sent)
    assert page.status_code == 200
    (found,) = rows("select * from campaigns")
    assert (found["target_half_width"], found["consent_version"], found["languages"]) == (0.3, 2, ["en"])
    assert found["screening"] == {"straight-lining": False, "too-fast": False, "bt500": True}
    assert found["panel"] == {"parameter": "PROLIFIC_PID", "votes": 30}
    assert 'value="0.3"' in page.text
    scheduler.send_form(f"/campaigns/{spring}", **form(consent="I agree."))
    (found,) = rows("select * from campaigns")
    assert (found["consent_version"], found["screening"], found["panel"]) == (2, {}, None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"target_half_width": "narrow"}, "must be a number such as 0.3"),
        ({"target_half_width": "7"}, "must lie between 0 and 2"),
        ({"votes_wanted": "0"}, "votes_wanted must be a whole number from 1 on"),
        ({"languages": ["tlh"]}, "languages must be one or more of en, ne, es"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(scheduler, spring, rows, wrong, sentence):
    before = rows("select * from campaigns")
    refused = scheduler.send_form(f"/campaigns/{spring}", **form(**wrong))
    assert (refused.status_code, sentence in refused.text) == (400, True)
    assert rows("select * from campaigns") == before


def test_a_curator_reads_and_changes_nothing(curator, spring):
    page = curator.get(f"/campaigns/{spring}")
    assert "spring" in page.text
    assert '<h2 id="settings">' not in page.text
    refused = curator.post(f"/campaigns/{spring}/state", data={"token": token_of(page.text), "to": "close"})
    assert refused.status_code == 403


def test_a_mark_of_screening_is_told_with_its_reason_and_taken_back(site, scheduler, spring, rows):
    for number in range(3):
        trap = insert(site, "campaign_items", "item_id", campaign_id=spring, colorization_id=1, role="trap",
                      altered_key=f"previews/{number}", expected_low=1, expected_high=2)  # fmt: skip
        voting.vote(site, trap, CARELESS, 5, uuid.uuid4())
    scoring.score(site)
    page = scheduler.get(f"/campaigns/{spring}").text
    assert "3 of 3 pictures whose answer is known were answered otherwise." in page
    page = scheduler.send_form(f"/campaigns/{spring}/pardon", rater_id=CARELESS).text
    assert "taken back by" in page
    assert rows("select count(*) n from ratings where screened_by is not null") == [{"n": 0}]


def test_a_page_tells_what_came_of_pairs_and_of_turing_tests(site, curator, rows):
    scan = add_scan(site)
    pictures = [add_colorization(site, scan, preset) for preset in ("faithful", "vivid")]
    insert(site, "colour_references", "scan_id", scan_id=scan, sha256="a" * 64, object_key="x",
           media_type="image/tiff", bytes=1, preview_key="previews/x")  # fmt: skip
    for method, shown in (("pairs", {"other_colorization_id": pictures[1]}), ("turing", {"reference_scan_id": scan})):
        campaign = lifecycle.open_campaign(site, method, method).campaign_id
        item = insert(site, "campaign_items", "item_id", campaign_id=campaign, colorization_id=pictures[0], **shown)
        assert "Nothing has been scored yet" in curator.get(f"/campaigns/{campaign}").text
        voting.vote(site, item, CARELESS, "first", uuid.uuid4())
    scoring.score(site)
    pairs, turing = (curator.get(f"/campaigns/{number}").text for number in (1, 2))
    assert re.findall(r"fusion-lite 5eed5eed (\w+)", pairs) == ["faithful", "vivid"]
    assert 'data-name="Taken for real">0.0%' in turing


def test_there_is_no_page_of_a_campaign_that_is_not(curator):
    assert curator.get("/campaigns/77").status_code == 404
