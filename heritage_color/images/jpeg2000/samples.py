"""OpenJPEG (imagecodecs) reads the samples of a described JPEG 2000 file, as bare components.

OpenJPEG is given the codestream only. It would follow what the boxes around it say in its own way: imagecodecs 2026.3
applies a profile while it decodes, and makes garbage of 16-bit grey with a grey profile.
"""

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from heritage_color.images import libvips
from heritage_color.images.description import LAB, Description
from heritage_color.images.jpeg2000 import codestream
from heritage_color.images.jpeg2000.codestream import Codestream
from heritage_color.images.jpeg2000.describing import Layout
from heritage_color.images.jpeg2000.header import LAB_SPACE, LUMA_SPACE, MOST_BITS, Channel
from heritage_color.images.refusals import Limits, RefusedError, refusal

if TYPE_CHECKING:
    import numpy as np
    import pyvips

DECODER_BYTES = 4  # that OpenJPEG takes for a sample


def read_jpeg2000(path: Path, description: Description, limits: Limits) -> tuple["pyvips.Image", tuple[str, ...]]:
    """Return a pyvips image in memory and the role of each band, of full range.

    Raises RefusedError, and OSError.
    """
    import pyvips

    layout: Layout = description.layout
    image = pyvips.Image.new_from_array(_components(path, description, limits))
    kind = "ushort" if description.bits > MOST_BITS // 2 else "uchar"
    if layout.header.space == LAB_SPACE:
        further = [_scaled(image, layout, channel, kind) for channel in layout.channels[len(LAB) :]]
        return _joined([_as_lab(image, layout), *further]), description.roles
    bands = [_scaled(image, layout, channel, kind) for channel in layout.channels]
    if layout.header.space != LUMA_SPACE or layout.stream.components[1].across > 1:  # which OpenJPEG makes RGB itself
        return _joined(bands), description.roles
    return _joined([_from_luma(_joined(bands[:3]), layout.stream.components[0].bits), *bands[3:]]), description.roles


def _components(path: Path, description: Description, limits: Limits) -> "np.ndarray":
    """Decode the components' samples as they are stored, (H, W) or (H, W, C). Raises RefusedError."""
    layout: Layout = description.layout
    stream, depths = layout.stream, {component.bits for component in layout.stream.components}
    count, deep = len(stream.components), max(depths) > 8
    samples = description.width * description.height * count
    if samples * (DECODER_BYTES + 1 + deep) + stream.length > limits.memory:
        raise RefusedError("too-much-memory")
    with path.open("rb") as file:
        file.seek(stream.start)
        content = file.read(stream.length)
    if codestream.END not in content[-codestream.LAST_BYTES :]:
        content += codestream.END  # OpenJPEG takes nothing of a stream that only lacks this
    decoded = _decoded(content, stream) if len(depths) == 1 else _decoded_singly(content, stream)
    shape = (description.height, description.width, *([count] if count > 1 else []))
    expected = (shape, "uint16" if deep else "uint8")
    if (decoded.shape, str(decoded.dtype)) != expected:
        raise RefusedError("unlike-its-tags", expected=str(expected), found=str((decoded.shape, str(decoded.dtype))))
    return decoded


def _decoded(content: bytes, stream: Codestream) -> "np.ndarray":
    """Decode components of one depth by OpenJPEG. Raises RefusedError with what its message stands for."""
    import imagecodecs

    try:
        return imagecodecs.jpeg2k_decode(content)
    except (RuntimeError, ValueError) as error:
        if stream.capabilities & codestream.PART_2:
            raise RefusedError("unsupported", format="a JPEG 2000 picture with extensions of part 2") from error
        raise refusal(str(error)) from error


def _decoded_singly(content: bytes, stream: Codestream) -> "np.ndarray":
    """Decode components of unlike depths by Pillow, which moves each to the top of its byte.

    All have 8 bits at most.
    """
    import numpy as np
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as picture:
            moved = np.asarray(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal(str(error)) from error
    return moved >> np.array([8 - component.bits for component in stream.components], np.uint8)


def _scaled(image: "pyvips.Image", layout: Layout, channel: Channel, kind: str) -> "pyvips.Image":
    """Bring one channel to 0..255 or 0..65535, through its palette's column or stretched from its bits."""
    import numpy as np
    import pyvips

    component, column = channel
    bits = layout.bits(channel)
    band = image[component] if image.bands > 1 else image
    if column is None and bits == (8 if kind == "uchar" else 16):
        return band
    levels = np.arange(2**bits) if column is None else np.array(layout.header.palette[column][1])
    table = libvips.stretching(levels, bits, kind)
    return band.maplut(pyvips.Image.new_from_array(table.reshape(1, -1)))


def _from_luma(luma: "pyvips.Image", bits: int) -> "pyvips.Image":
    """Return red, green and blue of sYCC (IEC 61966-2-1, amendment 1), of full range, made of so many bits."""
    most = 255 if luma.format == "uchar" else 65535
    middle = 2 ** (bits - 1) * most / (2**bits - 1)
    light = luma.linear([1, 1, 1], [0, -middle, -middle])
    return light.recomb([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]]).rint().cast(luma.format)


def _as_lab(image: "pyvips.Image", layout: Layout) -> "pyvips.Image":
    """Return CIE Lab in floats; ranges and offsets follow the space, or are the usual ones (15444-2, M.11)."""
    bits = layout.stream.components[0].bits
    usual = (100, 0, 170, 2 ** (bits - 1), 200, 2 ** (bits - 2) + 2 ** (bits - 3))
    parameters = layout.header.parameters
    values = struct.unpack_from(">6I", parameters) if len(parameters) >= 24 else usual
    steps = [extent / (2**bits - 1) for extent in values[::2]]
    three = _joined([image[component] for component, _ in layout.channels[: len(LAB)]])
    return three.linear(steps, [-step * zero for step, zero in zip(steps, values[1::2], strict=True)])


def _joined(bands: list["pyvips.Image"]) -> "pyvips.Image":
    return bands[0].bandjoin(bands[1:]) if len(bands) > 1 else bands[0]
