#!/usr/bin/env bash
# PDFium shows a scan in calibrated grey as if its light were that of the screen.
#
# Expected: CalGray with Gamma 1 holds linear light: half of it, 128, is 188 on an sRGB screen, in every viewer.
# Happens: MuPDF shows 188; PDFium passes over Gamma and shows 128: the same page is dark in one and right in the other.
# Versions: pypdfium2 5.15.2, pymupdf 2.0, pikepdf 10.18.0 (writes the file), numpy 2.4.6.
# Source: ISO 32000-1, 8.6.5.2 CalGray colour spaces: A to the power of Gamma.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2 pymupdf==2.0 pikepdf==10.18.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import pikepdf
import pymupdf
import pypdfium2

ramp = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (64, 1))


def page(name, colours):
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(64, 64))
    image = pikepdf.Stream(pdf, ramp.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=64, Height=64,
                           BitsPerComponent=8, ColorSpace=colours)
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
    pdf.pages[0].Contents = pikepdf.Stream(pdf, b"q 64 0 0 64 0 0 cm /Scan Do Q")
    pdf.save(name)
    by_pdfium = pypdfium2.PdfDocument(name)[0].render(scale=1).to_numpy()[32, :, 0]
    pixels = pymupdf.open(name)[0].get_pixmap()
    return by_pdfium, np.frombuffer(pixels.samples, np.uint8).reshape(64, 64, 3)[32, :, 0]


plain = page("plain.pdf", pikepdf.Name.DeviceGray)
white = pikepdf.Dictionary(WhitePoint=[0.9505, 1, 1.089], Gamma=1)
calibrated = page("calibrated.pdf", pikepdf.Array([pikepdf.Name.CalGray, white]))
print("stored 0, 64, 128, 192; DeviceGray: PDFium", plain[0][::16].tolist(), "MuPDF", plain[1][::16].tolist())
print("CalGray with Gamma 1:              PDFium", calibrated[0][::16].tolist(), "MuPDF", calibrated[1][::16].tolist())
assert (plain[0] == ramp[0]).all() and (plain[1] == ramp[0]).all()
assert (calibrated[0] == ramp[0]).all()
assert abs(int(calibrated[1][32]) - 188) <= 2
PYTHON
