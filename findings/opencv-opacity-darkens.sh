#!/usr/bin/env bash
# OpenCV darkens a TIFF by its opacity, and leaves the same picture as PNG alone.
#
# Expected: IMREAD_UNCHANGED gives the samples of a TIFF with unassociated alpha (ExtraSamples 2) as they are stored, as of
#   a PNG.
# Happens: the colours are multiplied by the opacity: 200 under 128 is 100. What was written by imwrite as PNG and as TIFF
#   is no longer equal. In 16 bits the samples are left as they are.
# Versions: opencv-python-headless 5.0.0.93, tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, section 18: unassociated alpha is not multiplied in; OpenCV's documentation of
#   IMREAD_UNCHANGED.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import cv2
import numpy as np
import tifffile

picture = np.full((16, 16, 4), 200, np.uint8)
picture[..., 3] = 128
tifffile.imwrite("a.tif", picture, photometric="rgb", extrasamples=["unassalpha"], metadata=None)
tifffile.imwrite("deep.tif", picture.astype(np.uint16) * 257, photometric="rgb", extrasamples=["unassalpha"], metadata=None)
cv2.imwrite("a.png", picture)
seen = {name: cv2.imread(name, cv2.IMREAD_UNCHANGED)[0, 0].tolist() for name in ("a.png", "a.tif", "deep.tif")}
print("stored: 200 200 200 under 128 (in 16 bits times 257):", seen)
assert seen["a.png"] == [200, 200, 200, 128]
assert seen["a.tif"] == [100, 100, 100, 128]
assert seen["deep.tif"] == [200 * 257] * 3 + [128 * 257]
PYTHON
