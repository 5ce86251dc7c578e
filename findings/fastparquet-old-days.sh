#!/usr/bin/env bash
# fastparquet turns the days of old documents into days to come.
#
# Expected: a Parquet DATE of 1600 is read as 1600, as its timestamps are, or refused.
# Happens: dates become nanoseconds in 64 bits, which reach from 1677 to 2262, and wrap round: 1 January 1600 is 20 July
#   2184. The same day as a TIMESTAMP in microseconds of the same file is right. No error, no warning.
# Versions: fastparquet 2026.9.0, pyarrow 26.0.1 (writes the file), pandas 3.1.1.
# Source: Parquet format, LogicalTypes: DATE is a count of days in 32 bits, before and after 1970.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check fastparquet==2026.9.0 pyarrow==26.0.1 pandas==3.1.1
cd "$folder"
env/bin/python - <<'PYTHON'
import datetime as dt

import fastparquet
import pyarrow
import pyarrow.parquet

days = [dt.date(1600, 1, 1), dt.date(1903, 5, 1)]
moments = pyarrow.array([dt.datetime(1600, 1, 1), dt.datetime(1903, 5, 1)], pyarrow.timestamp("us"))
pyarrow.parquet.write_table(pyarrow.table({"day": days, "moment": moments}), "days.parquet")
seen = fastparquet.ParquetFile("days.parquet").to_pandas()
print("stored:", [str(day) for day in days], " fastparquet:", seen["day"].astype(str).tolist())
print("the same as timestamps:", seen["moment"].astype(str).tolist())
assert seen["day"][0].year == 2184
assert seen["day"][1].date() == days[1]
assert seen["moment"][0].year == 1600
PYTHON
