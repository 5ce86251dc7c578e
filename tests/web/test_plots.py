"""The pages of plots, and the download behind them."""

import csv
import io
import re
import uuid
import zipfile
from datetime import date

import pytest
from catalog_rows import add_colorization, add_museum, add_reference, add_scan, insert

from heritage_color.rating import steps
from heritage_color.rating.campaigns import drawing
from heritage_color.rating.exchange import importing

SCORED = """
    insert into item_scores (item_id, simulated, revision, votes, mos, low, high, recovered)
    select item_id, false, 1, human_votes, total::float8 / human_votes, greatest(1, total::float8 / human_votes - 0.4),
        least(5, total::float8 / human_votes + 0.4), 3
    from campaign_items where human_votes > 0
"""


@pytest.fixture
def campaign(site, rows):
    """Six pictures of two presets with three votes each and a measurement, scored and drawn."""
    for number in range(1, 7):
        scan = add_scan(site, f"photo-{number}", collection="Box <1>", title="=cmd()")
        add_colorization(site, scan, "vivid" if number % 2 else "faithful")
    steps.queue(site, "spring <i>", 9)
    insert(site, "metrics", "metric", metric="colourfulness", needs_reference=False, unit="1", definition="Colour.")
    for row in rows("select item_id, scan_id, colorization_id from campaign_items order by colorization_id"):
        for rater in range(3):
            score = 1 + (row["colorization_id"] + rater) % 5
            steps.vote(site, row["item_id"], uuid.UUID(int=rater), score, uuid.uuid4())
        insert(
            site, "measurements", "metric", colorization_id=row["colorization_id"], scan_id=row["scan_id"],
            metric="colourfulness", needs_reference=False, value=float(row["colorization_id"]),
        )  # fmt: skip
    rows(SCORED)
    assert drawing.draw(site).drawn == 1
    return rows("select campaign_id from campaigns")[0]["campaign_id"]


def test_every_drawing_has_a_text_and_its_figures_as_a_table(campaign, curator):
    page = curator.get(f"/plots/{campaign}").text
    drawings = re.findall(r"<svg class=\"chart\"[^>]*>", page)
    assert len(drawings) == 8
    assert all('role="img" aria-label="' in drawing for drawing in drawings)
    assert page.count("as a table</summary>") + page.count("95% interval</th>") == 4 + 2
    assert "spring &lt;i&gt;" in page
    assert "Box &lt;1&gt;" in page


def test_the_page_says_what_the_votes_say(campaign, curator, rows):
    page = curator.get(f"/plots/{campaign}").text
    counts = dict(
        re.findall(r'<th scope="row" class="breaks">(\w+)</th><td class="right numbers">(\d+)</td></tr>', page)
    )
    told = {row["score"]: row["n"] for row in rows("select score, count(*) as n from ratings group by score")}
    words = {1: "Bad", 2: "Poor", 3: "Fair", 4: "Good", 5: "Excellent"}
    assert {name: int(counts[name]) for name in words.values()} == {words[score]: n for score, n in told.items()}
    assert "linear correlation" in page
    assert "fusion-lite 5eed5eed vivid" in page


def test_figures_are_drawn_again_only_when_something_has_changed(campaign, site, rows):
    assert drawing.draw(site).drawn == 0
    rows("update ratings set undone_at = now() where vote_key = (select min(vote_key::text)::uuid from ratings)")
    assert drawing.draw(site).drawn == 1


def test_votes_are_downloaded_zipped_and_start_no_formula(campaign, curator, signed_in):
    reply = curator.get(f"/plots/{campaign}/votes.zip")
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "votes.csv",
            "raters.csv",
            "items.csv",
            "results.csv",
            "codebook.md",
            "codebook.json",
        ]
        votes, items = (
            list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in ("votes.csv", "items.csv")
        )
    assert (len(votes), {row["title"] for row in items}) == (18, {"'=cmd()"})
    assert signed_in("digitizer").get(f"/plots/{campaign}/votes.zip").status_code == 403


def test_the_list_shows_every_campaign_and_what_needs_a_look(campaign, site, curator, rows, tmp_path):
    (tmp_path / "lab.csv").write_text("stimulus,rater,score\na,1,5\na,2,4\nb,1,2\n")
    importing.take_in(site, tmp_path / "lab.csv", "lab")
    rows("update campaign_days set last_at = now() - interval '3 days'")
    rows("update campaigns set opened_at = now() - interval '9 days'")
    page = curator.get("/plots").text
    assert "of another laboratory" in page
    assert "Nobody has voted in the campaign" in page
    imported = curator.get(f"/plots/{campaign + 1}").text
    assert "3 votes of 2 raters on 2 stimuli" in imported
    assert curator.get(f"/plots/{campaign + 1}/votes.zip").status_code == 409


def test_a_scheduler_sets_the_day_by_which_votes_are_wanted(campaign, signed_in, curator, rows):
    scheduler = signed_in("scheduler")
    token = re.search(r'name="token" value="([^"]+)"', scheduler.get(f"/plots/{campaign}").text)[1]
    refused = scheduler.post(f"/plots/{campaign}/due", data={"token": token, "due_on": "soon"})
    assert (refused.status_code, "A day looks like" in refused.text) == (400, True)
    scheduler.post(f"/plots/{campaign}/due", data={"token": token, "due_on": "2027-01-31"})
    assert rows("select due_on from campaigns") == [{"due_on": date(2027, 1, 31)}]
    assert "Save the date" not in curator.get(f"/plots/{campaign}").text


@pytest.mark.parametrize(
    ("method", "column", "said"),
    [("pairs", "Strength", "Bradley-Terry strengths"), ("turing", "Rate", "taken for real")],
)
def test_strengths_and_fooling_rates_are_drawn_as_scoring_left_them(site, curator, rows, method, column, said):
    for number in range(1, 4):
        scan = add_reference(site, f"photo-{number}")
        for preset in ("faithful", "vivid"):
            add_colorization(site, scan, preset)
    steps.queue(site, "spring", 9, method)
    for number, item in enumerate(rows("select item_id from campaign_items where role = 'ordinary' order by item_id")):
        for rater in range(4):
            choice = "second" if (number + rater) % 3 else "first"
            steps.vote(site, item["item_id"], uuid.UUID(int=rater), choice, uuid.uuid4())
    steps.score(site)
    page = curator.get("/plots/1").text
    assert said in page
    found = re.findall(rf'<td class="right numbers" data-name="{column}">(-?[\d.]+)</td>', page)
    kept = rows("select result -> 'ways' as ways from campaign_results where not simulated")[0]["ways"]
    figure = "strength" if method == "pairs" else "rate"
    assert sorted(found) == sorted(f"{way[figure]:.2f}" for way in kept.values())
    assert len(found) == 2


def test_agreement_of_the_raters_is_that_of_scoring(campaign, site, curator, rows):
    rows("delete from item_scores")
    steps.score(site)
    alpha = rows("select result from campaign_results where not simulated")[0]["result"]["alpha"]
    assert f"alpha {alpha:.2f}, 95% interval" in curator.get(f"/plots/{campaign}").text


def test_a_campaign_without_votes_and_one_that_is_not_there_say_so(site, curator):
    add_museum(site, 1)
    steps.queue(site, "spring")
    assert "Nobody has voted yet" in curator.get("/plots/1").text
    assert curator.get("/plots/2").status_code == 404
