"""The catalog's own steps: fixity of masters, counts per stage, and the rules that its schema holds."""

import sys
from pathlib import Path

import psycopg2
import pytest

from heritage_color import db, samples
from heritage_color.catalog import steps
from heritage_color.errors import ServiceError
from heritage_color.scans import steps as scans
from heritage_color.store import Store

sys.path.insert(0, str(Path(__file__).parent / "scans"))
from scan_pictures import save


@pytest.fixture
def holding(site, tmp_path):
    """An archive with three masters."""
    for number in range(3):
        save(tmp_path / "delivery" / f"{number}.png")
    scans.ingest(site, tmp_path / "delivery")
    return site


def age(rows, days):
    rows("update scans set fixity_checked_at = now() - make_interval(days => %s + scan_id::int)", (days,))


def overwrite(site, key, content):
    Store(site).client.put_object(Bucket=site.archive_bucket, Key=key, Body=content)


def test_masters_that_were_read_lately_are_left_alone(holding):
    assert steps.audit_fixity(holding) == {"checked": 0, "intact": 0, "damaged": 0, "bytes": 0}


def test_old_masters_are_read_again_and_recorded(holding, rows):
    age(rows, 40)
    counts = steps.audit_fixity(holding)
    assert (counts["checked"], counts["intact"], counts["damaged"]) == (3, 3, 0)
    assert len(rows("select 1 as one from events where event_type = 'fixity check'")) == 3
    assert steps.audit_fixity(holding)["checked"] == 0


def test_a_byte_budget_reads_the_longest_unread_first(holding, rows):
    age(rows, 40)
    assert steps.audit_fixity(holding, byte_budget=1)["checked"] == 1
    (checked,) = rows("select scan_id from scans where fixity_checked_at > now() - interval '1 day'")
    assert checked["scan_id"] == max(row["scan_id"] for row in rows("select scan_id from scans"))


def test_a_changed_or_lost_master_is_recorded_and_not_repaired(holding, rows):
    changed, lost, _ = rows("select * from scans order by scan_id")
    content = bytearray(Store(holding).read(holding.archive_bucket, changed["object_key"]))
    content[100] ^= 1
    overwrite(holding, changed["object_key"], bytes(content))
    Store(holding).client.delete_object(Bucket=holding.archive_bucket, Key=lost["object_key"])
    age(rows, 40)
    assert steps.audit_fixity(holding)["damaged"] == 2
    found = rows("select scan_id from scans where not fixity_intact order by scan_id")
    assert [row["scan_id"] for row in found] == [changed["scan_id"], lost["scan_id"]]
    assert Store(holding).read(holding.archive_bucket, changed["object_key"]) == bytes(content)
    assert "2  masters found damaged" in steps.report_text(holding)


def test_the_report_counts_each_stage_and_the_reasons(site, tmp_path):
    scans.ingest(site, samples.make_delivery(tmp_path / "delivery"))
    counts = steps.report(site)
    assert counts["accepted"] + counts["refused"] == counts["delivered"]
    assert counts["refused_reasons"] == {"not-a-picture": 1, "truncated": 1}
    assert (counts["scans"], counts["not_to_colorize"], counts["colorized"], counts["published"]) == (12, 1, 0, 0)


def test_an_empty_catalog_has_a_report_too(site):
    counts = steps.report(site)
    assert counts.pop("refused_reasons") == {}
    assert set(counts.values()) == {0}


def test_migrating_twice_changes_nothing(site):
    assert steps.migrate(site) == {"applied": []}


def test_a_flagged_scan_can_have_no_colorization(holding, rows):
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'asked for'")
    rows("insert into models (method, weights_sha256, card) values ('grey', repeat('0', 64), '{}')")
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        rows(
            "insert into colorizations (scan_id, model_id, preset, object_key, preview_key, original_preview_key,"
            " sha256, media_type, bytes, settings) select scan_id, model_id, 'balanced', 'a', 'b', 'c',"
            " repeat('0', 64), 'image/png', 1, '{}' from scans, models limit 1"
        )


def test_the_event_log_takes_no_change(holding, rows):
    with pytest.raises(psycopg2.errors.RestrictViolation):
        rows("update events set outcome = 'other'")


def test_a_connection_that_breaks_on_the_way_is_an_error_in_words(site):
    with pytest.raises(ServiceError, match="broke off the connection"):
        with db.connect(site) as connection, connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")


def test_a_query_that_fails_on_a_standing_connection_stays_what_it_is(site):
    with pytest.raises(psycopg2.errors.QueryCanceled):
        with db.connect(site) as connection, connection.cursor() as cursor:
            cursor.execute("set statement_timeout = 20; select pg_sleep(5)")
