#!/usr/bin/env bash
# OpenImageIO changes the colours of a PNG with opacity that it only copies.
#
# Expected: ImageBuf("a.png").write("b.png") leaves the samples of an 8-bit PNG as they are.
# Happens: the colours are multiplied by the opacity in 8 bits while reading and divided by it while writing: 200 under
#   opacity 1 is 255 afterwards, under 4 it is 191, under 64 199. An infrared or mask channel that stands in the opacity's
#   place does that to a scan. "oiio:UnassociatedAlpha" on opening keeps the samples.
# Versions: openimageio 3.2.2.0, pillow 13.0.0, numpy 2.4.6.
# Source: PNG (third edition), 6.2 "Alpha representation": opacity is not multiplied in.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check openimageio==3.2.2.0 pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import OpenImageIO as oiio
from PIL import Image

opacity = np.array([1, 2, 4, 8, 16, 64, 128, 255], np.uint8)
picture = np.dstack([np.full((8, 8, 3), 200, np.uint8), np.tile(opacity, (8, 1))])
Image.fromarray(picture).save("a.png")
oiio.ImageBuf("a.png").write("copy.png")
config = oiio.ImageSpec()
config["oiio:UnassociatedAlpha"] = 1
kept = oiio.ImageInput.open("a.png", config).read_image("uint8")
copy = np.asarray(Image.open("copy.png"))
print("opacity:", opacity.tolist(), " red in the PNG: 200 everywhere")
print("red in the copy:", copy[0, :, 0].tolist(), " with oiio:UnassociatedAlpha:", kept[0, :, 0].tolist())
assert (copy[..., 3] == picture[..., 3]).all()
assert abs(copy[0, :, 0].astype(int) - 200).max() > 50
assert copy[0, -1, 0] == 200
assert (kept == picture).all()
PYTHON
