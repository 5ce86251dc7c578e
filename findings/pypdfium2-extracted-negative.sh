#!/usr/bin/env bash
# pypdfium2 takes a scan out of a PDF as its negative.
#
# Expected: extract() of a page's picture gives what the page shows.
# Happens: where the picture has /Decode [1 0] (as many bitonal and grey scans do), the samples come out as they are stored,
#   inverted; the rendered page, and pikepdf's as_pil_image(), are right.
# Versions: pypdfium2 5.15.2, pikepdf 10.18.0, pillow 13.0.0, numpy 2.4.6.
# Source: ISO 32000-1, 8.9.5.2 Decode arrays.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2 pikepdf==10.18.0 pillow==13.0.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import io

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

ramp = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (64, 1))
pdf = pikepdf.new()
pdf.add_blank_page(page_size=(64, 64))
image = pikepdf.Stream(pdf, ramp.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=64, Height=64,
                       BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray, Decode=pikepdf.Array([1, 0]))
pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
pdf.pages[0].Contents = pikepdf.Stream(pdf, b"q 64 0 0 64 0 0 cm /Scan Do Q")
pdf.save("a.pdf")

page = pypdfium2.PdfDocument("a.pdf")[0]
shown = page.render(scale=1).to_numpy()[32, :, 0]
output = io.BytesIO()
next(iter(page.get_objects())).extract(output)
extracted = np.asarray(Image.open(io.BytesIO(output.getvalue())).convert("L"))[32]
with pikepdf.open("a.pdf") as opened:
    by_pikepdf = np.asarray(pikepdf.PdfImage(opened.pages[0].Resources.XObject.Scan).as_pil_image())[32]
print("the page:", shown[::16].tolist(), " extract():", extracted[::16].tolist(), " pikepdf:", by_pikepdf[::16].tolist())
assert (shown == 255 - ramp[0]).all() and (by_pikepdf == 255 - ramp[0]).all()
assert (extracted == ramp[0]).all()
PYTHON
