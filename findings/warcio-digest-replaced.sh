#!/usr/bin/env bash
# warcio replaces the digest that it is given by another kind.
#
# Expected: create_warc_record with a WARC-Payload-Digest of SHA-256 in its headers writes that digest.
# Happens: the header is overwritten by a SHA-1 of warcio's own, without a word: the archive's fixity value is gone from the
#   record.
# Versions: warcio 1.8.1.
# Source: ISO 28500 (WARC 1.1), WARC-Payload-Digest: any algorithm may be named.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check warcio==1.8.1
cd "$folder"
env/bin/python - <<'PYTHON'
import hashlib
import io

from warcio.warcwriter import WARCWriter

given = "sha256:" + hashlib.sha256(b"scan").hexdigest()
output = io.BytesIO()
writer = WARCWriter(output, gzip=False)
record = writer.create_warc_record("urn:example:scan", "resource", payload=io.BytesIO(b"scan"),
                                   warc_headers_dict={"WARC-Payload-Digest": given})
writer.write_record(record)
written = [line for line in output.getvalue().decode().split("\r\n") if line.startswith("WARC-Payload-Digest")]
print("given:  ", given)
print("written:", written)
assert len(written) == 1 and written[0].startswith("WARC-Payload-Digest: sha1:")
assert given not in output.getvalue().decode()
PYTHON
