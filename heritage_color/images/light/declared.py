"""Light that a file declares by numbers, without an ICC profile, becomes the profile that says the same.

Curves and primaries go by ITU-T H.273 (code points, as PNG's cICP has them) and by PNG's own gAMA and cHRM. Whatever
asks for a picture's light asks its profile, so that is what these become.
"""

import struct
from collections.abc import Sequence

import numpy as np

D50 = (0.9642, 1.0, 0.8249)  # ICC.1:2022, 7.2.16: white of the profile connection space
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
D65_WHITE, C_WHITE, DCI_WHITE = (0.3127, 0.3290), (0.310, 0.316), (0.314, 0.351)
# x and y of white, red, green and blue by H.273's number (table 2)
PRIMARIES = {
    1: (*D65_WHITE, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060),  # BT.709, sRGB
    4: (*C_WHITE, 0.670, 0.330, 0.210, 0.710, 0.140, 0.080),
    5: (*D65_WHITE, 0.640, 0.330, 0.290, 0.600, 0.150, 0.060),
    6: (*D65_WHITE, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*D65_WHITE, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*D65_WHITE, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),  # BT.2020
    11: (*DCI_WHITE, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*D65_WHITE, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),  # Display P3
}
SRGB_PRIMARIES = PRIMARIES[1]
ADOBE_PRIMARIES, ADOBE_CURVE = (*D65_WHITE, 0.640, 0.330, 0.210, 0.710, 0.150, 0.060), (563 / 256,)  # Adobe RGB (1998)
# Numbers of ICC's parametric curve: a power, and a line below a threshold (H.273, table 3)
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
FILM_CURVE = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)  # BT.709 and BT.2020
CURVES: dict[int, tuple[float, ...]] = {
    1: FILM_CURVE, 4: (2.2,), 5: (2.8,), 6: FILM_CURVE, 8: (1.0,), 13: SRGB_CURVE, 14: FILM_CURVE, 15: FILM_CURVE,
}  # fmt: skip


def profile(name: str, curve: tuple[float, ...], primaries: Sequence[float], grey: bool) -> bytes | None:
    """Make an ICC profile of a name, one or five numbers of a curve, and primaries unless it is for grey.

    It is None where the primaries make no colours.
    """
    tags = {b"desc": _text(name), b"wtpt": _xyz(D50), b"cprt": b"text\0\0\0\0none\0"}
    if grey:
        return _written(b"GRAY", tags | {b"kTRC": _curve(curve)})
    columns = _columns(primaries)
    if columns is None:
        return None
    tags |= {tag: _xyz(column) for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns.T, strict=True)}
    return _written(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(curve)))


def _columns(chromaticities: Sequence[float]) -> np.ndarray | None:
    """Return XYZ of red, green and blue under D50, as columns, of chromaticities of white, red, green and blue."""
    x, y = np.array(chromaticities, float).reshape(4, 2).T
    if (y <= 0).any() or (x < 0).any():
        return None
    xyz = np.array([x / y, np.ones(4), (1 - x - y) / y])
    white, primaries = xyz[:, 0], xyz[:, 1:]
    cones = BRADFORD @ white
    if abs(np.linalg.det(primaries)) < 1e-6 or (cones <= 0).any():
        return None
    adapted = np.linalg.inv(BRADFORD) @ np.diag(BRADFORD @ np.array(D50) / cones) @ BRADFORD
    columns = adapted @ (primaries * np.linalg.solve(primaries, white))
    return columns if np.abs(columns).max() < 2 else None


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _curve(numbers: tuple[float, ...]) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", 0 if len(numbers) == 1 else 3, 0) + _fixed(numbers)


def _fixed(values: Sequence[float]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(float(value) * 65536) for value in values))


def _text(name: str) -> bytes:
    ascii_ = name.encode("ascii", "replace") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(ascii_)) + ascii_ + bytes(78)


def _written(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Write a profile of version 2.4 for a display, whose parametric curves every reader takes (ICC.1:2022, 7.2)."""
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(body), bytes(4), 0x02400000, b"mntr", space, b"XYZ ")
    return (head + bytes(12) + b"acsp" + bytes(28) + _fixed(D50)).ljust(128, b"\0") + table + body
