"""Pre-flight: real files in real folders, every fault in one pass, nothing written."""

import hashlib
import os

import pytest
from PIL import Image
from scan_pictures import codes, colour, grey, manifest, save

from heritage_color.errors import DeliveryError
from heritage_color.scans.check import check_delivery
from heritage_color.scans.decoding import policies
from heritage_color.settings import Settings


@pytest.fixture
def delivery(tmp_path):
    """A folder with two sound scans."""
    folder = tmp_path / "delivery"
    save(folder / "a.tif")
    save(folder / "box 2" / "b.jpg")
    return folder


def test_a_sound_delivery_has_nothing_to_note(delivery):
    report = check_delivery(delivery, Settings())
    counts = {"files": 2, "accepted": 2, "refused": 0, "checksums": {"listed": 0, "verified": 0}}
    profiles = [policies.load_profiles("any")[""].as_json()]
    viruses = {"engine": None, "files": 0, "scanned": 0}
    assert report.as_json() == counts | {"profiles": profiles, "findings": [], "viruses": viruses}
    unscanned = "Viruses: nothing was scanned, as HERITAGE_VIRUS_SCANNER is not set."
    assert report.as_text() == f"delivery: 2 pictures, 2 accepted, 0 refused.\n{unscanned}\nNothing to note."


def test_nothing_is_written(delivery):
    before = [(path, path.stat().st_mtime_ns) for path in sorted(delivery.rglob("*"))]
    check_delivery(delivery, Settings())
    assert [(path, path.stat().st_mtime_ns) for path in sorted(delivery.rglob("*"))] == before


def test_all_faults_come_in_one_pass_and_the_totals_add_up(delivery):
    (delivery / "empty.tif").touch()
    (delivery / "text.tif").write_text("not a picture")
    (delivery / "cut.jpg").write_bytes((delivery / "box 2" / "b.jpg").read_bytes()[:500])
    save(delivery / "moving.gif")
    (delivery / "notes.pdf").write_bytes(b"%PDF-1.4")
    report = check_delivery(delivery, Settings())
    assert (report.files, report.accepted, report.refused) == (7, 2, 5)
    assert codes(report) == [
        ("cut.jpg", "truncated"),
        ("empty.tif", "empty"),
        ("moving.gif", "unsupported"),
        ("notes.pdf", "document"),
        ("text.tif", "not-a-picture"),
    ]


def test_one_picture_delivered_2933_times_is_one_group_of_the_report(delivery):
    for number in range(2932):
        os.link(delivery / "a.tif", delivery / f"copy-{number:04}.tif")
    report = check_delivery(delivery, Settings())
    assert (report.files, report.accepted, report.refused) == (2934, 2934, 0)
    assert [(code, len(found)) for _, code, found in report.groups] == [("same-picture-twice", 2932)]
    lines = report.as_text().splitlines()
    assert (lines[3], len(lines)) == ("warning same-picture-twice: 2932 findings", 25)
    assert lines[-1].startswith("  and 2912 more: It is stored once;")


def test_findings_name_file_row_and_remedy(delivery):
    manifest(delivery, {"file": "a.tif"}, {"file": "box 2/b.jpg", "date": "long ago"})
    (fault,) = check_delivery(delivery, Settings()).as_json()["findings"]
    assert fault == {
        "file": "box 2/b.jpg",
        "row": 3,
        "code": "bad-date",
        "severity": "warning",
        "sentence": "box 2/b.jpg has a date in manifest.csv that is not EDTF: long ago is written otherwise (row 3). "
        "Write 1912, 1912-05, 1912~, 191X or 1910/1915.",
    }


def test_what_could_not_be_verified_is_taken_in_with_a_warning(delivery):
    (delivery / "notes.txt").write_text("".join(f"{'ab' * 32}  {name}\n" for name in ("a.tif", "box 2/b.jpg")))
    report = check_delivery(delivery, Settings())
    assert (report.accepted, report.listed, report.verified) == (2, 2, 0)
    assert codes(report) == [
        ("a.tif", "checksum-unverified"),
        ("box 2/b.jpg", "checksum-unverified"),
        ("notes.txt", "checksum-algorithm-unknown"),
    ]


def test_what_systems_leave_behind_is_neither_counted_nor_reported(delivery):
    for name in (".DS_Store", "Thumbs.db", ".done", "._a.tif", "__MACOSX/x.tif"):
        (delivery / name).parent.mkdir(exist_ok=True)
        (delivery / name).write_bytes(b"\0")
    assert check_delivery(delivery, Settings()).as_json()["findings"] == []


def test_the_fingerprint_does_not_heed_what_systems_leave_behind(delivery):
    before = check_delivery(delivery, Settings()).fingerprint
    (delivery / ".DS_Store").write_bytes(b"\0")
    assert check_delivery(delivery, Settings()).fingerprint == before


def test_links_are_not_followed(delivery, tmp_path):
    secret = save(tmp_path / "elsewhere.tif")
    (delivery / "link.tif").symlink_to(secret)
    (delivery / "folder").symlink_to(tmp_path)
    report = check_delivery(delivery, Settings())
    assert codes(report) == [("folder", "symlink"), ("link.tif", "symlink")]
    assert (report.files, report.refused) == (3, 1)


def test_a_pipe_does_not_hang_the_check(delivery):
    os.mkfifo(delivery / "pipe.tif")
    assert codes(check_delivery(delivery, Settings())) == [("pipe.tif", "not-a-file")]


def test_names_that_hide_something_are_refused_and_shown_escaped(delivery):
    save(delivery / "line\nbreak.tif")
    save(delivery / "turned\u202efit.tif")
    assert codes(check_delivery(delivery, Settings())) == [
        ("line\\nbreak.tif", "name-unsafe"),
        ("turned\\u202efit.tif", "name-unsafe"),
    ]


@pytest.mark.parametrize("name", ["<script>.tif", "con.tif", " a.tif", "a?.tif"])
def test_names_that_do_not_travel_are_noted(delivery, name):
    save(delivery / name)
    assert codes(check_delivery(delivery, Settings())) == [(name, "name-not-portable")]


def test_disguised_pictures_are_taken_as_what_they_are(delivery):
    (delivery / "a.tif").rename(delivery / "c.png")
    report = check_delivery(delivery, Settings())
    assert codes(report, "warning") == [("c.png", "disguised")]
    assert {one.picture.media_type for one in report.pictures} == {"image/tiff", "image/jpeg"}


def test_the_same_picture_twice_is_noted(delivery):
    (delivery / "z.tif").write_bytes((delivery / "a.tif").read_bytes())
    assert codes(check_delivery(delivery, Settings())) == [("z.tif", "same-picture-twice")]


def test_colour_is_noticed_where_it_is_real(delivery):
    save(delivery / "colour.png", colour())
    assert codes(check_delivery(delivery, Settings())) == [("colour.png", "already-colour")]


def test_a_folder_without_pictures_is_no_delivery(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(DeliveryError, match="holds no picture"):
        check_delivery(tmp_path, Settings())


def test_a_folder_that_is_not_there_is_no_delivery(tmp_path):
    with pytest.raises(DeliveryError, match="is not a folder"):
        check_delivery(tmp_path / "nowhere", Settings())


def test_rows_and_files_must_match(delivery):
    rows = ["box 2\\b.jpg", "lost.tif", "../outside.tif", "/etc/passwd", "C:\\scans\\a.tif", ""]
    manifest(delivery, *({"file": name, "title": str(place)} for place, name in enumerate(rows)))
    report = check_delivery(delivery, Settings())
    assert codes(report, "error") == [
        ("../outside.tif", "path-outside"),
        ("/etc/passwd", "path-outside"),
        ("C:\\scans\\a.tif", "path-outside"),
        ("a.tif", "not-in-manifest"),
        ("lost.tif", "file-missing"),
        ("manifest.csv", "row-without-file"),
    ]


def test_rows_about_the_same_file_or_identifier_are_found(delivery):
    save(delivery / "c.tif")
    manifest(
        delivery,
        {"file": "a.tif", "identifier": "1"},
        {"file": "a.tif", "identifier": "2"},
        {"file": "box 2/b.jpg", "identifier": "1"},
        {"file": "c.tif", "identifier": "3"},
        {"file": "c.tif", "identifier": "3"},
    )
    assert [(*pair, fault.row) for pair, fault in with_rows(check_delivery(delivery, Settings()))] == [
        ("a.tif", "row-twice", 3),
        ("box 2/b.jpg", "duplicate-identifier", 4),
        ("c.tif", "row-repeated", 6),
    ]


def with_rows(report):
    return list(zip(codes(report), report.findings, strict=True))


def test_names_match_across_case_and_the_encoding_of_accents(delivery):
    save(delivery / "Cafe\u0301.tif")
    manifest(delivery, {"file": "caf\u00e9.TIF"}, {"file": "a.tif"}, {"file": "box 2/b.jpg"})
    assert codes(check_delivery(delivery, Settings())) == [("Cafe\u0301.tif", "name-differs")]


def test_without_a_readable_manifest_everything_stays_out(delivery):
    (delivery / "manifest.csv").write_text("no columns that we know\n")
    report = check_delivery(delivery, Settings())
    assert (report.accepted, report.refused) == (0, 2)
    assert {code for _, code in codes(report)} == {"manifest-unreadable"}


def test_checksums_are_verified_and_counted(delivery):
    text = "".join(f"{digest(path)} *{path.relative_to(delivery)}\r\n" for path in files(delivery))
    (delivery / "md5sums.txt").write_text(text)
    report = check_delivery(delivery, Settings())
    assert (report.listed, report.verified, report.findings) == (2, 2, [])
    assert "2 of 2 listed were verified" in report.as_text()


def test_one_flipped_bit_is_found(delivery):
    (delivery / "checksums.md5").write_text(f"{digest(delivery / 'a.tif')}  a.tif\n{'0' * 32}  gone.tif\n")
    content = bytearray((delivery / "a.tif").read_bytes())
    content[-1] ^= 1
    (delivery / "a.tif").write_bytes(content)
    report = check_delivery(delivery, Settings())
    assert codes(report) == [
        ("a.tif", "checksum-mismatch"),
        ("box 2/b.jpg", "checksum-unlisted"),
        ("gone.tif", "checksum-missing-file"),
    ]
    assert (report.accepted, report.clean) == (1, False)


def test_checksums_of_the_manifest_are_verified_too(delivery):
    right = "SHA-1: " + digest(delivery / "a.tif", "sha1").upper()
    manifest(delivery, {"file": "a.tif", "checksum": right}, {"file": "box 2/b.jpg", "checksum": "0" * 32})
    report = check_delivery(delivery, Settings())
    assert (report.verified, report.listed) == (1, 2)
    assert codes(report) == [("box 2/b.jpg", "checksum-mismatch")]


def digest(path, algorithm="md5"):
    return hashlib.new(algorithm, path.read_bytes()).hexdigest()


def files(delivery):
    return sorted(path for path in delivery.rglob("*") if path.is_file())


def test_references_are_no_scans(delivery):
    save(delivery / "true.png", colour())
    manifest(delivery, {"file": "a.tif", "reference": "true.png"}, {"file": "box 2/b.jpg"})
    report = check_delivery(delivery, Settings())
    assert (report.findings, [one.role for one in report.pictures]) == ([], ["scan", "reference", "scan"])


def test_references_must_be_colour_of_the_same_size_and_of_a_scan_that_stays(delivery):
    save(delivery / "grey.png", grey(5))
    save(delivery / "small.png", colour(1, 120, 80))
    (delivery / "broken.tif").write_text("")
    save(delivery / "alone.png", colour(2))
    manifest(
        delivery,
        {"file": "a.tif", "reference": "grey.png"},
        {"file": "box 2/b.jpg", "reference": "small.png"},
        {"file": "broken.tif", "reference": "alone.png"},
    )
    assert [pair for pair in codes(check_delivery(delivery, Settings())) if pair[1].startswith("reference")] == [
        ("a.tif", "reference-refused"),
        ("alone.png", "reference-without-scan"),
        ("box 2/b.jpg", "reference-refused"),
        ("grey.png", "reference-grey"),
        ("small.png", "reference-size"),
    ]


def test_a_reference_that_was_not_delivered_leaves_its_scan_in(delivery):
    manifest(delivery, {"file": "a.tif", "reference": "lost.png"}, {"file": "box 2/b.jpg", "reference": "a.tif"})
    report = check_delivery(delivery, Settings())
    assert codes(report) == [("a.tif", "reference-is-scan"), ("lost.png", "reference-missing")]
    assert report.accepted == 2


def test_a_manifest_of_ten_thousand_rows_is_joined_in_one_pass(delivery):
    rows = [{"file": f"{number:05}.tif", "identifier": str(number)} for number in range(10_000)]
    manifest(delivery, *rows, {"file": "a.tif", "identifier": "17"}, {"file": "box 2/b.jpg"})
    report = check_delivery(delivery, Settings())
    assert len(report.findings) == 10_000
    assert len(report.as_text().splitlines()) < 40


def test_a_picture_that_exif_turns_is_counted_upright(delivery):
    exif = Image.Exif()
    exif[0x0112] = 6
    save(delivery / "turned.jpg", grey(1, 60, 40), exif=exif)
    turned = next(one for one in check_delivery(delivery, Settings()).pictures if one.name == "turned.jpg")
    assert (turned.picture.width, turned.picture.height) == (40, 60)


@pytest.mark.parametrize("name", ["a.tif", "a.jpg", "a.png", "a.webp"])
def test_a_bad_profile_is_named_and_the_picture_taken(tmp_path, name):
    report = check_delivery(save(tmp_path / name, icc_profile=b"no profile at all" * 9).parent, Settings())
    assert (report.accepted, report.clean) == (1, True)
    assert any("ICC profile does not fit: it is damaged" in one.sentence for one in report.findings)


def test_names_that_differ_in_letter_case_only_are_noted(delivery):
    save(delivery / "A.tif", grey(7))
    found = [(file, code) for file, code in codes(check_delivery(delivery, Settings())) if code == "name-collision"]
    assert found == [("a.tif", "name-collision")]
