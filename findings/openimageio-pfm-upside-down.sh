#!/usr/bin/env bash
# OpenImageIO reads a PFM upside down.
#
# Expected: PFM keeps its rows from the bottom to the top; a reader gives the top row first, as Pillow and OpenCV do.
# Happens: OpenImageIO gives the rows as they are stored, without an Orientation that says so.
# Versions: openimageio 3.2.2.0, pillow 13.0.0, opencv-python-headless 5.0.0.93, numpy 2.4.6.
# Source: Netpbm's manual page of the Portable Float Map: "in order from bottom to top".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  openimageio==3.2.2.0 pillow==13.0.0 opencv-python-headless==5.0.0.93 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import cv2
import numpy as np
import OpenImageIO
from PIL import Image

rows = np.repeat(np.arange(4, dtype="<f4")[:, None], 5, axis=1)
with open("a.pfm", "wb") as file:
    file.write(b"Pf\n5 4\n-1.0\n" + rows[::-1].tobytes())
opened = OpenImageIO.ImageInput.open("a.pfm")
seen = {"OpenImageIO": opened.read_image()[:, 0, 0], "Pillow": np.asarray(Image.open("a.pfm"))[:, 0],
        "OpenCV": cv2.imread("a.pfm", cv2.IMREAD_UNCHANGED)[:, 0]}
orientation = opened.spec().get_int_attribute("Orientation", 1)
print("rows, the top one first:", {name: column.tolist() for name, column in seen.items()}, "orientation:", orientation)
assert seen["Pillow"].tolist() == seen["OpenCV"].tolist() == [0, 1, 2, 3]
assert seen["OpenImageIO"].tolist() == [3, 2, 1, 0]
assert orientation == 1
PYTHON
