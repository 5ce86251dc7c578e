#!/usr/bin/env bash
# pandas makes numbers of workbook cells that are texts.
#
# Expected: a cell that Excel keeps as text, 007, is text in the table; only CSV has no types.
# Happens: read_excel guesses anew from all cells of a column: 007 and 010 are 7 and 10. The texts NA and null become empty,
#   also among others. dtype=str with keep_default_na=False keeps both. polars keeps the types of the cells.
# Versions: pandas 3.1.1 with openpyxl 3.1.5, polars 2.1.0 with fastexcel 0.21.0.
# Source: ECMA-376 part 1, 18.3.1.4 and 18.18.11: a cell has a type, s or inlineStr for texts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5 polars==2.1.0 fastexcel==0.21.0
cd "$folder"
env/bin/python - <<'PYTHON'
import openpyxl
import pandas
import polars

book = openpyxl.Workbook()
for row in (["plate", "title"], ["007", "NA"], ["010", "Market"], ["011", "null"]):
    book.active.append(row)
book.save("plates.xlsx")
assert all(cell.data_type == "s" for row in openpyxl.load_workbook("plates.xlsx").active.iter_rows() for cell in row)

by_pandas = pandas.read_excel("plates.xlsx")
kept = pandas.read_excel("plates.xlsx", dtype=str, keep_default_na=False)
by_polars = polars.read_excel("plates.xlsx")
print("pandas:", by_pandas.to_dict("list"))
print("polars:", by_polars.to_dict(as_series=False))
assert by_pandas["plate"].tolist() == [7, 10, 11]
assert by_pandas["title"].isna().tolist() == [True, False, True]
assert kept["plate"].tolist() == by_polars["plate"].to_list() == ["007", "010", "011"]
assert kept["title"].tolist() == by_polars["title"].to_list() == ["NA", "Market", "null"]
PYTHON
