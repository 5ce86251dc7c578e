#!/usr/bin/env bash
# python-edtf turns a year before Christ into the year before it.
#
# Expected: text_to_edtf("10 BC") is -0009: EDTF counts as astronomers do, with a year 0 that is 1 BC.
# Happens: the number is kept: 10 BC is -0010, which is 11 BC, and 1 BC is -0001, which is 2 BC. The death of Caesar, 44 BC,
#   is -0043.
# Versions: edtf 5.0.2.
# Source: Library of Congress, EDTF Specification, level 0 (ISO 8601: 0000 is the year 1 BC).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check edtf==5.0.2
cd "$folder"
env/bin/python - <<'PYTHON'
from edtf import parse_edtf, text_to_edtf

seen = {text: text_to_edtf(text) for text in ("1 BC", "10 BC", "44 BC")}
print("text: EDTF", seen, " right:", {"1 BC": "0000", "10 BC": "-0009", "44 BC": "-0043"})
assert seen == {"1 BC": "-0001", "10 BC": "-0010", "44 BC": "-0044"}
assert str(parse_edtf("0000")) == "0000"
PYTHON
