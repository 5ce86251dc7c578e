#!/usr/bin/env bash
# metsrw reads the plus sign of a file's address in METS as a blank.
#
# Expected: xlink:href is an address: objects/a+b.tif there is the file a+b.tif, whichever tool wrote the METS.
# Happens: it is decoded like a form of a web page: the path is objects/a b.tif, and the file is not found. metsrw itself
#   writes %2B, so that its own files come back right.
# Versions: metsrw 0.7.0.
# Source: RFC 3986, 2.2: "+" stands for itself in a path; METS: xlink:href is of type anyURI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check metsrw==0.7.0
cd "$folder"
env/bin/python - <<'PYTHON'
import metsrw

document = metsrw.METSDocument()
document.append_file(metsrw.FSEntry(path="objects/a+b.tif", file_uuid="00000000-0000-4000-8000-000000000001", label="plate"))
own = document.tostring().decode()
assert "objects/a%2Bb.tif" in own
other = own.replace("objects/a%2Bb.tif", "objects/a+b.tif")
seen = {name: [entry.path for entry in metsrw.METSDocument.fromstring(text.encode()).all_files() if entry.path]
        for name, text in (("own", own), ("other", other))}
print("href a%2Bb.tif:", seen["own"], "  href a+b.tif:", seen["other"])
assert seen == {"own": ["objects/a+b.tif"], "other": ["objects/a b.tif"]}
PYTHON
