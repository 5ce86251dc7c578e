#!/usr/bin/env bash
# libvips shows a picture of one channel and few bits black when its writer states separate planes.
#
# Expected: with one sample per pixel PlanarConfiguration says nothing; some writers state 2 always. The picture is the same.
# Happens: with 2 or 4 bits a sample and PlanarConfiguration 2, libvips gives other levels, without an error. With 1 the same
#   file is right. tifffile reads both alike.
# Versions: pyvips 3.2.0, pyvips-binary 8.18.7, tifffile 2026.3.3, imagecodecs 2026.3.6, numpy 2.4.6.
# Source: TIFF Revision 6.0, PlanarConfiguration: "If SamplesPerPixel is 1, PlanarConfiguration is irrelevant".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyvips==3.2.0 pyvips-binary==8.18.7 tifffile==2026.3.3 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import numpy as np
import pyvips
import tifffile


def tiff(planar):
    """16 x 8 pixels of 2 bits: 0 1 2 3 again and again."""
    strip = bytes([0b00011011] * 4) * 8
    tags = [(256, 3, 16), (257, 3, 8), (258, 3, 2), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 3, 8),
            (279, 4, len(strip)), (284, 3, planar)]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in tags) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(strip)) + strip + directory


for planar in (1, 2):
    name = f"planar-{planar}.tif"
    open(name, "wb").write(tiff(planar))
    seen = pyvips.Image.new_from_file(name, fail_on="error").numpy()
    stored = tifffile.imread(name)
    print(f"PlanarConfiguration {planar}: stored {stored[0, :4].tolist()}, libvips sees {seen[0, :4].ravel().tolist()}")
    assert stored[0, :4].tolist() == [0, 1, 2, 3]
    assert (seen[0, :4].ravel().tolist() == [0, 85, 170, 255]) == (planar == 1)
PYTHON
