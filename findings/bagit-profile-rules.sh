#!/usr/bin/env bash
# The validator of BagIt profiles passes rules that it does not know.
#
# Expected: a profile of version 1.4.0 that says "Data-Empty": true, or names files that the payload must hold, refuses a
#   bag that does otherwise; a misspelt rule is reported.
# Happens: Data-Empty, Payload-Files-Required and Payload-Files-Allowed of version 1.4.0 are not looked at, nor is
#   "Required" for "required": the bag is valid. The same rule spelt right, or of 1.3.0, refuses it.
# Versions: bagit-profile 1.3.1, bagit 1.9.0.
# Source: BagIt Profiles Specification 1.4.0 (13 January 2023): Data-Empty, Payload-Files-Required, Payload-Files-Allowed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check bagit-profile==1.3.1 bagit==1.9.0
cd "$folder"
env/bin/python - <<'PYTHON'
import logging
import pathlib

import bagit
import bagit_profile

logging.disable(logging.CRITICAL)
PROFILE = "http://example.org/profile.json"
ABOUT = {"BagIt-Profile-Identifier": PROFILE, "BagIt-Profile-Version": "1.4.0", "Source-Organization": "Archive",
         "External-Description": "scans", "Version": "1"}
BASE = {"BagIt-Profile-Info": ABOUT, "Bag-Info": {}, "Manifests-Required": ["md5"], "Manifests-Allowed": ["md5"],
        "Tag-Manifests-Required": [], "Tag-Files-Required": [], "Tag-Files-Allowed": ["*"], "Allow-Fetch.txt": True,
        "Serialization": "optional", "Accept-Serialization": ["application/zip"], "Accept-BagIt-Version": ["0.97", "1.0"]}
RULES = {
    "another manifest": {"Manifests-Required": ["sha512"], "Manifests-Allowed": ["sha512"]},
    "required": {"Bag-Info": {"Contact-Name": {"required": True}}},
    "Required": {"Bag-Info": {"Contact-Name": {"Required": True}}},
    "no payload": {"Data-Empty": True},
    "a file that is not there": {"Payload-Files-Required": ["data/list.csv"]},
    "only scans": {"Payload-Files-Allowed": ["data/*.tif"]},
}

folder = pathlib.Path("bag")
folder.mkdir()
(folder / "a.txt").write_text("a")
bagit.make_bag(str(folder), {"BagIt-Profile-Identifier": PROFILE}, checksums=["md5"])
valid = {}
for name, rule in RULES.items():
    valid[name] = bagit_profile.Profile(PROFILE, profile={**BASE, **rule}).validate(bagit.Bag(str(folder)))
print("valid by a profile that asks for:", valid)
assert not valid["another manifest"] and not valid["required"]
assert all(valid[name] for name in ("Required", "no payload", "a file that is not there", "only scans"))
PYTHON
