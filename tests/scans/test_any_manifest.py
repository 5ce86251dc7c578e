"""Manifests put together by chance: nothing ends in a traceback, each row is accounted for, no protection is lost."""

import csv
import io
import random
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as some

from heritage_color.scans.arrival import names
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.metadata import dates, headings, joining, manifest, manifests
from heritage_color.scans.reporting.report import Delivered

FILES = ("a.tif", "b.tif", "box/c.tif", "box/Ä.tif")
CELLS = some.one_of(
    some.sampled_from(
        ["", "yes", "no", "ja", "x", "1912", "[1912", "../..", "/", "sep=;", "a\u200bb", "\ufeff", "\0"]
    ),
    some.sampled_from(FILES),
    some.text(max_size=20),
)
HEADINGS = some.one_of(
    some.sampled_from([*manifest.COLUMNS, "Do not colourise?", "Rights statement", "titel", "", "film", "warning"]),
    some.text(max_size=12),
)
SHEETS = some.integers(1, 8).flatmap(
    lambda width: some.tuples(
        some.lists(HEADINGS, min_size=width, max_size=width),
        some.lists(some.lists(CELLS, max_size=width + 1), max_size=6),
        some.sampled_from([",", ";", "\t"]),
        some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    )
)


def written(heading, rows, sign=",", encoding="utf-8"):
    """A sheet as the bytes of a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=sign, escapechar="\\").writerows([heading, *rows])
    return text.getvalue().encode(encoding, "replace")


def read(folder: Path, content: bytes, name: str = "manifest.csv"):
    path = folder / "manifest.csv"
    path.write_bytes(content)
    return manifest.read_manifest(path, name)


def pictures():
    return [Delivered(Path(name), name, 1) for name in FILES]


@given(
    some.one_of(some.binary(max_size=200), SHEETS.map(lambda sheet: written(*sheet))), some.sampled_from(["", "box/"])
)
def test_any_manifest_is_read_or_says_why_and_each_picture_has_one_fate(tmp_path_factory, content, box):
    given_ = read(tmp_path_factory.mktemp("any"), content, f"{box}manifest.csv")
    found = pictures()
    general = joining.join([given_], found)
    codes = [one.code for one in [*general, *given_.findings, *(one for each in found for one in each.findings)]]
    assert "internal-fault" not in codes
    assert bool(given_.broken) <= all(
        not one.accepted for one in found if one.name.startswith(manifest.folder_of(given_.source))
    )
    assert all(one.row is None or one.name.startswith(manifest.folder_of(given_.source)) for one in found)
    numbers = [one.row.number for one in found if one.row]
    assert len(numbers) == len(set(numbers)) <= len(given_.rows)
    told = {one.row for one in [*general, *(one for each in found for one in each.findings)]}
    referred = {one.row.number for one in found if one.row}
    assert {row.number for row in given_.rows} <= told | referred


@given(some.sampled_from(["do_not_colorize", "do not colourise", "DoNotColorize", "don't colorize"]), some.randoms())
@example("do_not_colorize", random.Random(0))
def test_a_slip_in_the_flags_name_never_loses_it(tmp_path_factory, name, chance):
    place = chance.randrange(len(name))
    slipped = chance.choice(
        [name[:place] + name[place + 1 :], name[:place] + chance.choice("aeotzs-_ ?") + name[place:], name.upper(),
         name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :]]
    )  # fmt: skip
    rows = [["a.tif", "yes", "Sacred"], ["b.tif", "no", ""], ["box/c.tif", "", ""], ["box/Ä.tif", "", ""]]
    given_ = read(tmp_path_factory.mktemp("slip"), written(["file", slipped, "do_not_colorize_reason"], rows))
    found = pictures()
    joining.join([given_], found)
    protected = found[0].row is not None and found[0].row.do_not_colorize
    assert protected or not found[0].accepted, slipped
    (heading,) = headings.read_all([slipped], manifest.COLUMNS)
    assert heading.name == "do_not_colorize" or heading.near


@given(
    some.text(alphabet="manifestcsvxlod -_().1~", max_size=20),
    some.sampled_from([".csv", ".CSV", ".xlsx", ".txt", ""]),
)
def test_any_name_of_a_table_that_protects_is_read_or_named(tmp_path_factory, stem, ending):
    name = (stem.strip(" .") or "x") + ending
    folder = tmp_path_factory.mktemp("names")
    (folder / name).write_bytes(written(["file", "do_not_colorize"], [["a.tif", "yes"]]))
    (entry,) = names.walk(folder)
    named = names.is_manifest(entry) or manifests.strays(Received("delivery", "delivery", folder), [entry])
    assert named or manifests.LOCKS.fullmatch(name) or (ending in ("", ".xlsx") and "manifest" not in stem)


@given(
    some.lists(
        some.sampled_from(["1912", "1912-13", "1914/1912", "ca. 1912", "[1667..1672]", ""]), min_size=4, max_size=4
    )
)
def test_each_date_that_is_none_is_warned_of_once_and_refuses_nothing(tmp_path_factory, given_dates):
    rows = [[name, date] for name, date in zip(FILES, given_dates, strict=True)]
    found = pictures()
    joining.join([read(tmp_path_factory.mktemp("dates"), written(["file", "date"], rows))], found)
    warned = [one.name for one in found for fault in one.findings if fault.code == "bad-date"]
    assert warned == [name for name, date in rows if date and not dates.is_date(date)]
    assert all(one.accepted for one in found)
