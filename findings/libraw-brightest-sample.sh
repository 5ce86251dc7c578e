#!/usr/bin/env bash
# LibRaw changes the exposure of a whole picture by its brightest sample.
#
# Expected: with no_auto_bright the same grey of two DNGs, same white level, comes out equal: that is what the white level
#   is for.
# Happens: where the brightest sample lies between 3/4 of the white level and the level, it becomes the white: a speck of
#   3,080 of 4,095 makes every grey a third brighter than one of 3,060 does. adjust_maximum_thr=0 switches it off.
# Versions: rawpy 0.28.0 (LibRaw 0.22), tifffile 2026.3.3, numpy 2.4.6.
# Source: DNG Specification 1.7, WhiteLevel (tag 50717); LibRaw's adjust_maximum_thr is 0.75 unless it is set.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check rawpy==0.28.0 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import rawpy
import tifffile

SCALE = [(50706, "B", 4, bytes([1, 4, 0, 0]), True), (50708, "s", 0, "scanner", True), (50717, "I", 1, 4095, True),
         (50714, "I", 1, 0, True), (50721, "2i", 9, (1, 1, 0, 1, 0, 1) + (0, 1, 1, 1, 0, 1) + (0, 1, 0, 1, 1, 1), True),
         (50728, "2I", 3, (1,) * 6, True), (33421, "H", 2, (2, 2), True), (33422, "B", 4, bytes([0, 1, 1, 2]), True),
         (50778, "H", 1, 21, True), (271, "s", 0, "maker", True), (272, "s", 0, "model", True)]


def grey(speck, **options):
    """The grey 1,000 of 4,095, as 16-bit light, of a scan that has a speck of this brightness in a corner."""
    mosaic = np.full((128, 128), 1000, np.uint16)
    mosaic[:8, :8] = speck
    tifffile.imwrite("a.dng", mosaic, photometric=32803, extratags=SCALE, metadata=None)
    with rawpy.imread("a.dng") as raw:
        light = raw.postprocess(output_bps=16, gamma=(1, 1), no_auto_bright=True, use_camera_wb=True,
                                output_color=rawpy.ColorSpace.raw, **options)
    return int(light[64, 64, 1])


specks = [1000, 3060, 3080, 3600, 4095]
usual = {speck: grey(speck) for speck in specks}
fixed = {speck: grey(speck, adjust_maximum_thr=0.0) for speck in specks}
print("the grey 1000 of 4095 is", round(1000 / 4095 * 65535), "of 65535; by brightest sample:", usual)
print("with adjust_maximum_thr=0:", fixed)
assert len(set(fixed.values())) == 1 and abs(fixed[1000] - 1000 / 4095 * 65535) < 2
assert usual[1000] == usual[3060] == usual[4095] == fixed[1000]
assert abs(usual[3080] - 1000 / 3080 * 65535) < 2 and abs(usual[3600] - 1000 / 3600 * 65535) < 2
PYTHON
