#!/usr/bin/env bash
# Pillow's statistics of a 16-bit grey scan are those of its bytes.
#
# Expected: ImageStat.Stat of a sheet of 40000 has the mean 40000, or refuses the mode.
# Happens: 40000 is the bytes 64 and 156: the mean is 110, the extrema 64 and 156, and histogram() has half of the pixels at
#   each of the two. getextrema() of the same picture is right. Scans are sorted out as "too dark" by such numbers.
# Versions: pillow 13.0.0, numpy 2.4.6.
# Source: Pillow's documentation, "ImageStat": figures of the image, of each band.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
from PIL import Image, ImageStat

sheet = Image.fromarray(np.full((8, 8), 40000, np.uint16))
figures = ImageStat.Stat(sheet)
counted = {level: count for level, count in enumerate(sheet.histogram()) if count}
print("mode", sheet.mode, "mean", figures.mean, "extrema", figures.extrema, "getextrema()", sheet.getextrema())
print("histogram of 64 pixels:", counted)
assert sheet.getextrema() == (40000, 40000)
assert figures.mean == [110.0]
assert counted == {64: 32, 156: 32}
PYTHON
