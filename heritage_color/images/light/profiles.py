"""Light goes through an ICC profile exactly, by its own curves and matrix where it has them.

LittleCMS brings 16-bit samples, and grey ones of any depth, through a table of 33 points, so that the shadows of a
linear scan come out up to 10 of 255 levels too dark. Profiles of tables (LUT) are left to it, and 8-bit RGB, which it
brings through curves and matrix as it should. Numbers of tags and formulas are those of ICC.1:2022.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from heritage_color import lab

if TYPE_CHECKING:
    import pyvips

FIELD = "icc-profile-data"  # libvips' name of a profile in a picture
HEADER = 128  # bytes before the table of tags (7.2)
MOST_TAGS = 100  # as LittleCMS
LARGEST = 16 * 2**20  # bytes; printers' largest tables take about 10 million
TABLES = (b"A2B0", b"A2B1", b"D2B0", b"D2B1")  # where one is there, it counts before curves
CHANNELS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4, b"Lab ": 3, b"XYZ ": 3, b"YCbr": 3}
NAMES = {b"GRAY": "grey", b"RGB ": "RGB", b"CMYK": "CMYK", b"Lab ": "Lab", b"XYZ ": "XYZ", b"YCbr": "YCbCr"}
FITTING = {1: (b"GRAY",), 3: (b"RGB ",), 4: (b"CMYK",)}  # profiles that libvips and LittleCMS can use, by channels
COLOURS = {1: "grey", 3: "RGB", 4: "CMYK"}
LEAST_VOLUME = 0.001  # determinant of the primaries; sRGB's is 0.16, and that of any space in use above 0.1
LEAST_RANGE = 0.01  # of light, between the darkest and the lightest sample
PARAMETERS = (1, 3, 4, 5, 7)  # of the parametric curve's five functions (10.18)
# Columns: XYZ of sRGB's red, green and blue, adapted to D50 by Bradford's matrix, as in its profile (IEC 61966-2-1)
SRGB_TO_D50 = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])


@dataclass(frozen=True)
class Profile:
    """A profile has a colour space and one that it leads to, each of four bytes, and tags."""

    space: bytes
    connection: bytes
    tags: dict[bytes, bytes]

    @property
    def has_tables(self) -> bool:
        """Tell whether its colours are looked up in a table of several dimensions."""
        return any(name in self.tags for name in TABLES)


def read_profile(content: bytes) -> Profile | None:
    """Read a profile from its bytes; None stands for bytes that are no ICC profile, or a damaged one."""
    if len(content) < HEADER + 4 or content[36:40] != b"acsp":
        return None
    (count,) = struct.unpack_from(">I", content, HEADER)
    if count > MOST_TAGS or HEADER + 4 + 12 * count > len(content):
        return None
    entries = struct.iter_unpack(">4sII", content[HEADER + 4 : HEADER + 4 + 12 * count])
    tags = {name: content[start : start + length] for name, start, length in entries if start + length <= len(content)}
    return Profile(content[16:20], content[20:24], tags)


def unfit(content: bytes, channels: int) -> str:
    """Say why a profile cannot be applied to a picture of so many channels of colour; empty where it can."""
    profile = read_profile(content)
    if profile is None:
        return "it is damaged"
    if profile.space in FITTING.get(channels, ()):
        return _trouble(profile)
    return (
        f"it is made for {NAMES.get(profile.space, 'other colours')}, the picture is {COLOURS.get(channels, 'none')}"
    )


def _trouble(profile: Profile) -> str:
    """Say why nothing can be made of the profile's tags: some programs write it with zeros for primaries."""
    if profile.has_tables:
        return ""
    curves, matrix = _curves(profile), _matrix(profile)
    if curves is None:
        return "it holds neither curves nor tables"
    if profile.space == b"RGB " and (matrix is None or abs(np.linalg.det(matrix)) < LEAST_VOLUME):
        return "its primaries are no three colours"
    ends = [_evaluated(curve, np.array([0.0, 1.0])) for curve in curves]
    return "" if all(abs(light - dark) > LEAST_RANGE for dark, light in ends) else "its curves make one shade of all"


def linear_light(image: "pyvips.Image", content: bytes) -> "pyvips.Image | None":
    """Return the linear light 0..1 of sRGB's primaries that a profile means, in one or three float bands.

    It is None where the profile is one of tables, does not fit, or is as right through LittleCMS (8-bit RGB).
    """
    import pyvips

    levels = {"uchar": 256, "ushort": 65536}.get(image.format)
    if levels is None or image.bands not in (1, 3) or (levels, image.bands) == (256, 3):
        return None
    light = light_tables(content, image.bands, levels)
    if light is None:
        return None
    tables, matrix = light
    table = pyvips.Image.new_from_array(np.ascontiguousarray(tables.T[None].astype(np.float32)))
    linear = image.maplut(table)
    if matrix is not None:
        linear = linear.recomb(matrix.tolist())
        linear = (linear < 0).ifthenelse(0, linear)
        linear = (linear > 1).ifthenelse(1, linear)
    return linear.cast("float")


@lru_cache(maxsize=8)
def light_tables(content: bytes, channels: int, levels: int) -> tuple[np.ndarray, np.ndarray | None] | None:
    """Return the light of each level, (channels, levels), and the matrix (3, 3) to sRGB's primaries; None for grey.

    All is None where the profile has no curves of its own, has tables, or is made for another number of channels.
    """
    profile = read_profile(content)
    if profile is None or profile.has_tables or unfit(content, channels):
        return None
    curves = _curves(profile) or []
    tables = np.stack([_evaluated(curve, np.linspace(0, 1, levels)) for curve in curves])
    if channels == 1:  # a grey profile may lead to Lab instead of XYZ
        return (lab.lightness_to_luminance(100 * tables) if profile.connection == b"Lab " else tables), None
    matrix = _matrix(profile)
    return tables, None if matrix is None else np.linalg.inv(SRGB_TO_D50) @ matrix


def _curves(profile: Profile) -> list[bytes] | None:
    """Return the tags of its curves, one for each channel, if all are there and whole."""
    names = [b"kTRC"] if profile.space == b"GRAY" else [b"rTRC", b"gTRC", b"bTRC"]
    curves = [profile.tags.get(name, b"") for name in names]
    return curves if all(_is_curve(curve) for curve in curves) else None


def _matrix(profile: Profile) -> np.ndarray | None:
    """Return XYZ (D50) of the profile's red, green and blue, as columns."""
    columns = [profile.tags.get(name, b"") for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    if any(len(column) < 20 or column[:4] != b"XYZ " for column in columns):
        return None
    return np.array([struct.unpack_from(">3i", column, 8) for column in columns]).T / 65536


def _is_curve(tag: bytes) -> bool:
    if tag[:4] == b"curv" and len(tag) >= 12:
        return len(tag) >= 12 + 2 * int.from_bytes(tag[8:12], "big")
    if tag[:4] == b"para" and len(tag) >= 12:
        (kind,) = struct.unpack_from(">H", tag, 8)
        return kind < len(PARAMETERS) and len(tag) >= 12 + 4 * PARAMETERS[kind]
    return False


def _evaluated(tag: bytes, values: np.ndarray) -> np.ndarray:
    """Return a curve's answers, 0..1, to values 0..1."""
    if tag[:4] == b"para":
        return _parametric(tag, values).clip(0, 1)
    (count,) = struct.unpack_from(">I", tag, 8)
    numbers = np.frombuffer(tag, ">u2", count, 12)
    if count == 0:
        return values
    if count == 1:
        return values ** (float(numbers[0]) / 256)
    return np.asarray(np.interp(values, np.linspace(0, 1, count), numbers / 65535))


def _parametric(tag: bytes, values: np.ndarray) -> np.ndarray:
    """Evaluate the parametric curve: a power and, in some functions, a line or constant below a threshold."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    numbers = [number / 65536 for number in struct.unpack_from(f">{PARAMETERS[kind]}i", tag, 12)]
    gamma, a, b = [*numbers, 1.0, 0.0][:3] if kind == 0 else numbers[:3]
    slope, start, above, below = 0.0, -b / a if a else 0.0, 0.0, 0.0
    if kind == 2:
        above = below = numbers[3]
    elif kind >= 3:
        slope, start = numbers[3:5]
        above, below = numbers[5:7] if kind == 4 else (0.0, 0.0)
    power = np.maximum(a * values + b, 0) ** max(gamma, 0) + above
    return np.where(values >= start, power, slope * values + below)


def as_srgb(linear: "pyvips.Image") -> "pyvips.Image":
    """Return 8-bit sRGB of three bands, made of linear light 0..1 in one or three float bands."""
    import pyvips

    levels = lab.linear_to_srgb(np.arange(65536) / 65535) * 255
    samples = np.rint(levels).astype(np.uint8).reshape(1, -1)
    whole = (linear * 65535).rint().cast("ushort").maplut(pyvips.Image.new_from_array(samples))
    three = whole if whole.bands == 3 else whole.bandjoin([whole, whole])
    three = three.copy(interpretation="srgb")
    if FIELD in three.get_fields():
        three.remove(FIELD)  # that of the samples before
    return three
