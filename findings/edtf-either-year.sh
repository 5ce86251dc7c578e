#!/usr/bin/env bash
# python-edtf makes one certain year of "1911 or 1912".
#
# Expected: text_to_edtf gives [1911,1912], which EDTF has for one of a set, or None where it does not understand.
# Happens: the first year is taken and the rest is dropped: 1911, neither uncertain nor approximate. German "um 1905" (about
#   1905) is plain 1905, too, and "1914-13" is the reversed interval 1914/1913. "between 1900 and 1905" is None.
# Versions: edtf 5.0.2.
# Source: Library of Congress, EDTF Specification, level 2, "Set representation".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check edtf==5.0.2
cd "$folder"
env/bin/python - <<'PYTHON'
from edtf import parse_edtf, text_to_edtf

texts = ["1911 or 1912", "um 1905", "circa 1905", "1914-13", "between 1900 and 1905"]
seen = {text: text_to_edtf(text) for text in texts}
print(seen)
assert seen["1911 or 1912"] == "1911"
assert seen["um 1905"] == "1905" and seen["circa 1905"] == "1905~"
assert seen["1914-13"] == "1914/1913"
assert seen["between 1900 and 1905"] is None
assert str(parse_edtf("[1911,1912]")) == "[1911, 1912]"
PYTHON
