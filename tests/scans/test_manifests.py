"""Manifests by other names, in folders of boxes, with other headings: what could protect a picture is never lost."""

import hashlib
from zipfile import ZipFile

import pytest
from scan_pictures import RIGHTS, codes, save

from heritage_color.scans.arrival import receiving
from heritage_color.scans.check import check_delivery, examine
from heritage_color.scans.decoding.messages import Answer
from heritage_color.scans.metadata import headings, manifest, signs
from heritage_color.settings import Settings

FLAGGED = f"file,rights,do_not_colorize,do_not_colorize_reason\na.png,{RIGHTS},yes,Sacred object\nb.png,{RIGHTS},no,\n"


@pytest.fixture
def delivery(tmp_path):
    """A folder with two scans and no manifest."""
    for name in ("a.png", "b.png"):
        save(tmp_path / "delivery" / name)
    return tmp_path / "delivery"


def looked(folder):
    """As `check`, but that pictures are not decoded again for each test: each is sound, and unlike all others."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    digests = {path: hashlib.sha256(bytes(path)).hexdigest() for path in files}
    known = {path: Answer({"sha256": digests[path]}) for path in files}
    with receiving.receive(Settings(), folder) as received:
        return examine(received, Settings(), known)


def protected(report):
    return [one.name for one in report.pictures if one.row and one.row.do_not_colorize]


@pytest.mark.parametrize("name", ["Manifest.csv", "MANIFEST.CSV", "manifest.csv.txt", "Manifest.CSV.TXT"])
def test_a_manifest_is_read_in_any_letter_case_and_with_a_hidden_ending(delivery, name):
    (delivery / name).write_text(FLAGGED)
    report = check_delivery(delivery, Settings())
    assert (protected(report), report.accepted, report.findings) == (["a.png"], 2, [])


@pytest.mark.parametrize(
    "name",
    ["manifest (1).csv", "Manifest - Kopie.csv", "manifset.csv", "box1-manifest.csv", "manifest.tsv", "manifest.txt",
     "manifest", "manifest.csv.bak", "manifest.csv.download", "manifest.csv ", "manifest.xlsx", "Manifest final.ods",
     "metadata.csv", "metadata.dat"],
)  # fmt: skip
def test_what_looks_like_a_manifest_and_is_not_read_keeps_its_pictures_out(delivery, name):
    (delivery / name).write_text(FLAGGED)
    if name.endswith(("xlsx", "ods")):
        with ZipFile(delivery / name, "w") as sheet:
            sheet.writestr("content.xml", "<table/>")
    report = looked(delivery)
    kept_out = [("a.png", "manifest-not-read"), ("b.png", "manifest-not-read")]
    assert codes(report) == sorted([*kept_out, (name, "manifest-stray")])
    assert all("under the name manifest.csv" in one.remedy for one in report.findings)


@pytest.mark.parametrize(
    ("name", "content"),
    [("columns.csv", "column;meaning\nfile;the scan\ndo_not_colorize;yes if it is sacred\n"),
     ("~$manifest.xlsx", ""), (".~lock.manifest.csv#", ""), ("sizes.csv", "file,bytes\na.png,3\n"),
     ("votes.csv", "picture,rater,score\na,b,3\n"), ("Manifesto of the workers.txt", "Workers!")],
)  # fmt: skip
def test_other_tables_are_other_files(delivery, name, content):
    (delivery / name).write_text(content)
    report = looked(delivery)
    assert (report.accepted, report.clean, [one.file for one in report.findings]) == (2, True, [name])


def test_a_spreadsheet_beside_its_export_is_said_and_a_second_text_keeps_out(delivery):
    (delivery / "manifest.csv").write_text(FLAGGED)
    (delivery / "manifest.xlsx").write_bytes(b"PK")
    report = looked(delivery)
    assert (codes(report), protected(report)) == ([("manifest.xlsx", "manifest-stray")], ["a.png"])
    (delivery / "manifest (1).csv").write_text(FLAGGED)
    assert looked(delivery).accepted == 0


def test_each_box_has_a_manifest_of_its_own(tmp_path):
    for box in ("box 1", "box 2"):
        for name in ("a.png", "b.png"):
            save(tmp_path / box / name)
        (tmp_path / box / "Manifest.csv").write_text(FLAGGED.replace("Sacred object", box))
    report = looked(tmp_path)
    assert protected(report) == ["box 1/a.png", "box 2/a.png"]
    assert [one.row["do_not_colorize_reason"] for one in report.pictures if one.row][::2] == ["box 1", "box 2"]
    save(tmp_path / "box 3" / "c.png")
    assert codes(looked(tmp_path), "error") == [("box 3/c.png", "not-in-manifest")]


def test_a_box_manifest_that_cannot_be_read_keeps_its_box_out_and_no_other(tmp_path):
    for box in ("1", "2"):
        save(tmp_path / box / "a.png")
        (tmp_path / box / "manifest.csv").write_text(f"file,rights\na.png,{RIGHTS}\n" if box == "1" else "nothing\n")
    (fault,) = looked(tmp_path).findings
    assert (fault.file, fault.code) == ("2/a.png", "manifest-unreadable")
    assert "because 2/manifest.csv cannot be read" in fault.sentence


def test_files_are_named_from_the_manifests_folder_or_from_the_top_and_never_out_of_it(tmp_path):
    for name in ("box/a.png", "box/b.png", "c.png"):
        save(tmp_path / name)
    rows = "".join(f"{name},{RIGHTS}\n" for name in ("a.png", "box/b.png", "../c.png", "d.png"))
    (tmp_path / "box/manifest.csv").write_text(f"file,rights\n{rows}")
    assert codes(looked(tmp_path)) == [
        ("../c.png", "path-outside"),
        ("box/b.png", "name-differs"),
        ("box/d.png", "file-missing"),
        ("c.png", "not-in-manifest"),
    ]


@pytest.mark.parametrize(("second", "code"), [(RIGHTS, "row-repeated"), ("", "row-twice")])
def test_manifests_that_speak_of_one_file_have_to_agree(tmp_path, second, code):
    save(tmp_path / "box" / "a.png")
    (tmp_path / "manifest.csv").write_text(f"file,rights\nbox/a.png,{RIGHTS}\n")
    (tmp_path / "box/manifest.csv").write_text(f"rights,file\n{second},a.png\n")
    (fault,) = looked(tmp_path).findings
    assert (fault.file, fault.row, fault.code) == ("box/a.png", 2, code)
    assert "2 of manifest.csv" in fault.sentence


@pytest.mark.parametrize(
    "heading",
    ["do-not-colorize", "do_not_colourize", "DoNotColorize", "do not colourise", "Do Not Colorize?", "Don't colorise",
     "do_not_colorise", "no colorize", "do not\u00a0colorize", "do_not_colori\u00adze"],
)  # fmt: skip
def test_a_heading_that_is_nearly_the_flag_is_taken_for_it(delivery, heading):
    (delivery / "manifest.csv").write_text(FLAGGED.replace("do_not_colorize,", f"{heading},", 1))
    report = looked(delivery)
    assert (protected(report), report.accepted) == (["a.png"], 2)
    assert {one.code for one in report.findings} <= {"column-near", "sign-invisible"}
    assert [one.row for one in report.findings] == [1] * len(report.findings) != []


@pytest.mark.parametrize(
    ("heading", "column"),
    [("colorize", "do_not_colorize"), ("may be colourised", "do_not_colorize"), ("No colour", "do_not_colorize"),
     ("docolorize", "do_not_colorize"), ("Warning", "content_warning"), ("Rights statement", "rights"),
     ("rigths", "rights"), ("titel", "title"), ("dates", "date"), ("discription", "description")],
)  # fmt: skip
def test_any_other_near_heading_is_an_error_that_names_the_right_one(delivery, heading, column):
    (delivery / "manifest.csv").write_text(f"file,{heading}\na.png,no\nb.png,no\n")
    report = looked(delivery)
    faults = [one for one in report.findings if one.code == "column-unclear"]
    assert ([one.file for one in faults], report.accepted) == (["a.png", "b.png"], 0)
    assert f"nearly `{column}`" in faults[0].sentence


@pytest.mark.parametrize("heading", ["file name", "Filename", "files"])
def test_without_the_column_file_the_nearest_is_named(delivery, heading):
    (delivery / "manifest.csv").write_text(f"{heading},title\na.png,A\n")
    assert f"but one called `{heading.lower().replace(' ', '_')}`" in looked(delivery).findings[0].sentence


@pytest.mark.parametrize("other", ["shelf mark", "film", "role", "scan date", "donor", "file_size", "reason", "notes"])
def test_a_truly_other_heading_is_a_further_column(other):
    (one,) = headings.read_all([other], manifest.COLUMNS)
    assert (one.name, one.near) == (other.replace(" ", "_"), "")


def test_a_near_heading_beside_the_right_one_is_another_column():
    given = headings.read_all(["rights", "rights statement"], manifest.COLUMNS)
    assert [one.near for one in given] == ["", ""]


def test_two_columns_for_the_flag_are_never_one_of_them(delivery):
    (delivery / "manifest.csv").write_text("file,do_not_colorize,do-not-colorise\na.png,,yes\nb.png,,\n")
    assert {one.code for one in looked(delivery).findings} == {"manifest-unreadable"}


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;", "sep=,"])
def test_excels_first_line_is_left_aside(delivery, first):
    text = FLAGGED.replace(",", ";")
    (delivery / "manifest.csv").write_text(f"{first}\n{text}")
    report = looked(delivery)
    assert (protected(report), report.findings) == (["a.png"], [])
    assert report.pictures[0].row.number == 2


@pytest.mark.parametrize("sign", ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u2066", "\x07"])
def test_signs_that_cannot_be_seen_are_named_by_their_place(delivery, sign):
    text = FLAGGED.replace("a.png", f"a{sign}.png").replace("yes", f"{sign}yes")
    (delivery / "manifest.csv").write_text(text, encoding="utf-8")
    report = looked(delivery)
    named = [one.sentence for one in report.findings if one.code == "sign-invisible"]
    assert protected(report) == ["a.png"]
    assert [sentence.split(":")[0] for sentence in named] == [
        "manifest.csv has invisible characters in column A",
        "manifest.csv has invisible characters in column C",
    ]
    assert all(f"U+{ord(sign):04X}" in sentence and "(row 2)" in sentence for sentence in named)


def test_a_joiner_of_a_script_is_part_of_a_spelling_and_one_between_latin_letters_is_not():
    assert (signs.visible("गर्\u200dयो"), signs.hidden("गर्\u200dयो")) == ("गर्\u200dयो", "")
    assert (signs.visible("do\u200dnot"), signs.hidden("do\u200dnot")) == ("donot", "U+200D zero width joiner")


def test_a_cell_of_nothing_but_such_signs_is_empty(delivery):
    (delivery / "manifest.csv").write_text(FLAGGED.replace("Sacred object", "\u200b"), encoding="utf-8")
    assert ("a.png", "do-not-colorize-without-reason") in codes(looked(delivery))


def test_a_text_for_people_keeps_what_its_script_needs(delivery):
    title = "می\u200cخواهم l\u00a0!"  # a zero width non-joiner between two words' parts
    (delivery / "manifest.csv").write_text(f"file,title,rights\na.png,{title},{RIGHTS}\nb.png,,{RIGHTS}\n", "utf-8")
    report = looked(delivery)
    assert (report.pictures[0].described["title"], report.findings) == (title, [])


@pytest.mark.parametrize("flag", ["ja", "oui", "✓", "１", "x?", "0.0", "nein"])
def test_a_flag_in_other_words_keeps_its_picture_out(delivery, flag):
    (delivery / "manifest.csv").write_text(FLAGGED.replace("yes", flag), encoding="utf-8")
    report = looked(delivery)
    assert (codes(report), protected(report)) == ([("a.png", "bad-flag")], ["a.png"])


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (702, "AAA")])
def test_columns_are_called_as_in_a_spreadsheet(place, name):
    assert manifest.letters(place) == name


@pytest.mark.parametrize(
    "above", ["sep=,\n", ",,\n", "Box 1,,\n", "Delivery 3\n\nscanned by Anna\n"], ids=["sep", "empty", "title", "text"]
)
@pytest.mark.parametrize("first", ["file", "image"])
def test_a_table_that_protects_is_known_by_its_header_wherever_that_stands(delivery, above, first):
    (delivery / "metadata.csv").write_text(above + FLAGGED.replace("file,", f"{first},", 1))
    assert ("metadata.csv", "manifest-stray") in codes(looked(delivery), "error")
    assert looked(delivery).accepted == 0


def test_a_text_that_asks_not_to_colorize_is_a_text(delivery):
    (delivery / "README first.txt").write_text("do not colorize, please: the files are sacred\n")
    assert (looked(delivery).accepted, looked(delivery).clean) == (2, True)


@pytest.mark.parametrize("heading", ["", "protected", "DNC", "keep b/w", "nicht_kolorieren"])
def test_a_reason_without_its_flag_keeps_a_picture_out(delivery, heading):
    (delivery / "manifest.csv").write_text(FLAGGED.replace("do_not_colorize,", f"{heading},", 1))
    report = looked(delivery)
    assert ("a.png", "reason-without-flag") in codes(report, "error")
    assert not next(one for one in report.pictures if one.name == "a.png").accepted


def test_a_dash_is_no_reason(delivery):
    (delivery / "manifest.csv").write_text(FLAGGED.replace("no,", ",-"))
    assert (protected(looked(delivery)), looked(delivery).findings) == (["a.png"], [])


def test_a_reason_beside_a_no_is_warned_of(delivery):
    (delivery / "manifest.csv").write_text(FLAGGED.replace("yes,", "no,"))
    assert codes(looked(delivery)) == [("a.png", "reason-beside-no")]


@pytest.mark.parametrize(
    "heading",
    ["Nicht kolorieren", "Kolorierung", "nicht einfärben", "niet inkleuren", "non colorare", "ne pas coloriser",
     "may_be_coloured", "coloring_allowed", "can be colored", "Inhaltswarnung", "content note"],
)  # fmt: skip
def test_what_speaks_of_colorizing_or_a_warning_in_other_words_is_an_error(heading):
    (found,) = headings.read_all([heading], manifest.COLUMNS)
    assert found.near in headings.PROTECTING


@pytest.mark.parametrize(
    "heading",
    ["mount_colour", "print colour", "scan_color", "colour profile", "color space", "handkoloriert", "koloriert",
     "American colours", "advertisement", "notes"],
)  # fmt: skip
def test_columns_that_speak_of_other_colours_are_the_suppliers_own(heading):
    (found,) = headings.read_all([heading], manifest.COLUMNS)
    assert not found.near


@pytest.mark.parametrize("heading", ["do_not_colorize (yes/no)", "Do not colorise [Y/N]", "do_not_colorize?"])
def test_what_a_flag_may_hold_is_no_part_of_its_name(delivery, heading):
    (delivery / "manifest.csv").write_text(FLAGGED.replace("do_not_colorize,", f"{heading},", 1))
    report = looked(delivery)
    assert (protected(report), codes(report)) == (["a.png"], [("manifest.csv", "column-near")])


def test_a_line_break_in_a_cell_without_quotes_loses_no_flag(delivery):
    lines = "file,title,do_not_colorize,do_not_colorize_reason\na.png,A mask\nof wood,yes,Sacred\nb.png,House,no,\n"
    (delivery / "manifest.csv").write_text(lines)
    assert codes(looked(delivery), "error") == [("a.png", "row-cut"), ("of wood", "file-missing")]


def test_rows_that_end_early_are_as_spreadsheets_write_them(delivery):
    (delivery / "manifest.csv").write_text(f"file,rights,do_not_colorize\na.png,{RIGHTS}\nb.png,{RIGHTS}\n")
    assert looked(delivery).findings == []


def test_tables_that_were_put_one_below_the_other_are_not_read(delivery):
    second = "file,do_not_colorize,do_not_colorize_reason\nb.png,yes,Sacred\n"
    (delivery / "manifest.csv").write_text(f"file,title,creator,date\na.png,House,Anna,1912\n{second}")
    report = looked(delivery)
    assert codes(report) == [("a.png", "manifest-unreadable"), ("b.png", "manifest-unreadable")]
    assert "row 3 is a second header" in report.findings[0].sentence


@pytest.mark.parametrize("above", ["\n", ";;;\n", "\r\n\r\n"])
def test_empty_rows_above_a_header_are_passed_over(delivery, above):
    (delivery / "manifest.csv").write_text(above + FLAGGED.replace(",", ";"))
    assert (protected(looked(delivery)), looked(delivery).findings) == (["a.png"], [])


def test_the_sign_between_cells_is_the_one_that_makes_a_column_of_files(delivery):
    (delivery / "manifest.csv").write_text(
        FLAGGED.replace(",", "|").replace("rights|", "rights|by whom, when, why|", 1)
    )
    assert protected(looked(delivery)) == ["a.png"] or looked(delivery).accepted == 0
    (delivery / "manifest.csv").write_text(FLAGGED.replace(",", "|"))
    assert (protected(looked(delivery)), looked(delivery).findings) == (["a.png"], [])


def test_a_title_above_the_header_is_said_with_the_row_of_the_header(delivery):
    (delivery / "manifest.csv").write_text("Box 1\n" + FLAGGED)
    assert "but row 2 has" in looked(delivery).findings[0].sentence


@pytest.mark.parametrize("heading", ["sha256", "MD5 sum", "Fixity"])
def test_checksums_in_another_column_are_said_to_be_unread(delivery, heading):
    (delivery / "manifest.csv").write_text(f"file,rights,{heading}\na.png,{RIGHTS},{'0' * 64}\nb.png,{RIGHTS},\n")
    assert codes(looked(delivery)) == [("manifest.csv", "column-checksums")]


@pytest.mark.parametrize("name", ["metadata/manifest.csv", "metadata/objects.csv", "objects.csv"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_table_among_the_tag_files_of_a_bag_keeps_its_payload_out(tmp_path, name, alone):
    bag = tmp_path / "delivery" if alone else tmp_path / "delivery" / "bag"
    for picture in (bag / "data" / "a.png", bag / "data" / "box" / "b.png"):
        save(picture)
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (bag / name).parent.mkdir(exist_ok=True)
    (bag / name).write_text(FLAGGED)
    assert looked(tmp_path / "delivery").accepted == 0


def test_cells_under_no_heading_are_said(delivery):
    (delivery / "manifest.csv").write_text(f"file,rights,\na.png,{RIGHTS},yes\nb.png,{RIGHTS},\n")
    assert codes(looked(delivery)) == [("manifest.csv", "column-unnamed")]
    assert "column C" in looked(delivery).findings[0].sentence


def test_a_long_cell_or_heading_costs_no_time(tmp_path):
    (tmp_path / "manifest.csv").write_text(f"file,md5 sum,{'color' * 20_000}\na.tif,a{' ' * 100_000}g,\n")
    assert manifest.read_manifest(tmp_path / "manifest.csv").rows[0]["file"] == "a.tif"


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "content.xml"])
def test_a_spreadsheet_with_a_column_that_protects_keeps_pictures_out_where_no_manifest_is(delivery, part):
    name = "Inventar.ods" if part == "content.xml" else "Inventar.xlsx"
    with ZipFile(delivery / name, "w") as sheet:
        sheet.writestr(part, "<t>file</t><t>Do not colorize</t><t>a.png</t><t>yes</t>")
    assert (looked(delivery).accepted, (name, "manifest-stray") in codes(looked(delivery))) == (0, True)
    (delivery / "manifest.csv").write_text(FLAGGED)
    assert (protected(looked(delivery)), "manifest-stray" in dict(codes(looked(delivery))).values()) == (
        ["a.png"],
        False,
    )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0"])
def test_a_spreadsheet_that_cannot_be_looked_into_keeps_nothing_out(delivery, content):
    (delivery / "Inventar.xlsx").write_bytes(content)
    report = looked(delivery)
    assert [one.name for one in report.pictures if one.accepted][-2:] == ["a.png", "b.png"]
    assert {one.code for one in report.findings}.isdisjoint({"manifest-stray", "manifest-not-read", "internal-fault"})


@pytest.mark.parametrize("name", ["../manifest.csv", "/manifest.csv", "../../box/Manifest.csv"])
def test_a_manifest_that_is_packed_outside_of_the_delivery_keeps_all_out(delivery, tmp_path, name):
    with ZipFile(tmp_path / "delivery.zip", "w") as packed:
        for picture in ("a.png", "b.png"):
            packed.write(delivery / picture, f"box/{picture}")
        packed.writestr(name, FLAGGED)
    assert check_delivery(tmp_path / "delivery.zip", Settings()).accepted == 0


def test_a_heading_with_signs_that_cannot_be_seen_protects_in_a_table_of_another_name(delivery):
    (delivery / "plates.csv").write_text("file,do_not_co\u00adlo\u00adrize\na.png,yes\n", encoding="utf-8")
    assert "manifest-not-read" in {code for _, code in codes(looked(delivery))}
