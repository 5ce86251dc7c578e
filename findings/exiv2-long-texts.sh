#!/usr/bin/env bash
# exiv2 leaves long EXIF texts out of a PNG without a word.
#
# Expected: a tag that was set is written, or an error says that it cannot be. PNG's eXIf chunk has no limit of 64 KiB.
# Happens: once the EXIF block would pass 64 KiB, a long tag is left out, in PNG as in JPEG; writeMetadata() succeeds. The same
#   text is written into a TIFF.
# Versions: exiv2 0.19.2 for Python (libexiv2 0.28.9), pyvips 3.2.0 and pyvips-binary 8.18.7 (make the files).
# Source: PNG (third edition), 11.3.4.5 eXIf.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check exiv2==0.19.2 pyvips==3.2.0 pyvips-binary==8.18.7
cd "$folder"
env/bin/python - <<'PYTHON'
import exiv2
import pyvips

exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
KEY, TEXT = "Exif.Image.ImageDescription", "letters " * 9000


def kept(name):
    """How many letters of a text of 72,000 are there after writing and reading again."""
    image = exiv2.ImageFactory.open(name)
    image.readMetadata()
    tags = image.exifData()
    tags[KEY] = TEXT
    image.writeMetadata()
    again = exiv2.ImageFactory.open(name)
    again.readMetadata()
    found = [datum for datum in again.exifData() if datum.key() == KEY]
    return len(found[0].toString()) if found else 0


black = pyvips.Image.black(8, 8)
black.pngsave("a.png", keep="none")
black.jpegsave("a.jpg", keep="none")
black.tiffsave("a.tif", keep="none")
counts = {name: kept(name) for name in ("a.png", "a.jpg", "a.tif")}
print(f"of {len(TEXT)} letters there are afterwards:", counts)
assert counts["a.png"] == counts["a.jpg"] == 0
assert counts["a.tif"] >= len(TEXT) - 1
PYTHON
