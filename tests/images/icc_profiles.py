"""ICC profiles of curves and a matrix, put together byte by byte (ICC.1:2022)."""

import struct

SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
D50 = (0.9642, 1.0, 0.8249)
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # parametric curve of function 3


def fixed(*numbers):
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def curve(shape):
    """A tag of a gamma, of a table of 16-bit numbers (list), or of a parametric curve's numbers (tuple)."""
    if isinstance(shape, tuple):
        function = {1: 0, 3: 1, 4: 2, 5: 3, 7: 4}[len(shape)]
        return b"para\0\0\0\0" + struct.pack(">HH", function, 0) + fixed(*shape)
    numbers = shape if isinstance(shape, list) else [round(shape * 256)]
    return b"curv\0\0\0\0" + struct.pack(f">I{len(numbers)}H", len(numbers), *numbers)


def profile(space, tags, connection=b"XYZ "):
    """A profile of a colour space (four bytes) with these tags."""
    tags = {b"wtpt": b"XYZ \0\0\0\0" + fixed(*D50), b"cprt": b"text\0\0\0\0none\0"} | tags
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"none", 0x02400000, b"mntr", space, connection)
    head += bytes(12) + b"acsp" + bytes(28) + fixed(*D50)
    return head.ljust(128, b"\0") + table + body


def grey(shape, connection=b"XYZ "):
    """A grey profile of one curve."""
    return profile(b"GRAY", {b"kTRC": curve(shape)}, connection)


def rgb(shape, primaries=SRGB):
    """An RGB profile of one curve and three primaries."""
    columns = {
        name: b"XYZ \0\0\0\0" + fixed(*xyz) for name, xyz in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)
    }
    return profile(b"RGB ", columns | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve(shape)))
