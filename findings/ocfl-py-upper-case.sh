#!/usr/bin/env bash
# ocfl-py makes an invalid object of a valid one by adding a version to it.
#
# Expected: an object whose digests are in upper case is valid, and still is with one version more.
# Happens: its validator takes the object. add_version_with_content() then writes the root inventory in lower case, the
#   versions of before keep theirs, and the same validator refuses what the same library wrote (E066).
# Versions: ocfl-py 2.1.0.
# Source: OCFL 1.1, 3.5.2 (digests that differ in case only are one digest) and 3.7 (E066: the states of older inventories).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check ocfl-py==2.1.0
cd "$folder"
env/bin/python - <<'PYTHON'
import hashlib
import json
import logging
import pathlib

import ocfl
from ocfl.validator import Validator

logging.disable(logging.CRITICAL)
root = pathlib.Path("object")


def problems():
    validator = Validator()
    valid = validator.validate_object(str(root))
    return valid, sorted({message[1:5] for message in validator.log.messages})


def metadata(message):
    return ocfl.VersionMetadata(message=message, name="Archive", address="mailto:archive@example.org")


def upper(table):
    return {digest.upper(): names for digest, names in table.items()}


for folder, names in (("one", "a"), ("two", "ab")):
    pathlib.Path(folder).mkdir()
    for name in names:
        (pathlib.Path(folder) / f"{name}.txt").write_text(name)
ocfl.Object(identifier="http://example.org/1").create(srcdir="one", metadata=metadata("first"), objdir=str(root))
for path in (root / "inventory.json", root / "v1" / "inventory.json"):
    inventory = json.loads(path.read_text())
    inventory["manifest"] = upper(inventory["manifest"])
    inventory["versions"]["v1"]["state"] = upper(inventory["versions"]["v1"]["state"])
    path.write_text(json.dumps(inventory))
    path.with_name("inventory.json.sha512").write_text(hashlib.sha512(path.read_bytes()).hexdigest() + " inventory.json\n")

before = problems()
ocfl.Object().add_version_with_content(objdir=str(root), srcdir="two", metadata=metadata("second"))
after = problems()
print("digests in upper case:", before, " after one version more:", after)
assert before == (True, [])
assert after == (False, ["E066"])
PYTHON
