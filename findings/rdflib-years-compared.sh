#!/usr/bin/env bash
# A SPARQL query for photographs after 1900 finds none, though their years are typed as years.
#
# Expected: ?year > "1900"^^xsd:gYear finds 1903 and 1911, since ORDER BY ?year sorts them.
# Happens: the filter is an error for each row, and an error counts as false: no row, no message. xsd:integer, or xsd:date
#   with a day, can be compared. A SHACL shape with sh:minInclusive of gYear refuses every year for the same reason.
# Versions: rdflib 7.6.0.
# Source: SPARQL 1.1 Query Language, 17.3 "Operator mapping": comparisons of numbers, texts, booleans and dateTime only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rdflib==7.6.0
cd "$folder"
env/bin/python - <<'PYTHON'
import rdflib

TYPES = "http://www.w3.org/2001/XMLSchema#"


def found(kind, limit):
    triple = '<http://example.org/%s> <http://example.org/taken> "%s"^^<' + TYPES + kind + "> ."
    data = "".join(triple % (year, year) for year in (1850, 1903, 1911))
    graph = rdflib.Graph().parse(data=data, format="turtle")
    question = 'select ?y { ?s <http://example.org/taken> ?y %s } order by ?y'
    later = graph.query(question % f'filter(?y > "{limit}"^^<{TYPES}{kind}>)')
    return [[str(row.y) for row in rows] for rows in (graph.query(question % ""), later)]


years, numbers = found("gYear", 1900), found("integer", 1900)
print("gYear:   all", years[0], " after 1900:", years[1])
print("integer: all", numbers[0], " after 1900:", numbers[1])
assert years == [["1850", "1903", "1911"], []]
assert numbers == [["1850", "1903", "1911"], ["1903", "1911"]]
PYTHON
