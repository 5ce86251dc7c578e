"""Checksum files in the dialects in which they come; what is no checksum is never passed over."""

import hashlib

import pytest

from heritage_color.scans import checksums

DIGEST = hashlib.sha256(b"a").hexdigest()


def read(tmp_path, content, name="checksums.sha256"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return checksums.read(path, name)


@pytest.mark.parametrize(
    "content",
    [
        f"{DIGEST}  a b.tif\n",
        f"{DIGEST} *a b.tif\r\n",
        f"{DIGEST}\ta b.tif",
        f"\ufeff{DIGEST.upper()}  a b.tif\n",
        f"SHA256 (a b.tif) = {DIGEST}\n",
        f"SHA2-256(a b.tif)= {DIGEST}\n",
        f"# made by the scanner\n\n{DIGEST}  a b.tif\n",
        f"{DIGEST}  a b.tif\n".encode("utf-16"),
        f"  {DIGEST}  a b.tif\r",
        f"; by md5summer\r\n{DIGEST} *a b.tif\r\n",
        f"SHA-256 (a b.tif) = {DIGEST}\n",
    ],
)
def test_every_dialect_gives_the_same_line(tmp_path, content):
    ((line,), faults) = read(tmp_path, content)
    assert (line.name, line.algorithm, line.digest, faults) == ("a b.tif", "sha256", DIGEST, [])


@pytest.mark.parametrize("name", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_the_algorithm_is_told_by_the_length(tmp_path, name):
    ((line,), _) = read(tmp_path, f"{hashlib.new(name, b'a').hexdigest()}  a.tif\n")
    assert line.algorithm == name


def test_a_bare_digest_is_that_of_the_file_it_is_named_after(tmp_path):
    ((line,), _) = read(tmp_path, DIGEST, "photo.tif.sha256")
    assert line.name == "photo.tif"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"\\{DIGEST}  a\\nb.tif", "a\nb.tif"),
        (f"\\{DIGEST}  a\\\\nb.tif", "a\\nb.tif"),
        (f"\\SHA256 (a\\rb.tif) = {DIGEST}", "a\rb.tif"),
        (f"{DIGEST}  a\\nb.tif", "a\\nb.tif"),
        (f"SHA256 (a (1).tif) = {DIGEST}", "a (1).tif"),
        (f"{DIGEST}  ./a = b.tif", "./a = b.tif"),
    ],
)
def test_names_are_read_as_their_tool_wrote_them(tmp_path, line, name):
    ((listed,), faults) = read(tmp_path, f"{line}\n")
    assert (listed.name, faults) == (name, [])


MALFORMED = [
    b"",
    b"\xef\xbb\xbf",
    b"\n\r\n\t\n",
    b"# comments only\n; and none else\n",
    b"<html><body>404 not found</body></html>\n",
    b'{"a.tif": "' + DIGEST.encode() + b'"}\n',
    b"a.tif," + DIGEST.encode() + b"\n",
    b"a.tif: OK\n",
    b"a.tif 1A2B3C4D\n",
    DIGEST[:-1].encode() + b"  a.tif\n",
    DIGEST.encode() + b"0  a.tif\n",
    DIGEST[:-1].encode() + b"O  a.tif\n",
    DIGEST.encode() + b"a.tif\n",
    DIGEST.encode() + b"  \n" + DIGEST.encode() + b"  b.tif\n",
    b"ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=  a.tif\n",
    b"SHA256 (a.tif) = \n",
    b"SHA256 (a.tif = " + DIGEST.encode() + b"\n",
    b"MD5 (a.tif) = " + DIGEST.encode() + b"\n",
    b"\\" + DIGEST.encode() + b"  a\\tb.tif\n",
    f"{DIGEST}  a.tif\n".encode("utf-16-le"),
    DIGEST.encode() + b"  a.tif\0" + DIGEST.encode() + b"  b.tif\0",
    DIGEST.encode() + b"  a.tif\n" + DIGEST[:40].encode(),
    bytes(range(128, 256)) * 4,
]


@pytest.mark.parametrize("content", MALFORMED)
def test_a_malformed_list_is_a_fault_and_never_a_verification_of_nothing(tmp_path, content):
    listed, faults = read(tmp_path, content)
    assert {fault.severity for fault in faults} == {"error"}
    assert all(fault.file == "checksums.sha256" for fault in faults)
    assert listed == [] or faults[0].row


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "<html>404</html>"])
def test_a_list_without_any_checksum_is_an_error(tmp_path, content):
    listed, faults = read(tmp_path, content)
    assert (listed, faults[-1].code, faults[-1].severity) == ([], "checksum-file-empty", "error")


@pytest.mark.parametrize("line", [f"{DIGEST[:-1]}  a.tif", f"{DIGEST[:-1]}g  a.tif", "a.tif", f"{DIGEST}a.tif"])
def test_a_line_that_is_no_checksum_is_an_error_with_its_row(tmp_path, line):
    listed, (fault,) = read(tmp_path, f"{DIGEST}  a.tif\n{line}\n")
    assert (len(listed), fault.code, fault.row) == (1, "checksum-line-unreadable", 2)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("SHA256SUMS", True),
        ("md5sums.txt", True),
        ("manifest-sha512.txt", True),
        ("a.tif.md5", True),
        ("a.tif", False),
    ],
)
def test_lists_are_known_by_their_names(tmp_path, name, known):
    assert checksums.is_checksum_file(tmp_path / name) is known
