#!/usr/bin/env bash
# A date before 1900 in a workbook moves by a day between two libraries, and the last day of 1899 becomes midnight.
#
# Expected: a photograph of 1 May 1850 written by one library is that day in another, or somebody refuses it: Excel itself
#   knows no date before 1900.
# Happens: openpyxl writes -18140, XlsxWriter -18141 for it, both without a word. openpyxl reads XlsxWriter's as 30 April,
#   polars (calamine) reads openpyxl's as 2 May. 31 December 1899 comes back from openpyxl as the time 00:00. From 1900 on
#   all agree.
# Versions: openpyxl 3.1.5, xlsxwriter 3.3.1, polars 2.1.0 with fastexcel 0.21.0.
# Source: ECMA-376 part 1, 18.17.4.1: the 1900 date base begins with 1 January 1900 (or 30 December 1899), not before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 xlsxwriter==3.3.1 polars==2.1.0 fastexcel==0.21.0
cd "$folder"
env/bin/python - <<'PYTHON'
import datetime as dt
import re
import zipfile

import openpyxl
import polars
import xlsxwriter

DAYS = [dt.date(1850, 5, 1), dt.date(1899, 12, 31), dt.date(1900, 1, 31), dt.date(1911, 5, 1)]

book = openpyxl.Workbook()
for day in DAYS:
    book.active.append([day])
book.save("openpyxl.xlsx")
with xlsxwriter.Workbook("xlsxwriter.xlsx", {"default_date_format": "yyyy-mm-dd"}) as other:
    sheet = other.add_worksheet()
    for row, day in enumerate(DAYS):
        sheet.write_datetime(row, 0, day)


def numbers(name):
    return re.findall(r"<v>([^<]*)</v>", zipfile.ZipFile(name).read("xl/worksheets/sheet1.xml").decode())


def read(name):
    return [str(row[0].value)[:10] for row in openpyxl.load_workbook(name).active.iter_rows()]


stored = {name: numbers(name) for name in ("openpyxl.xlsx", "xlsxwriter.xlsx")}
seen = {name: read(name) for name in stored}
others = {name: [str(day) for day in polars.read_excel(name, has_header=False).to_series(0)] for name in stored}
for name in stored:
    print(name, "stored", stored[name], "openpyxl reads", seen[name], "polars reads", others[name])
assert (stored["openpyxl.xlsx"][0], stored["xlsxwriter.xlsx"][0]) == ("-18140", "-18141")
assert (seen["openpyxl.xlsx"][0], seen["xlsxwriter.xlsx"][0]) == ("1850-05-01", "1850-04-30")
assert (others["openpyxl.xlsx"][0], others["xlsxwriter.xlsx"][0]) == ("1850-05-02", "1850-05-01")
assert seen["openpyxl.xlsx"][1] == "00:00:00"
assert all(days[2:] == ["1900-01-31", "1911-05-01"] for days in (*seen.values(), *others.values()))
PYTHON
