"""Bags that the Library of Congress' validator accepts, and a catalog that comes back from its bucket alone."""

import copy
import csv
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import bagit
import pytest
from catalog_rows import add_colorization, add_museum, approve, insert

from heritage_color import db, settings
from heritage_color.archive import Archive, open_archive
from heritage_color.cli.commands import DONE, WRONG
from heritage_color.cli.main import main
from heritage_color.curation import steps as curation
from heritage_color.errors import DeliveryError, FixityError, ServiceError
from heritage_color.local import servers
from heritage_color.preservation import exports, steps
from heritage_color.preservation.withdrawing import withdraw
from heritage_color.rating import steps as rating
from heritage_color.scans import steps as scans
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.check import check_delivery
from heritage_color.scans.intake.taking import Intake
from heritage_color.store import Store

sys.path.insert(0, str(Path(__file__).parents[1] / "scans"))
from scan_pictures import codes, colour, manifest, save

FLAG = {"do_not_colorize": "yes", "do_not_colorize_reason": "The family asked for it"}
SIDECAR = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Bergen"/>
</rdf:RDF></x:xmpmeta>"""
TABLES = "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    """Three scans of two collections: with its true colour, closed, and with a sidecar under a name full of traps."""
    folder = tmp_path_factory.mktemp("bagged") / "delivery"
    for name in ("plates/a.tif", "b.jpg", "c.png"):
        save(folder / name)
    save(folder / "true.png", colour())
    (folder / "c.xmp").write_text(SIDECAR)
    return manifest(
        folder,
        {"file": "plates/a.tif", "identifier": "A 1", "title": "Café, am Markt", "reference": "true.png",
            "collection": "Town"},
        {"file": "b.jpg", "identifier": "a 1", "date": "1912", "collection": "Town", **FLAG},
        {"file": "c.png", "identifier": "../../C:1\\x", "shelf mark": "B 12", "collection": "River"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(services, delivery):
    """Its pre-flight, done once."""
    return check_delivery(delivery, services)


@pytest.fixture
def holding(site, delivery, report):
    """An archive that took that delivery in."""
    with open_archive(site, own=True) as archive:
        received = Received("delivery", str(delivery), delivery)
        Intake.open(archive, copy.deepcopy(report), received).run()
    return site


WORK = """
insert into findings (delivery_id, file, code, severity, sentence) select min(delivery_id), 'a, "b"', 'empty', 'error',
    e'Two\nlines, and \\N, and a tab\t.' from deliveries;
insert into tag_proposals (scan_id, model_sha256, tag, votes) select min(scan_id), repeat('a', 64), 'street', 90
    from scans;
insert into tag_decisions (scan_id, model_sha256, tag, state, curator)
    select scan_id, model_sha256, tag, 'accepted', 'Ada' from tag_proposals;
insert into metrics values ('colourfulness', false, '', 'of Hasler and Suesstrunk');
insert into measurements (colorization_id, scan_id, metric, needs_reference, value)
    select colorization_id, scan_id, 'colourfulness', false, 1.0 / 3 from colorizations;
insert into colorization_jobs (scan_id, model_id, preset, state) select scan_id, model_id, preset, 'done'
    from colorizations;
insert into publications (colorization_id, manifest_key, colour_key, original_key, label)
    select min(colorization_id), 'm', 'c', 'o', 'Colorized' from colorizations;
update models set weights_key = 'w', card_key = 'c', judged_at = now(),
    protocol = '{"skin_tone": {"dark": 1}, "era": {"1910s": 1}}';
insert into models (method, weights_sha256, card, parent_id) select 'fusion', weights_sha256, '{}', model_id
    from models;
insert into champion_moves (method, kind, model_id, approved_by, why, figures)
    select method, 'promotion', model_id, 'Ada', 'Better.', '{}' from models where weights_key is not null;
"""


@pytest.fixture
def worked(holding, rows):
    """The archive with work in every table: colorizations, votes, scores, decisions, a champion, a withdrawal."""
    (scan, *_) = rows("select scan_id from scans where not do_not_colorize order by scan_id")
    add_museum(holding, 2)
    colorization = add_colorization(holding, scan["scan_id"], "vivid")
    rating.queue(holding, "natural", 3)
    (item, *_) = rows("select item_id from campaign_items order by item_id")
    for score in (2, 4, 5):
        rating.vote(holding, str(item["item_id"]), str(uuid.uuid4()), score, str(uuid.uuid4()))
    rating.score(holding)
    curation.decide(holding, colorization, "approved", "plausible", "", "Ada")
    approve(holding, colorization, "rejected", "other")
    rows(WORK)
    withdraw(holding, "photo-2", "Lent, and given back.", "Ada")
    return holding


@pytest.fixture
def emptied(site, services):
    """The same buckets beside a database without a table."""
    return dataclasses.replace(site, database=servers.create_database(services, f"test_{uuid.uuid4().hex[:12]}"))


def contents(site):
    """All rows of all tables, in a fixed order, as texts."""
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [row["name"] for row in cursor.fetchall() if row["name"] != "migrations"]
        return {name: listed(cursor, f"select t::text as row from {name} t order by 1") for name in names}


def listed(cursor, query):
    cursor.execute(query)
    return [row["row"] for row in cursor.fetchall()]


def table(path):
    with path.open(newline="", encoding="utf-8") as file:
        return {row["identifier"]: row for row in csv.DictReader(file)}


def damage(site, key):
    Store(site).client.put_object(Bucket=site.archive_bucket, Key=key, Body=b"other bytes")


def test_a_bag_is_valid_and_holds_everything_with_its_flags(holding, tmp_path):
    counts = steps.bag(holding, ["all"], tmp_path / "bag")
    assert bagit.Bag(str(tmp_path / "bag")).validate()
    assert (counts.scans, counts.files, counts.tombstones) == (3, 6, 0)
    rows = table(tmp_path / "bag/data/manifest.csv")
    assert (rows["a 1"]["do_not_colorize"], rows["a 1"]["do_not_colorize_reason"]) == (
        "yes",
        FLAG["do_not_colorize_reason"],
    )
    assert rows["A 1"]["supplier_filename"] == "plates/a.tif"
    assert not (tmp_path / "bag.partial").exists()


def test_a_bag_tells_who_made_it_and_what_happened(holding, tmp_path):
    counts = steps.bag(holding, ["all"], tmp_path / "bag")
    info = bagit.Bag(str(tmp_path / "bag")).info
    assert info["Payload-Oxum"] == f"{counts.bytes}.{counts.files}"
    assert info["Source-Organization"] == holding.institution
    lines = (tmp_path / "bag/metadata/events.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    assert {"ingestion", "message digest calculation"} <= {event["eventType"] for event in events}


def test_a_bag_that_was_handed_out_is_told_once(holding, tmp_path):
    for place in (tmp_path / "first" / "town", tmp_path / "second" / "town"):
        steps.bag(holding, ["Town"], place)
    with db.connect(holding) as connection, connection.cursor() as cursor:
        cursor.execute("select detail from events where outcome = 'handed out'")
        (event,) = cursor.fetchall()
    assert (event["detail"]["of"], event["detail"]["scans"]) == (["Town"], 2)


def test_a_zipped_bag_is_valid_once_unpacked(holding, tmp_path):
    counts = steps.bag(holding, ["Town"], tmp_path / "town", zipped=True)
    with zipfile.ZipFile(counts.place) as file:
        file.extractall(tmp_path / "unpacked")
    assert bagit.Bag(str(tmp_path / "unpacked/town")).validate()
    assert counts.scans == 2


def test_identifiers_longer_than_any_file_name_are_bagged(site, tmp_path):
    identifier = "図" * 86  # 258 bytes in UTF-8; no system holds a name of more than 255
    save(tmp_path / "delivery" / ("版" * 80 + ".png"))
    manifest(tmp_path / "delivery", {"file": "版" * 80 + ".png", "identifier": identifier})
    scans.ingest(site, tmp_path / "delivery")
    profiled = dataclasses.replace(site, bag_profile="https://museum.example/profile.json")
    steps.bag(profiled, ["all"], tmp_path / "bag")
    assert bagit.Bag(str(tmp_path / "bag")).validate()
    assert bagit.Bag(str(tmp_path / "bag")).info["BagIt-Profile-Identifier"] == profiled.bag_profile
    assert table(tmp_path / "bag/data/manifest.csv").keys() == {identifier}
    assert codes(check_delivery(tmp_path / "bag", site)) == []
    place = Path(steps.bag(site, ["all"], tmp_path / "packed", zipped=True).place)
    with zipfile.ZipFile(place) as file:
        file.extractall(tmp_path / "unpacked")
    assert bagit.Bag(str(tmp_path / "unpacked/packed")).validate()
    if shutil.which("unzip"):
        assert subprocess.run(["unzip", "-q", place, "-d", tmp_path / "unzipped"]).returncode == 0
        assert bagit.Bag(str(tmp_path / "unzipped/packed")).validate()


def test_one_flipped_byte_in_a_bag_is_found(holding, tmp_path):
    steps.bag(holding, ["River"], tmp_path / "bag")
    (file,) = (path for path in (tmp_path / "bag/data").rglob("*.png") if path.is_file())
    content = bytearray(file.read_bytes())
    content[50] ^= 1
    file.write_bytes(content)
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "bag")).validate()


def test_a_bag_can_be_delivered_again(holding, rows, tmp_path, services, template):
    steps.bag(holding, ["all"], tmp_path / "bag")
    report = check_delivery(tmp_path / "bag", holding)
    assert codes(report) == []
    assert report.listed == report.verified > 8
    described = "select identifier, title, date_created, place, sidecar_key, collection, rights from scans order by 1"
    before = rows(described)
    copied = template.rsplit("/", 1)[-1].split("?")[0]
    name = servers.create_database(services, f"test_{uuid.uuid4().hex[:12]}", copied)
    other = dataclasses.replace(holding, database=name, archive_bucket=f"other-{uuid.uuid4().hex[:12]}")
    Store(other).make_buckets()
    scans.ingest(other, tmp_path / "bag")
    with db.connect(other) as connection, connection.cursor() as cursor:
        cursor.execute(described)
        assert [dict(row) for row in cursor.fetchall()] == before


def test_a_damaged_object_keeps_the_bag_from_its_name_until_it_is_whole(holding, rows, tmp_path):
    (scan,) = rows("select object_key from scans where identifier = 'A 1'")
    good = Store(holding).read(holding.archive_bucket, scan["object_key"])
    damage(holding, scan["object_key"])
    with pytest.raises(FixityError, match="goes on from there"):
        steps.bag(holding, ["all"], tmp_path / "bag")
    assert not (tmp_path / "bag").exists()
    Store(holding).client.put_object(Bucket=holding.archive_bucket, Key=scan["object_key"], Body=good)
    (tmp_path / "bag.partial/data/left from another run.tif").write_text("not of this bag")
    steps.bag(holding, ["all"], tmp_path / "bag")
    assert bagit.Bag(str(tmp_path / "bag")).validate()


def test_what_is_no_collection_or_stands_in_the_way_is_said(holding, tmp_path):
    with pytest.raises(DeliveryError, match="no collection and no identifier Twon"):
        steps.bag(holding, ["Twon", "Town"], tmp_path / "bag")
    (tmp_path / "bag").mkdir()
    with pytest.raises(DeliveryError, match="is there already"):
        steps.bag(holding, ["Town"], tmp_path / "bag")


def test_a_withdrawn_scan_is_a_tombstone_in_the_bag(holding, tmp_path):
    withdraw(holding, "A 1", "Given back to its owner.", "Ada")
    counts = steps.bag(holding, ["Town"], tmp_path / "bag")
    assert (counts.scans, counts.tombstones) == (1, 1)
    stone = table(tmp_path / "bag/metadata/tombstones.csv")["A 1"]
    assert (stone["withdrawn_reason"], stone["withdrawn_by"]) == ("Given back to its owner.", "Ada")
    assert bagit.Bag(str(tmp_path / "bag")).validate()


def test_the_catalog_comes_back_from_the_bucket_row_by_row(worked, emptied):
    steps.export_catalog(worked)
    result = steps.rebuild(emptied)
    before = contents(worked)
    assert contents(emptied) == before
    assert len([name for name, kept in before.items() if kept]) >= 21
    assert sum(map(len, before.values())) == result.rows
    assert (result.recovered, result.left, result.rows_without_object) == (0, [], [])


def test_numbering_goes_on_where_it_was(worked, emptied):
    steps.export_catalog(worked)
    steps.rebuild(emptied)
    facts = {"source": "x", "fingerprint": "f" * 64, "name": "next"}
    numbers = [insert(site, "deliveries", "delivery_id", **facts) for site in (worked, emptied)]
    assert numbers[0] == numbers[1]


def test_long_tables_go_in_parts_and_what_stays_is_not_stored_again(worked, emptied, monkeypatch):
    monkeypatch.setattr(exports, "PART_ROWS", 3)
    assert steps.export_catalog(worked).new > 12
    assert steps.export_catalog(worked).new == 0
    steps.rebuild(emptied)
    assert contents(emptied) == contents(worked)


def vote_often(rows, times):
    """Raters and votes with random keys, on an item of its own, later than all before."""
    rows(
        """
        with rater as (
            insert into raters (rater_id, simulated, first_seen)
            select gen_random_uuid(), true, clock_timestamp() from generate_series(1, %s) returning rater_id
        )
        insert into ratings (vote_key, item_id, rater_id, simulated, score, voted_at)
        select gen_random_uuid(), (select min(item_id::text)::uuid from campaign_items), rater_id, true, 3,
            clock_timestamp() from rater
        """,
        (times,),
    )


def test_what_grows_adds_to_its_export_and_rewrites_nothing(worked, rows, monkeypatch):
    monkeypatch.setattr(exports, "PART_ROWS", 20)
    vote_often(rows, 400)
    steps.export_catalog(worked)
    vote_often(rows, 4)
    # Of over 40 parts, the last of raters and of ratings, what counts votes by item and by day, and the manifest
    assert steps.export_catalog(worked).new <= 7


def test_no_table_is_exported_in_the_order_of_a_random_key(site, rows):
    random = rows("""
        select distinct c.relname as name from pg_index i join pg_class c on c.oid = i.indrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
        where i.indisprimary and a.atttypid = 'uuid'::regtype""")
    with db.connect(site) as connection:
        tables = {table.name: table.copy_out for table in exports.read_tables(connection)}
    keys = {row["name"] for row in random} & tables.keys()
    assert len(keys) > 8
    assert [name for name in keys if ordered_by_key(rows, name, tables[name])] == []


def ordered_by_key(rows, name, copy_out):
    """Whether a table's export is in the order of its primary key alone."""
    first = copy_out.partition(" order by ")[2].partition(")")[0].split(", ")[0]
    key = rows(
        """
        select a.attname as name from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indisprimary and i.indrelid = %s::regclass""",
        (name,),
    )
    return first in {row["name"] for row in key}


def test_exports_that_newer_ones_followed_are_removed_in_time_and_what_the_newest_names_stays(worked, emptied, rows):
    def stored():
        return {key for key, _ in Store(worked).keys(worked.archive_bucket, "exports/")}

    steps.export_catalog(worked)
    first = stored()
    rows("insert into deliveries (name, source, fingerprint) values ('next', 'x', repeat('f', 64))")
    assert steps.export_catalog(worked).removed == 0
    both = stored()
    assert first < both
    with db.connect(worked) as connection:
        archive = Archive(worked, connection, Store(worked))
        newest = json.loads(archive.store.read(archive.bucket, exports.POINTER))["manifest"]
        assert exports.remove_old(archive, newest, days=-1) == 2  # the manifest before, and its part of deliveries
    assert len(stored()) == len(both) - 2
    steps.rebuild(emptied)
    assert contents(emptied) == contents(worked)


def test_what_came_after_the_export_comes_back_from_its_records(holding, emptied, tmp_path, rows):
    steps.export_catalog(holding)
    save(tmp_path / "late" / "late.png")
    save(tmp_path / "late" / "colour.png", colour(7))
    (tmp_path / "late" / "late.xmp").write_text(SIDECAR)
    scans.ingest(
        holding, manifest(tmp_path / "late", {"file": "late.png", "reference": "colour.png", "title": "Late"})
    )
    withdraw(holding, "A 1", "Given back.", "Ada")
    (river,) = rows("select scan_id from scans where collection = 'River'")
    curation.flag_do_not_colorize(holding, river["scan_id"], "Asked for", "Ada")
    result = steps.rebuild(emptied)
    assert (result.recovered, result.objects_without_row) == (4, [])
    told = """select sha256, identifier, title, description, described_by, sidecar_key, sidecar_metadata,
        do_not_colorize, withdrawn_reason from scans order by 1"""
    with db.connect(emptied) as connection, connection.cursor() as cursor:
        cursor.execute(told)
        assert [dict(row) for row in cursor.fetchall()] == rows(told)


def test_without_any_export_the_masters_come_back_and_their_delivery_completes_the_rest(holding, emptied, delivery):
    assert steps.rebuild(emptied).recovered == 4
    counts = scans.ingest(emptied, delivery)
    assert (counts.files, counts.accepted, counts.duplicates) == (4, 4, 0)
    assert steps.agreement(emptied) == steps.Agreement([], [])


def test_a_damaged_record_is_named_and_keeps_no_other_from_coming_back(holding, emptied, rows):
    (scan,) = rows("select sha256 from scans where identifier = 'A 1'")
    keys = [key for key, _ in Store(holding).keys(holding.archive_bucket, "records/") if scan["sha256"] in key]
    (master,) = (key for key in keys if "/master-" in key)
    damage(holding, master)
    result = steps.rebuild(emptied)
    assert result.recovered == 2  # the two other masters
    assert any(sentence.startswith(f"{master} of the archive should have SHA-256") for sentence in result.left)


def test_a_catalog_that_is_not_empty_is_left_as_it_is(holding):
    steps.export_catalog(holding)
    before = contents(holding)
    with pytest.raises(ServiceError, match="is not empty"):
        steps.rebuild(holding)
    assert contents(holding) == before


def test_a_damaged_export_leaves_the_database_empty(holding, emptied):
    steps.export_catalog(holding)
    keys = [key for key, _ in Store(holding).keys(holding.archive_bucket, "exports/") if key.endswith(".csv.gz")]
    damage(holding, keys[-1])
    with pytest.raises(FixityError, match="should have SHA-256"):
        steps.rebuild(emptied)
    with db.connect(emptied, bare=True) as connection, connection.cursor() as cursor:
        assert listed(cursor, f"select name as row from ({TABLES}) t") == []


# Rebuilds in a process of its own, which is killed when all is loaded and nothing committed
REBUILD_AND_DIE = """
import os, signal
from heritage_color import settings
from heritage_color.preservation import records, steps
records.recover = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
steps.rebuild(settings.read())
"""


def test_a_killed_rebuild_leaves_nothing_behind_and_the_next_does_it_all(worked, emptied):
    steps.export_catalog(worked)
    environment = os.environ | settings.to_environment(emptied)
    killed = subprocess.run([sys.executable, "-c", REBUILD_AND_DIE], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    steps.rebuild(emptied)
    assert contents(emptied) == contents(worked)


def test_the_commands_say_what_they_did(holding, environment, emptied, tmp_path, capsys, monkeypatch):
    assert main(["bag", "all", "--out", str(tmp_path / "bag")]) == DONE
    assert main(["export"]) == DONE
    assert "tables" in capsys.readouterr().out
    assert main(["rebuild"]) == WRONG
    assert "not empty" in capsys.readouterr().err
    monkeypatch.setenv("HERITAGE_DATABASE", emptied.database)
    assert main(["rebuild"]) == DONE
