#!/usr/bin/env bash
# libvips writes an EXIF chunk into a PNG of a picture that has none.
#
# Expected: a picture without EXIF is saved without EXIF; whoever copies the master's eXIf chunk over afterwards makes one.
# Happens: pngsave adds an eXIf chunk with a resolution and versions of its own, so that there are two after the copy, which PNG
#   forbids. keep="icc" or keep="none" leaves it out.
# Versions: pyvips 3.2.0, pyvips-binary 8.18.7.
# Source: PNG (third edition), 11.3.4.5: "Only one eXIf chunk is allowed".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyvips==3.2.0 pyvips-binary==8.18.7
cd "$folder"
env/bin/python - <<'PYTHON'
import pyvips

black = pyvips.Image.black(8, 8)
black.pngsave("usual.png")
black.pngsave("icc.png", keep="icc")
counts = {name: open(name, "rb").read().count(b"eXIf") for name in ("usual.png", "icc.png")}
print("eXIf chunks of a picture that has no EXIF:", counts)
assert not any("exif" in field for field in black.get_fields())
assert counts == {"usual.png": 1, "icc.png": 0}
PYTHON
