#!/usr/bin/env bash
# A picture that EXIF says is turned is saved upright as AVIF, and lying as JPEG XL.
#
# Expected: saving with the EXIF of the master keeps the picture's turn in every format of Pillow.
# Happens: Pillow's AVIF writer puts the turn into the file's own box (irot), which viewers follow. The JPEG XL plugin
#   copies EXIF only; in JPEG XL the codestream's orientation counts and EXIF's is for information, so that it is shown
#   lying.
# Versions: pillow 13.0.0, pillow-jxl-plugin 1.3.8, imagecodecs 2026.3.6 (libjxl), numpy 2.4.6.
# Source: ISO/IEC 18181-2, Exif box (the orientation is the codestream's); ISO/IEC 23008-12, image rotation (irot).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
  pillow==13.0.0 pillow-jxl-plugin==1.3.8 imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import imagecodecs
import numpy as np
import pillow_jxl
from PIL import Image, ImageOps

picture = np.zeros((32, 64, 3), np.uint8)
picture[:16, :32] = 255
exif = Image.Exif()
exif[274] = 6
assert pillow_jxl.__name__  # importing it registers the format with Pillow
Image.fromarray(picture).save("a.jxl", lossless=True, exif=exif.tobytes())
Image.fromarray(picture).save("a.avif", quality=100, exif=exif.tobytes())
by_libjxl = imagecodecs.jpegxl_decode(open("a.jxl", "rb").read()).shape[:2]
exif_says = Image.open("a.jxl").getexif()[274]
turned = ImageOps.exif_transpose(Image.open("a.jxl")).size
boxes = open("a.avif", "rb").read().count(b"irot")
print("JPEG XL: libjxl gives (rows, columns)", by_libjxl, " EXIF says", exif_says, "which would give", turned[::-1])
print("AVIF: boxes that turn it:", boxes)
assert by_libjxl == (32, 64)
assert exif_says == 6 and turned == (32, 64)
assert boxes == 1
PYTHON
