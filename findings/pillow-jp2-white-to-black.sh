#!/usr/bin/env bash
# Pillow turns the brightest samples of a deep RGB JPEG 2000 into black.
#
# Expected: of RGB with 12 bits a sample Pillow, which has 8 bits for colour, gives the upper ones: 4095 becomes 255.
# Happens: half a step is added before the bits are cut, and nothing stops at the top: 4088 to 4095 become 256, which is 0.
#   White skies and paper come out with holes, in each channel by itself; no error, no warning.
# Versions: pillow 13.0.0, imagecodecs 2026.3.6 (writes the file, and reads it right), numpy 2.4.6.
# Source: seen first in 12-bit pictures of the public OpenJPEG conformance files.
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

ramp = np.linspace(0, 4095, 64 * 64).round().astype(np.uint16).reshape(64, 64)
content = imagecodecs.jpeg2k_encode(np.dstack([ramp] * 3), level=0, codecformat="jp2", reversible=True, bitspersample=12)
seen = np.asarray(Image.open(io.BytesIO(content)))
bright = ramp >= 4088
print("mode:", Image.open(io.BytesIO(content)).mode, " stored, the last eight:", ramp[-1, -8:].tolist())
print("Pillow's, the last eight:", seen[-1, -8:, 0].tolist())
assert (imagecodecs.jpeg2k_decode(content)[..., 0] == ramp).all()
assert (seen[bright] == 0).all()
assert seen[~bright].max() == 255
PYTHON
