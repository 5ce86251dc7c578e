"""EfficientNet-Lite0 and Lite2 (Tan & Le 2019, "lite": no squeeze-and-excitation, ReLU6) as feature encoders.

Batch normalisation is folded into the convolutions, because the encoder is frozen: each layer is one
convolution with a bias. `heritage_color/train/networks/convert_encoder.py` makes the weights.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import ceil
from pathlib import Path

import keras
from keras import layers

# (kernel, first stride, expansion, output channels, repeats): Tan & Le 2019, table 1
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
TAPPED = {"stride_4": 1, "stride_8": 2, "stride_16": 4}  # name of the tap -> the last stage of that resolution
HEAD_CHANNELS = 1280
CLASSES = 1000
WEIGHTS = Path(__file__).parents[2] / "weights"


TapName = str  # "stride_4", "stride_8", "stride_16" or "head"


@dataclass(frozen=True)
class Variant:
    """A size of the network: `width` times the channels, `depth` times the repeats of all but first and last stage."""

    name: str
    width: float
    depth: float

    @property
    def file(self) -> Path:
        """Its shipped weights."""
        return WEIGHTS / f"{self.name}.safetensors"

    @property
    def layer(self) -> str:
        """Its name inside another network."""
        return self.name.replace("-", "_")

    @cached_property
    def stages(self) -> tuple[tuple[int, int, int, int, int], ...]:
        """STAGES at this size, channels rounded to multiples of 8."""
        first, *middle, last = STAGES
        repeats = [first[-1], *(ceil(stage[-1] * self.depth) for stage in middle), last[-1]]
        return tuple(
            (kernel, stride, expansion, self._channels(channels), times)
            for (kernel, stride, expansion, channels, _), times in zip(STAGES, repeats, strict=True)
        )

    def _channels(self, channels: int) -> int:
        scaled = channels * self.width
        rounded = max(8, int(scaled + 4) // 8 * 8)
        return rounded + 8 if rounded < 0.9 * scaled else rounded

    @cached_property
    def taps(self) -> dict[TapName, int]:
        """Name of each tap -> the index of its block."""
        ends = list(accumulate(repeats for *_, repeats in self.stages))
        return {tap: ends[stage] - 1 for tap, stage in TAPPED.items()}


LITE0, LITE2 = Variant("efficientnet-lite0", 1.0, 1.0), Variant("efficientnet-lite2", 1.1, 1.2)
VARIANTS = {variant.name: variant for variant in (LITE0, LITE2)}
ENCODER_FILE = LITE0.file


def _convolution(x, channels, kernel, stride=1, relu=True, depthwise=False, name=None):
    """Convolution with symmetric padding, as the weights were trained (not TensorFlow's "same" at stride 2)."""
    if stride > 1:
        x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
    padding = "valid" if stride > 1 else "same"
    if depthwise:
        x = layers.DepthwiseConv2D(kernel, stride, padding, name=name)(x)
    else:
        x = layers.Conv2D(channels, kernel, stride, padding, name=name)(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x) if relu else x


def _block(x, kernel, stride, expansion, channels, name):
    """Build an inverted residual: expand, filter each channel, project."""
    inputs = x
    if expansion > 1:
        x = _convolution(x, x.shape[-1] * expansion, 1, name=f"{name}_expand")
    x = _convolution(x, None, kernel, stride, depthwise=True, name=f"{name}_depthwise")
    x = _convolution(x, channels, 1, relu=False, name=f"{name}_project")
    if stride == 1 and inputs.shape[-1] == channels:
        x = layers.Add(name=f"{name}_add")([inputs, x])
    return x


def build_encoder(classifier: bool = False, channels: int = 1, variant: Variant = LITE0) -> keras.Model:
    """Build the model from pictures (N, H, W, channels), sRGB values 0..255, H, W multiples of 32, to its taps.

    A picture of one channel is grey, of three it is RGB; the weights are the same. Outputs a dictionary:
    `stride_4` (N, H/4, W/4, 24), `stride_8` (40 channels; Lite2: 48), `stride_16` (112; 120),
    `head` (N, H/32, W/32, 1280), and with `classifier` the 1,000 ImageNet `logits` (N, 1000).
    """
    picture = keras.Input((None, None, channels), name="grey" if channels == 1 else "rgb")
    x = layers.Rescaling(1 / 128.0, -127 / 128.0, name="normalise")(picture)
    if channels == 1:
        x = layers.Concatenate(name="three_channels")([x, x, x])
    x = _convolution(x, 32, 3, 2, name="stem")
    outputs: dict = {}
    index = 0
    for kernel, stride, expansion, channels, repeats in variant.stages:
        for repeat in range(repeats):
            x = _block(x, kernel, stride if repeat == 0 else 1, expansion, channels, f"block_{index}")
            outputs |= {tap: x for tap, block in variant.taps.items() if block == index}
            index += 1
    outputs["head"] = _convolution(x, HEAD_CHANNELS, 1, name="head")
    if classifier:
        pooled = layers.GlobalAveragePooling2D(name="pool")(outputs["head"])
        outputs["logits"] = layers.Dense(CLASSES, name="logits")(pooled)
    return keras.Model(picture, outputs, name=variant.layer)
