#!/usr/bin/env bash
# A JPEG 2000 of 16-bit grey with a grey ICC profile comes out of imagecodecs as another picture.
#
# Expected: a decoder gives the samples that are stored, shape (H, W); colour management is asked for apart.
# Happens: imagecodecs' jpeg2k_decode of the JP2 applies the profile while it decodes: (H, W, 3), with values that are neither
#   the samples nor their light, and no error. The codestream alone, cut out of the same file, gives the samples exactly.
# Versions: imagecodecs 2026.3.6 (OpenJPEG 2.5.4), numpy 2.4.6. Other versions of imagecodecs give other garbage.
# Source: ISO/IEC 15444-1, annex I: the colour specification box describes the samples, it does not change them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import struct

import imagecodecs
import numpy as np

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


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


ramp = np.linspace(0, 65535, 64 * 64).astype(np.uint16).reshape(64, 64)
stream = imagecodecs.jpeg2k_encode(ramp, level=0, codecformat="j2k", reversible=True)
header = box(b"ihdr", struct.pack(">IIHBBBB", 64, 64, 1, 15, 7, 0, 0)) + box(b"colr", bytes([2, 0, 0]) + grey_profile(1.0))
jp2 = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 " + bytes(4) + b"jp2 ") + box(b"jp2h", header) + box(b"jp2c", stream)

alone, whole = imagecodecs.jpeg2k_decode(stream), imagecodecs.jpeg2k_decode(jp2)
print("stored, first five:", ramp[0, :5].tolist())
print("the codestream alone:", alone.shape, alone[0, :5].tolist())
print("the JP2 with its profile:", whole.shape, whole.reshape(-1)[:5].tolist(), "mean", round(float(whole.mean())))
assert (alone == ramp).all()
assert whole.shape == (64, 64, 3)
assert abs(float(whole.mean()) - float(ramp.mean())) > 1000
PYTHON
