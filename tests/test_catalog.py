"""The catalog's own steps: fixity, repair, tombstones, counts per stage, and the rules that its schema holds."""

import copy
import dataclasses
import sys
from dataclasses import asdict
from pathlib import Path

import psycopg2
import pytest
from catalog_rows import add_colorization, add_museum, add_reference, add_scan, approve, insert
from damaging import overwrite

from heritage_color import db
from heritage_color.archive import open_archive
from heritage_color.catalog import steps
from heritage_color.curation.steps import flag_do_not_colorize
from heritage_color.demo import samples
from heritage_color.errors import CurationError, FixityError, ServiceError, sentence_of
from heritage_color.preservation.auditing import Audited, audit_all, audit_fixity, raise_alarm
from heritage_color.preservation.repairing import Repaired, repair
from heritage_color.preservation.withdrawing import withdraw
from heritage_color.rating.steps import queue
from heritage_color.scans import steps as scans
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.check import check_delivery
from heritage_color.scans.intake.taking import Intake
from heritage_color.store import Store

sys.path.insert(0, str(Path(__file__).parent / "scans"))
from scan_pictures import manifest, save


@pytest.fixture(scope="module")
def checked(services, tmp_path_factory):
    """Three scans and their pre-flight, done once."""
    folder = tmp_path_factory.mktemp("delivery")
    for number in range(3):
        save(folder / f"{number}.png")
    return folder, check_delivery(folder, services)


@pytest.fixture
def holding(site, checked):
    """An archive with three masters."""
    folder, report = checked
    with open_archive(site, own=True) as archive:
        Intake.open(archive, copy.deepcopy(report), Received(folder.name, str(folder), folder)).run()
    return site


def age(rows, days):
    rows("update scans set fixity_checked_at = now() - make_interval(days => %s + scan_id::int)", (days,))


def test_masters_that_were_read_lately_are_left_alone(holding):
    assert audit_fixity(holding) == Audited(0, 0, 0, 0, [])


def test_old_masters_are_read_again_and_recorded(holding, rows):
    age(rows, 40)
    counts = audit_fixity(holding)
    assert (counts.checked, counts.intact, counts.damaged) == (3, 3, 0)
    assert len(rows("select 1 as one from events where event_type = 'fixity check'")) == 3
    assert audit_fixity(holding).checked == 0


def test_each_reading_is_kept_before_the_next_begins(holding, rows):
    age(rows, 40)
    with open_archive(holding) as archive:
        readings = audit_all(archive, 30, holding.fixity_bytes)
        next(readings)
        assert len(rows("select 1 as one from events where event_type = 'fixity check'")) == 1
        readings.close()
    assert audit_fixity(holding).checked == 2


def test_what_this_machine_cannot_read_is_left_for_the_next_audit_and_stops_no_other(holding, rows, monkeypatch):
    age(rows, 40)
    (heavy, *_) = rows("select * from scans order by fixity_checked_at")
    with monkeypatch.context() as short_of_memory:
        stream = Store.stream

        def read(store, bucket, key):
            if key == heavy["object_key"]:
                raise MemoryError
            return stream(store, bucket, key)

        short_of_memory.setattr(Store, "stream", read)
        audited = audit_fixity(holding)
    assert (audited.checked, audited.intact, audited.damaged) == (2, 2, 0)
    assert audited.left == [f"master of {heavy['identifier']}: {sentence_of(MemoryError())}"]
    assert audited.left[0].split(": ", 1)[1] in steps.report_text(holding)
    assert audit_fixity(holding).checked == 1
    assert rows("select * from set_aside") == []


def test_a_byte_budget_reads_the_longest_unread_first(holding, rows):
    age(rows, 40)
    assert audit_fixity(holding, byte_budget=1).checked == 1
    (checked,) = rows("select scan_id from scans where fixity_checked_at > now() - interval '1 day'")
    assert checked["scan_id"] == max(row["scan_id"] for row in rows("select scan_id from scans"))


def test_a_changed_or_lost_master_is_recorded_and_not_repaired(holding, rows):
    changed, lost, _ = rows("select * from scans order by scan_id")
    content = bytearray(Store(holding).read(holding.archive_bucket, changed["object_key"]))
    content[100] ^= 1
    overwrite(holding, changed["object_key"], bytes(content))
    Store(holding).client.delete_object(Bucket=holding.archive_bucket, Key=lost["object_key"])
    age(rows, 40)
    assert audit_fixity(holding).damaged == 2
    found = rows("select scan_id from scans where not fixity_intact order by scan_id")
    assert [row["scan_id"] for row in found] == [changed["scan_id"], lost["scan_id"]]
    assert Store(holding).read(holding.archive_bucket, changed["object_key"]) == bytes(content)
    assert "2  stored objects found damaged" in steps.report_text(holding)


def test_what_lies_in_a_damaged_masters_place_is_kept_aside(holding, rows):
    (scan, *_) = rows("select * from scans order by scan_id")
    overwrite(holding, scan["object_key"], b"what the disk made of it")
    age(rows, 40)
    audit_fixity(holding)
    (event,) = rows("select detail from events where event_type = 'quarantine'")
    assert (
        Store(holding).read(holding.archive_bucket, event["detail"]["quarantine_key"]) == b"what the disk made of it"
    )


def test_references_and_colorizations_are_read_again_too(site, rows):
    scan = add_scan(site)
    colorization = add_colorization(site, scan)
    lost = rows("select object_key from colorizations")[0]["object_key"]
    insert(site, "colour_references", "scan_id", scan_id=scan, sha256="0" * 64, object_key="references/none",
        media_type="image/png", bytes=9)  # fmt: skip
    Store(site).client.delete_object(Bucket=site.archive_bucket, Key=lost)
    assert audit_fixity(site, older_than_days=0).damaged == 2
    assert rows("select colorization_id from colorizations where not fixity_intact") == [
        {"colorization_id": colorization}
    ]
    assert [row["kind"] for row in rows("select kind from stored_objects where fixity_intact")] == ["master"]


def test_damage_is_an_alarm_until_it_is_repaired(holding, rows):
    (scan, *_) = rows("select * from scans order by scan_id")
    assert raise_alarm(holding).damaged == 0
    overwrite(holding, scan["object_key"], b"damaged")
    audit_fixity(holding, older_than_days=0)
    with pytest.raises(FixityError, match=f"master of {scan['identifier']}.*heritage-color repair"):
        raise_alarm(holding)
    assert "ALARM: 1 damaged" in steps.report_text(holding)


def test_what_was_not_read_for_ninety_days_is_an_alarm(holding, rows):
    rows(
        "update scans set fixity_checked_at = now() - interval '91 days'"
        " where scan_id = (select min(scan_id) from scans)"
    )
    with pytest.raises(FixityError, match=r"33\.3% of the stored objects were not read for 90 days"):
        raise_alarm(holding)
    state = steps.report(holding).fixity
    assert state.bytes_per_day * 90 >= sum(row["bytes"] for row in rows("select bytes from scans"))
    assert round(state.checked_in_90_days, 3) == 0.667


@pytest.fixture
def copied(holding):
    """The archive with a second store: another bucket, to which all objects were copied while they were whole."""
    twice = dataclasses.replace(
        holding,
        second_endpoint=holding.s3_endpoint,
        second_access_key=holding.s3_access_key,
        second_secret_key=holding.s3_secret_key,
        second_bucket=f"{holding.archive_bucket}-copy",
    )
    store = Store(twice)
    store.client.create_bucket(Bucket=twice.second_bucket)
    for key, _ in store.keys(holding.archive_bucket):
        store.client.put_object(Bucket=twice.second_bucket, Key=key, Body=store.read(holding.archive_bucket, key))
    return twice


def test_repair_puts_good_copies_back_and_tells_it(copied, rows):
    damaged, lost, _ = rows("select * from scans order by scan_id")
    good = Store(copied).read(copied.archive_bucket, damaged["object_key"])
    overwrite(copied, damaged["object_key"], b"damaged")
    Store(copied).client.delete_object(Bucket=copied.archive_bucket, Key=lost["object_key"])
    audit_fixity(copied, older_than_days=0)
    assert repair(copied) == Repaired(2, 2, [])
    assert Store(copied).read(copied.archive_bucket, damaged["object_key"]) == good
    assert audit_fixity(copied, older_than_days=0).damaged == 0
    assert len(rows("select 1 as one from events where event_type = 'replication'")) == 2
    assert repair(copied) == Repaired(0, 0, [])


def test_a_bad_copy_repairs_nothing(copied, rows):
    (scan, *_) = rows("select * from scans order by scan_id")
    overwrite(copied, scan["object_key"], b"damaged")
    Store(copied).client.put_object(Bucket=copied.second_bucket, Key=scan["object_key"], Body=b"damaged there, too")
    audit_fixity(copied, older_than_days=0)
    result = repair(copied)
    assert (result.repaired, len(result.left)) == (0, 1)
    assert Store(copied).read(copied.archive_bucket, scan["object_key"]) == b"damaged"


def test_repair_without_a_second_store_says_how_to_name_one(holding):
    with pytest.raises(ServiceError, match="HERITAGE_SECOND_ENDPOINT"):
        repair(holding)


def test_a_withdrawn_scan_leaves_a_tombstone_that_keeps_its_identifier(site, rows, tmp_path):
    add_colorization(site, add_scan(site, "photo-1"))
    assert withdraw(site, "photo-1", "Given back.", "Ada").new == 1
    assert withdraw(site, "photo-1", "Another reason.", "Ada").new == 0
    (stone,) = rows("select identifier, withdrawn_reason, withdrawn_by, do_not_colorize from scans")
    assert tuple(stone.values()) == ("photo-1", "Given back.", "Ada", True)
    assert rows("select 1 as one from colorizations where withdrawn_at is null") == []
    save(tmp_path / "delivery" / "new.png")
    manifest(tmp_path / "delivery", {"file": "new.png", "identifier": "photo-1"})
    assert scans.ingest(site, tmp_path / "delivery").refused == 1


def test_nobody_withdraws_what_is_not_there_or_without_a_reason(site):
    with pytest.raises(CurationError, match="nothing with the identifier"):
        withdraw(site, "photo-1", "Given back.", "Ada")
    with pytest.raises(CurationError, match="carries a reason"):
        withdraw(site, "photo-1", " ", "Ada")


def test_the_report_counts_each_stage_and_the_reasons(site, tmp_path):
    scans.ingest(site, samples.make_delivery(tmp_path / "delivery"))
    counts = steps.report(site)
    assert counts.accepted + counts.refused == counts.delivered
    assert counts.refused_reasons == {"not-a-picture": 1, "truncated": 1}
    assert (counts.scans, counts.not_to_colorize, counts.colorized, counts.published) == (12, 1, 0, 0)


def test_the_report_counts_each_picture_where_it_has_come_to_and_nothing_twice(site, rows):
    """Of seven scans 2 is damaged, 4 withdrawn, 5 locked, 6 waits for colour, and 7 has its true colours."""
    colorizations = add_museum(site, 5)
    add_scan(site, "photo-6")
    measured = add_colorization(site, add_reference(site, "photo-7"))
    queue(site, "spring", 9)
    rows("update scans set fixity_intact = false where scan_id = 2")
    rows("insert into likenesses (scan_id, other_scan_id, distance) values (1, 2, 5)")
    rows(
        "insert into likenesses (scan_id, other_scan_id, distance, state, curator, decided_at, decisions)"
        " values (1, 3, 5, 'different', 'A. Curator', now(), 1)"
    )
    rows("insert into colorization_jobs (scan_id, model_id, preset, state) values (1, 1, 'balanced', 'done')")
    rows("insert into colorization_jobs (scan_id, model_id, preset) values (6, 1, 'balanced')")
    rows("insert into metrics values ('psnr', true, 'dB', 'how near'), ('liveliness', false, '1', 'how lively')")
    rows("insert into measurements values (%s, 7, 'psnr', true, 7, 30)", [measured])
    rows("insert into measurements values (%s, 7, 'liveliness', false, null, 1)", [measured])
    rows("insert into measurements values (%s, 1, 'liveliness', false, null, 1)", [colorizations[0]])
    rows("insert into opinion_scores select %s, simulated, 9, 3, 2, 4, 3 from unnest(array[true, false]) simulated",
         [colorizations[0]])  # fmt: skip
    for colorization, verdict in ((0, "approved"), (2, "approved"), (2, "rejected")):
        approve(site, colorizations[colorization], verdict)
    for colorization, gone in ((0, None), (2, "2026-01-01")):
        insert(site, "publications", "label", colorization_id=colorizations[colorization], label="AI",
               manifest_key=f"{colorization}", colour_key="c", original_key="o", withdrawn_at=gone)  # fmt: skip
    flag_do_not_colorize(site, 5, "sacred", "A. Curator")
    withdraw(site, "photo-4", "asked for by the family", "A. Curator")
    counts = asdict(steps.report(site))
    assert {name: counts[name] for name in steps.TITLES if counts[name]} == {
        "scans": 7, "withdrawn": 1, "not_to_colorize": 2, "alike": 1, "damaged": 1, "waiting": 1, "colorized": 4,
        "measured": 1, "queued": 6, "rated": 1, "approved": 1, "published": 1,
    }  # fmt: skip
    assert (counts["deliveries"], counts["references"]) == (1, 1)


def test_an_empty_catalog_has_a_report_too(site):
    counts = asdict(steps.report(site))
    assert counts.pop("set_aside") == []
    assert counts.pop("refused_reasons") == {}
    assert counts.pop("fixity")["oldest_check"] is None
    assert set(counts.values()) == {0}


def test_migrating_twice_changes_nothing(site):
    assert steps.migrate(site) == steps.Migrated([])


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
