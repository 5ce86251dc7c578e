#!/usr/bin/env bash
# Two EDTF validators take 29 February of every year.
#
# Expected: 1911-02-29 and 1900-02-29 are refused, as 1911-02-30 and 1911-04-31 are.
# Happens: parse_edtf and is_valid take both, so that a slip of the pen passes every check and fails in the first real
#   calendar (PostgreSQL, Python, Excel). python-edtf takes an interval that ends before it begins as well.
# Versions: edtf 5.0.2, edtf-validate 2.0.0.
# Source: ISO 8601-1, 4.3.3: February has 29 days in leap years only; EDTF level 0 is a profile of it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check edtf==5.0.2 edtf-validate==2.0.0
cd "$folder"
env/bin/python - <<'PYTHON'
import datetime

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from edtf_validate.valid_edtf import is_valid


def parsed(text):
    try:
        parse_edtf(text)
    except EDTFParseException:
        return False
    return True


def on_a_calendar(text):
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


seen = {text: (on_a_calendar(text), parsed(text), is_valid(text)) for text in
        ("1912-02-29", "1911-02-29", "1900-02-29", "1911-02-30", "1911-04-31")}
for text, answers in seen.items():
    print(f"{text}: calendar, edtf, edtf-validate: {answers}")
assert seen["1912-02-29"] == (True, True, True)
assert seen["1911-02-29"] == seen["1900-02-29"] == (False, True, True)
assert seen["1911-02-30"] == seen["1911-04-31"] == (False, False, False)
assert parsed("1914/1912")
PYTHON
