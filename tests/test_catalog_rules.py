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
