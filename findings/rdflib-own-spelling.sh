#!/usr/bin/env bash
# rdflib changes dates and numbers of a graph that it only reads and writes.
#
# Expected: a literal is written as it was read; two graphs are compared, and signed, by their literals.
# Happens: literals are rewritten while they are parsed: the zone of an xsd:date is lost, seconds are cut to six digits, Z
#   becomes +00:00, 007 becomes 7. rdflib.NORMALIZE_LITERALS = False before parsing keeps them.
# Versions: rdflib 7.6.0.
# Source: RDF 1.1 Concepts, 3.3: literals are equal where their lexical forms are; the form belongs to the literal.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0
cd "$folder"
env/bin/python - <<'PYTHON'
import rdflib

TYPES = "http://www.w3.org/2001/XMLSchema#"
LITERALS = [("1903-05-01+01:00", "date"), ("2026-05-01T00:00:00.123456789Z", "dateTime"), ("007", "integer"),
            ("1903", "gYear")]
TURTLE = "".join(f'<http://example.org/{n}> <http://example.org/is> "{text}"^^<{TYPES}{kind}> .\n'
                 for n, (text, kind) in enumerate(LITERALS))


def read():
    graph = rdflib.Graph().parse(data=TURTLE, format="turtle")
    return [str(value) for _, value in sorted(graph.subject_objects())]


usual = read()
rdflib.NORMALIZE_LITERALS = False
kept = read()
print("in the file:       ", [text for text, _ in LITERALS])
print("read by rdflib:    ", usual)
print("not normalised:    ", kept)
assert usual == ["1903-05-01", "2026-05-01T00:00:00.123456+00:00", "7", "1903"]
assert kept == [text for text, _ in LITERALS]
PYTHON
