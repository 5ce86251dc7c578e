"""`heritage_color.lab` inside a graph: the same curves and colours over tensors of any backend.

Values are in 0..1 for sRGB, grey and linear light, and in 0..100 for lightness, of any shape unless a function says
otherwise.
"""

from keras import KerasTensor as Tensor
from keras import ops

from heritage_color.lab import EPSILON, KAPPA, RGB_TO_XYZ, WHITE


def srgb_to_linear(rgb: Tensor) -> Tensor:
    """Return linear light of sRGB values."""
    return ops.where(rgb <= 0.04045, rgb / 12.92, ((ops.maximum(rgb, 0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: Tensor) -> Tensor:
    """Return sRGB values of linear light."""
    bright = 1.055 * ops.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    return ops.where(linear <= 0.0031308, linear * 12.92, bright)


def grey_to_lightness(grey: Tensor) -> Tensor:
    """Return the lightness of grey sRGB values."""
    return 116 * _cube_root(srgb_to_linear(grey)) - 16


def lightness_to_grey(lightness: Tensor) -> Tensor:
    """Return grey sRGB values of lightness."""
    luminance = ops.where(lightness > KAPPA * EPSILON, ((lightness + 16) / 116) ** 3, lightness / KAPPA)
    return linear_to_srgb(luminance)


def linear_to_lab(linear: Tensor) -> Tensor:
    """Return Lab (..., 3) of linear RGB (..., 3)."""
    f = _cube_root(ops.tensordot(linear, RGB_TO_XYZ.T / WHITE, 1))
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return ops.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def _cube_root(light: Tensor) -> Tensor:
    """CIE's cube root, which is a straight line near black; without that, its slope there is infinite."""
    return ops.where(light > EPSILON, ops.maximum(light, EPSILON) ** (1 / 3), (KAPPA * light + 16) / 116)
