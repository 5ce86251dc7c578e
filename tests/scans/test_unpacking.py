"""Hostile archives: real ones, made here. Nothing leaves the folder, each fault has its code."""

import gzip
import io
import stat
import tarfile
import zipfile

import pytest

from heritage_color.errors import DeliveryError
from heritage_color.scans.arrival import unpacking
from heritage_color.scans.arrival.landing import RATIO_FLOOR, Bounds, Landing, Spoiled, check_room


def unpack(archive, entries=100, ratio=100):
    """Names of the files that came out, and codes of those that did not, by name."""
    folder = archive.parent / "private" / "out"
    folder.mkdir(parents=True)
    landing = Landing(folder, Bounds(folder, archive.stat().st_size, ratio), entries)
    unpacking.unpack(archive, landing)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return files, {name: refusal.note.code for name, refusal in landing.refused.items()}


def spoiled(archive, **limits):
    """The code for which an archive is refused as a whole."""
    with pytest.raises(Spoiled) as found:
        unpack(archive, **limits)
    return found.value.note.code


def tar(path, *members, mode="w"):
    """An archive of members: name, bytes, and fields of the header."""
    with tarfile.open(path, mode) as packed:
        for name, content, fields in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            for field, value in fields.items():
                setattr(header, field, value)
            packed.addfile(header, io.BytesIO(content))
    return path


def zipped(path, *members):
    """An archive of members: name or header, and bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return path


def packed(path, *members):
    """A zip or a compressed tar, as its name says."""
    if path.suffix == ".zip":
        return zipped(path, *((name, content) for name, content, _ in members))
    return tar(path, *members, mode="w:gz")


HOSTILE = [
    ("good.tif", b"good", {}),
    ("../above.tif", b"1", {}),
    ("/absolute.tif", b"2", {}),
    ("box/../../above.tif", b"3", {}),
    ("C:\\windows.tif", b"4", {}),
    ("link.tif", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}),
    ("link.tif/through.tif", b"5", {}),
    ("hard.tif", b"", {"type": tarfile.LNKTYPE, "linkname": "good.tif"}),
    ("device.tif", b"", {"type": tarfile.CHRTYPE}),
    ("pipe.tif", b"", {"type": tarfile.FIFOTYPE}),
    ("twice.tif", b"6", {}),
    ("./twice.tif", b"7", {}),
    ("good.tif/inside.tif", b"8", {}),
    ("a/" * 40 + "deep.tif", b"9", {}),
    ("n" * 300 + ".tif", b"10", {}),
]
CODES = {
    "../above.tif": "entry-outside",
    "/absolute.tif": "entry-outside",
    "box/../../above.tif": "entry-outside",
    "C:\\windows.tif": "entry-outside",
    "link.tif": "symlink",
    "hard.tif": "hard-link",
    "device.tif": "not-a-file",
    "pipe.tif": "not-a-file",
    "twice.tif": "entry-twice",
    "good.tif/inside.tif": "entry-unwritable",
    "a/" * 40 + "deep.tif": "entry-unwritable",
    "n" * 300 + ".tif": "entry-unwritable",
}


@pytest.mark.parametrize(("name", "mode"), [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.TGZ", "w:gz")])
def test_hostile_entries_of_a_tar_stay_out_each_with_its_reason(tmp_path, name, mode):
    files, codes = unpack(tar(tmp_path / name, *HOSTILE, mode=mode))
    assert (files, codes) == ({"good.tif", "link.tif/through.tif"}, CODES)
    assert {path.name for path in tmp_path.iterdir()} == {name, "private"}


def test_hostile_entries_of_a_zip_stay_out_each_with_its_reason(tmp_path):
    link, pipe = zipfile.ZipInfo("link.tif"), zipfile.ZipInfo("pipe.tif")
    link.external_attr, pipe.external_attr = (stat.S_IFLNK | 0o777) << 16, (stat.S_IFIFO | 0o644) << 16
    files = [(name, content) for name, content, fields in HOSTILE if not fields]
    unpacked, codes = unpack(zipped(tmp_path / "a.zip", *files, (link, b"/etc/passwd"), (pipe, b"")))
    expected = {name: code for name, code in CODES.items() if name not in ("hard.tif", "device.tif")}
    assert codes == {name.replace("\\", "/"): code for name, code in expected.items()}
    assert unpacked == {"good.tif", "link.tif/through.tif"}


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["a.tar.gz", "a.zip"])
def test_an_archive_that_was_cut_short_is_refused_whole(tmp_path, name, share):
    members = [(f"{number}.tif", bytes(range(256)) * number, {}) for number in range(20)]
    archive = tmp_path / name
    packed(archive, *members)
    archive.write_bytes(archive.read_bytes()[: int(archive.stat().st_size * share)])
    assert spoiled(archive) == "archive-damaged"


@pytest.mark.parametrize("blocks", [0, 1, 2, 3, 4, 5])
def test_a_tar_without_its_end_is_refused_whole_wherever_it_was_cut(tmp_path, blocks):
    archive = tar(tmp_path / "a.tar", ("a.tif", b"a" * 700, {}), ("b.tif", b"b" * 700, {}))
    archive.write_bytes(archive.read_bytes()[: blocks * tarfile.BLOCKSIZE])
    assert spoiled(archive) == "archive-damaged"


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path):
    archive = tar(tmp_path / "a.tar", ("a.tif", b"a", {}), ("b.tif", b"b", {}))
    content = bytearray(archive.read_bytes())
    content[2 * tarfile.BLOCKSIZE + 3] ^= 1
    archive.write_bytes(content)
    assert spoiled(archive) == "archive-damaged"


def test_one_damaged_entry_of_a_zip_stays_out_alone(tmp_path):
    archive = zipped(tmp_path / "a.zip", ("a.tif", bytes(1000)), ("b.tif", bytes(range(256))))
    content = bytearray(archive.read_bytes())
    content[content.index(b"b.tif") + 20] ^= 1
    archive.write_bytes(content)
    assert unpack(archive) == ({"a.tif"}, {"b.tif": "entry-damaged"})


def test_a_zip_with_a_password_is_refused_whole(tmp_path):
    archive = zipped(tmp_path / "a.zip", ("a.tif", b"a"))
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of encryption in the directory
    archive.write_bytes(content)
    assert spoiled(archive) == "archive-encrypted"


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_too_many_entries_are_refused_whole(tmp_path, name):
    members = [(f"{number}.tif", b"a", {}) for number in range(11)]
    assert spoiled(packed(tmp_path / name, *members), entries=10) == "archive-too-many"


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_bomb_is_stopped_by_what_it_has_written(tmp_path, name):
    archive = packed(tmp_path / name, ("a.tif", bytes(RATIO_FLOOR + 5 * 2**20), {}))
    assert spoiled(archive) == "archive-bomb"
    written = sum(path.stat().st_size for path in (tmp_path / "private").rglob("*.tif"))
    assert written <= RATIO_FLOOR


def test_a_bomb_of_headers_is_not_read_into_memory(tmp_path):
    header = tarfile.TarInfo("a")
    header.type, header.size = tarfile.XHDTYPE, 2**40
    with gzip.open(tmp_path / "a.tar.gz", "wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT) + bytes(5000))
    assert spoiled(tmp_path / "a.tar.gz") == "archive-damaged"


def test_a_chain_of_long_names_is_not_followed_for_ever(tmp_path):
    header = tarfile.TarInfo("a")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2
    link = header.tobuf(tarfile.GNU_FORMAT) + b"a\0".ljust(tarfile.BLOCKSIZE, b"\0")
    (tmp_path / "a.tar").write_bytes(link * 3000)
    assert spoiled(tmp_path / "a.tar") == "archive-damaged"


def test_a_disk_without_room_is_no_fault_of_the_archive(tmp_path):
    with pytest.raises(DeliveryError, match="Make room"):
        check_room(tmp_path, 10**18)


def test_names_of_windows_and_of_macos_are_read(tmp_path):
    archive = zipped(tmp_path / "a.zip", ("box\\a.tif", b"a"), ("caf\u00e9.tif", b"b"))
    flagged = b"\x00\x08\x08\x00"  # the flag that names are UTF-8, before the method; macOS leaves it out
    content = archive.read_bytes()
    assert content.count(flagged) == 2
    archive.write_bytes(content.replace(flagged, b"\x00\x00\x08\x00"))
    assert unpack(archive)[0] == {"box/a.tif", "caf\u00e9.tif"}


def halves(tmp_path):
    """A ZIP of two files, cut into two parts as `split` does it."""
    content = zipped(tmp_path / "whole.zip", ("a.tif", b"a" * 500), ("b.tif", b"b" * 500)).read_bytes()
    return content[: len(content) // 2], content[len(content) // 2 :]


@pytest.mark.parametrize("place", [4, 6])
def test_the_last_part_of_a_split_zip_says_so(tmp_path, place):
    """Parts are numbered in the end record (APPNOTE.TXT 4.3.16)."""
    archive = zipped(tmp_path / "a.zip", ("a.tif", b"a"))
    content = bytearray(archive.read_bytes())
    content[content.rfind(b"PK\5\6") + place] = 1
    archive.write_bytes(content)
    assert spoiled(archive) == "archive-part"


def test_the_last_part_is_known_by_what_it_lacks(tmp_path):
    (tmp_path / "last.zip").write_bytes(halves(tmp_path)[1])
    assert spoiled(tmp_path / "last.zip") == "archive-part"


def test_a_program_before_the_archive_is_no_lost_part(tmp_path):
    archive = zipped(tmp_path / "a.zip", ("a.tif", b"a"))
    archive.write_bytes(b"MZ" + bytes(500) + archive.read_bytes())
    assert unpack(archive) == ({"a.tif"}, {})


@pytest.mark.parametrize(("number", "method"), [(9, "Deflate64"), (93, "Zstandard"), (98, "PPMd"), (95, "XZ")])
def test_a_method_that_is_not_unpacked_is_named_and_the_other_entries_come(tmp_path, number, method):
    archive = zipped(tmp_path / "a.zip", ("a.tif", b"a"), ("b.tif", b"b"))
    content = bytearray(archive.read_bytes())
    for mark, place in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        content[content.rfind(mark) + place] = number
    archive.write_bytes(content)
    folder = tmp_path / "out"
    folder.mkdir()
    landing = Landing(folder, Bounds(folder, 1000, 100), 10)
    unpacking.unpack(archive, landing)
    assert (sorted(landing.placed), landing.refused["b.tif"].note.code) == (["a.tif"], "entry-method")
    assert landing.refused["b.tif"].note.facts == {"method": method}


def test_an_archive_under_another_ending_is_unpacked_as_what_it_is(tmp_path):
    tar(tmp_path / "a.zip", ("a.tif", b"a", {}), mode="w:gz")
    assert unpack(tmp_path / "a.zip") == ({"a.tif"}, {})
