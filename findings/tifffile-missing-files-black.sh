#!/usr/bin/env bash
# tifffile gives a black page for a file of an OME-TIFF set that is not there.
#
# Expected: imread of one file gives the picture in that file, or an error names the file that is missing.
# Happens: where the file's OME-XML speaks of a set of files, the whole set is read: the page of the missing file is all 0,
#   and a line in the log is all that tells. is_ome=False, or .pages[0].asarray(), gives the file's own page.
# Versions: tifffile 2026.3.3, numpy 2.4.6.
# Source: OME-TIFF specification, "Distributing OME-XML amongst multiple files": TiffData, UUID and FileName.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import logging

import numpy as np
import tifffile

logging.getLogger("tifffile").setLevel(logging.CRITICAL)
PLANE = '<TiffData IFD="0" FirstZ="{0}" PlaneCount="1"><UUID FileName="{0}.ome.tif">urn:uuid:{1}</UUID></TiffData>'
NAMES = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"]
XML = ('<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:'
       + NAMES[0] + '"><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="32" SizeY="32" '
       'SizeZ="2" SizeC="1" SizeT="1"><Channel ID="Channel:0:0" SamplesPerPixel="1"/>'
       + "".join(PLANE.format(*pair) for pair in enumerate(NAMES)) + "</Pixels></Image></OME>")

tifffile.imwrite("0.ome.tif", np.full((32, 32), 1000, np.uint16), description=XML, metadata=None)
whole, own = tifffile.imread("0.ome.tif"), tifffile.imread("0.ome.tif", is_ome=False)
print("imread of the one file:", whole.shape, "means", whole.mean(axis=(1, 2)).tolist())
print("with is_ome=False:     ", own.shape, "mean", own.mean())
assert whole.shape == (2, 32, 32)
assert whole[0].min() == 1000 and whole[1].max() == 0
assert own.shape == (32, 32)
PYTHON
