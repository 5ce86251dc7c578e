#!/usr/bin/env bash
# Pillow shows a JPEG 2000 whose channels are stored as blue, green, red in those false colours.
#
# Expected: the channel definition box says which channel is red; a reader follows it, as OpenJPEG's own tools do.
# Happens: Pillow takes the channels as they come: red and blue change places. imagecodecs and OpenCV, with the same decoder
#   inside, are right.
# Versions: pillow 13.0.0, imagecodecs 2026.3.6, opencv-python-headless 5.0.0.93, numpy 2.4.6.
# Source: ISO/IEC 15444-1, I.5.3.6 Channel Definition box; seen first in the public OpenJPEG conformance files (file2.jp2).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  pillow==13.0.0 imagecodecs==2026.3.6 opencv-python-headless==5.0.0.93 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import io
import struct

import cv2
import imagecodecs
import numpy as np
from PIL import Image


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def jp2(colours):
    """A JP2 whose channels 0, 1, 2 are these colours (1 is red, 2 green, 3 blue)."""
    header = box(b"ihdr", struct.pack(">IIHBBBB", 64, 64, 3, 7, 7, 0, 0)) + box(b"colr", b"\1\0\0" + struct.pack(">I", 16))
    header += box(b"cdef", struct.pack(">H", 3) + b"".join(struct.pack(">3H", n, 0, one) for n, one in enumerate(colours)))
    return box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", header) + box(b"jp2c", stream)


blue_green_red = np.zeros((64, 64, 3), np.uint8) + np.array([20, 100, 200], np.uint8)
stream = imagecodecs.jpeg2k_encode(blue_green_red, level=0, codecformat="j2k", reversible=True, mct=False)
content = jp2((3, 2, 1))
seen = {"Pillow": list(Image.open(io.BytesIO(content)).getpixel((0, 0))),
        "imagecodecs": imagecodecs.jpeg2k_decode(content)[0, 0].tolist(),
        "OpenCV": cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[0, 0, ::-1].tolist()}
print("red 200, green 100, blue 20 is read as", seen)
assert seen["imagecodecs"] == seen["OpenCV"] == [200, 100, 20]
assert seen["Pillow"] == [20, 100, 200]
PYTHON
