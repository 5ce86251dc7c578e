#!/usr/bin/env bash
# Pillow reads 16-bit colour in separate planes as another picture than the same in pixels.
#
# Expected: PlanarConfiguration 1 and 2 are two orders of the same samples: both give the upper 8 bits.
# Happens: in pixels Pillow is right. In planes, without an error, it is another picture.
# Versions: pillow 13.0.0, tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, PlanarConfiguration (tag 284); seen first in libtiff's public sample pictures.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import tifffile
from PIL import Image

ramp = np.tile((np.arange(64) * 1024).astype(np.uint16), (48, 1))
picture = np.dstack([ramp, ramp[:, ::-1], np.full_like(ramp, 40000)])
tifffile.imwrite("pixels.tif", picture, photometric="rgb", planarconfig="contig", metadata=None)
tifffile.imwrite("planes.tif", np.moveaxis(picture, 2, 0), photometric="rgb", planarconfig="separate", metadata=None)
assert (np.moveaxis(tifffile.imread("planes.tif"), 0, 2) == picture).all()
seen = {name: np.asarray(Image.open(f"{name}.tif")) for name in ("pixels", "planes")}
for name, samples in seen.items():
    print(name, samples.shape, "means", samples.mean(axis=(0, 1)).round(1).tolist(), "first row", samples[0, :6].tolist())
assert (seen["pixels"] == picture >> 8).all()
assert seen["planes"].shape == picture.shape and (seen["planes"] != picture >> 8).mean() > 0.3
PYTHON
