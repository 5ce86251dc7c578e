#!/usr/bin/env bash
# OpenCV's Lab of float pictures is read from a table of 33 steps, and is off by up to half a unit.
#
# Expected: COLOR_RGB2LAB of 32-bit floats is computed in floats, exact to a thousandth; 8 bits are the coarse way.
# Happens: for sRGB the floats, too, go through a table of 33 x 33 x 33 points with 16-bit entries. Greys are up to 0.2 off
#   in lightness, colours up to 0.6 in a and 0.4 in b: as much as the differences that a comparison of two runs looks for.
#   COLOR_LRGB2LAB of values that are made linear first does not use the table.
# Versions: opencv-python-headless 5.0.0.93, numpy 2.4.6.
# Source: IEC 61966-2-1 (sRGB) and CIE 15 (Lab); OpenCV's colour conversions give the same formulas for floats.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import cv2
import numpy as np

MATRIX = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    x, y, z = np.moveaxis(linear(rgb) @ MATRIX.T / [0.950456, 1, 1.088754], -1, 0)
    f = [np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116) for t in (x, y, z)]
    return np.stack([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])], axis=-1)


rgb = np.random.default_rng(0).random((256, 256, 3))
rgb[:8] = rgb[:8, :, :1]
table = np.abs(cv2.cvtColor(rgb.astype(np.float32), cv2.COLOR_RGB2LAB) - lab(rgb))
light = np.abs(cv2.cvtColor(linear(rgb).astype(np.float32), cv2.COLOR_LRGB2LAB) - lab(rgb))
print("greys, largest error of L, a, b:             ", table[:8].max(axis=(0, 1)).round(3).tolist())
print("colours, largest error of L, a, b:           ", table[8:].max(axis=(0, 1)).round(3).tolist())
print("colours made linear first, COLOR_LRGB2LAB:   ", light[8:].max(axis=(0, 1)).round(3).tolist())
assert table[:8, :, 0].max() > 0.1
assert table[8:, :, 1].max() > 0.4
assert light.max() < 0.05
PYTHON
