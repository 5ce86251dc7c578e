#!/usr/bin/env bash
# pymarc writes a MARC record with a long field without a word, and cannot read it.
#
# Expected: a field of more than 9,999 bytes, which MARC cannot say, is refused on writing.
# Happens: its length takes five places of the directory's four, every field behind it is out of place, and pymarc's own
#   reader gives None for the whole record, with no exception raised. record_to_xml keeps it.
# Versions: pymarc 5.4.0.
# Source: ISO 2709 and MARC 21, "Record structure": the directory has four digits for the length of a field.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pymarc==5.4.0
cd "$folder"
env/bin/python - <<'PYTHON'
from pymarc import Field, MARCReader, Record, Subfield, parse_xml_to_array, record_to_xml


def record(letters):
    made = Record()
    made.add_field(Field(tag="245", indicators=["0", "0"], subfields=[Subfield("a", "Market place")]))
    made.add_field(Field(tag="520", indicators=[" ", " "], subfields=[Subfield("a", "x" * letters)]))
    made.add_field(Field(tag="856", indicators=["4", "0"], subfields=[Subfield("u", "https://example.org/1")]))
    return made


titles = {}
for letters in (9_000, 10_400):
    again = next(iter(MARCReader(record(letters).as_marc())))
    titles[letters] = again and again.title
print("letters in the description: title read again", titles)
with open("record.xml", "wb") as file:
    file.write(record_to_xml(record(10_400), namespace=True))
assert parse_xml_to_array("record.xml")[0].title == "Market place"
assert titles == {9_000: "Market place", 10_400: None}
PYTHON
