"""Votes into scores in a real catalog: the same figures as of a table, whatever changed since."""

import uuid
from dataclasses import asdict

import pytest
from catalog_rows import add_colorization, add_model, add_museum, add_scan, insert

from benchmarks.campaigns import build, measure
from heritage_color import db
from heritage_color.rating import scoring
from heritage_color.rating.campaigns import lifecycle, serving, voting
from heritage_color.rating.scores.choices import pair_sums
from heritage_color.rating.statistics import fooling, refining
from heritage_color.rating.statistics.opinion import Opinion, opinion
from heritage_color.rating.statistics.pairs import strengths
from heritage_color.rating.steps import queue

FIGURES = ("votes", "mos", "low", "high", "sos", "recovered")


def cast(site, item_id, who, answer, **more):
    voting.vote(site, item_id, who, answer, uuid.uuid4(), **more)


def raters(count) -> list[str]:
    return [str(uuid.UUID(int=number + 1)) for number in range(count)]


def items_of(rows, campaign_id) -> list[str]:
    query = "select item_id::text from campaign_items where campaign_id = %s order by colorization_id, scan_id"
    return [row["item_id"] for row in rows(query, [campaign_id])]


def kept(rows) -> dict:
    return {row["item_id"]: row for row in rows("select *, item_id::text from item_scores where not simulated")}


@pytest.fixture
def crowd(site, rows):
    """250 pictures of which each of 100 raters has scored 50; scored once."""
    campaign = build(site, pictures=250, raters=100, each=50)
    scoring.score(site)
    return campaign


def solved(rows) -> Opinion:
    votes = rows(
        """select item_id::text as picture, rater_id::text as rater, score from ratings
        where screened_by is null and undone_at is null"""
    )
    return opinion(tuple(row.values()) for row in votes)


def pictures_of(scores) -> dict:
    return {item: asdict(score) for item, score in scores.pictures.items()}


def test_scores_of_a_campaign_are_those_of_its_table_of_votes(crowd, rows):
    expected, found = pictures_of(solved(rows)), kept(rows)
    assert set(found) == set(expected)
    for item, figures in expected.items():
        assert {name: found[item][name] for name in FIGURES} == pytest.approx(
            {name: figures[name] for name in FIGURES}, abs=1e-9
        )
    (result,) = rows("select result from campaign_results")
    assert result["result"]["alpha"] == pytest.approx(solved(rows).agreement.alpha)


def column(figures, name) -> dict:
    return {item: row[name] for item, row in figures.items()}


def add_votes(site, rows, campaign, count):
    """So many new votes, by new raters and by old ones, about as far from the means as the others'."""
    items, means = items_of(rows, campaign), column(kept(rows), "mos")
    old = [row["rater_id"] for row in rows("select rater_id::text from raters order by rater_id limit 5")]
    for number in range(count):
        who = (raters(5) + old)[number % 10]
        with db.connect(site) as connection, connection.cursor() as cursor:
            cursor.execute("select count(*) n from ratings where item_id = %s and rater_id = %s", (items[number], who))
            if cursor.fetchone()["n"]:
                continue
        off = (number * 7 % 3) - 1
        cast(site, items[number], who, min(5, max(1, round(means[items[number]] + off))))


def test_new_votes_touch_their_pictures_alone_and_come_within_the_tolerance(site, crowd, rows):
    before = kept(rows)
    add_votes(site, rows, crowd, 60)
    found = scoring.score(site, refine_from=1000)
    assert 0 < found.scored <= 60
    after, expected = kept(rows), pictures_of(solved(rows))
    untouched = [item for item in after if after[item]["scored_at"] == before[item]["scored_at"]]
    assert len(untouched) == 250 - found.scored
    assert {item: after[item]["mos"] for item in expected} == pytest.approx(column(expected, "mos"))
    refined, wanted = column(after, "recovered"), column(expected, "recovered")
    touched = set(after) - set(untouched)
    assert max(abs(refined[item] - wanted[item]) for item in touched) < refining.TOLERANCE
    scoring.score(site, full=True)
    assert column(kept(rows), "recovered") == pytest.approx(wanted, abs=1e-9)


def test_many_new_votes_are_solved_anew(site, crowd, rows):
    rows("update ratings set screened_by = 'hold:x' where rater_id in (select rater_id from raters limit 20)")
    assert scoring.score(site, refine_from=1000).scored == 250


def test_nothing_is_written_where_nothing_changed(site, crowd, rows):
    before = kept(rows)
    assert scoring.score(site) == scoring.Scored()
    scoring.score(site, full=True)
    assert kept(rows) == before


def test_a_score_goes_with_its_last_vote(site, rows):
    add_museum(site, 1)
    queue(site, "spring", 3)
    (who,) = raters(1)
    cast(site, items_of(rows, 1)[0], who, 4)
    scoring.score(site)
    rows("delete from ratings")
    scoring.score(site)
    assert kept(rows) == {}
    assert rows("select * from opinion_scores") == []


def test_a_colorization_in_two_campaigns_has_one_opinion_score_of_all_its_votes(site, rows):
    add_museum(site, 1)
    for name, answers in (("spring", (5, 4, 4)), ("autumn", (2,))):
        campaign = queue(site, name, 9).campaign_id
        for who, answer in zip(raters(3), answers, strict=False):
            cast(site, items_of(rows, campaign)[0], who, answer)
    scoring.score(site)
    assert sorted(row["votes"] for row in kept(rows).values()) == [1, 3]
    (score,) = rows("select * from opinion_scores")
    assert (score["votes"], score["mos"]) == (4, 3.75)
    assert score["low"] < 3.75 < score["high"]


def test_against_a_hidden_reference_each_rater_is_compared_with_themselves(site, rows):
    add_museum(site, 2)
    insert(site, "colour_references", "scan_id", scan_id=1, sha256="a" * 64, object_key="x", media_type="image/tiff",
           bytes=1, preview_key="previews/x")  # fmt: skip
    campaign = queue(site, "hidden", 9, "acr-hr").campaign_id
    colour, other, reference = (
        rows("select item_id::text from campaign_items where coalesce(colorization_id, 9) = %s", [number])[0][
            "item_id"
        ]
        for number in (1, 2, 9)
    )
    for who, (own, truth) in zip(raters(3), ((4, 5), (3, 3), (2, 4)), strict=True):
        cast(site, colour, who, own)
        cast(site, reference, who, truth)
        cast(site, other, who, 3)
    cast(site, colour, raters(4)[3], 5)  # has not scored the reference
    scoring.score(site)
    found = kept(rows)
    assert found[colour]["difference"] == pytest.approx(5 + (-1 + 0 - 2) / 3)
    assert (found[other]["difference"], found[reference]["difference"]) == (None, None)
    assert rows("select count(*) n from opinion_scores")[0]["n"] == 2
    assert serving.next_items(site, raters(5)[4], campaign)


def test_pairs_give_strengths_of_pictures_and_of_the_ways_to_colorize(site, rows):
    for number in range(4):
        scan = add_scan(site, f"photo-{number}")
        for preset in ("faithful", "vivid"):
            add_colorization(site, scan, preset)
    campaign = queue(site, "which", 9, "pairs").campaign_id
    for who in raters(5):
        for place, item in enumerate(items_of(rows, campaign)):
            cast(site, item, who, "first" if place or who.endswith("1") else "second")
    scoring.score(site)
    strengths = {row["colorization_id"]: row for row in rows("select * from pair_strengths")}
    assert strengths[1]["strength"] < 0 < strengths[2]["strength"]
    assert (strengths[1]["pairs"], strengths[1]["wins"]) == (5, 1)
    ways = rows("select result from campaign_results")[0]["result"]["ways"]
    assert [name.split()[-1] for name in sorted(ways, key=lambda name: -ways[name]["strength"])] == [
        "faithful",
        "vivid",
    ]


def test_a_turing_test_gives_how_often_colour_was_taken_for_real(site, rows):
    pictures = add_museum(site, 2)
    campaign = lifecycle.open_campaign(site, "turing", "turing").campaign_id
    for number, picture in enumerate(pictures, 1):
        insert(site, "colour_references", "scan_id", scan_id=number, sha256="a" * 64, object_key=f"x{number}",
               media_type="image/tiff", bytes=1, preview_key="previews/x")  # fmt: skip
        insert(site, "campaign_items", "item_id", campaign_id=campaign, colorization_id=picture,
               reference_scan_id=number)  # fmt: skip
    for who in raters(4):
        for item in items_of(rows, campaign):
            cast(site, item, who, "second" if who.endswith("1") else "first")
    scoring.score(site)
    result = rows("select result from campaign_results")[0]["result"]
    assert (result["all"]["trials"], result["all"]["rate"]) == (8, 0.25)
    assert result["all"]["low"] < 0.25 < result["all"]["high"]
    assert [way["trials"] for way in result["ways"].values()] == [8]


@pytest.fixture
def pairs(site):
    """A campaign of four photographs with two colorizations each; its id."""
    for number in range(4):
        scan = add_scan(site, f"photo-{number}")
        for preset in ("faithful", "vivid"):
            add_colorization(site, scan, preset)
    return queue(site, "which", 99, "pairs").campaign_id


def choose(site, rows, campaign, whose):
    """Votes of raters on all pairs of a campaign: every third goes to the second picture."""
    for who in whose:
        for place, item in enumerate(items_of(rows, campaign)):
            cast(site, item, who, "first" if (place + int(who[-1], 16)) % 3 else "second")


def test_what_is_read_of_a_campaign_of_pairs_does_not_grow_with_its_votes(site, pairs, rows):
    choose(site, rows, pairs, raters(2))
    with db.connect(site) as connection:
        few = pair_sums(connection, pairs, simulated=False)
    choose(site, rows, pairs, raters(9)[2:])
    with db.connect(site) as connection:
        many = pair_sums(connection, pairs, simulated=False)
    assert (len(few), len(many)) == (4, 4)
    assert sum(pair.first_wins + pair.second_wins for pair in many) == 36


def test_strengths_from_sums_are_those_of_the_single_votes(site, pairs, rows):
    choose(site, rows, pairs, raters(9))
    scoring.score(site)
    votes = rows(
        """select colorization_id::text, other_colorization_id::text, (choice = 'first')::int::float8 as won
        from ratings join campaign_items using (item_id)"""
    )
    expected = strengths(tuple(row.values()) for row in votes).pictures
    computed = {str(row["colorization_id"]): row for row in rows("select * from pair_strengths")}
    assert set(computed) == set(expected)
    for name in ("pairs", "wins", "strength", "low", "high"):
        assert {picture: row[name] for picture, row in computed.items()} == pytest.approx(
            {picture: getattr(strength, name) for picture, strength in expected.items()}, abs=1e-9
        )


def turing_test(site, rows) -> int:
    """Two colorizations of two methods, each beside true colours, with four raters' votes on each; its id."""
    campaign = lifecycle.open_campaign(site, "turing", "turing").campaign_id
    for number, weights in enumerate(("1" * 64, "2" * 64), 1):
        scan = add_scan(site, f"photo-{number}")
        picture = add_colorization(site, scan, model_id=add_model(site, weights_sha256=weights))
        insert(site, "colour_references", "scan_id", scan_id=scan, sha256="a" * 64, object_key=f"x{number}",
               media_type="image/tiff", bytes=1, preview_key="previews/x")  # fmt: skip
        insert(site, "campaign_items", "item_id", campaign_id=campaign, colorization_id=picture,
               reference_scan_id=scan)  # fmt: skip
    for who in raters(4):
        for item in items_of(rows, campaign):
            cast(site, item, who, "second" if who.endswith("1") else "first")
    return campaign


def test_a_turing_test_is_computed_once_for_all_and_once_for_each_way(site, rows, monkeypatch):
    turing_test(site, rows)
    computed = []
    rate = fooling.fooling_rate
    monkeypatch.setattr(fooling, "fooling_rate", lambda trials: computed.append(rate(trials)) or computed[-1])
    scoring.score(site)
    assert sorted(result.trials for result in computed if result.trials) == [4, 4, 8]


def test_the_benchmark_of_campaigns_tells_what_everybody_waits_for(site, capsys):
    measure(site, build(site, pictures=60, raters=4, each=10), turns=2, at_once=2, new=50, looking=0.01)
    said = [line[:44].strip() for line in capsys.readouterr().out.splitlines()]
    assert [name for name in said if name.startswith("scoring")] == [
        "scoring, everything anew", "scoring, nothing new", "scoring, 50 new votes",
    ]  # fmt: skip
    assert {"next pictures, one rater", "vote, one rater", "figures of the page of one campaign"} <= set(said)
