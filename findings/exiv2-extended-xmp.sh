#!/usr/bin/env bash
# exiv2 reads a long description in a JPEG's XMP as none at all.
#
# Expected: XMP of more than 64 KiB goes on in further segments of the JPEG (Extended XMP); a reader puts them together, or
#   says that there is more.
# Happens: readMetadata() gives the first part without a word; of the rest it gives the sum that names it. An edit and
#   writeMetadata() then describe the picture by that part alone.
# Versions: exiv2 0.19.2 for Python (libexiv2 0.28.9), pyvips 3.2.0 and pyvips-binary 8.18.7 (make the file).
# Source: Adobe, "XMP Specification Part 3", 1.1.3.1 Extended XMP in JPEG.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check exiv2==0.19.2 pyvips==3.2.0 pyvips-binary==8.18.7
cd "$folder"
env/bin/python - <<'PYTHON'
import hashlib
import struct

import exiv2
import pyvips

exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
SPACES = {"dc": "http://purl.org/dc/elements/1.1/", "xmpNote": "http://ns.adobe.com/xmp/note/",
          "photoshop": "http://ns.adobe.com/photoshop/1.0/"}
NAMES = " ".join(f'xmlns:{short}="{long}"' for short, long in SPACES.items())


def packet(body):
    return (f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description rdf:about="" {NAMES}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>').encode()


def segment(content):
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


rest = packet("<photoshop:Instructions>" + "letters " * 9000 + "</photoshop:Instructions>")
name = hashlib.md5(rest).hexdigest().upper()
first = packet(f"<dc:source>Archive</dc:source><xmpNote:HasExtendedXMP>{name}</xmpNote:HasExtendedXMP>")
segments = segment(b"http://ns.adobe.com/xap/1.0/\0" + first)
for offset in range(0, len(rest), 60_000):
    place = struct.pack(">II", len(rest), offset)
    segments += segment(b"http://ns.adobe.com/xmp/extension/\0" + name.encode() + place + rest[offset : offset + 60_000])
plain = pyvips.Image.black(8, 8).jpegsave_buffer(keep="none")
with open("a.jpg", "wb") as file:
    file.write(plain[:2] + segments + plain[2:])

image = exiv2.ImageFactory.open("a.jpg")
image.readMetadata()
seen = {datum.key(): len(datum.toString()) for datum in image.xmpData()}
print("in the file: source and instructions of 72,000 letters; read, with their lengths:", seen)
assert set(seen) == {"Xmp.dc.source", "Xmp.xmpNote.HasExtendedXMP"}
PYTHON
