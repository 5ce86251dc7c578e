#!/usr/bin/env bash
# resync moves a time by its zone, but the wrong way.
#
# Expected: lastmod 2026-11-29T12:00:00+02:00 is 10:00 in UTC.
# Happens: it is 14:00: the offset is added where it must be taken off. A source two hours east so looks two hours newer
#   than it is, and a change within these hours is passed over when lists are compared. Times with Z are right.
# Versions: resync 2.0.1.
# Source: W3C, "Date and Time Formats" (ISO 8601): local time with its offset from UTC.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check resync==2.0.1
cd "$folder"
env/bin/python - <<'PYTHON'
import datetime

from resync import ResourceList

TEXTS = ["2026-11-29T12:00:00Z", "2026-11-29T12:00:00+02:00", "2026-11-29T12:00:00-05:00"]
URLS = "".join(f"<url><loc>http://example.org/{n}</loc><lastmod>{text}</lastmod></url>" for n, text in enumerate(TEXTS))
sitemap = ('<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
           'xmlns:rs="http://www.openarchives.org/rs/terms/"><rs:md capability="resourcelist" at="2026-11-29T12:00:00Z"/>'
           + URLS + "</urlset>")
resources = ResourceList()
resources.parse(str_data=sitemap)
seen = [resource.lastmod for resource in sorted(resources, key=lambda resource: resource.uri)]
in_utc = [datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc) for text in TEXTS]
right = [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in in_utc]
for text, one, other in zip(TEXTS, seen, right):
    print(f"{text}: resync {one}, right {other}")
assert seen == ["2026-11-29T12:00:00Z", "2026-11-29T14:00:00Z", "2026-11-29T07:00:00Z"]
assert right == ["2026-11-29T12:00:00Z", "2026-11-29T10:00:00Z", "2026-11-29T17:00:00Z"]
PYTHON
