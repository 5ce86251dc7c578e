#!/usr/bin/env bash
# FFmpeg decodes a tiled TIFF to black, and says that all is well.
#
# Expected: a TIFF in tiles is decoded, or refused: a decoder that knows no tiles finds no StripOffsets.
# Happens: one frame of the right size, every sample 0, no exception, not marked as corrupt. The same picture in strips is
#   exact.
# Versions: av 18.1.0 (brings FFmpeg's libraries), tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, section 15 (TileOffsets take the place of StripOffsets).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import av
import numpy as np
import tifffile

picture = np.random.default_rng(0).integers(50, 250, (64, 64, 3), dtype=np.uint8)
tifffile.imwrite("strips.tif", picture, photometric="rgb", rowsperstrip=16, metadata=None)
tifffile.imwrite("tiles.tif", picture, photometric="rgb", tile=(16, 16), metadata=None)
frames = {}
for name in ("strips.tif", "tiles.tif"):
    with av.open(name) as file:
        frame = next(file.decode(video=0))
    frames[name] = frame.to_ndarray(format="rgb24")
    print(name, frames[name].shape, "mean", round(float(frames[name].mean()), 1), "corrupt:", frame.is_corrupt)
    assert not frame.is_corrupt
assert (tifffile.imread("tiles.tif") == picture).all()
assert (frames["strips.tif"] == picture).all()
assert frames["tiles.tif"].shape == picture.shape and frames["tiles.tif"].max() == 0
PYTHON
