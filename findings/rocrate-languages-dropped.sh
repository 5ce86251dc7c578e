#!/usr/bin/env bash
# rocrate drops languages and own terms of a crate that it reads and writes again.
#
# Expected: opening a crate and writing it leaves a description in German marked as German, and the archive's own term
#   explained.
# Happens: {"@value": ..., "@language": "de"} becomes a bare text, and the term that @context explained is still used but no
#   longer explained, so that it means nothing. metadata.extra_terms, set again by hand, keeps the term.
# Versions: rocrate 0.16.0.
# Source: RO-Crate 1.1, "Extending RO-Crate" (own terms in @context); JSON-LD 1.1, "String internationalization".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rocrate==0.16.0
cd "$folder"
env/bin/python - <<'PYTHON'
import json
import pathlib

from rocrate.rocrate import ROCrate

ROCrate(version="1.1").write("first")
file = pathlib.Path("first/ro-crate-metadata.json")
content = json.loads(file.read_text())
content["@context"] = [content["@context"], {"plateNumber": "https://example.org/terms#plateNumber"}]
root = next(entity for entity in content["@graph"] if entity["@id"] == "./")
root |= {"description": {"@value": "Marktplatz", "@language": "de"}, "plateNumber": "7"}
file.write_text(json.dumps(content))

ROCrate("first").write("second")
again = json.loads(pathlib.Path("second/ro-crate-metadata.json").read_text())
root = next(entity for entity in again["@graph"] if entity["@id"] == "./")
print("context:", again["@context"], " root:", root)
assert root["plateNumber"] == "7" and "plateNumber" not in json.dumps(again["@context"])
assert root["description"] == "Marktplatz"
PYTHON
