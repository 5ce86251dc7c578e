#!/usr/bin/env bash
# undate writes a year before Christ as an EDTF date that it cannot read.
#
# Expected: -0044 read as EDTF is written as -0044 again.
# Happens: it becomes 0-44, since the sign counts as one of the four digits that are filled up; undate itself refuses that.
# Versions: undate 0.8.0.
# Source: Library of Congress, EDTF Specification, level 1, "Negative calendar year"; ISO 8601-2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check undate==0.8.0
cd "$folder"
env/bin/python - <<'PYTHON'
from undate import Undate

year = Undate.parse("-0044", "EDTF")
written = year.format("EDTF")
print("read: -0044, the year", int(year.earliest.year), " written:", written)
assert year.earliest.year == -44
assert written == "0-44"
try:
    Undate.parse(written, "EDTF")
except ValueError as error:
    print("read again:", type(error).__name__)
else:
    raise SystemExit("it can be read again")
PYTHON
