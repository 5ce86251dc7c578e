#!/usr/bin/env bash
# LittleCMS brings linear grey to sRGB with shadows that are up to ten of 255 levels too dark.
#
# Expected: a grey profile whose curve is gamma 1.0 has no secrets: 16-bit 64, 320 and 1024 of 65535 are 827, 3923 and 8618
#   in sRGB, by the formula of IEC 61966-2-1.
# Happens: icc_transform of libvips gives levels that are darker by hundreds to thousands of 65535: the way from grey to RGB
#   is sampled at 33 points, straight lines between them, and the first stretch is where linear light bends most.
# Versions: pyvips 3.2.0, pyvips-binary 8.18.7 (LittleCMS 2), numpy 2.4.6.
# Source: IEC 61966-2-1, the transfer of sRGB.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check pyvips==3.2.0 pyvips-binary==8.18.7 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import numpy as np
import pyvips

def grey_profile(gamma):
    """A version 2 ICC profile of grey whose only curve is a gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    text = b"desc" + bytes(4) + struct.pack(">I", 5) + b"grey\0" + bytes(78)
    parts, offset, table = [(b"desc", text), (b"wtpt", white), (b"kTRC", curve)], 128 + 4 + 36, b""
    for name, content in parts:
        table += name + struct.pack(">II", offset, len(content))
        offset += -(-len(content) // 4) * 4
    body = struct.pack(">I", len(parts)) + table + b"".join(c.ljust(-(-len(c) // 4) * 4, b"\0") for _, c in parts)
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), bytes(4), 0x02100000, b"mntr", b"GRAY", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    return (head + struct.pack(">3i", 63190, 65536, 54061)).ljust(128, b"\0") + body


def srgb(value):
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


levels = np.array([[64, 320, 1024, 4096, 16384, 65535]], np.uint16)
image = pyvips.Image.new_from_array(levels).copy(interpretation="grey16")
image.set_type(pyvips.GValue.blob_type, "icc-profile-data", grey_profile(1.0))
seen = image.icc_transform("srgb", embedded=True, intent="relative", depth=16).numpy()[0, :, 0]
right = [round(65535 * srgb(value / 65535)) for value in levels[0].tolist()]
print("linear:", levels[0].tolist())
print("sRGB by the formula:", right)
print("sRGB by icc_transform:", seen.tolist())
print("too dark by levels of 255:", [round((one - int(other)) / 257, 1) for one, other in zip(right, seen)])
assert right[:3] == [827, 3923, 8618]
assert max(one - int(other) for one, other in zip(right, seen)) > 5 * 257
assert abs(right[-1] - int(seen[-1])) < 257
PYTHON
