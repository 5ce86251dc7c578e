#!/usr/bin/env bash
# libvips turns a scan of unequal resolutions and leaves the resolutions lying.
#
# Expected: a fax of 200 x 100 dots per inch that is turned by a quarter is 100 x 200 afterwards: width and height change
#   places, and what they are measured in.
# Happens: autorot() exchanges width and height, not xres and yres, and tiffsave writes them so: the sheet is printed four
#   times too long for its width.
# Versions: pyvips 3.2.0, pyvips-binary 8.18.7, tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, XResolution (tag 282): pixels in the direction of ImageWidth.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  pyvips==3.2.0 pyvips-binary==8.18.7 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import pyvips
import tifffile

lying = (274, "H", 1, 6, True)
tifffile.imwrite("fax.tif", np.zeros((48, 64), np.uint8), resolution=(200, 100), resolutionunit="inch", extratags=[lying],
                 metadata=None)


def size(name):
    """Width and height in pixels and in inches."""
    with tifffile.TiffFile(name) as file:
        page = file.pages[0]
        dots = [page.tags[tag].value[0] / page.tags[tag].value[1] for tag in ("XResolution", "YResolution")]
        return page.imagewidth, page.imagelength, page.imagewidth / dots[0], page.imagelength / dots[1]


pyvips.Image.new_from_file("fax.tif").autorot().tiffsave("upright.tif")
before, after = size("fax.tif"), size("upright.tif")
print("width and height in pixels and inches, lying:", before, " upright:", after)
assert after[:2] == (before[1], before[0])
assert abs(before[2] - 0.32) < 0.001 and abs(before[3] - 0.48) < 0.001
assert abs(after[2] - 0.24) < 0.001 and abs(after[3] - 0.64) < 0.001
PYTHON
