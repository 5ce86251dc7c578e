#!/usr/bin/env bash
# Pillow opens a Photoshop bitmap as its negative.
#
# Expected: in a PSD of one bit per pixel 1 is black: line art on white paper is black on white.
# Happens: Pillow gives 1 as white: the paper is black. psd-tools and OpenImageIO read it right.
# Versions: pillow 13.0.0, psd-tools 1.26.0, openimageio 3.2.2.0, numpy 2.4.6.
# Source: Adobe, "Photoshop File Formats Specification" (Bitmap mode, depth 1); what psd-tools, OpenImageIO and ImageMagick
#   show.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 psd-tools==1.26.0 openimageio==3.2.2.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import numpy as np
import OpenImageIO
import psd_tools
from PIL import Image

head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 1, 4, 16, 1, 0) + bytes(4) + bytes(4) + bytes(4) + bytes(2)
with open("a.psd", "wb") as file:
    file.write(head + bytes([0xF0, 0x00]) * 4)
seen = {"Pillow": np.asarray(Image.open("a.psd").convert("L"))[0],
        "psd-tools": np.asarray(psd_tools.PSDImage.open("a.psd").topil().convert("L"))[0],
        "OpenImageIO": OpenImageIO.ImageInput.open("a.psd").read_image("uint8")[0, :, 0]}
for name, row in seen.items():
    print(f"{name:12}", row.tolist())
assert seen["psd-tools"].tolist() == seen["OpenImageIO"].tolist() == [0] * 4 + [255] * 12
assert seen["Pillow"].tolist() == [255] * 4 + [0] * 12
PYTHON
