#!/usr/bin/env bash
# A pixel of a Lab picture is another number in Pillow than in numpy.
#
# Expected: getpixel() and np.asarray() of one picture give the same three numbers.
# Happens: of mode LAB they differ by 128 in a and b: getpixel counts from 128, numpy sees the two's complement, 144 for b =
#   -112. A mean or a difference of colours taken by numpy jumps where a or b changes its sign: at every neutral grey.
# Versions: pillow 13.0.0 (LittleCMS for the colours), numpy 2.4.6.
# Source: TIFF Revision 6.0, section 23 (signed a and b), whose bytes Pillow keeps; Pillow's documentation, "Concepts:
#   modes".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
from PIL import Image, ImageCms

to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")


def two_ways(colour):
    lab = ImageCms.applyTransform(Image.new("RGB", (1, 1), colour), to_lab)
    return list(lab.getpixel((0, 0))), np.asarray(lab)[0, 0].tolist()


for colour in ((0, 0, 255), (130, 128, 128), (126, 128, 128)):
    one, other = two_ways(colour)
    print(f"{colour}: getpixel {one}, numpy {other}")
    assert one[0] == other[0] and all((a ^ b) == 128 for a, b in zip(one[1:], other[1:]))
warm, cold = two_ways((130, 128, 128)), two_ways((126, 128, 128))
assert abs(warm[0][1] - cold[0][1]) < 5
assert abs(warm[1][1] - cold[1][1]) > 200
PYTHON
