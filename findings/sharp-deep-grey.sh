#!/usr/bin/env bash
# sharp gives 8-bit numbers in 16 bits of a 16-bit grey scan, three times over.
#
# Expected: raw({ depth: "ushort" }) of a grey TIFF of 16 bits gives one channel with its samples: sharp's metadata() says
#   grey16, one channel, ushort.
# Happens: the picture is made 8-bit sRGB first: three channels, white is 255 of 65,535. png() of it is 8-bit colour, too.
#   toColourspace("grey16") keeps depth and channel.
# Versions: sharp 0.35.5 (npm), tifffile 2026.3.3, numpy 2.4.6 (write the file). Node 20 or newer is on the machine.
# Source: sharp's documentation, output, raw: "depth" is of the pixel output; TIFF Revision 6.0 for the scan.
set -euo pipefail
command -v node npm >/dev/null || { echo "node and npm are needed" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . sharp@0.35.5 >/dev/null
env/bin/python - <<'PYTHON'
import numpy as np
import tifffile

ramp = np.tile(np.linspace(0, 65535, 64).round().astype(np.uint16), (16, 1))
tifffile.imwrite("a.tif", ramp, photometric="minisblack", metadata=None)
PYTHON
cat > show.mjs <<'NODE'
import assert from "node:assert/strict";
import sharp from "sharp";

async function read(image) {
  const { data, info } = await image.raw({ depth: "ushort" }).toBuffer({ resolveWithObject: true });
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return { channels: info.channels, white: samples.reduce((a, b) => Math.max(a, b)) };
}

async function png(image) {
  const { depth, channels } = await sharp(await image.png().toBuffer()).metadata();
  return { depth, channels };
}

const { space, depth, channels } = await sharp("a.tif").metadata();
const usual = await read(sharp("a.tif"));
const kept = await read(sharp("a.tif").toColourspace("grey16"));
const files = [await png(sharp("a.tif")), await png(sharp("a.tif").toColourspace("grey16"))];
console.log("metadata:", { space, depth, channels });
console.log("raw:", usual, " with grey16:", kept);
console.log("png:", files[0], " with grey16:", files[1]);
assert.deepEqual({ space, depth, channels }, { space: "grey16", depth: "ushort", channels: 1 });
assert.deepEqual(usual, { channels: 3, white: 255 });
assert.deepEqual(kept, { channels: 1, white: 65535 });
assert.deepEqual(files, [{ depth: "uchar", channels: 3 }, { depth: "ushort", channels: 1 }]);
NODE
node show.mjs
