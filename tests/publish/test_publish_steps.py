"""Publishing against a real catalog and a real S3 server."""

import json
import urllib.request

import catalog_rows
import numpy as np
import pytest
import pyvips
from catalog_rows import add_colorization, add_museum, add_scan, approve
from damaging import overwrite

from heritage_color.curation import notes
from heritage_color.curation.notes import Note
from heritage_color.curation.steps import decide, flag_do_not_colorize
from heritage_color.errors import FixityError, PictureError
from heritage_color.preservation.withdrawing import withdraw
from heritage_color.publish import derivatives, steps
from heritage_color.publish.steps import Mirrored, Published, mirror, publish
from heritage_color.store import Store


@pytest.fixture
def approved(site):
    """A museum of two scans with approved colorizations."""
    pictures = add_museum(site, 2)
    for colorization in pictures:
        approve(site, colorization)
    return pictures


def index(site) -> dict:
    return json.loads(Store(site).read(site.public_bucket, "index.json") or b'{"pictures": []}')


def public(site, key: str) -> bytes:
    with urllib.request.urlopen(f"{site.public_address}/{key}") as answer:
        return answer.read()


def test_only_approved_pictures_are_published(site, approved):
    add_colorization(site, add_scan(site, "undecided"))
    assert publish(site) == Published(2, withdrawn=0, new=2)
    assert [picture["identifier"] for picture in index(site)["pictures"]] == ["photo-1", "photo-2"]


def test_a_second_run_changes_nothing(site, approved):
    publish(site)
    before = list(Store(site).keys(site.public_bucket))
    assert publish(site) == Published(2, withdrawn=0, new=0)
    assert list(Store(site).keys(site.public_bucket)) == before


def test_everybody_can_read_what_the_index_names(site, approved):
    publish(site)
    picture = index(site)["pictures"][0]
    keys = [
        picture["manifest"],
        *(picture[what][key] for what in ("original", "colour") for key in ("key", "gallery_key")),
    ]
    assert all(public(site, key) for key in [*keys, "index.html"])


def test_the_colour_that_is_published_is_the_derivatives_and_the_original_is_grey(site, approved):
    publish(site)
    picture = index(site)["pictures"][0]
    colour, original = (
        pyvips.Image.new_from_buffer(public(site, picture[what]["key"]), "").crop(0, 0, 96, 64).numpy()
        for what in ("colour", "original")
    )
    assert np.abs(colour - catalog_rows.picture("1/balanced").astype(float)).mean() < 8
    assert np.ptp(original, axis=2).max() == 0


def test_downloads_are_named_after_the_identifier(site, approved):
    publish(site)
    picture = index(site)["pictures"][0]
    with urllib.request.urlopen(f"{site.public_address}/{picture['colour']['key']}") as answer:
        assert answer.headers["Content-Disposition"] == 'inline; filename="photo-1-colorized.jpg"'
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_rejected_picture_leaves_the_index_with_a_row_and_an_event(site, approved, rows):
    publish(site)
    decide(site, approved[0], "rejected", "dull", "", "B. Curator")
    assert publish(site) == Published(1, withdrawn=1, new=0)
    assert [picture["identifier"] for picture in index(site)["pictures"]] == ["photo-2"]
    assert rows("select count(*) n from publications where withdrawn_at is not null")[0]["n"] == 1
    assert rows("select count(*) n from events where event_type = 'deaccession'")[0]["n"] == 1
    assert publish(site) == Published(1, withdrawn=0, new=0)


def test_a_scan_flagged_do_not_colorize_leaves_the_index(site, approved, rows):
    publish(site)
    scan = rows("select scan_id from scans where identifier = 'photo-2'")[0]["scan_id"]
    flag_do_not_colorize(site, scan, "portrait of a victim", "B. Curator")
    assert publish(site).withdrawn == 1
    assert b"photo-2" not in public(site, "index.html")


def test_a_picture_approved_again_is_published_again(site, approved):
    publish(site)
    decide(site, approved[0], "rejected", "dull", "", "B. Curator")
    publish(site)
    decide(site, approved[0], "approved", "plausible", "", "B. Curator")
    assert publish(site) == Published(2, withdrawn=0, new=1)


@pytest.mark.parametrize("step", ["_write_original", "_write_colour", "_add_publication", "_write_index"])
def test_killed_anywhere_readers_keep_the_old_index_and_the_next_run_goes_on(site, approved, monkeypatch, step):
    publish(site)
    approve(site, add_colorization(site, add_scan(site, "photo-3")))
    before = public(site, "index.html"), public(site, "index.json")

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, step, killed)
    with pytest.raises(KeyboardInterrupt):
        publish(site)
    monkeypatch.undo()
    assert (public(site, "index.html"), public(site, "index.json")) == before
    assert publish(site).published == 3


def test_what_must_go_is_gone_before_anything_new_is_made(site, approved, monkeypatch):
    publish(site)
    decide(site, approved[0], "rejected", "dull", "", "B. Curator")
    approve(site, add_colorization(site, add_scan(site, "photo-3")))

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "_publish_all", killed)
    with pytest.raises(KeyboardInterrupt):
        publish(site)
    assert [picture["identifier"] for picture in index(site)["pictures"]] == ["photo-2"]
    assert b"photo-1" not in public(site, "index.html")


@pytest.mark.parametrize("act", ["rejected", "flagged"])
def test_what_is_rejected_or_flagged_while_its_files_are_made_stays_unpublished(site, approved, monkeypatch, act):
    write_colour = steps._write_colour

    def meanwhile(archive, picture, described, folder):
        if act == "rejected":
            decide(site, picture.colorization_id, "rejected", "dull", "", "B. Curator")
        else:
            flag_do_not_colorize(site, picture.scan_id, "portrait of a victim", "B. Curator")
        return write_colour(archive, picture, described, folder)

    monkeypatch.setattr(steps, "_write_colour", meanwhile)
    assert publish(site) == Published(0, withdrawn=0, new=0)
    assert index(site)["pictures"] == []


@pytest.mark.parametrize("damage", ["swapped", "gone", "cut short"])
def test_a_damaged_picture_is_named_and_the_others_are_published(site, approved, rows, damage):
    store = Store(site)
    key = rows("select object_key from scans where identifier = 'photo-1'")[0]["object_key"]
    if damage == "gone":
        store.client.delete_object(Bucket=site.archive_bucket, Key=key)
    else:
        body = b"not a picture" if damage == "swapped" else store.read(site.archive_bucket, key)[:100]
        overwrite(site, key, body)
    with pytest.raises(PictureError, match=rf"1 pictures were not published: photo-1: {key} of the archive"):
        publish(site)
    assert [picture["identifier"] for picture in index(site)["pictures"]] == ["photo-2"]
    (aside,) = rows("select stage, colorization_id, sentence from set_aside")
    assert (aside["stage"], aside["colorization_id"]) == ("publish", approved[0])
    assert aside["sentence"].startswith(f"{key} of the archive")


def test_a_picture_that_was_set_aside_is_published_once_it_is_repaired(site, approved, rows):
    store = Store(site)
    key = rows("select object_key from colorizations where colorization_id = 1")[0]["object_key"]
    good = store.read(site.archive_bucket, key)
    overwrite(site, key, b"not a picture")
    with pytest.raises(PictureError):
        publish(site)
    overwrite(site, key, good)
    assert publish(site) == Published(2, withdrawn=0, new=1)
    assert rows("select * from set_aside") == []


def test_what_is_no_longer_wanted_is_no_longer_set_aside(site, approved, rows):
    key = rows("select object_key from colorizations where colorization_id = 1")[0]["object_key"]
    Store(site).delete(site.archive_bucket, key)
    with pytest.raises(PictureError):
        publish(site)
    decide(site, approved[0], "rejected", "dull", "", "B. Curator")
    assert publish(site).published == 1
    assert rows("select * from set_aside") == []


def test_a_picture_too_large_for_the_memory_leaves_the_others_to_be_published(site, approved, monkeypatch):
    open_upright = derivatives.open_upright

    def opened(path):
        if opened.calls.append(path) or len(opened.calls) == 1:
            raise MemoryError
        return open_upright(path)

    opened.calls = []
    monkeypatch.setattr(derivatives, "open_upright", opened)
    with pytest.raises(PictureError, match="photo-1: There is not enough memory for it"):
        publish(site)
    assert [picture["identifier"] for picture in index(site)["pictures"]] == ["photo-2"]


@pytest.mark.parametrize("damage", [b"{not json", b'{"pictures": [{"manifest": "x"}], "institution": ""}', None])
def test_a_damaged_index_is_made_anew_from_the_records(site, approved, damage):
    publish(site)
    before = public(site, "index.json")
    if damage is None:
        Store(site).delete(site.public_bucket, "index.json")
    else:
        Store(site).replace(site.public_bucket, "index.json", damage, "application/json")
    assert publish(site) == Published(2, withdrawn=0, new=0)
    assert public(site, "index.json") == before


def test_a_record_that_is_gone_with_the_index_costs_its_picture_alone(site, approved, rows):
    publish(site)
    key = rows("select manifest_key from publications where colorization_id = 1")[0]["manifest_key"]
    for lost in (key, "index.json"):
        Store(site).delete(site.public_bucket, lost)
    with pytest.raises(PictureError, match=rf"photo-1: \S+/{key} is missing or was changed"):
        publish(site)
    assert [picture["identifier"] for picture in index(site)["pictures"]] == ["photo-2"]


def test_the_mirror_holds_what_the_index_names(site, approved, tmp_path):
    publish(site)
    assert mirror(site, tmp_path) == Mirrored(8, new=8, removed=0)
    assert mirror(site, tmp_path) == Mirrored(8, new=0, removed=0)
    assert all((tmp_path / picture["colour"]["key"]).is_file() for picture in index(site)["pictures"])


def test_a_withdrawn_scan_leaves_its_tombstone_in_the_gallery(site, approved):
    publish(site)
    withdraw(site, "photo-1", "Given back to the <family>.", "Ada")
    add_scan(site, "photo-9")
    withdraw(site, "photo-9", "Never was public.", "Ada")
    assert publish(site).withdrawn == 1
    (stone,) = index(site)["withdrawn"]
    assert (stone["identifier"], stone["reason"]) == ("photo-1", "Given back to the <family>.")
    assert "Given back to the &lt;family&gt;." in public(site, "index.html").decode()


@pytest.mark.parametrize("table", ["scans", "colorizations"])
def test_what_is_known_to_be_damaged_waits_for_its_repair(site, approved, rows, table):
    rows(f"update {table} set fixity_intact = false where scan_id = 1")
    assert publish(site).published == 1
    rows(f"update {table} set fixity_intact = true")
    assert publish(site).published == 2


def test_a_later_mirror_forgets_what_was_withdrawn_and_nothing_else(site, approved, tmp_path):
    publish(site)
    mirror(site, tmp_path)
    (tmp_path / "objects" / "notes.txt").write_text("ours")
    decide(site, approved[0], "rejected", "dull", "", "B. Curator")
    publish(site)
    assert mirror(site, tmp_path).removed == 3
    assert (tmp_path / "objects" / "notes.txt").is_file()


@pytest.mark.parametrize(
    "key", ["../../escaped.jpg", "/etc/passwd", "manifests/x.json", "objects/sha256/../../../x.jpg"]
)
def test_the_mirror_refuses_keys_that_are_none_of_ours(site, approved, tmp_path, key):
    publish(site)
    forged = index(site)
    forged["pictures"][0]["colour"]["key"] = key
    Store(site).replace(site.public_bucket, "index.json", json.dumps(forged).encode(), "application/json")
    with pytest.raises(FixityError, match="no key of a published object"):
        mirror(site, tmp_path / "mirror")


def test_the_mirror_does_not_follow_links_out_of_its_folder(site, approved, tmp_path):
    publish(site)
    (tmp_path / "mirror").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mirror" / "objects").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FixityError, match="leads out"):
        mirror(site, tmp_path / "mirror")
    assert not list((tmp_path / "elsewhere").rglob("*.jpg"))


def test_the_mirror_refuses_a_damaged_object(site, approved, tmp_path):
    publish(site)
    key = index(site)["pictures"][0]["original"]["key"]
    Store(site).client.put_object(Bucket=site.public_bucket, Key=key, Body=b"not what it was")
    with pytest.raises(FixityError, match="is damaged"):
        mirror(site, tmp_path)


def test_public_notes_on_regions_go_into_the_record_and_internal_or_deleted_ones_do_not(site, approved):
    for number, (words, shown) in enumerate((("A red coat.", True), ("Ask the family.", False), ("Wrong.", True))):
        note = Note(10, 20, 30, 25, words, shown)
        notes.add_note(site, f"00000000-0000-4000-8000-00000000000{number}", approved[0], note, "Ada Curator")
    notes.delete_note(site, "00000000-0000-4000-8000-000000000002", "Ada Curator")
    publish(site)
    records = [json.loads(public(site, picture["manifest"])) for picture in index(site)["pictures"]]
    (item,) = records[0]["notes"]["items"]
    assert (item["body"]["value"], item["target"].rsplit("#", 1)[1]) == ("A red coat.", "xywh=10,13,29,16")
    assert "notes" not in records[1]
