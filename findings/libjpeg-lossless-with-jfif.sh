#!/usr/bin/env bash
# A lossless JPEG in colour can be decoded only as long as nobody writes a resolution into it.
#
# Expected: a JFIF segment, which holds the resolution, changes nothing about the samples of a lossless JPEG.
# Happens: JFIF says that three components are YCbCr; libjpeg-turbo would have to convert them to RGB, which it does not do
#   in lossless frames, and ends with "Unsupported color conversion request". Without the segment the same bytes decode
#   exactly.
# Versions: imagecodecs 2026.3.6 (libjpeg-turbo 3), numpy 2.4.6.
# Source: ITU-T T.871 (JFIF), clause 7; libjpeg-turbo's documentation of lossless JPEG: no colour conversion.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import imagecodecs
import numpy as np

picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
plain = imagecodecs.jpeg8_encode(picture, lossless=True)
assert plain[:2] == b"\xff\xd8" and b"JFIF\0" not in plain[:64]
jfif = b"\xff\xe0" + struct.pack(">H5sHBHHBB", 16, b"JFIF\0", 0x0102, 1, 300, 300, 0, 0)
print("without JFIF, equal to the picture:", bool((imagecodecs.jpeg8_decode(plain) == picture).all()))
assert (imagecodecs.jpeg8_decode(plain) == picture).all()
try:
    imagecodecs.jpeg8_decode(plain[:2] + jfif + plain[2:])
except imagecodecs.Jpeg8Error as error:
    print("with JFIF:", error)
    assert "color conversion" in str(error)
else:
    raise SystemExit("it is decoded with JFIF, too")
PYTHON
