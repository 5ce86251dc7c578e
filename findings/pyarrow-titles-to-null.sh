#!/usr/bin/env bash
# Asking pyarrow to keep empty cells as nulls takes seventeen words out of a CSV as well.
#
# Expected: strings_can_be_null=True with a column of strings makes null of an empty cell, and leaves every text.
# Happens: NA, NULL, nan, n/a and others are null then, too, also where they stand in quotes: a photograph titled "NULL" has
#   no title. null_values=[""] says what was meant.
# Versions: pyarrow 26.0.1.
# Source: RFC 4180 knows no words for nothing; pyarrow's ConvertOptions, null_values.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyarrow==26.0.1
cd "$folder"
env/bin/python - <<'PYTHON'
import io

import pyarrow
from pyarrow import csv

CONTENT = b'plate,title\n1,NA\n2,"NULL"\n3,nan\n4,Market\n5,\n'


def titles(**options):
    options = csv.ConvertOptions(column_types={"title": pyarrow.string()}, strings_can_be_null=True, **options)
    return csv.read_csv(io.BytesIO(CONTENT), convert_options=options)["title"].to_pylist()


usual, meant = titles(), titles(null_values=[""])
print("strings_can_be_null:", usual, " with null_values=['']:", meant)
assert usual == [None, None, None, "Market", None]
assert meant == ["NA", "NULL", "nan", "Market", None]
PYTHON
