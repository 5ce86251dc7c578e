#!/usr/bin/env bash
# A selection that was saved in Photoshop makes the rest of the picture transparent.
#
# Expected: a fourth channel that is named "Selection", in a PSD without layers, is not the picture's opacity: the sheet is
#   whole.
# Happens: Pillow and psd-tools give RGBA: all that was not selected is transparent, and gone once it is laid on white.
#   OpenImageIO gives the three colours. The opacity of the merged picture is told by a negative count of layers, which this
#   file has not.
# Versions: pillow 13.0.0, psd-tools 1.26.0, openimageio 3.2.2.0, numpy 2.4.6.
# Source: Adobe, "Photoshop File Formats Specification", "Layer info": a negative count says that the first alpha channel
#   holds the transparency of the merged result; resource 1006: names of alpha channels.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 psd-tools==1.26.0 openimageio==3.2.2.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import numpy as np
import OpenImageIO
import psd_tools
from PIL import Image

planes = np.full((4, 4, 16), 200, np.uint8)
planes[3] = 0
planes[3, :, :8] = 255
names = b"\x09Selection"
resource = b"8BIM" + struct.pack(">H2xI", 1006, len(names)) + names
content = b"8BPS" + struct.pack(">H6xHIIHH", 1, 4, 4, 16, 8, 3) + bytes(4)
content += struct.pack(">I", len(resource)) + resource + bytes(4) + bytes(2) + planes.tobytes()
with open("a.psd", "wb") as file:
    file.write(content)
by_pillow, by_psd_tools = Image.open("a.psd"), psd_tools.PSDImage.open("a.psd").topil()
channels = OpenImageIO.ImageInput.open("a.psd").spec().channelnames
print("Pillow:", by_pillow.mode, "psd-tools:", by_psd_tools.mode, "OpenImageIO:", channels)
print("opacity outside the selection:", by_pillow.getpixel((12, 0))[3], by_psd_tools.getpixel((12, 0))[3])
assert by_pillow.mode == by_psd_tools.mode == "RGBA"
assert by_pillow.getpixel((12, 0)) == by_psd_tools.getpixel((12, 0)) == (200, 200, 200, 0)
assert tuple(channels) == ("R", "G", "B")
PYTHON
