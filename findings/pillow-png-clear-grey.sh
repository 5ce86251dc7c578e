#!/usr/bin/env bash
# Pillow does not see which grey of a PNG with few bits is transparent.
#
# Expected: tRNS names one grey as transparent; in a PNG of 4 bits that is a number from 0 to 15, as libpng and libvips read it.
# Happens: Pillow makes 8 bits of the samples and compares them with the unscaled number: grey 5 of 15 is 85, not 5, and the
#   picture is opaque everywhere. Another grey may be taken for the transparent one: 0 alone is right.
# Versions: pillow 13.0.0, pyvips 3.2.0, pyvips-binary 8.18.7, numpy 2.4.6.
# Source: PNG (third edition), 11.3.1.1: tRNS for greyscale is of the depth of the samples.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 pyvips==3.2.0 pyvips-binary==8.18.7 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct
import zlib

import numpy as np
import pyvips
from PIL import Image


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


row = bytes([0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF])
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 4, 4, 0, 0, 0, 0))
png += chunk(b"tRNS", struct.pack(">H", 5)) + chunk(b"IDAT", zlib.compress((b"\0" + row) * 4)) + chunk(b"IEND", b"")
open("a.png", "wb").write(png)

by_pillow = np.asarray(Image.open("a.png").convert("LA"))[0, :, 1]
by_libvips = pyvips.Image.new_from_file("a.png").numpy()[0, :, 1]
print("opacity of the greys 0 to 15, Pillow: ", by_pillow.tolist())
print("opacity of the greys 0 to 15, libvips:", by_libvips.tolist())
assert by_libvips.tolist() == [0 if grey == 5 else 255 for grey in range(16)]
assert (by_pillow == 255).all()
PYTHON
