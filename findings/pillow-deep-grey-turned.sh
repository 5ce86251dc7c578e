#!/usr/bin/env bash
# Pillow makes noise of a 16-bit grey scan that is turned by a few degrees.
#
# Expected: rotate() and transform() of mode I;16 with BILINEAR or BICUBIC give the greys between, as resize() does, or
#   refuse.
# Happens: a sheet of 40000 everywhere comes back as numbers below 256, without an error: bytes are mixed as if they were
#   samples. NEAREST is right, and so is the same scan in mode I (32 bits) or F.
# Versions: pillow 13.0.0, numpy 2.4.6.
# Source: Pillow's documentation, "Concepts: modes", counts I;16 among the modes of limited support; transform() names none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
from PIL import Image

FILTERS = ["NEAREST", "BILINEAR", "BICUBIC"]
sheet = np.full((64, 64), 40000, np.uint16)
deep, wide = Image.fromarray(sheet), Image.fromarray(sheet.astype(np.int32))


def middle(image, name):
    return np.asarray(image.rotate(5, Image.Resampling[name]))[30:34, 30:34]


seen = {name: middle(deep, name) for name in FILTERS}
right = {name: middle(wide, name) for name in FILTERS}
for name in FILTERS:
    print(f"{name:9} I;16 {seen[name][0].tolist()}   I {right[name][0].tolist()}")
assert (seen["NEAREST"] == 40000).all()
assert seen["BILINEAR"].max() < 256 and seen["BICUBIC"].max() < 256
assert all((abs(right[name] - 40000) <= 1).all() for name in FILTERS)
assert (abs(np.asarray(deep.resize((9, 9), Image.Resampling.BICUBIC)).astype(int) - 40000) <= 1).all()
PYTHON
