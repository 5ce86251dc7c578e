"""EXIF blocks of one directory, put together byte by byte."""

import struct


def block(order: str = ">", **tags) -> bytes:
    """EXIF with `orientation`, `across` and `down` in pixels by a unit, and `unit`: 1 none, 2 inch, 3 centimetre.

    And of an `artist`.
    """
    numbers = {"orientation": 274, "across": 282, "down": 283, "unit": 296, "artist": 315}
    entries, values, start = b"", b"", 10 + 12 * len(tags) + 4
    for name, number in sorted(((name, numbers[name]) for name in tags), key=lambda one: one[1]):
        if name in ("across", "down"):
            entries += struct.pack(f"{order}HHII", number, 5, 1, start + len(values))
            values += struct.pack(f"{order}II", tags[name], 1)
        elif name == "artist":
            text = tags[name].encode() + b"\0"
            entries += struct.pack(f"{order}HHII", number, 2, len(text), start + len(values))
            values += text + bytes(len(text) % 2)
        else:
            entries += struct.pack(f"{order}HHIHH", number, 3, 1, tags[name], 0)
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}IH", 8, len(tags))
    return head + entries + bytes(4) + values


def of_camera(index: bytes = b"R98\0", space: int = 65535) -> bytes:
    """EXIF of a camera: its colour space, and the index of interoperability."""
    pointer = struct.pack(">HHII", 34665, 4, 1, 26)
    camera = (
        struct.pack(">H", 2) + struct.pack(">HHIHH", 40961, 3, 1, space, 0) + struct.pack(">HHII", 40965, 4, 1, 56)
    )
    interoperability = struct.pack(">HHHI4s", 1, 1, 2, 4, index)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + pointer + bytes(4) + camera + bytes(4) + interoperability + bytes(4)
