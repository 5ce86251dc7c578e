"""manifest.csv: dialects are tolerated, faults are named with their row."""

import pytest

from heritage_color.scans.metadata import manifest
from heritage_color.scans.metadata.cells import check_cells


def read(tmp_path, content):
    path = tmp_path / "manifest.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return manifest.read_manifest(path)


def cell_codes(**cells):
    row = manifest.Row(2, {"rights": "http://rightsstatements.org/vocab/InC/1.0/"} | cells, {})
    return [one.code for one in check_cells(row, "a.tif")]


@pytest.mark.parametrize(
    "content",
    [
        "file,title\na.tif,Café\n",
        "\ufefffile,title\r\na.tif,Café\r\n",
        "File;Title\na.tif;Café\n",
        "file\ttitle\ra.tif\tCafé\r",
        'title,file\n"Café",a.tif\n\n,\n',
        "file,title\na.tif,Café\n".encode("utf-16"),
        "file,title\na.tif,Café\n".encode("cp1252"),
    ],
)
def test_every_dialect_gives_the_same_row(tmp_path, content):
    (row,) = read(tmp_path, content).rows
    assert (row.number, row["file"], row["title"]) == (2, "a.tif", "Café")


def test_unknown_columns_are_kept_as_they_came(tmp_path):
    (row,) = read(tmp_path, "file,shelf mark,Donor\na.tif,B 12,Anna\n").rows
    assert row.further == {"shelf_mark": "B 12", "donor": "Anna"}


def test_a_column_without_a_name_is_kept_under_its_number(tmp_path):
    (row,) = read(tmp_path, "file,,title,\na.tif,B 12,Café,\n").rows
    assert (row.further, row["title"]) == ({"column_2": "B 12"}, "Café")


@pytest.mark.parametrize("content", ["", "picture,title\na,b\n", "file,file\na,b\n", 'file\n"a\n', "file\na\0b\n"])
def test_a_manifest_that_cannot_be_read_says_why(tmp_path, content):
    assert read(tmp_path, content).broken


@pytest.mark.parametrize(
    ("content", "code"),
    [("file,title\na.tif,Café\n".encode("cp1252"), "manifest-encoding"), ("file,title\n", "manifest-empty")],
)
def test_what_is_odd_about_a_whole_manifest_is_noted(tmp_path, content, code):
    (fault,) = read(tmp_path, content).findings
    assert (fault.file, fault.code, fault.severity) == ("manifest.csv", code, "warning")


def test_a_checksum_that_is_none_is_an_error_of_its_picture():
    assert cell_codes(checksum="0f3c") == ["bad-checksum"]
    assert cell_codes(checksum="0f" * 32) == []


def test_a_row_with_too_many_cells_is_an_error_of_its_picture(tmp_path):
    (fault,) = read(tmp_path, "file,title\na.tif,Anna, Berta\n").findings
    assert (fault.file, fault.row, fault.code, fault.severity) == ("a.tif", 2, "row-too-long", "error")


@pytest.mark.parametrize(
    "date",
    ["", "1912", "1912-05-31", "191X", "1910/1915", "[1667..1672]", "1912?-06-11"],
)
def test_dates_of_edtf_pass(date):
    assert cell_codes(date=date) == []


@pytest.mark.parametrize(
    "date", ["ca. 1912", "1912-13-01T10:00:00", "1911-02-29", "1914/1912", "1912-05-03T25:61:00", "/", "-0000"]
)
def test_other_dates_are_noted(date):
    assert cell_codes(date=date) == ["bad-date"]


@pytest.mark.parametrize(
    ("rights", "codes"),
    [
        ("http://rightsstatements.org/vocab/NoC-US/1.0/", []),
        ("http://creativecommons.org/licenses/by-sa/4.0/", []),
        ("http://creativecommons.org/publicdomain/zero/1.0/", []),
        ("https://creativecommons.org/publicdomain/mark/1.0/", ["rights-https"]),
        ("", []),
        ("public domain", ["bad-rights"]),
        ("http://rightsstatements.org/page/NoC-US/1.0/", ["bad-rights"]),
        ("http://rightsstatements.org/vocab/FREE/1.0/", ["bad-rights"]),
        ("http://creativecommons.org.example/licenses/by/4.0/", ["bad-rights"]),
    ],
)
def test_rights_are_uris_of_the_known_statements(rights, codes):
    assert cell_codes(rights=rights) == codes


@pytest.mark.parametrize(
    ("flag", "reason", "codes"),
    [
        ("yes", "The family asked for it", []),
        ("", "", []),
        ("No", "", []),
        ("yes", "", ["do-not-colorize-without-reason"]),
        ("perhaps", "", ["bad-flag"]),
    ],
)
def test_the_flag_needs_a_plain_answer_and_a_reason(flag, reason, codes):
    assert cell_codes(do_not_colorize=flag, do_not_colorize_reason=reason) == codes


def test_a_flag_that_cannot_be_read_counts_as_set():
    assert manifest.Row(2, {"do_not_colorize": "perhaps"}, {}).do_not_colorize
