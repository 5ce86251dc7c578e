#!/usr/bin/env bash
# A BMP with ten bits for each colour is read as another picture, without a word.
#
# Expected: the masks in a BMP's header say where red, green and blue lie in 32 bits, 10 bits each too; a reader follows
#   them or refuses, as Pillow does ("Unsupported BMP bitfields layout").
# Happens: OpenCV and OpenImageIO read the four bytes as blue, green, red: a grey ramp becomes coloured stripes.
# Versions: opencv-python-headless 5.0.0.93, openimageio 3.2.2.0, pillow 13.0.0, numpy 2.4.6.
# Source: Microsoft, BITMAPINFOHEADER: BI_BITFIELDS with three masks.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  opencv-python-headless==5.0.0.93 openimageio==3.2.2.0 pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import cv2
import numpy as np
import OpenImageIO
from PIL import Image

grey = np.tile((np.arange(16) * 68).astype("<u4"), (4, 1))
pixels = (grey << 20 | grey << 10 | grey).tobytes()
header = struct.pack("<IiiHHIIiiII", 40, 16, 4, 1, 32, 3, len(pixels), 2835, 2835, 0, 0)
header += struct.pack("<3I", 0x3FF00000, 0x000FFC00, 0x000003FF)
with open("a.bmp", "wb") as file:
    file.write(b"BM" + struct.pack("<I4xI", 14 + len(header) + len(pixels), 14 + len(header)) + header + pixels)

right = (grey[0] * 255 / 1023).round().astype(int)
by_opencv = cv2.imread("a.bmp")[0, :, ::-1].astype(int)
by_openimageio = OpenImageIO.ImageInput.open("a.bmp").read_image("uint8")[0].astype(int)
print("right, of 255:", right[:4].tolist())
print("OpenCV:       ", by_opencv[:4].tolist())
print("OpenImageIO:  ", by_openimageio[:4].tolist())
assert abs(by_opencv - right[:, None]).max() > 100
assert abs(by_openimageio[:, :3] - right[:, None]).max() > 100
try:
    Image.open("a.bmp").load()
except OSError as error:
    print("Pillow:       ", error)
else:
    raise SystemExit("Pillow reads it")
PYTHON
