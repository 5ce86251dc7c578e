"""Masters are opened as upright pictures, by whichever reader can, and turned into arrays.

Nothing here holds a whole picture in memory: libvips streams, and what numpy touches lies in memory-mapped files.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from heritage_color.errors import PictureError
from heritage_color.images import formats
from heritage_color.images.description import Description
from heritage_color.images.reading import opening
from heritage_color.images.reading.bands import has_profile
from heritage_color.images.refusals import Limits, RefusedError

if TYPE_CHECKING:
    import pyvips

BITS = {"uchar": 8, "ushort": 16}
LIMITS = Limits(500_000_000, 8 * 2**30)  # 22,000 x 22,000; pre-flight refuses earlier, by its settings


@dataclass(frozen=True)
class Picture:
    """An opened master has an `image`, which is an upright pyvips picture of 1 or 3 bands, of 8 or 16 `bits`.

    Resolution, across and down, is None where the master states none.
    """

    path: Path
    image: "pyvips.Image"
    bits: int
    pixels_per_inch: tuple[float, float] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels, upright."""
        return self.image.width, self.image.height

    @property
    def suffix(self) -> str:
        """Return the ending of a lossless derivative: .tif for a TIFF, .png for all else."""
        return ".tif" if opening.sniff(self.path) is formats.TIFF else ".png"


def open_picture(path: Path) -> Picture:
    """Open the master's picture, upright, without alpha, palette and CMYK. Raises PictureError with a reason."""
    try:
        kind = opening.sniff(path)
        if kind is None:
            raise RefusedError("unsupported", format="not a picture")
        if not kind.supported:
            raise PictureError(kind.code, f"{path.name} is {kind.name}. {kind.remedy}")
        description = opening.describe_picture(path, kind)
        image = to_grey_or_rgb(_upright(_opened(path, description), description), description.bits)
    except RefusedError as refused:
        raise PictureError(refused.code, _sentence(path, refused)) from refused
    return Picture(path, image, BITS[image.format], description.upright_pixels_per_inch)


def _upright(image: "pyvips.Image", description: Description) -> "pyvips.Image":
    """Return the image as people see it; libvips turns the pixels and leaves their resolution as it was."""
    turned = image.autorot()
    return turned.copy(xres=image.yres, yres=image.xres) if description.is_on_its_side else turned


def _sentence(path: Path, refused: RefusedError) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in refused.facts.items())
    return f"{path.name} cannot be read: {refused.code}{f' ({facts})' if facts else ''}."


def _opened(path: Path, description: Description) -> "pyvips.Image":
    """Open a pyvips picture as described, and decode its first row. Raises PictureError and RefusedError."""
    import pyvips

    try:
        image = opening.open_described(path, description, LIMITS, "random", "error")
        image.crop(0, 0, image.width, 1).avg()  # a codec that libvips lacks shows itself at the first row
    except pyvips.Error as error:
        return _opened_otherwise(path, description, error)
    return image


def _opened_otherwise(path: Path, description: Description, error: Exception) -> "pyvips.Image":
    """Open the picture by tifffile where libvips lacks what that has. Raises PictureError and RefusedError."""
    try:
        other = opening.otherwise(path, description, str(error))
    except RefusedError as refused:
        if refused.code == "unsupported":
            raise
        raise unreadable(path, error) from error
    return opening.open_described(path, other, LIMITS, "random", "error")


def unreadable(path: Path, error: Exception) -> PictureError:
    """Make the refusal of a damaged picture, with the last line of what its decoder said."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = lines[-1][:160].rstrip(".") if lines else "its decoder gives no details"
    return PictureError("unreadable", f"{path.name} cannot be read: {reason}.")


def to_grey_or_rgb(image: "pyvips.Image", bits: int) -> "pyvips.Image":
    """Return one or three bands of an image as `opening.open_described` gives it, with CMYK and Lab as sRGB.

    CMYK goes through its profile, or libvips' own; what has more than 8 bits is answered with 16.
    """
    if image.interpretation not in ("cmyk", "lab"):
        return image
    if has_profile(image):
        return image.icc_transform("srgb", embedded=True, intent="relative", depth=16 if bits > 8 else 8)
    return image.colourspace("rgb16" if bits > 8 else "srgb")


def to_array(image: "pyvips.Image", path: Path) -> np.ndarray:
    """Return the samples (H, W, bands) of a pyvips picture. Raises PictureError where the file ends too early."""
    import pyvips

    try:
        return np.asarray(image.numpy())
    except pyvips.Error as error:
        raise unreadable(path, error) from error


def to_memory_map(image: "pyvips.Image", file: Path) -> np.ndarray:
    """Compute a pyvips picture of one float band once into a file, and return it as a read-only array (H, W)."""
    image.rawsave(str(file))
    return np.memmap(file, np.float32, "r", shape=(image.height, image.width))


def shrink_samples(values: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return an array (H, W) of floats at another size, by Lanczos with antialiasing."""
    import pyvips

    image = pyvips.Image.new_from_memory(values.data, values.shape[1], values.shape[0], 1, "float")
    small = image.resize(width / values.shape[1], vscale=height / values.shape[0], kernel="lanczos3")
    return np.asarray(small.gravity("centre", width, height, extend="copy").numpy()).reshape(height, width)
