"""Bags, also by other tools, written here by hand: RFC 8493 and its 0.97 ancestor."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scan_pictures import codes, manifest, save

from benchmarks import bags as suite
from benchmarks.bags import judge
from heritage_color.errors import DeliveryError
from heritage_color.scans import steps
from heritage_color.scans.check import check_delivery
from heritage_color.settings import Settings

INFO = "Source-Organization: City Museum\nContact-Name: A. Curator,\n  second floor\nContact-Name: B. Curator\n"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_lists(bag, lines=None, version="1.0"):
    """Complete a folder with data/ to a bag; `lines` are those of its payload manifest."""
    (bag / "bagit.txt").write_text(f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n")
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(bag)}" for path in payload] if lines is None else lines
    (bag / "manifest-sha256.txt").write_text("".join(f"{line}\n" for line in lines))
    oxum = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    (bag / "bag-info.txt").write_text(f"{INFO}Payload-Oxum: {oxum}\n")
    tags = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")
    (bag / "tagmanifest-sha256.txt").write_text("".join(f"{sha256(bag / name)} {name}\n" for name in tags))
    return bag


@pytest.fixture
def bag(tmp_path):
    """A sound bag of two scans with manifest.csv."""
    data = tmp_path / "bag" / "data"
    save(data / "a.tif")
    save(data / "box" / "b.jpg")
    manifest(data, {"file": "a.tif"}, {"file": "box/b.jpg"})
    return write_lists(tmp_path / "bag")


def test_the_payload_of_a_bag_is_the_delivery(bag):
    report = check_delivery(bag, Settings())
    assert (report.findings, [one.name for one in report.pictures]) == ([], ["a.tif", "box/b.jpg"])
    assert (report.listed, report.verified) == (6, 6)  # three files of the payload, three tag files


def test_a_bag_is_found_one_folder_too_deep(bag, tmp_path):
    assert check_delivery(tmp_path, Settings()).verified == 6


def test_a_bag_of_another_tool_is_read(tmp_path):
    data = tmp_path / "bag" / "data"
    for name in ("a%b.tif", "two\nlines.tif", "re\rturn.tif", "100%25.tif"):
        save(data / name)
    names = {
        "a%b.tif": "data/a%25b.tif",
        "two\nlines.tif": "data/two%0Alines.tif",
        "re\rturn.tif": "./data/re%0dturn.tif",
    }
    names["100%25.tif"] = "data/100%25.tif"  # as tools before RFC 8493 left it
    lines = [f"{sha256(data / name).upper()}\t*{listed}\r" for name, listed in names.items()]
    report = check_delivery(write_lists(tmp_path / "bag", lines, version="0.97"), Settings())
    assert (report.listed, report.verified) == (7, 7)
    assert {code for _, code in codes(report)} == {"name-unsafe"}  # of the two names with control characters


def test_faults_of_a_payload_are_the_usual_findings(bag):
    (bag / "data" / "box" / "b.jpg").unlink()
    content = bytearray((bag / "data" / "a.tif").read_bytes())
    content[-1] ^= 1
    (bag / "data" / "a.tif").write_bytes(content)
    (bag / "data" / "manifest.csv").write_text("file\na.tif\nc.tif\n")
    save(bag / "data" / "c.tif")
    assert codes(check_delivery(bag, Settings()), "error") == [
        ("a.tif", "checksum-mismatch"),
        ("bag-info.txt", "bag-oxum"),
        ("box/b.jpg", "checksum-missing-file"),
        ("c.tif", "bag-unlisted"),
        ("manifest.csv", "checksum-mismatch"),
    ]


def test_changed_tag_files_are_found(bag):
    (bag / "bag-info.txt").write_text("Contact-Name: somebody else\n")
    (bag / "tagmanifest-sha256.txt").open("a").write(f"{'0' * 64}  gone.txt\n")
    assert codes(check_delivery(bag, Settings())) == [
        ("bag-info.txt", "checksum-mismatch"),
        ("gone.txt", "checksum-missing-file"),
    ]


def test_tag_files_in_folders_are_verified_and_links_to_others_are_not_read(bag, tmp_path):
    (bag / "metadata").mkdir()
    (bag / "metadata" / "mets.xml").write_text("<mets/>")
    (tmp_path / "secret.xml").write_text("secret")
    (bag / "metadata" / "link.xml").symlink_to(tmp_path / "secret.xml")
    names = ("metadata/mets.xml", "metadata/link.xml", "../secret.xml")
    with (bag / "tagmanifest-sha256.txt").open("a") as file:
        file.writelines(f"{sha256(bag / name)}  {name}\n" for name in names)
    report = check_delivery(bag, Settings())
    assert (report.listed, report.verified) == (9, 7)
    assert codes(report) == [(name, "checksum-missing-file") for name in sorted(names[1:])]


def errors(bag):
    """File and code of each error in a bag, whatever its payload is."""
    return sorted((fault.file, fault.code) for fault in judge(bag) if fault.severity == "error")


def test_a_bag_whose_fetched_files_are_all_here_is_whole(bag):
    (bag / "fetch.txt").write_text(
        "http://127.0.0.1:9/a.tif 1000 data/a.tif\r\nhttp://127.0.0.1:9/b - data/box/b.jpg\n"
    )
    assert check_delivery(bag, Settings()).findings == []


@pytest.mark.parametrize(
    "line", ["http://a/b - ../../etc/passwd", "http://a/b - /etc/passwd", "http://a/b data/a.tif"]
)
def test_a_line_of_fetch_that_names_no_file_of_the_payload_is_a_fault(bag, line):
    (bag / "fetch.txt").write_text(f"{line}\n")
    assert errors(bag) == [("fetch.txt", "bag-fetch-unreadable")]


@pytest.mark.parametrize(("version", "found"), [("0.97", []), ("1.0", ["box/b.jpg", "manifest.csv", "a.tif"])])
def test_from_version_1_on_a_file_stands_in_every_manifest(bag, version, found):
    lines = (bag / "manifest-sha256.txt").read_text().splitlines()
    write_lists(bag, lines[:1], version)
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())[1:]
    lines = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(bag)}\n" for path in payload]
    (bag / "manifest-md5.txt").write_text("".join(lines))
    assert sorted(errors(bag)) == sorted((name, "bag-unlisted") for name in found)


@pytest.mark.parametrize("algorithm", ["sha3_256", "sha3_512", "blake2b", "blake2s", "sha384", "md5"])
def test_bags_of_every_algorithm_that_bagit_python_writes_are_verified(tmp_path, algorithm):
    (tmp_path / "a.tif").write_bytes(b"a")
    bagit.make_bag(str(tmp_path), checksums=[algorithm])
    assert judge(tmp_path) == []
    (tmp_path / "data" / "a.tif").write_bytes(b"b")
    assert errors(tmp_path) == [("a.tif", "checksum-mismatch")]


def test_a_manifest_of_an_algorithm_that_is_not_known_here_is_named(bag):
    lines = (bag / "manifest-sha256.txt").read_text()
    (bag / "manifest-blake3.txt").write_text(lines)
    assert [(fault.file, fault.code) for fault in judge(bag)] == [("manifest-blake3.txt", "bag-algorithm")]
    (bag / "manifest-sha256.txt").unlink()
    (bag / "tagmanifest-sha256.txt").unlink()
    assert errors(bag) == [("manifest-blake3.txt", "checksum-algorithm")]


def test_a_bag_inside_a_bag_is_verified_and_its_tag_files_are_no_pictures(bag, tmp_path):
    shutil.copytree(bag, tmp_path / "copy")
    (tmp_path / "copy").rename(bag / "data" / "inner")
    save(bag / "data" / "inner" / "thumbnails" / "a.png")
    (bag / "data" / "inner" / "notes.xml").write_text("<notes/>")
    write_lists(bag)
    (bag / "data" / "manifest.csv").unlink()
    (bag / "data" / "inner" / "data" / "manifest.csv").unlink()
    report = check_delivery(write_lists(bag), Settings())
    assert [one.name for one in report.pictures] == ["a.tif", "box/b.jpg", "inner/data/a.tif", "inner/data/box/b.jpg"]
    assert ("inner/", "bag-inside") in codes(report, "warning")
    assert codes(report, "error") == [
        ("inner/bag-info.txt", "bag-oxum"),
        ("inner/data/manifest.csv", "checksum-missing-file"),
    ]


def test_bags_side_by_side_are_each_verified(bag, tmp_path):
    (bag / "data" / "manifest.csv").unlink()
    write_lists(bag)
    shutil.copytree(bag, tmp_path / "other")
    (tmp_path / "other" / "data" / "a.tif").write_bytes(b"changed")
    (tmp_path / "other" / "data" / "new.txt").write_bytes(b"new")
    found = codes(check_delivery(tmp_path, Settings()), "error")
    assert ("other/data/a.tif", "checksum-mismatch") in found
    assert ("other/data/new.txt", "bag-unlisted") in found
    assert not [name for name, _ in found if name.startswith("bag/")]


def test_what_systems_write_may_come_and_go(bag):
    (bag / "data" / "Icon\r").write_bytes(b"icon")
    write_lists(bag)
    assert judge(bag) == []
    assert check_delivery(bag, Settings()).findings == []
    (bag / "data" / "Icon\r").unlink()
    (bag / "data" / ".DS_Store").write_bytes(b"new")
    assert [fault.code for fault in judge(bag)] == ["checksum-missing-system-file"]


@pytest.mark.parametrize("name", ["a.tif", "../a.tif", "/data/a.tif", "data/../a.tif", "~/a.tif", "C:\\a.tif"])
def test_what_lies_outside_of_the_payload_is_said(bag, name):
    with (bag / "manifest-sha256.txt").open("a") as file:
        file.write(f"{'0' * 64}  {name}\n")
    (bag / "tagmanifest-sha256.txt").unlink()
    assert errors(bag) == [("manifest-sha256.txt", "bag-outside")]


def test_a_suite_of_bags_is_compared_with_what_its_folders_say(bag, tmp_path, capsys):
    for name in ("valid/whole", "invalid/no declaration", "warning/changed"):
        shutil.copytree(bag, tmp_path / "v1.0" / name)
    (tmp_path / "v1.0/invalid/no declaration/bagit.txt").unlink()
    assert suite.main([str(tmp_path / "v1.0")]) == 0
    (tmp_path / "v1.0/warning/changed/data/a.tif").write_bytes(b"changed")
    assert suite.main([str(tmp_path / "v1.0")]) == 1
    out = capsys.readouterr().out
    assert "!! warning/changed invalid bag-oxum bag-info.txt; checksum-mismatch a.tif" in out
    assert out.splitlines()[-3:] == ["   1 invalid of invalid", "   1 valid of valid", "   1 invalid of warning"]


@pytest.mark.parametrize(("version", "code"), [("0.97", "bag-listed-again"), ("1.0", "bag-listed-twice")])
def test_a_file_that_is_listed_twice_is_said(bag, version, code):
    lines = (bag / "manifest-sha256.txt").read_text().splitlines()
    assert [fault.code for fault in judge(write_lists(bag, [*lines, lines[0]], version))] == [code]


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/"), min_size=1, max_size=12)
PAYLOADS = st.dictionaries(
    NAMES | st.sampled_from(["a%b", "50%25", "x\ny", "x\ry", " a ", "Ä.tif"]), st.binary(max_size=9)
)


def sound(name):
    return name not in (".", "..") and not name.startswith("._") and len(name.encode()) < 256 and name.strip() != ""


@settings(max_examples=settings.default.max_examples // 2)
@given(
    PAYLOADS, st.sampled_from(["0.97", "1.0"]), st.sampled_from(["md5", "sha512", "sha3_256", "blake2b"]), st.data()
)
def test_every_bag_is_valid_as_it_was_made_and_invalid_with_a_changed_byte(payload, version, algorithm, data):
    payload = {name: content for name, content in payload.items() if sound(name)}
    with tempfile.TemporaryDirectory() as place:
        bag = Path(place)
        (bag / "data").mkdir()
        (bag / "bagit.txt").write_text(f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n")
        lines = []
        for name, content in payload.items():
            (bag / "data" / name).write_bytes(content)
            listed = name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
            lines.append(f"{hashlib.new(algorithm, content).hexdigest()}  data/{listed}\n")
        (bag / f"manifest-{algorithm.replace('_', '')}.txt").write_text("".join(lines), "utf-8", newline="")
        assert errors(bag) == []
        if payload:
            name = data.draw(st.sampled_from(sorted(payload)))
            (bag / "data" / name).write_bytes(payload[name] + b"x")
            assert {code for _, code in errors(bag)} == {"checksum-mismatch"}


def test_nothing_is_fetched(bag):
    (bag / "fetch.txt").write_text("http://127.0.0.1:9/a.tif 1000 data/fetched.tif\n")
    (fault,) = check_delivery(bag, Settings()).findings
    assert (fault.file, fault.code, fault.severity) == ("fetch.txt", "bag-fetch", "error")
    assert "nothing is ever fetched" in fault.sentence


@pytest.mark.parametrize(
    "declaration",
    [
        "",
        "BagIt-Version: one\n",
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: hex\n",
        "BagIt-Version : 1.0\nTag-File-Character-Encoding : UTF-8\n",
        "\ufeffBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "BagIt-Version: 0.97\n",
    ],
)
def test_a_false_declaration_is_said(bag, declaration):
    (bag / "bagit.txt").write_text(declaration)
    (bag / "tagmanifest-sha256.txt").unlink()
    assert codes(check_delivery(bag, Settings())) == [("bagit.txt", "bag-declaration")]


def test_a_bag_without_a_manifest_has_verified_nothing(bag):
    (bag / "manifest-sha256.txt").unlink()
    (bag / "tagmanifest-sha256.txt").unlink()
    assert codes(check_delivery(bag, Settings())) == [("bagit.txt", "bag-without-manifest")]


def test_a_manifest_of_another_algorithm_than_it_is_called_is_a_fault(bag):
    os.rename(bag / "manifest-sha256.txt", bag / "manifest-md5.txt")
    (bag / "tagmanifest-sha256.txt").unlink()
    found = {code for _, code in codes(check_delivery(bag, Settings()), "error")}
    assert found == {"checksum-line-unreadable", "bag-unlisted"}


def test_links_in_place_of_a_bags_parts_are_not_followed(bag, tmp_path):
    (tmp_path / "secret").write_text("secret\n")
    (bag / "manifest-md5.txt").symlink_to(tmp_path / "secret")
    assert check_delivery(bag, Settings()).findings == []
    os.rename(bag / "data", tmp_path / "data")
    (bag / "data").symlink_to(tmp_path / "data")
    with pytest.raises(DeliveryError, match="without its folder data"):
        check_delivery(bag, Settings())


def test_what_a_bag_says_of_itself_is_kept(site, bag, rows):
    steps.ingest(site, bag)
    (row,) = rows("select bag_info from deliveries")
    assert row["bag_info"][:3] == [
        ["Source-Organization", "City Museum"],
        ["Contact-Name", "A. Curator, second floor"],
        ["Contact-Name", "B. Curator"],
    ]
