#!/usr/bin/env bash
# Pillow shows the black of a 16-bit FITS scan as middle grey, and white as one step below it.
#
# Expected: unsigned samples in FITS are signed ones plus BZERO = 32768; a reader adds it, or says that it cannot.
# Happens: Pillow gives the signed numbers for unsigned: 0 is 32768, 32768 is 0, 65535 is 32767. OpenImageIO leaves BZERO
#   out, too, and gives black as -1 and white as 1. Neither says so; both open the file by its name alone.
# Versions: pillow 13.0.0, openimageio 3.2.2.0, astropy 8.0.2 (writes the file, and reads it right), numpy 2.4.6.
# Source: FITS Standard 4.0, 4.4.2.5 and 5.2.5 (BZERO, table 11).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 astropy==8.0.2 openimageio==3.2.2.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import OpenImageIO
from astropy.io import fits
from PIL import Image

row = np.array([0, 1, 32767, 32768, 65534, 65535], np.uint16)
fits.PrimaryHDU(np.tile(row, (4, 1))).writeto("a.fits")
by_pillow = np.asarray(Image.open("a.fits"))[0]
by_openimageio = OpenImageIO.ImageInput.open("a.fits").read_image()[0, :, 0]
print("stored:     ", row.tolist())
print("astropy:    ", fits.getdata("a.fits")[0].tolist())
print("Pillow:     ", by_pillow.tolist())
print("OpenImageIO:", by_openimageio.round(4).tolist())
assert (fits.getdata("a.fits")[0] == row).all()
assert by_pillow.tolist() == [32768, 32769, 65535, 0, 32766, 32767]
assert by_openimageio[0] < -0.99 and abs(by_openimageio[3]) < 0.001 and by_openimageio[5] > 0.99
PYTHON
