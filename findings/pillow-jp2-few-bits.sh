#!/usr/bin/env bash
# Pillow makes no white of a JPEG 2000 of fewer than eight bits.
#
# Expected: the highest value of a sample is white: 31 of 5 bits becomes 255, as Pillow does it for PNG of 1, 2 and 4 bits.
# Happens: the bits are moved to the top of the byte and the rest stays zero: 31 of 5 bits becomes 248, 1 of 1 bit becomes 128.
# Versions: pillow 13.0.0, imagecodecs 2026.3.6 (writes the file), numpy 2.4.6.
# Source: ISO/IEC 15444-1, A.5.1: precision in the SIZ segment.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import io

import imagecodecs
import numpy as np
from PIL import Image

for bits in (1, 4, 5):
    most = 2**bits - 1
    ramp = (np.arange(64 * 64).reshape(64, 64) % (most + 1)).astype(np.uint8)
    content = imagecodecs.jpeg2k_encode(ramp, level=0, codecformat="jp2", reversible=True, bitspersample=bits)
    seen = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    print(f"{bits} bits: stored {most} at most, Pillow's whitest is {seen.max()}")
    assert (imagecodecs.jpeg2k_decode(content) == ramp).all()
    assert seen.max() == most << (8 - bits) < 255
PYTHON
