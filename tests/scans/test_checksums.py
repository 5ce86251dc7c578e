"""Checksum files in the dialects in which they come; what is no checksum is never passed over."""

import base64
import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_color.scans.integrity import checksums, digests

DIGEST = hashlib.sha256(b"a").hexdigest()


def read(tmp_path, content, name="checksums.sha256"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return checksums.read_checksums(path, name)


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
def test_the_length_tells_the_usual_algorithm_only(tmp_path, name):
    ((line,), _) = read(tmp_path, f"{hashlib.new(name, b'a').hexdigest()}  a.tif\n", "checksums.txt")
    assert (line.algorithm, line.told) == (name, False)


@pytest.mark.parametrize(
    ("file", "digits", "algorithm"),
    [
        ("SHA512SUMS", 128, "sha512"),
        ("B2SUMS", 128, "blake2b"),
        ("B2SUMS", 64, "blake2b-256"),
        ("a.tif.b2", 40, "blake2b-160"),
        ("box1-sha3-256.txt", 64, "sha3_256"),
        ("manifest-sha3256.txt", 64, "sha3_256"),
        ("checksums.sha512_256", 64, "sha512_256"),
        ("checksums.SHA3", 96, "sha3_384"),
        ("shasums.txt", 64, "sha256"),
        ("checksums.ripemd160", 40, "ripemd160"),
        ("checksums.blake3", 64, "blake3"),
        ("box.xxh", 16, "xxh64"),
        ("box.xxh128", 32, "xxh128"),
    ],
)
def test_the_name_of_a_list_tells_its_algorithm(tmp_path, file, digits, algorithm):
    ((line,), faults) = read(tmp_path, f"{'0123abcd' * 16}"[:digits] + "  a.tif\n", file)
    assert (line.algorithm, line.told, faults) == (algorithm, True, [])


@pytest.mark.parametrize(
    "word", ["sha3-256", "SHA3_256", "blake2s256", "SHA512/256", "rmd160", "blake2b-160", "crc32"]
)
def test_an_algorithm_is_computed_as_it_is_told(word):
    digits = next(digits for digits in (8, 40, 64) if digests.told(word, digits))
    (name,) = digests.told(word, digits)
    running = digests.new(name)
    running.update(b"a")
    assert len(running.hexdigest()) == digits


# Of the bytes "a", by `rhash`, `openssl dgst` and `b2sum`
TAGGED = [
    ("SHA3-256 (a.tif) =", "sha3_256", "80084bf2fba02475726feb2cab2d8215eab14bc6bdd8bfb2c8151257032ecd8b"),
    ("BLAKE2b-256 (a.tif) =", "blake2b-256", "8928aae63c84d87ea098564d1e03ad813f107add474e56aedd286349c0c03ea4"),
    ("BLAKE2S-256(a.tif)=", "blake2s", "4a0d129873403037c2cd9b9048203687f6233fb6738956e0349bd4320fec3e90"),
    ("SHA2-512/256(a.tif)=", "sha512_256", "455e518824bc0601f9fb858ff5c37d417d67c2f8e0df2babe4808858aea830f8"),
    ("RIPEMD-160(a.tif)=", "ripemd160", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe"),
    ("CRC32 (a.tif) =", "crc32", "e8b7be43"),
]


@pytest.mark.parametrize(("tag", "algorithm", "digest"), TAGGED)
def test_a_tag_tells_the_algorithm(tmp_path, tag, algorithm, digest):
    ((line,), faults) = read(tmp_path, f"{tag} {digest}\n", "checksums.txt")
    running = digests.new(algorithm)
    running.update(b"a")
    assert (line.name, line.algorithm, line.digest, faults) == ("a.tif", algorithm, running.hexdigest(), [])


MD5, SHA1 = (hashlib.new(name, b"a").hexdigest() for name in ("md5", "sha1"))
TABLES = {
    "hashdeep": f"%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n## Invoked from: /scans\n1,{DIGEST},./a, b.tif\n",
    "RHash of two": f"./a, b.tif  {MD5}  {DIGEST}\n",
    "md5deep with size": f"        1  {DIGEST}  ./a, b.tif\n",
    "md5deep with time": f"{DIGEST} 2026:11:29:22:06:43  ./a, b.tif\n",
    "md5deep as CSV": f"         1, {DIGEST},./a, b.tif\n",
    "Get-FileHash": f"\r\nAlgorithm : SHA256\r\nHash      : {DIGEST.upper()}\r\nPath      : .\\a, b.tif\r\n\r\n",
    "Get-FileHash, folded": f"Algorithm : SHA256\nHash      : {DIGEST[:40]}\n            {DIGEST[40:]}\n"
    "Path      : ./a,\u0020\n            b.tif\n",
    "Get-FileHash, table": "\nAlgorithm       Hash             Path\n---------       ----             ----\n"
    f"SHA256          {DIGEST.upper()}       .\\a, b.tif\n",
    "Export-Csv": f'#TYPE Microsoft.PowerShell\n"Algorithm","Hash","Path"\n"SHA256","{DIGEST}",".\\a, b.tif"\n',
    "QuickHash": f'File Name,File Path,File Size,Hash Value\n"a, b.tif",.,1 bytes,{DIGEST}\n',
    "CSV with semicolons": f"sep=;\nPfad;SHA-256\n./a, b.tif;{DIGEST}\n".replace("Pfad", "path"),
    "CSV with prefix": f"filename\tchecksum\n./a, b.tif\tsha256:{DIGEST}\n",
    "certutil": f"SHA256 hash of ./a, b.tif:\n{DIGEST}\nCertUtil: -hashfile command completed successfully.\n",
    "certutil of Windows 7": f"SHA256 hash of file ./a, b.tif:\n{bytes.fromhex(DIGEST).hex(' ')}\n",
    "FCIV": '<?xml version="1.0"?>\n<FCIV>\n<FILE_ENTRY><name>.\\a, b.tif</name>'
    f"<SHA1>{base64.b64encode(bytes.fromhex(SHA1)).decode()}</SHA1></FILE_ENTRY></FCIV>",
}


@pytest.mark.parametrize("content", TABLES.values(), ids=list(TABLES))
def test_tables_of_other_tools_are_read_and_known_by_what_they_hold(tmp_path, content):
    listed, faults = read(tmp_path, content, "box 1.log")
    found = {(line.name.replace("\\", "/").removeprefix("./"), line.digest) for line in listed}
    assert (found - {("a, b.tif", MD5)}, faults) in (({("a, b.tif", DIGEST)}, []), ({("a, b.tif", SHA1)}, []))
    assert checksums.looks_like_list(tmp_path / "box 1.log")


@pytest.mark.parametrize(
    "content",
    [b"", b"Scanned on Monday.\n", b"II*\0" + DIGEST.encode(), b"<mets>" + DIGEST.encode(), b"1\n2\n3\n4\n5\n"],
)
def test_other_texts_are_no_lists(tmp_path, content):
    (tmp_path / "notes.txt").write_bytes(content)
    assert not checksums.looks_like_list(tmp_path / "notes.txt")


def test_a_path_that_a_table_cut_is_a_fault(tmp_path):
    listed, (fault, _) = read(tmp_path, f"SHA256  {DIGEST}  C:\\Scans\\pla...\n", "box.txt")
    assert (listed, fault.code) == ([], "checksum-line-unreadable")


HOSTILE = {
    "no line ends": b"0  " * 2**20 + b"!",
    "brackets": b"MD5 (a) = ab" * 2**18,
    "spaces": b"Algorithm : SHA256\nHash : ab\n" + b" " * 2**21,
    "entries without end": b"<FCIV>" + b"<FILE_ENTRY><a>" * 2**14,
    "a large cell": b"path,hash\n" + b"a" * 2**21 + b"," + DIGEST.encode(),
    "short lines": b"a  b  c  d  !\n" * 2**13,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
def test_a_list_that_is_made_to_be_slow_is_at_fault(tmp_path, content):
    listed, faults = read(tmp_path, content, "checksums.txt")
    assert (listed, faults[-1].code) == ([], "checksum-file-empty")


WORDS = st.sampled_from(
    ["%%%% HASHDEEP-1.0", "%%%% size,md5,filename", "Algorithm : SHA256", "Hash : ", "Path,Hash", "<FCIV>", "(", ")",
     "MD5", "SHA3-256", DIGEST, MD5, "a.tif", "  ", " *", "\t", ",", ";", "=", "\n", "\\", '"', "0", "SHA1 hash of a:"]
)  # fmt: skip


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | st.lists(WORDS).map("".join).map(str.encode))
def test_whatever_a_list_holds_it_lists_something_or_is_at_fault(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checksums.txt"
        path.write_bytes(content)
        checksums.looks_like_list(path)
        listed, faults = checksums.read_checksums(path, "checksums.txt")
        assert listed or faults


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
        ("B2SUMS", True),
        ("sha3-256sums.txt", True),
        ("box 1.sfv", True),
        ("a.tif.xxh64", True),
        ("hashes.csv", True),
        ("fixity-sha512.txt", True),
        ("manifest-blake2b.txt", True),
        ("a.tif", False),
        ("notes.txt", False),
        ("sha256 of nothing.tif", False),
    ],
)
def test_lists_are_known_by_their_names(tmp_path, name, known):
    assert checksums.is_checksum_file(tmp_path / name) is known


@pytest.mark.parametrize(
    "line",
    [
        "plate.tif" + ("  " + "a" * 32) * 240 + "!",  # hexadecimal digits or Base32, at each of 240 places
        "a" * 4000 + " " * 4000,
        "1" * 20 + " " * 8000,
    ],
    ids=["many digests", "no name", "a size alone"],
)
def test_a_line_that_could_be_read_in_countless_ways_is_told_in_no_time(tmp_path: Path, line: str) -> None:
    (tmp_path / "list.sha256").write_text(f"{line}\n" * 200)
    found, faults = checksums.read_checksums(tmp_path / "list.sha256", "list.sha256")
    assert found == []
    assert {fault.code for fault in faults} == {"checksum-line-unreadable", "checksum-file-empty"}


def test_a_list_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    found, faults = checksums.read_checksums(tmp_path, "list.sha256")  # a folder is none
    assert (found, [(fault.file, fault.code) for fault in faults]) == ([], [("list.sha256", "unreadable-file")])
