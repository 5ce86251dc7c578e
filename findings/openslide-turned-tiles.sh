#!/usr/bin/env bash
# OpenSlide turns each tile of a TIFF by itself where the picture's Orientation is not 1.
#
# Expected: Orientation 3 (turned by 180 degrees) is followed for the whole picture, or passed over.
# Happens: every tile is turned, and all stay where they were: the picture is a mosaic of turned squares, without an error.
#   Orientation 2, 4 and 5 to 8 are mirrored in the same way. Orientation 1 is right.
# Versions: openslide-python 1.4.7, openslide-bin 4.0.1.2, tifffile 2026.3.3, pillow 13.0.0, numpy 2.4.6.
# Source: TIFF Revision 6.0, Orientation (tag 274): of the image with respect to its rows and columns.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  openslide-python==1.4.7 openslide-bin==4.0.1.2 tifffile==2026.3.3 pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import openslide
import tifffile

columns = np.tile(np.arange(64, dtype=np.uint8)[None], (64, 1))
picture = np.dstack([columns, columns.T, columns * 0])


def seen(orientation):
    tag = (274, "H", 1, orientation, True)
    tifffile.imwrite("a.tif", picture, photometric="rgb", tile=(16, 16), compression="zlib", extratags=[tag], metadata=None)
    return np.asarray(openslide.OpenSlide("a.tif").read_region((0, 0), 0, (64, 64)))[..., :3]


upright, turned = seen(1), seen(3)
tiles = picture.reshape(4, 16, 4, 16, 3)[:, ::-1, :, ::-1].reshape(64, 64, 3)
print("first row, every fourth column, Orientation 1:", upright[0, ::4, 0].tolist())
print("first row, every fourth column, Orientation 3:", turned[0, ::4, 0].tolist())
assert (upright == picture).all()
assert not (turned == picture).all() and not (turned == picture[::-1, ::-1]).all()
assert (turned == tiles).all()
PYTHON
