#!/usr/bin/env bash
# The white of a 12-bit TIFF is three different numbers in three readers, and nearly black in one.
#
# Expected: what has fewer bits than its container is stretched to the container's full range, as Pillow does with 4 bits
#   (15 is 255), or is told with its depth.
# Happens: of 12 bits in packed samples, white 4095, OpenImageIO makes 65535, OpenCV 65520 (shifted, not stretched). Pillow
#   opens mode I;16 and leaves 4095: a sheet of a sixteenth of the light, without anything that says 12.
# Versions: pillow 13.0.0, opencv-python-headless 5.0.0.93, openimageio 3.2.2.0, numpy 2.4.6.
# Source: TIFF Revision 6.0, BitsPerSample (tag 258): white is 2 to the power of BitsPerSample less 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  pillow==13.0.0 opencv-python-headless==5.0.0.93 openimageio==3.2.2.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import cv2
import numpy as np
import OpenImageIO
from PIL import Image


def tiff(name, bits, data):
    """16 x 16 greys of this many bits, packed, in one strip."""
    entries = [(256, 3, 16), (257, 3, 16), (258, 3, bits), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 3, 16),
               (279, 4, len(data))]
    directory = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    with open(name, "wb") as file:
        file.write(b"II*\0" + struct.pack("<I", 8 + len(data)) + data)
        file.write(struct.pack("<H", len(entries)) + directory + bytes(4))


white12 = bytes([0xFF, 0xFF, 0xFF]) * (16 * 16 // 2)
tiff("white12.tif", 12, white12)
tiff("white4.tif", 4, b"\xff" * (16 * 16 // 2))
twelve, four = Image.open("white12.tif"), Image.open("white4.tif")
seen = {"Pillow": twelve.getpixel((0, 0)), "OpenCV": int(cv2.imread("white12.tif", cv2.IMREAD_UNCHANGED)[0, 0]),
        "OpenImageIO": int(OpenImageIO.ImageInput.open("white12.tif").read_image("uint16")[0, 0, 0])}
print("white of 12 bits:", seen, " Pillow's mode:", twelve.mode, " Pillow's white of 4 bits:", four.getpixel((0, 0)), four.mode)
assert seen == {"Pillow": 4095, "OpenCV": 65520, "OpenImageIO": 65535}
assert twelve.mode == "I;16" and (four.mode, four.getpixel((0, 0))) == ("L", 255)
assert np.asarray(twelve).max() == 4095
PYTHON
