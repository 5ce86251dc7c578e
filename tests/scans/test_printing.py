"""The report in its four forms: the same findings, totals that add up, hostile names that stay names."""

import csv
import io
import json
from collections import Counter
from html.parser import HTMLParser

import pytest
from scan_pictures import manifest, save

from heritage_color.cli.commands import DONE
from heritage_color.cli.main import main
from heritage_color.errors import DeliveryError
from heritage_color.scans.check import check_delivery
from heritage_color.scans.reporting import printing
from heritage_color.settings import Settings

HOSTILE = ["<script>alert(1)</script>.tif".replace("/", "-"), "=cmd|' !A1.tif", '"&quot;,x.tif', "turned\u202efit.tif"]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report on a delivery with faults of many kinds, in names that want to be more than names."""
    folder = tmp_path_factory.mktemp("delivery")
    rows = [{"file": save(folder / name).name} for name in ("a.tif", "b.png", *HOSTILE)]
    (folder / "empty.tif").touch()
    manifest(folder, *rows, {"file": "lost.tif", "date": "never"}, {"file": "b.png", "rights": "mine"})
    return check_delivery(folder, Settings())


class Cells(HTMLParser):
    """The cells of a page's tables as lists of rows, and the tags that occur in it."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.tags, self.open = [], Counter(), False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.open = True

    def handle_endtag(self, tag):
        self.open = self.open and tag not in ("td", "th")

    def handle_data(self, text):
        if self.open:
            self.tables[-1][-1][-1] += text


def test_totals_of_the_json_add_up(report):
    found = json.loads(printing.render(report, "json"))
    assert found["files"] == found["accepted"] + found["refused"] == 7
    refused = {one["file"] for one in found["findings"] if one["severity"] == "error"} - {"lost.tif"}
    assert len(refused) == found["refused"]


def test_totals_of_the_text_add_up(report):
    text = report.as_text()
    counted = [int(line.split(": ")[1].split()[0]) for line in text.splitlines() if line.startswith(("error", "warn"))]
    assert sum(counted) == len(report.findings)
    assert text.startswith(f"{report.name}: 7 pictures, {report.accepted} accepted, {report.refused} refused.")


def test_the_csv_has_a_line_for_each_finding(report):
    lines = list(csv.DictReader(io.StringIO(printing.render(report, "csv"))))
    assert list(lines[0]) == ["file", "row", "severity", "code", "sentence", "remedy"]
    assert Counter(line["code"] for line in lines) == Counter(one.code for one in report.findings)
    whole = [f"{line['sentence']} {line['remedy']}" for line in lines]
    assert [text.lstrip("'") for text in whole] == [one.sentence for one in report.findings]


def test_no_cell_of_the_csv_is_a_formula(report):
    cells = [cell for line in csv.reader(io.StringIO(printing.render(report, "csv"))) for cell in line]
    assert "'=cmd|' !A1.tif" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_totals_of_the_page_add_up(report):
    pictures, reasons, *groups = Cells(printing.render(report, "html")).tables
    assert [int(row[1]) for row in pictures] == [report.accepted, report.refused, report.files]
    assert sum(int(row[2]) for row in reasons[1:-1]) == int(reasons[-1][1]) == len(report.findings)
    assert [len(group) - 1 for group in groups] == [int(row[2]) for row in reasons[1:-1]]


def test_names_in_the_page_are_text_and_nothing_is_loaded(report):
    page = printing.render(report, "html")
    cells = Cells(page)
    assert {"script", "img", "link", "iframe"}.isdisjoint(cells.tags)
    assert HOSTILE[0] in {cell for table in cells.tables for row in table for cell in row}
    assert "\u202e" not in page
    assert "default-src 'none'" in page


def test_the_page_can_be_read_without_seeing_it(report):
    tags = Cells(printing.render(report, "html")).tags
    assert tags["caption"] == tags["table"]
    assert (tags["h1"], tags["main"], tags["title"]) == (1, 1, 1)
    assert tags["h2"] == len(report.groups)


@pytest.mark.parametrize(
    ("name", "start"), [("r.csv", "file,row"), ("r.html", "<!doctype"), ("r.json", "{"), ("r", "")]
)
def test_the_command_writes_the_form_that_the_files_name_asks_for(tmp_path, capsys, name, start):
    folder = save(tmp_path / "delivery" / "a.tif").parent
    assert main(["check", str(folder), "--out", str(tmp_path / name)]) == DONE
    assert (tmp_path / name).read_text().startswith(start or "delivery: 1 picture")
    assert capsys.readouterr().out == "delivery: 1 picture, 1 accepted, 0 refused.\n"


def test_a_report_that_cannot_be_written_is_said(report, tmp_path):
    with pytest.raises(DeliveryError, match="cannot be written"):
        printing.write_report(tmp_path / "nowhere" / "report.csv", "text")
