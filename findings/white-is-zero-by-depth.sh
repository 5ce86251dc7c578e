#!/usr/bin/env bash
# Three readers turn a WhiteIsZero TIFF of 8 bits into a positive, and leave one of 16 bits a negative.
#
# Expected: PhotometricInterpretation 0 is followed whatever the depth, or left to the caller whatever the depth.
# Happens: Pillow, OpenCV and OpenImageIO invert 8 bits, so that 0 is white, and hand on 16 bits as stored, so that 0 is
#   black. A check with the usual 8-bit sample says nothing about the archive's masters. libvips inverts both.
# Versions: pillow 13.0.0, opencv-python-headless 5.0.0.93, openimageio 3.2.2.0, pyvips 3.2.0 and pyvips-binary 8.18.7,
#   tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, PhotometricInterpretation (tag 262): 0 is imaged as white.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  pillow==13.0.0 opencv-python-headless==5.0.0.93 openimageio==3.2.2.0 pyvips==3.2.0 pyvips-binary==8.18.7 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import cv2
import numpy as np
import OpenImageIO
import pyvips
import tifffile
from PIL import Image

ramp = np.tile(np.linspace(0, 1, 16), (16, 1))
READERS = {
    "Pillow": lambda name: np.asarray(Image.open(name)),
    "OpenCV": lambda name: cv2.imread(name, cv2.IMREAD_UNCHANGED),
    "OpenImageIO": lambda name: OpenImageIO.ImageInput.open(name).read_image()[..., 0],
    "libvips": lambda name: pyvips.Image.new_from_file(name).numpy(),
}


def inverted(read, top, dtype):
    """Whether the sample 0, which is white, comes out brighter than the largest, which is black."""
    tifffile.imwrite("a.tif", (ramp * top).round().astype(dtype), photometric="miniswhite", metadata=None)
    seen = read("a.tif").squeeze()
    return bool(seen[0, 0] > seen[0, -1])


seen = {name: (inverted(read, 255, np.uint8), inverted(read, 65535, np.uint16)) for name, read in READERS.items()}
print("0 is white in 8 bits, in 16 bits:", seen)
assert seen == {"Pillow": (True, False), "OpenCV": (True, False), "OpenImageIO": (True, False), "libvips": (True, True)}
PYTHON
