"""Uploads in the catalog: the sweep of old ones, and the look-up of paths under any collation."""

import contextlib
import threading
from dataclasses import replace

import psycopg2
import pytest

from heritage_color import db
from heritage_color.catalog import steps as catalog
from heritage_color.scans.uploading import announcing, ending, uploads
from heritage_color.scans.uploading.announcing import Announced
from heritage_color.scans.uploading.ending import Removed
from heritage_color.scans.uploading.staging import Staging


@pytest.fixture
def left_alone(site, rows):
    """Two uploads that nobody has gone on with for a month."""
    numbers = [uploads.open_upload(site, name, "Ada") for name in ("first", "second")]
    for number in numbers:
        announcing.announce(site, number, [Announced("empty.txt", 0)])
    rows("update uploads set touched_at = now() - interval '31 days'")
    return numbers


def waits_for_a_lock(rows) -> bool:
    return bool(rows("select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"))


def test_an_upload_that_is_handed_in_meanwhile_stays_and_the_sweep_goes_on(site, rows, left_alone):
    first, second = left_alone
    removed = []
    sweep = threading.Thread(target=lambda: removed.append(ending.remove_old(site)))
    with db.connect(site) as connection:
        uploads.queries.lock_upload(connection, upload_id=first)
        sweep.start()
        while not waits_for_a_lock(rows):
            assert sweep.is_alive()
        ending._close(connection, site, first)
    sweep.join()
    assert removed == [Removed(1)]
    assert Staging.of(site, first).folder.exists()
    assert not Staging.of(site, second).folder.exists()
    assert rows("select state from uploads order by upload_id") == [{"state": "finished"}, {"state": "abandoned"}]


MANY_FILES = """
    insert into uploaded_files (upload_id, path, alike, bytes, modified)
    select %(upload_id)s, path, path, 1, 0
    from (select format('box %%s/%%s.tif', number %% 100, number) as path from generate_series(1, 10000) number) files;
    analyze uploaded_files
"""


@pytest.fixture
def of_a_language(services, site):
    """A catalog whose texts are in another order than that of bytes, as on most servers."""
    name = "of_a_language"
    connection = psycopg2.connect(services.database)
    connection.autocommit = True  # PostgreSQL creates no database inside a transaction
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("select collcollate from pg_collation where collprovider = 'c' and collname ~* 'utf-?8'")
        locale = cursor.fetchone()
        if locale is None:
            pytest.skip("no locale but C is installed")
        cursor.execute(
            f"create database {name} template template0 encoding utf8 locale_provider libc locale '{locale[0]}'"
        )
    address = services.database.rsplit("/", 1)[0] + f"/{name}"
    language = replace(site, database=address)
    catalog.migrate(language)
    return language


def test_what_lies_below_a_folder_is_found_by_the_index_under_any_collation(of_a_language):
    number = uploads.open_upload(of_a_language, "box", "Ada")
    place = {"upload_id": number, "alike": "box 7", "folders": []}
    with db.connect(of_a_language) as connection, connection.cursor() as cursor:
        cursor.execute(MANY_FILES, {"upload_id": number})
        clash = uploads.queries.find_clash(connection, **place)
        cursor.execute(f"explain {uploads.queries.find_clash.sql}", place)
        plan = "\n".join(line["QUERY PLAN"] for line in cursor.fetchall())
    assert clash["path"].startswith("box 7/")
    assert "Index Cond: ((upload_id = 1) AND ((alike)::text >= 'box 7/'::text)" in plan
