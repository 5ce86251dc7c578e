"""The rules that the catalog itself keeps, whoever writes to it."""

import psycopg2
import pytest
from catalog_rows import add_colorization, add_delivery, add_model, add_scan, insert


def test_a_checksum_is_in_the_catalog_once(site, rows):
    scan = add_scan(site, "photo-1")
    known = rows("select sha256 from scans where scan_id = %s", [scan])[0]["sha256"]
    with pytest.raises(psycopg2.errors.UniqueViolation, match="scans_sha256_key"):
        add_scan(site, "photo-2", sha256=known)


def test_a_scan_flagged_do_not_colorize_can_have_no_colorization(site):
    scan = add_scan(site, do_not_colorize=True, do_not_colorize_reason="victims")
    with pytest.raises(psycopg2.errors.ForeignKeyViolation, match="colorization_of_closed_scan"):
        add_colorization(site, scan)


def test_a_flag_needs_its_reason(site):
    with pytest.raises(psycopg2.errors.CheckViolation):
        add_scan(site, do_not_colorize=True)


def test_flagging_a_scan_withdraws_its_colorization_and_empties_its_place_in_the_queue(site, rows):
    scan = add_scan(site)
    add_colorization(site, scan)
    insert(site, "colorization_jobs", "scan_id", scan_id=scan, model_id=add_model(site), preset="vivid")
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'sacred' where scan_id = %s", [scan])
    assert rows("select count(*) as standing from colorizations where withdrawn_at is null")[0]["standing"] == 0
    assert rows("select state, sentence from colorization_jobs")[0]["sentence"].endswith("sacred")


@pytest.mark.parametrize("column", ["scan_id", "model_id"])
def test_a_colorization_points_at_its_scan_and_its_model(site, rows, column):
    add_colorization(site, add_scan(site))
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        rows(f"update colorizations set {column} = 999")


def test_the_event_log_is_append_only(site, rows):
    insert(
        site, "events", "event_id", event_key="k", event_type="ingestion", agent="test", outcome="success",
        delivery_id=add_delivery(site),
    )  # fmt: skip
    for change in ("update events set outcome = 'x'", "delete from events", "truncate events"):
        with pytest.raises(psycopg2.errors.RestrictViolation, match="append-only"):
            rows(change)


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_outside_the_scale_is_refused(site, rows, score):
    with pytest.raises(psycopg2.errors.CheckViolation):
        rows(
            """with rater as (insert into raters (rater_id) values (gen_random_uuid()) returning rater_id)
            insert into ratings (vote_key, item_id, rater_id, simulated, score)
            select gen_random_uuid(), gen_random_uuid(), rater_id, false, %s from rater""",
            [score],
        )


def test_votes_per_day_agree_whatever_writes_screens_takes_back_or_deletes_them(site, rows):
    add_votes(site, rows, scores=[1, 1, 5], simulated=False)
    add_votes(site, rows, scores=[5], simulated=True)
    rows("update ratings set screened_by = 'too-fast' where score = 5 and not simulated")
    rows(
        "update ratings set undone_at = now() "
        "where vote_key = (select min(vote_key::text)::uuid from ratings where score = 1)"
    )
    counted = rows(
        "select simulated, answer, votes, set_aside from campaign_days where votes + set_aside > 0 order by 1, 2"
    )
    assert [tuple(row.values()) for row in counted] == [(False, "1", 1, 0), (False, "5", 0, 1), (True, "5", 1, 0)]
    rows("delete from ratings")
    assert rows("select 1 from campaign_days where votes <> 0 or set_aside <> 0") == []


def test_an_imported_campaign_holds_no_picture_of_ours_and_our_campaigns_no_vote_of_others(site, rows):
    colorization = add_colorization(site, add_scan(site))
    campaign = {"question": "How natural?", "votes_wanted": 1}
    others = insert(site, "campaigns", "campaign_id", name="lab", imported_from={}, closed_at="now", **campaign)
    ours = insert(site, "campaigns", "campaign_id", name="spring", **campaign)
    with pytest.raises(psycopg2.errors.ForeignKeyViolation, match="no_items_of_others"):
        insert(site, "campaign_items", "item_id", campaign_id=others, colorization_id=colorization)
    with pytest.raises(psycopg2.errors.ForeignKeyViolation, match="votes_of_others"):
        insert(site, "imported_votes", "rater", campaign_id=ours, stimulus="a", rater="b", score=3)


def add_votes(site, rows, scores, simulated):
    """Votes of one rater each, on a picture each, in the campaign `spring`."""
    rows("insert into campaigns (name, question, votes_wanted) values ('spring', 'How?', 9) on conflict do nothing")
    for number, score in enumerate(scores):
        picture = add_colorization(site, add_scan(site, f"photo-{simulated}-{number}"))
        rows(
            """with rater as (insert into raters (rater_id, simulated) values (gen_random_uuid(), %(simulated)s)
                returning rater_id),
            item as (insert into campaign_items (campaign_id, colorization_id) select campaign_id, %(picture)s
                from campaigns where name = 'spring' returning item_id)
            select 1""",
            {"picture": picture, "simulated": simulated},
        )
        rows(
            """insert into ratings (vote_key, item_id, rater_id, simulated, score)
            select gen_random_uuid(), item_id, rater_id, simulated, %s from campaign_items, raters
            where colorization_id = %s and simulated = %s and not exists (
                select from ratings r where r.rater_id = raters.rater_id)""",
            [score, picture, simulated],
        )
