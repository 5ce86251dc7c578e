#!/usr/bin/env bash
# frictionless calls a file valid whose declared SHA-512 is another file's.
#
# Expected: "hash": "sha512:..." of a Data Package is compared, or an error says that this kind is not known.
# Happens: only md5 (also without a name) and sha256 in lower case are compared. sha1, sha512 and SHA256 pass with any
#   digits, as valid.
# Versions: frictionless 5.21.0.
# Source: Data Package, Data Resource, "hash": other algorithms than MD5 are named before a colon.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check frictionless==5.21.0
cd "$folder"
env/bin/python - <<'PYTHON'
from frictionless import Resource, validate

with open("table.csv", "w") as file:
    file.write("plate\n1\n")
WRONG = ["md5:" + "0" * 32, "sha256:" + "0" * 64, "SHA256:" + "0" * 64, "sha1:" + "0" * 40, "sha512:" + "0" * 128]
seen = {wrong.split(":")[0]: validate(Resource({"name": "t", "path": "table.csv", "hash": wrong})).valid for wrong in WRONG}
print("valid with a wrong sum of this kind:", seen)
assert seen == {"md5": False, "sha256": False, "SHA256": True, "sha1": True, "sha512": True}
PYTHON
