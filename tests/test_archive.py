"""The archive in one hand: verified objects, one client for many, and errors that are ours."""

import dataclasses
import hashlib
import multiprocessing
import os
import threading

import pytest
from catalog_rows import add_scan

from heritage_color import s3
from heritage_color.archive import key_for, open_archive
from heritage_color.errors import DAMAGES, FixityError, MissingObject, PictureError, ServiceError, sentence_of
from heritage_color.s3 import Role
from heritage_color.store import Store

BYTES = b"a picture's bytes"
SHA256 = hashlib.sha256(BYTES).hexdigest()
KEY = key_for("masters", SHA256, ".tif")


@pytest.fixture
def archive(site, tmp_path):
    """The archive with one object in it."""
    source = tmp_path / "source.tif"
    source.write_bytes(BYTES)
    with open_archive(site) as archive:
        assert archive.deposit("masters", source, "image/tiff", ".tif") == (KEY, SHA256, True)
        yield archive


def exchange(archive, content):
    archive.store.client.put_object(Bucket=archive.bucket, Key=KEY, Body=content)


def test_an_object_comes_as_a_file_in_a_folder_or_under_a_name(archive, tmp_path):
    assert archive.file(KEY, SHA256, tmp_path) == tmp_path / f"{SHA256}.tif"
    assert archive.file(KEY, SHA256, tmp_path / "new" / "master.tif").read_bytes() == BYTES
    assert archive.read(KEY) == archive.read(KEY, SHA256) == BYTES


def test_what_is_there_already_is_used_and_what_is_damaged_there_is_fetched_again(archive, tmp_path):
    place = archive.file(KEY, SHA256, tmp_path / "master.tif")
    place.write_bytes(b"torn")
    assert archive.file(KEY, SHA256, place).read_bytes() == BYTES
    archive.store.delete(archive.bucket, KEY)
    assert archive.file(KEY, SHA256, place).read_bytes() == BYTES


def test_a_missing_object_is_named_with_its_remedy_and_leaves_no_file(archive, tmp_path):
    archive.store.delete(archive.bucket, KEY)
    before = sorted(tmp_path.rglob("*"))
    for ask in (lambda: archive.file(KEY, SHA256, tmp_path / "master.tif"), lambda: archive.read(KEY)):
        with pytest.raises(MissingObject, match=rf"^{KEY} of the archive is not there\. .*`heritage-color repair`\.$"):
            ask()
    assert sorted(tmp_path.rglob("*")) == before


def test_an_exchanged_object_is_never_handed_out(archive, tmp_path):
    exchange(archive, b"another picture's bytes")
    for ask in (lambda: archive.file(KEY, SHA256, tmp_path / "master.tif"), lambda: archive.read(KEY)):
        with pytest.raises(FixityError, match=rf"^{KEY} of the archive should have SHA-256 {SHA256}; .* repair`\.$"):
            ask()
    assert not (tmp_path / "master.tif").exists()


def test_a_stored_object_is_never_written_again_neither_by_the_server_nor_by_us(archive, site):
    store = archive.store
    assert store.write_once(site.archive_bucket, KEY, b"another picture's bytes", "image/tiff") is False
    with pytest.raises(FixityError, match="is named after its bytes and is never written again"):
        store.replace(site.archive_bucket, KEY, b"another picture's bytes", "image/tiff")
    assert store.digest(site.archive_bucket, KEY) == SHA256


def test_a_server_that_is_away_is_no_damage_of_an_object(archive, site, tmp_path):
    away = dataclasses.replace(archive, store=Store(dataclasses.replace(site, s3_endpoint="http://127.0.0.1:9")))
    with pytest.raises(ServiceError, match="does not answer"):
        away.file(KEY, SHA256, tmp_path / "master.tif")


def test_a_bucket_that_is_away_is_no_damage_of_an_object(archive, site, tmp_path):
    lost = dataclasses.replace(
        archive, store=Store(dataclasses.replace(site, archive_bucket="a-bucket-that-nobody-makes"))
    )
    with pytest.raises(ServiceError, match="has no bucket a-bucket-that-nobody-makes"):
        lost.file(KEY, SHA256, tmp_path / "master.tif")


def test_whoever_opens_a_key_that_is_not_there_gets_an_error_of_ours(site):
    with pytest.raises(MissingObject, match=rf"{site.archive_bucket}/nothing is not there\."):
        Store(site).open(site.archive_bucket, "nothing")
    assert Store(site).digest(site.archive_bucket, "nothing") == "nothing"


def test_a_record_of_the_same_facts_is_one_object(archive):
    assert [archive.keep_record(SHA256, "withdrawal", reason="asked", by="eva") for _ in range(2)] == [True, False]
    assert archive.keep_record(SHA256, "withdrawal", reason="asked again", by="eva")


def test_many_archives_share_one_client_and_each_role_has_its_own(site):
    threads, seen = [], []
    s3.clients.forget()
    for _ in range(16):
        threads.append(threading.Thread(target=lambda: seen.append(Store(site).client)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert len(seen) == 16
    assert len(set(map(id, seen))) == 1
    assert Store(dataclasses.replace(site, archive_bucket="another")).client is seen[0]
    assert Store(site, Role.PUBLISHER).client is not seen[0]
    assert Store(dataclasses.replace(site, s3_secret_key="other")).client is not seen[0]


def test_a_forked_process_begins_with_clients_of_its_own(site):
    made = Store(site).client
    answers = multiprocessing.get_context("fork").SimpleQueue()
    if (child := os.fork()) == 0:
        answers.put(Store(site).client is not made and Store(site).read(site.archive_bucket, "nothing") is None)
        os._exit(0)
    os.waitpid(child, 0)
    assert answers.get()
    assert Store(site).client is made


def test_what_is_set_aside_has_its_sentence_until_it_is_taken_up(site, rows):
    scan = add_scan(site)
    with open_archive(site) as archive:
        archive.set_aside("metrics", FixityError("It is another."), scan)
        archive.set_aside("metrics", MissingObject("It is not there."), scan)
        archive.set_aside("likeness", MissingObject("It is not there."), scan)
    standing = rows("select stage, sentence from set_aside order by stage")
    assert [row["stage"] for row in standing] == ["likeness", "metrics"]
    assert {row["sentence"] for row in standing} == {"It is not there."}
    with open_archive(site) as archive:
        archive.take_up("metrics", scan)
    assert rows("select stage from set_aside") == [{"stage": "likeness"}]


def test_what_is_wrong_with_one_item_has_its_sentence():
    errors = [FixityError("It is another."), PictureError("too-dark", "It is too dark."), MemoryError()]
    assert all(isinstance(error, DAMAGES) for error in errors)
    assert [sentence_of(error) for error in errors[:2]] == ["It is another.", "It is too dark."]
    assert "not enough memory" in sentence_of(errors[2])
