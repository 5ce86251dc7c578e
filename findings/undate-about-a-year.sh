#!/usr/bin/env bash
# undate forgets "about" and "perhaps" of an EDTF date.
#
# Expected: Undate.parse("1905~", "EDTF") is about 1905: written as EDTF again it is 1905~, and it is not equal to 1905.
# Happens: ~, ? and % are read and dropped: 1905~ is 1905, from 1 January to 31 December, equal to the certain year, and is
#   written as 1905. Intervals alike. X for unknown digits is kept.
# Versions: undate 0.8.0.
# Source: Library of Congress, Extended Date/Time Format (EDTF) Specification, level 1, "Qualification of a date
#   (complete)".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check undate==0.8.0
cd "$folder"
env/bin/python - <<'PYTHON'
from undate import Undate

spellings = ["1905", "1905~", "1905?", "1905%", "1905~/1910", "190X"]
written = {text: Undate.parse(text, "EDTF").format("EDTF") for text in spellings}
print("read: written again", written)
about = Undate.parse("1905~", "EDTF")
print("earliest and latest of 1905~:", about.earliest, about.latest, " equal to 1905:", about == Undate(1905))
assert all(written[text] == "1905" for text in ("1905", "1905~", "1905?", "1905%"))
assert written["1905~/1910"] == "1905/1910" and written["190X"] == "190X"
assert about == Undate(1905)
PYTHON
