#!/usr/bin/env bash
# imageio keeps the bits of a DICOM that are no part of its samples.
#
# Expected: of 16 bits with BitsStored 12 the upper four are no sample (older scans keep an overlay there); a reader masks
#   them.
# Happens: imageio gives them with the sample: black is 61,440 of 65,535. pydicom masks them.
# Versions: imageio 2.38.1, pydicom 3.0.2, numpy 2.4.6.
# Source: DICOM PS3.5, 8.1.1: bits above the high bit are not to be used for the value; retired use for overlays.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check imageio==2.38.1 pydicom==3.0.2 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import imageio.v3 as iio
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

row = np.array([0, 1, 2047, 4095], "<u2")
scan = Dataset()
scan.file_meta = FileMetaDataset()
scan.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
scan.file_meta.MediaStorageSOPClassUID = scan.SOPClassUID = SecondaryCaptureImageStorage
scan.file_meta.MediaStorageSOPInstanceUID = scan.SOPInstanceUID = "1.2.3"
scan.SeriesInstanceUID, scan.StudyInstanceUID, scan.InstanceNumber = "1.2.4", "1.2.5", 1
scan.Rows, scan.Columns, scan.SamplesPerPixel, scan.PhotometricInterpretation = 4, 4, 1, "MONOCHROME2"
scan.BitsAllocated, scan.BitsStored, scan.HighBit, scan.PixelRepresentation = 16, 12, 11, 0
scan.add_new("PixelData", "OW", np.tile(row | 0xF000, (4, 1)).tobytes())
scan.save_as("a.dcm", enforce_file_format=True)
by_pydicom, by_imageio = pydicom.dcmread("a.dcm").pixel_array[0], np.asarray(iio.imread("a.dcm")).reshape(-1)[:4]
print("\nsamples:", row.tolist(), " pydicom:", by_pydicom.tolist(), " imageio:", by_imageio.tolist())
assert (by_pydicom == row).all()
assert (by_imageio == row | 0xF000).all()
PYTHON
