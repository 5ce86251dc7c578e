#!/usr/bin/env bash
# DuckDB's sum of whole numbers loses its last digits on the way into Parquet.
#
# Expected: sum() of BIGINT, shown exactly by a query, is as exact in the Parquet file that COPY makes of the query.
# Happens: the sum has the type HUGEINT, for which Parquet has none, and COPY writes DOUBLE without a word: 9007199254740993
#   comes back as ...992. Total bytes of a large archive are such sums. CAST(sum(x) AS BIGINT) or DECIMAL(38, 0) keeps them.
# Versions: duckdb 2.0.1, pyarrow 26.0.1 (reads the file).
# Source: Parquet format, LogicalTypes (DECIMAL up to any precision); seen by reading sums back.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1 pyarrow==26.0.1
cd "$folder"
env/bin/python - <<'PYTHON'
import duckdb
import pyarrow.parquet

QUERY = "select sum(n) as total, cast(sum(n) as decimal(38, 0)) as kept from (values (9007199254740993), (0)) files(n)"

shown = duckdb.sql(QUERY).fetchall()[0]
duckdb.sql(f"copy ({QUERY}) to 'sums.parquet'")
table = pyarrow.parquet.read_table("sums.parquet")
print("the query:", shown, " the file:", table.to_pylist(), table.schema.types)
assert shown[0] == 9007199254740993
assert str(table.schema.field("total").type) == "double"
assert int(table["total"][0].as_py()) == 9007199254740992
assert int(table["kept"][0].as_py()) == 9007199254740993
PYTHON
