#!/usr/bin/env bash
# libvips takes a TIFF channel that is declared as "no transparency" for transparency.
#
# Expected: TIFF 6.0 gives ExtraSamples 0 to data that is not transparency: an infrared plane of a film scanner, a
#   selection that Photoshop saved. A reader that offers `hasalpha` and `flatten` says no to such a picture, or at least
#   leaves its grey as it is.
# Happens: libvips says that the picture has alpha, and `flatten` mixes the grey with white by the infrared plane. A
#   scan of an even grey of 100 comes out between 100 and 255, as the dust in the infrared plane is.
# Versions: pyvips 3.2.0, pyvips-binary 8.18.7, tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, section 18, ExtraSamples (tag 338): 0 unspecified data, 1 and 2 alpha.
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

grey = np.full((8, 16), 100, np.uint8)
infrared = np.tile(np.linspace(0, 255, 16).astype(np.uint8), (8, 1))
samples = np.dstack([grey, infrared])
tifffile.imwrite("scan.tif", samples, photometric="minisblack", extrasamples=["unspecified"], metadata=None)

image = pyvips.Image.new_from_file("scan.tif")
flat = image.flatten(background=255)
print("ExtraSamples in the file:", tifffile.TiffFile("scan.tif").pages.first.tags["ExtraSamples"].value)
print("hasalpha:", image.hasalpha())
print("grey stored: 100 everywhere; after flatten:", flat.numpy()[0].tolist())
assert image.hasalpha()
assert flat.min() == 100
assert flat.max() == 255
PYTHON
