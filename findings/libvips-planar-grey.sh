#!/usr/bin/env bash
# libvips weaves the planes of a grey TIFF with one further channel into each other.
#
# Expected: PlanarConfiguration 2 keeps each channel as a plane of its own. A reader either gives the planes as they are
#   stored, as tifffile does, or refuses them.
# Happens: libvips opens a grey picture with one further channel (ExtraSamples 0) in planes without a word, also with
#   fail_on="error", and the first band is no longer the first plane. Three planes (RGB) are right.
# Versions: pyvips 3.2.0, pyvips-binary 8.18.7, tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, PlanarConfiguration (tag 284).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyvips==3.2.0 pyvips-binary==8.18.7 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import pyvips
import tifffile

rows = np.repeat(np.arange(48, dtype=np.uint8)[:, None], 64, axis=1)
tifffile.imwrite("grey.tif", np.stack([rows, rows + 50]), photometric="minisblack", planarconfig="separate",
                 extrasamples=["unspecified"], metadata=None)
rgb = np.stack([rows, rows + 50, rows + 100])
tifffile.imwrite("rgb.tif", rgb, photometric="rgb", planarconfig="separate", metadata=None)

seen = pyvips.Image.new_from_file("grey.tif", fail_on="error").numpy()
right = pyvips.Image.new_from_file("rgb.tif", fail_on="error").numpy()
print("first band of grey and one more, rows 0 to 5, stored: 0 1 2 3 4 5; seen:", seen[:6, 0, 0].tolist())
print("first band of RGB, rows 0 to 5:", right[:6, 0, 0].tolist())
assert (tifffile.imread("grey.tif")[0] == rows).all()
assert (seen[..., 0] != rows).any()
assert (right == np.moveaxis(rgb, 0, 2)).all()
PYTHON
