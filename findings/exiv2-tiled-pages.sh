#!/usr/bin/env bash
# exiv2 takes the third page and all after it from a tiled TIFF when one tag is written.
#
# Expected: setting the artist of the first page leaves all other pages as they are.
# Happens: with three tiled pages the third can no longer be read afterwards, by tifffile and by libtiff: the places of its
#   tiles are not those where they are now. Two tiled pages stay whole, and so do three in strips.
# Versions: exiv2 0.19.2 for Python (libexiv2 0.28.9), tifffile 2026.3.3, numpy 2.4.6.
# Source: TIFF Revision 6.0, section 15: TileOffsets.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check exiv2==0.19.2 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import exiv2
import numpy as np
import tifffile

exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
PAGES = [np.full((64, 64), 40 * (number + 1), np.uint8) + np.arange(64, dtype=np.uint8) for number in range(3)]


def whole_after_editing(name, pages, **layout):
    """Of each page whether its samples are the same after one tag of the first was written."""
    with tifffile.TiffWriter(name) as writer:
        for page in pages:
            writer.write(page, metadata=None, **layout)
    image = exiv2.ImageFactory.open(name)
    image.readMetadata()
    image.exifData()["Exif.Image.Artist"] = "Anna Example"
    image.writeMetadata()
    found = []
    with tifffile.TiffFile(name) as tiff:
        for page, stored in zip(tiff.pages, pages):
            try:
                found.append(bool((page.asarray() == stored).all()))
            except Exception as error:
                print("  ", type(error).__name__, str(error)[:80])
                found.append(False)
    return found + [False] * (len(pages) - len(found))


results = {
    "three pages in tiles": whole_after_editing("tiles.tif", PAGES, tile=(16, 16)),
    "two pages in tiles": whole_after_editing("two.tif", PAGES[:2], tile=(16, 16)),
    "three pages in strips": whole_after_editing("strips.tif", PAGES, rowsperstrip=16),
}
for name, found in results.items():
    print(name, found)
assert results["three pages in tiles"] == [True, True, False]
assert all(results["two pages in tiles"]) and all(results["three pages in strips"])
PYTHON
