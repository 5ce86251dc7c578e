#!/usr/bin/env bash
# DuckDB reads the same date of a CSV as another day when another row changes.
#
# Expected: dates that can be read in two ways, 03/04/1905, stay text or are refused until a format is given.
# Happens: read_csv makes DATE of them, without a word: 3 April. With one row more, 12/25/1905, the very same cells are 4
#   March: the first format that fits all rows is taken. Two deliveries of one archive so disagree. dateformat='%d/%m/%Y'
#   settles it.
# Versions: duckdb 2.0.1.
# Source: ISO 8601-1 is the one order that needs no guess; DuckDB's documentation, "CSV Auto Detection", names candidates
#   only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1
cd "$folder"
env/bin/python - <<'PYTHON'
import duckdb


def days(*cells):
    with open("dates.csv", "w") as file:
        file.write("plate,taken\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells)))
    return [str(row[0]) for row in duckdb.sql("select taken from 'dates.csv' order by plate").fetchall()]


alone, with_more = days("03/04/1905", "05/06/1906"), days("03/04/1905", "05/06/1906", "12/25/1905")
print("03/04/1905 and 05/06/1906 alone:          ", alone)
print("the same two, with 12/25/1905 below them: ", with_more[:2])
print("03.04.05 (two digits each):               ", days("03.04.05", "01.02.03"))
assert alone == ["1905-04-03", "1906-06-05"]
assert with_more == ["1905-03-04", "1906-05-06", "1905-12-25"]
PYTHON
