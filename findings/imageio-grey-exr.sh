#!/usr/bin/env bash
# imageio reads a grey OpenEXR as 8-bit film, blacks and whites cut off.
#
# Expected: OpenEXR holds light in floats; imread gives them, or has no reader for it.
# Happens: PyAV takes the file for a film of one frame and gives (1, rows, columns, 3) of 8 bits. Of grey what is below a
#   sixteenth or so is 0 and what is above 0.92 is 255, since it is taken for video with its smaller range; colour is not
#   stretched.
# Versions: imageio 2.38.1 with av 18.1.0, openimageio 3.2.2.0 (writes the file), numpy 2.4.6.
# Source: OpenEXR, "Technical Introduction": linear light in half or float.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check imageio==2.38.1 av==18.1.0 openimageio==3.2.2.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import imageio.v3 as iio
import numpy as np
import OpenImageIO as oiio

ramp = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64, 1)


def read(name, samples):
    output = oiio.ImageOutput.create(name)
    output.open(name, oiio.ImageSpec(64, 64, samples.shape[2], "half"))
    output.write_image(samples)
    output.close()
    return iio.imread(name)


grey, colour = read("grey.exr", ramp), read("colour.exr", np.repeat(ramp, 3, axis=2))
black = {name: float(ramp[seen[0, ..., 0] == 0].max()) for name, seen in (("grey", grey), ("colour", colour))}
white = {name: float(ramp[seen[0, ..., 0] == 255].min()) for name, seen in (("grey", grey), ("colour", colour))}
print("shape and type:", grey.shape, grey.dtype, colour.shape, colour.dtype)
print("brightest light that is read as 0:", black, " darkest that is read as 255:", white)
assert grey.shape == (1, 64, 64, 3) and grey.dtype == np.uint8
assert black["grey"] > 0.04 > 0.01 > black["colour"]
assert white["grey"] < 0.95 < 0.99 < white["colour"]
PYTHON
