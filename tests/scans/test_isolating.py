"""One cell, row, file, date, sidecar or list that raises anything is a finding of its place; the rest goes on."""

import errno
import shutil
from dataclasses import replace

import pytest
from scan_pictures import manifest, save

from heritage_color.archive import key_for
from heritage_color.digests import sha256_file
from heritage_color.errors import DeliveryError, FixityError, PictureError, ServiceError
from heritage_color.scans import check, steps
from heritage_color.scans.arrival import companions, inbox, names, unpacking
from heritage_color.scans.intake import taking
from heritage_color.scans.integrity import bags, checksums
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.metadata import dates, joining
from heritage_color.settings import Settings
from heritage_color.store import Store


class Unheard(Exception):
    """Of a kind that no code expects."""


def fails_at(word, kind=Unheard):
    """Makes a function raise where the word is in what it gets first."""

    def broken(original):
        def call(*given, **named):
            if word in str(given[0]):
                raise kind("of its own")
            return original(*given, **named)

        return call

    return broken


@pytest.fixture
def delivery(tmp_path):
    """Three sound scans with a manifest, a checksum list, a sidecar and a note."""
    folder = tmp_path / "delivery"
    for name in ("a.png", "b.png", "c.png"):
        save(folder / name)
    manifest(folder, {"file": "a.png", "date": "1912"}, {"file": "b.png", "date": "1913"}, {"file": "c.png"})
    (folder / "b.pp3").write_text("[Version]\n")
    return folder


@pytest.mark.parametrize(
    ("module", "function", "word", "place"),
    [
        (dates, "fault", "1913", ("b.png", 3)),
        (joining, "_join_row", "'b.png'", ("manifest.csv", 3)),
        (joining, "check_cells", "'b.png'", ("b.png", 3)),
        (names, "check_name", "b.png", ("b.png", None)),
        (companions, "note", "b.pp3", ("b.pp3", None)),
    ],
)
@pytest.mark.parametrize("kind", [Unheard, MemoryError, RecursionError, ZeroDivisionError])
def test_what_one_place_raises_is_its_finding_alone(monkeypatch, delivery, module, function, word, place, kind):
    monkeypatch.setattr(module, function, fails_at(word, kind)(getattr(module, function)))
    report = check.check_delivery(delivery, Settings())
    (fault,) = [one for one in report.findings if one.code == "internal-fault"]
    assert ((fault.file, fault.row), f"{kind.__name__}: of its own" in fault.sentence) == (place, True)
    assert [one.name for one in report.pictures if not one.accepted] == ([] if "pp3" in word else ["b.png"])
    assert (report.files, report.clean) == (3, False)


def test_a_list_that_raises_is_an_error_of_its_own(monkeypatch, delivery):
    for name in ("md5sums.txt", "sha256sums.txt"):
        (delivery / name).write_text("")
    monkeypatch.setattr(checksums, "read_checksums", fails_at("md5")(checksums.read_checksums))
    found = {
        (one.file, one.code) for one in check.check_delivery(delivery, Settings()).findings if one.severity == "error"
    }
    assert found == {("md5sums.txt", "internal-fault"), ("sha256sums.txt", "checksum-file-empty")}


def test_an_archive_at_which_unpacking_raises_is_refused_whole(monkeypatch, delivery, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "box"), "zip", delivery)
    monkeypatch.setattr(unpacking, "unpack", fails_at("box.zip")(unpacking.unpack))
    report = check.check_delivery(archive, Settings())
    assert [(one.file, one.code) for one in report.findings] == [("box.zip", "internal-fault")]
    assert (report.files, report.accepted) == (1, 0)


def test_a_bag_at_which_reading_raises_is_an_error_of_its_declaration(monkeypatch, delivery, tmp_path):
    (tmp_path / "bag").mkdir()
    delivery.rename(tmp_path / "bag" / "data")
    (tmp_path / "bag" / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    monkeypatch.setattr(bags, "read_bag", fails_at("bag")(bags.read_bag))
    report = check.check_delivery(tmp_path / "bag", Settings())
    assert [(one.file, one.code) for one in report.findings if one.severity == "error"] == [
        ("bagit.txt", "internal-fault")
    ]


@pytest.mark.parametrize(("module", "function"), [(joining, "join"), (joining, "check_references")])
def test_what_is_raised_over_all_pictures_keeps_all_out(monkeypatch, delivery, module, function):
    monkeypatch.setattr(module, function, fails_at("")(getattr(module, function)))
    report = check.check_delivery(delivery, Settings())
    assert (report.files, report.accepted) == (3, 0)


@pytest.mark.parametrize(
    "error", [DeliveryError("all"), ServiceError("away"), OSError(errno.ENOSPC, "full"), KeyboardInterrupt()]
)
def test_what_concerns_the_whole_passes(error):
    with pytest.raises(type(error)), Isolated([], "a.png"):
        raise error


def test_a_pictures_own_error_is_its_finding():
    faults = []
    with Isolated(faults, "a.png") as place:
        raise PictureError("too-slow", "It was too slow.")
    assert (place.error, [one.file for one in faults]) == ("PictureError: It was too slow.", ["a.png"])


def test_a_file_that_raises_while_it_is_taken_in_is_refused_and_owed(monkeypatch, site, delivery, rows):
    monkeypatch.setattr(taking, "new_scan", fails_at("b.png")(taking.new_scan))
    counts = steps.ingest(site, delivery)
    assert (counts.files, counts.accepted, counts.refused) == (3, 2, 1)
    assert rows("select path, outcome from delivered_files where outcome = 'refused'") == [
        {"path": "b.png", "outcome": "refused"}
    ]
    assert [one["code"] for one in rows("select code from findings where file = 'b.png'")] == ["internal-fault"]
    monkeypatch.undo()
    assert rows("select path from debts") == [{"path": "b.png"}]


@pytest.fixture
def watching(site, tmp_path):
    """A site that watches a folder with one delivery in it."""
    save(tmp_path / "inbox" / "glass" / "a.tif")
    settings = replace(site, inbox=str(tmp_path / "inbox"), inbox_quiet_seconds=0)
    steps.look_at_inbox(settings)
    return settings


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ServiceError("The S3 server does not answer."), "Not taken in yet. The S3 server does not answer."),
        (Unheard("of its own"), "The archive met a fault of its own: Unheard: of its own."),
        (MemoryError(), "The archive met a fault of its own: MemoryError."),
        (DeliveryError("It holds no picture."), "It holds no picture."),
    ],
)
def test_a_watched_delivery_gets_its_sentence_whatever_went_wrong(monkeypatch, watching, error, said):
    source = f"{watching.inbox}/glass"

    def broken(*_):
        raise error

    monkeypatch.setattr(steps, "take_in", broken)
    with pytest.raises(type(error)):
        steps.take_from_inbox(watching, source)
    with open(f"{source}{inbox.REPORT}", encoding="utf-8") as file:
        assert said in file.read()


def test_the_catalog_away_leaves_a_sentence_too(watching):
    source = f"{watching.inbox}/glass"
    with pytest.raises(ServiceError):
        steps.take_from_inbox(replace(watching, database="postgresql://127.0.0.1:1/none"), source)
    with open(f"{source}{inbox.REPORT}", encoding="utf-8") as file:
        assert "The catalog does not answer" in file.read()


def test_a_file_whose_object_is_damaged_waits_and_keeps_no_other_out(site, delivery, rows):
    stored = Store(site)
    key = key_for("masters", sha256_file(delivery / "b.png"), ".png")
    stored.write_once(site.archive_bucket, key, b"rotten", "image/png")
    with pytest.raises(FixityError, match=r"^b\.png is not taken in: .* run again when it is put right\.$"):
        steps.ingest(site, delivery)
    assert [file["path"] for file in rows("select path from delivered_files order by path")] == ["a.png", "c.png"]
    assert rows("select state from deliveries") == [{"state": "received"}]
    stored.restore(site.archive_bucket, key, delivery / "b.png", "image/png")
    assert steps.ingest(site, delivery).accepted == 3
