"""Lists of checksums against real files: what fits proves a file, and no changed byte goes unseen."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage_color.scans.arrival import names
from heritage_color.scans.decoding import decode
from heritage_color.scans.integrity import checksums, digests, verifying
from heritage_color.scans.reporting.report import Delivered


def digest(path, algorithm):
    return decode.digest(path, [algorithm])[algorithm]


def outcome(folder, *sources):
    """What lists in a folder say of its files: listed, verified, and (file, code) of all findings."""
    read = [(source, *checksums.read_checksums(folder / source, source)) for source in sources]
    lines = [(source, line) for source, listed, _ in read for line in listed]
    wanted = verifying.algorithms_of([line for _, line in lines]) | {"sha256"}
    files = [Delivered(one.path, one.name, one.size, decode.digest(one.path, wanted)) for one in names.walk(folder)]
    listed, verified, found = verifying.verify(lines, files, set(sources))
    found += [fault for _, _, faults in read for fault in faults] + [fault for one in files for fault in one.findings]
    return listed, verified, sorted((fault.file, fault.code) for fault in found)


@pytest.fixture
def folder(tmp_path):
    """Two files, which stand for scans."""
    for name in ("plate 0.png", "plate 1.png"):
        (tmp_path / name).write_bytes(name.encode() * 9)
    return tmp_path


def write(folder, source, algorithm, form="{digest}  {name}\n", files=("plate 0.png", "plate 1.png")):
    lines = [form.format(digest=digest(folder / name, algorithm), name=name) for name in files]
    (folder / source).parent.mkdir(exist_ok=True)
    (folder / source).write_text("".join(lines))


COMPUTED = sorted(digests.DIGITS.keys() - {"crc32"})


@pytest.mark.parametrize("algorithm", COMPUTED)
def test_where_nothing_tells_the_algorithm_what_fits_proves_the_files(folder, algorithm):
    write(folder, "checksums.txt", algorithm)
    assert outcome(folder, "checksums.txt") == (2, 2, [])


@pytest.mark.parametrize("algorithm", COMPUTED)
def test_a_file_that_differs_is_found_where_another_shows_the_algorithm(folder, algorithm):
    write(folder, "checksums.txt", algorithm)
    (folder / "plate 1.png").write_bytes(b"plate 2")
    assert outcome(folder, "checksums.txt") == (2, 1, [("plate 1.png", "checksum-mismatch")])


def test_where_no_file_fits_the_list_is_at_fault_and_no_file(folder):
    (folder / "checksums.txt").write_text(f"{'ab' * 32}  plate 0.png\n{'cd' * 32}  plate 1.png\n")  # BLAKE3, say
    assert outcome(folder, "checksums.txt") == (2, 0, [("checksums.txt", "checksum-algorithm-unknown")])


@pytest.mark.parametrize("source", ["checksums.blake3", "box.xxh128", "box.md4"])
def test_an_algorithm_that_is_not_known_here_is_named(folder, source):
    digits = "ab" * (32 if source.endswith("blake3") else 16)
    (folder / source).write_text(f"{digits}  plate 0.png\n{digits}  plate 1.png\n")
    assert outcome(folder, source) == (2, 0, [(source, "checksum-algorithm")])


def test_what_is_not_known_here_does_not_count_beside_what_is(folder):
    form = "BLAKE3 ({name}) = " + "ab" * 32 + "\nSHA3-512 ({name}) = {digest}\nTTH   ({name}) = sqqxom7wo2wuyed2\n"
    write(folder, "rhash.txt", "sha3_512", form)
    assert outcome(folder, "rhash.txt") == (2, 2, [])


def test_of_several_digests_without_a_name_one_is_enough(folder):
    write(
        folder, "rhash.txt", "md5", "{name}  " + "0a" * 32 + "  {digest}  " + "1b" * 64 + "\n"
    )  # GOST, MD5, Whirlpool
    assert outcome(folder, "rhash.txt") == (2, 2, [])


PATHS = ["D:\\Scans\\Box1\\{}", "/Volumes/NAS/Box1/{}", "\\\\server\\share\\{}", "../Box1/{}", "./Box1/{}", "Box1\\{}"]


@pytest.mark.parametrize("path", PATHS)
def test_paths_of_another_place_are_matched_by_their_ends(folder, path):
    write(folder, "checksums.sha256", "sha256", "{digest}  " + path.format("{name}") + "\n")
    assert outcome(folder, "checksums.sha256") == (2, 2, [])


def test_an_end_that_two_paths_share_is_no_match(folder):
    (folder / "checksums.md5").write_text("".join(f"{'ab' * 16} *D:\\Box{n}\\plate 0.png\n" for n in (1, 2)))
    assert outcome(folder, "checksums.md5") == (2, 0, [("checksums.md5", "checksum-absolute-path")] * 2)


def test_a_list_of_another_delivery_says_nothing_against_these_files(folder):
    (folder / "checksums.md5").write_text("".join(f"{'ab' * 16}  box/plate {n}.png\n" for n in (0, 1)))
    missing = [(f"box/plate {n}.png", "checksum-missing-file") for n in (0, 1)]
    assert outcome(folder, "checksums.md5") == (2, 0, missing)


def test_a_list_in_a_folder_of_its_own_names_files_beside_it(folder):
    write(folder, "lists/box.md5", "md5", "{digest}  ../{name}\n")
    assert outcome(folder, "lists/box.md5") == (2, 2, [])


@pytest.mark.parametrize("page", ["cp1252", "cp850", "utf-16"])
def test_accents_of_windows_are_read(folder, page):
    (folder / "straße.png").write_bytes(b"c")
    (folder / "box.md5").write_bytes(f"{digest(folder / 'straße.png', 'md5')} *straße.png\r\n".encode(page))
    assert outcome(folder, "box.md5") == (1, 1, [])


def test_what_systems_write_may_be_left_behind(folder):
    write(folder, "box.md5", "md5", "{digest}  {name}\n" + "ab" * 16 + "  .DS_Store\n", files=["plate 0.png"])
    assert outcome(folder, "box.md5") == (2, 1, [(".DS_Store", "checksum-missing-system-file")])


# -------------------------------------------------------------------- generated

FORMS = [  # name of the list, its header, its lines
    ("list.{}", "", "{digest}  {name}\n"),
    ("checksums-{}.txt", "", "{digest} *./{name}\r\n"),
    ("tagged.txt", "", "{tag} ({name}) = {digest}\n"),
    ("{}.csv", "path;checksum\n", "{name};{digest}\n"),
    ("untold.txt", "# by a tool that does not say how\n", "{digest}\t{name}\n"),
    ("absolute.{}", "", "{digest}  C:\\Scans\\{name}\n"),
]
NAMES = st.text("abcäß .-_1", min_size=1, max_size=9).map(lambda text: f"x{text}x.tif")


@settings(max_examples=settings.default.max_examples // 2)
@given(
    st.lists(NAMES, min_size=2, max_size=5, unique_by=str.casefold),
    st.sampled_from(FORMS),
    st.sampled_from(COMPUTED),
    st.binary(max_size=40),
    st.data(),
)
def test_every_listed_file_counts_once_and_no_changed_byte_goes_unseen(files, form, algorithm, content, data):
    word = digests.shown(algorithm)
    source, header, line = form[0].format(word.replace("/", "_")), *form[1:]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number, name in enumerate(files):
            (folder / name).write_bytes(content + bytes([number]))
        lines = [line.format(digest=digest(folder / name, algorithm), name=name, tag=word) for name in files]
        (folder / source).write_text(header + "".join(lines), encoding="utf-8", newline="")
        assert outcome(folder, source) == (len(files), len(files), [])
        changed = data.draw(st.sampled_from(files))
        (folder / changed).write_bytes(content + b"\xff")
        assert outcome(folder, source) == (len(files), len(files) - 1, [(changed, "checksum-mismatch")])


def test_a_lone_digest_is_that_of_the_one_file_of_its_lists_name(folder):
    (folder / "plate 0.md5").write_text(digest(folder / "plate 0.png", "md5"))
    (folder / "plate 0.xmp").write_text("<x/>")
    assert outcome(folder, "plate 0.md5") == (1, 1, [])
    (folder / "plate 0.md5").write_text("0" * 32)
    assert outcome(folder, "plate 0.md5") == (1, 0, [("plate 0.png", "checksum-mismatch")])
    (folder / "plate 0.tif").write_bytes(b"another")
    assert outcome(folder, "plate 0.md5") == (1, 0, [("plate 0", "checksum-missing-file")])
