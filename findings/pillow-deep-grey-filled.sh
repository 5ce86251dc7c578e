#!/usr/bin/env bash
# Pillow fills a part of a 16-bit grey scan with another grey than the one asked for.
#
# Expected: paste(40000, box) on mode I;16 writes 40000, as putpixel(), expand() and Image.new() do.
# Happens: the pixels become 16448: the lower byte of 40000, 64, written into both bytes. White, 65535, comes out right,
#   which hides it in tests; 256 becomes 0.
# Versions: pillow 13.0.0, numpy 2.4.6.
# Source: Pillow's documentation, Image.paste: "a colour value for a box".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
from PIL import Image

asked = [1, 256, 40000, 65535]
filled, put = {}, {}
for grey in asked:
    scan = Image.new("I;16", (4, 4), 0)
    scan.paste(grey, (0, 0, 2, 2))
    scan.putpixel((3, 3), grey)
    filled[grey], put[grey] = int(np.asarray(scan)[0, 0]), int(np.asarray(scan)[3, 3])
print("asked for: pasted ", filled)
print("asked for: put    ", put)
assert put == {grey: grey for grey in asked}
assert filled == {1: 257, 256: 0, 40000: 16448, 65535: 65535}
PYTHON
