#!/usr/bin/env bash
# libvips opens an 8-bit CIE Lab TIFF only if it has a channel too many.
#
# Expected: a TIFF of PhotometricInterpretation 8 with three samples of 8 bits, the plain case, opens as Lab.
# Happens: "bad labq format", for every such file. With a fourth sample that means nothing it opens, and the colours are
#   right. Pillow opens the three.
# Versions: pyvips 3.2.0, pyvips-binary 8.18.7, tifffile 2026.3.3, pillow 13.0.0, numpy 2.4.6.
# Source: TIFF Revision 6.0, section 23, CIE L*a*b* images.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  pyvips==3.2.0 pyvips-binary==8.18.7 tifffile==2026.3.3 pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import pyvips
import tifffile
from PIL import Image

lab = np.zeros((32, 32, 3), np.uint8) + np.array([128, 20, 256 - 30], np.uint8)
tifffile.imwrite("lab.tif", lab, photometric="cielab", metadata=None)
with_more = np.dstack([lab, np.full((32, 32), 255, np.uint8)])
tifffile.imwrite("more.tif", with_more, photometric="cielab", extrasamples=["unspecified"], metadata=None)
print("Pillow, three samples:", Image.open("lab.tif").mode, Image.open("lab.tif").getpixel((0, 0)))
try:
    pyvips.Image.new_from_file("lab.tif")
except pyvips.Error as error:
    print("libvips, three samples:", str(error).split("\n")[1].strip())
    assert "bad labq format" in str(error)
else:
    raise SystemExit("libvips opens it")
more = pyvips.Image.new_from_file("more.tif", fail_on="error").colourspace("lab")(0, 0)
print("libvips, four samples, as L, a, b:", [round(value, 1) for value in more[:3]])
assert Image.open("lab.tif").mode == "LAB"
assert abs(more[0] - 50.2) < 0.1 and (round(more[1]), round(more[2])) == (20, -30)
PYTHON
