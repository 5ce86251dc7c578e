#!/usr/bin/env bash
# A Croissant field that is declared as text loses the noughts of its identifiers, and one declared as a date becomes 1970.
#
# Expected: dataType sc:Text keeps 007 and the word NA as they stand in the CSV; sc:Date takes 1903 for the year, or refuses
#   it.
# Happens: the file is read by pandas before the declared types count: 007 is b"7", 1903 is 1,903 nanoseconds after 1970.
# Versions: mlcroissant 1.1.1, pandas 3.1.1.
# Source: Croissant Format Specification 1.0, "DataType"; schema.org Date is a date in ISO 8601.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check mlcroissant==1.1.1 pandas==3.1.1
cd "$folder"
env/bin/python - <<'PYTHON'
import hashlib
import json
import logging
import pathlib

import mlcroissant

logging.disable(logging.WARNING)
PREFIXES = {"@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
            "recordSet": "cr:recordSet", "field": "cr:field",
            "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "source": "cr:source", "extract": "cr:extract",
            "fileObject": "cr:fileObject", "column": "cr:column"}


def field(name, kind):
    source = {"fileObject": {"@id": "plates.csv"}, "extract": {"column": name}}
    return {"@type": "cr:Field", "@id": f"plates/{name}", "name": name, "dataType": kind, "source": source}


table = pathlib.Path("plates.csv")
table.write_text("number,taken\n007,1903\n010,1911\n")
file = {"@type": "cr:FileObject", "@id": "plates.csv", "name": "plates.csv", "contentUrl": "plates.csv",
        "encodingFormat": "text/csv", "sha256": hashlib.sha256(table.read_bytes()).hexdigest()}
fields = [field("number", "sc:Text"), field("taken", "sc:Date")]
records = {"@type": "cr:RecordSet", "@id": "plates", "name": "plates", "field": fields}
described = {"@context": PREFIXES, "@type": "sc:Dataset", "name": "plates", "description": "two plates",
             "conformsTo": "http://mlcommons.org/croissant/1.0", "url": "https://example.org/plates",
             "license": "https://creativecommons.org/publicdomain/zero/1.0/", "datePublished": "2026-01-01",
             "distribution": [file], "recordSet": [records]}
pathlib.Path("croissant.json").write_text(json.dumps(described))
seen = list(mlcroissant.Dataset("croissant.json").records("plates"))
print("in the table: 007 1903, 010 1911; read:", seen)
assert [row["plates/number"] for row in seen] == [b"7", b"10"]
assert [row["plates/taken"].year for row in seen] == [1970, 1970]
PYTHON
