#!/usr/bin/env bash
# frictionless gives a year the day and the month on which the file is read.
#
# Expected: a field of type date with the format "any" takes 1903 for a year, or refuses it: it is no date.
# Happens: it becomes a full date whose missing parts are today's: 1903 is one date now and another one next month, and so
#   is "May 1905". The table is valid, and its dates change with the calendar.
# Versions: frictionless 5.21.0.
# Source: Table Schema, "date", format any: whatever a library can parse; python-dateutil's default is the current day.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check frictionless==5.21.0
cd "$folder"
env/bin/python - <<'PYTHON'
import datetime

from frictionless import Resource, Schema, validate

with open("table.csv", "w") as file:
    file.write("taken\n1903\nMay 1905\n")
schema = Schema.from_descriptor({"fields": [{"name": "taken", "type": "date", "format": "any"}]})
resource = Resource(path="table.csv", schema=schema)
before = datetime.date.today()
rows = [row["taken"] for row in resource.read_rows()]
print("in the table: 1903, May 1905; read:", [str(day) for day in rows], "on", before)
assert validate(resource).valid
days = {(day.month, min(day.day, 28) if day.month == 2 else day.day) for day in (before, datetime.date.today())}
assert rows[0].year == 1903 and (rows[0].month, rows[0].day) in days
assert (rows[1].year, rows[1].month) == (1905, 5)
PYTHON
