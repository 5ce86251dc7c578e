#!/usr/bin/env bash
# scikit-image reads a TIFF of three grey pages as one picture in colour.
#
# Expected: imread of a TIFF of three pages gives (3, rows, columns), as of five pages.
# Happens: where the first axis has 3 or 4 and the last has not, the axes are moved: three grey pages of different sheets
#   become the red, green and blue of one picture, four become colour with opacity. Two and five pages stay pages.
# Versions: scikit-image 0.26.0, tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0: pages are image file directories, colours are SamplesPerPixel.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check scikit-image==0.26.0 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import tifffile
from skimage import io

shapes = {}
for count in (2, 3, 4, 5):
    with tifffile.TiffWriter("pages.tif") as file:
        for page in range(count):
            file.write(np.full((40, 50), 10 * page, np.uint8), photometric="minisblack", metadata=None)
    with tifffile.TiffFile("pages.tif") as file:
        assert len(file.pages) == count and all(page.samplesperpixel == 1 for page in file.pages)
    shapes[count] = io.imread("pages.tif").shape
print("pages in the file: shape that imread gives:", shapes)
assert shapes == {2: (2, 40, 50), 3: (40, 50, 3), 4: (40, 50, 4), 5: (5, 40, 50)}
PYTHON
