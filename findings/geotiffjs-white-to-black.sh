#!/usr/bin/env bash
# geotiff.js shows the pure white of a WhiteIsZero TIFF as black.
#
# Expected: readRGB() of PhotometricInterpretation 0 inverts: 0 is 255, 1 is 254, 255 is 0.
# Happens: it takes the sample from 256, and 256 does not fit into a byte: 0, pure white, is 0, black, while 1 is 255. Clean
#   paper comes out full of black holes.
# Versions: geotiff 3.0.5 (npm), tifffile 2026.3.3, numpy 2.4.6 (write the file). Node 20 or newer is on the machine.
# Source: TIFF Revision 6.0, PhotometricInterpretation (tag 262): 0 is imaged as white.
set -euo pipefail
command -v node npm >/dev/null || { echo "node and npm are needed" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . geotiff@3.0.5 >/dev/null
env/bin/python - <<'PYTHON'
import numpy as np
import tifffile

tifffile.imwrite("a.tif", np.arange(256, dtype=np.uint8).reshape(16, 16), photometric="miniswhite", metadata=None)
PYTHON
cat > show.mjs <<'NODE'
import assert from "node:assert/strict";
import { fromFile } from "geotiff";

const image = await (await fromFile("a.tif")).getImage();
const pixels = await image.readRGB({ interleave: true });
const greys = Array.from({ length: 256 }, (_, stored) => pixels[3 * stored]);
console.log("stored 0, 1, 2, 254, 255 is shown as", [0, 1, 2, 254, 255].map((stored) => greys[stored]).join(", "));
assert.equal(greys[0], 0);
assert.deepEqual([greys[1], greys[2], greys[254], greys[255]], [255, 254, 2, 1]);
NODE
node show.mjs
