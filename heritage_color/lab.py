"""Float sRGB pictures are converted to CIE Lab (D65), kept in the gamut, and joined with a master's lightness."""

from functools import cache

import numpy as np

# sRGB (IEC 61966-2-1) primaries and white, as scikit-image has them
RGB_TO_XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]], np.float32
)
XYZ_TO_RGB = np.linalg.inv(RGB_TO_XYZ.astype(np.float64)).astype(np.float32)
WHITE = np.array([0.95047, 1.0, 1.08883], np.float32)
TOLERANCE = 1e-4  # of linear light, a third of an 8-bit level: white itself is 7e-5 beyond 1 in these matrices
HUES = 720  # of the table of the gamut's border
EPSILON, KAPPA = 216 / 24389, 24389 / 27  # CIE 15:2004, the junction of cube root and straight line


def srgb_to_linear(rgb: np.ndarray) -> np.ndarray:
    """Return linear light 0..1 of sRGB values 0..1, any shape."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((np.maximum(rgb, 0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    """Return sRGB values of linear light, any shape; what is outside 0..1 stays outside."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)


def rgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    """Return Lab (..., 3), L 0..100, of sRGB (..., 3) in 0..1."""
    from skimage.color import rgb2lab

    return np.asarray(rgb2lab(rgb), np.float32)


def luminance_to_lightness(luminance: np.ndarray) -> np.ndarray:
    """Return lightness 0..100 of relative luminance 0..1, any shape."""
    f = np.where(luminance > EPSILON, np.cbrt(luminance), (KAPPA * luminance + 16) / 116)
    return 116 * f - 16


def lightness_to_luminance(lightness: np.ndarray) -> np.ndarray:
    """Return relative luminance 0..1 of lightness 0..100, any shape."""
    return np.where(lightness > KAPPA * EPSILON, ((lightness + 16) / 116) ** 3, lightness / KAPPA)


def grey_to_lightness(grey: np.ndarray) -> np.ndarray:
    """Return lightness 0..100 of grey sRGB values 0..1, any shape."""
    return luminance_to_lightness(srgb_to_linear(grey.astype(np.float32))).astype(np.float32)


def lightness_to_grey(lightness: np.ndarray) -> np.ndarray:
    """Return grey sRGB values 0..1 of lightness 0..100, any shape: the picture that a colorizer sees."""
    return linear_to_srgb(lightness_to_luminance(lightness)).astype(np.float32)


def lab_to_linear(lab: np.ndarray) -> np.ndarray:
    """Return linear RGB (..., 3), unclipped, of Lab (..., 3)."""
    fy = (lab[..., 0] + 16) / 116
    return _cubed(np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)) * WHITE @ XYZ_TO_RGB.T


def fit_gamut(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Reduce chroma (..., 2) along its hue line until (L, a, b) lies inside sRGB; L (...) 0..100 is untouched."""
    light, chroma = lightness.reshape(-1), ab.reshape(-1, 2).astype(np.float32)
    outside = np.flatnonzero(~_inside(_linear(light, chroma[:, 0], chroma[:, 1])))
    chroma[outside] *= _largest_scale(light[outside], chroma[outside])[:, None]
    return chroma.reshape(ab.shape)


def join(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Return sRGB (..., 3) in 0..1 of lightness (...) 0..100 and ab (..., 2), reduced to the gamut; L is kept."""
    light, chroma = lightness.reshape(-1), ab.reshape(-1, 2).astype(np.float32)
    linear = _linear(light, chroma[:, 0], chroma[:, 1])
    outside = np.flatnonzero(~_inside(linear))
    fitted = chroma[outside] * _largest_scale(light[outside], chroma[outside])[:, None]
    linear[:, outside] = _linear(light[outside], fitted[:, 0], fitted[:, 1])
    rgb = linear_to_srgb(np.clip(linear, 0, 1, out=linear))
    return np.ascontiguousarray(np.clip(rgb, 0, 1, out=rgb).T).reshape(*lightness.shape, 3)


def _linear(light: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return linear RGB (3, n), unclipped, channel by channel: three times as fast as `lab_to_linear` on (n, 3)."""
    fy = (light + 16) / np.float32(116)
    xyz = [_cubed(f) * white for f, white in zip((fy + a / 500, fy, fy - b / 200), WHITE, strict=True)]
    return np.stack([sum(row[i] * xyz[i] for i in range(3)) for row in XYZ_TO_RGB])


def _cubed(f: np.ndarray) -> np.ndarray:
    """Return light 0..1 of CIE's f, the cube root that is a straight line near black."""
    cube = f * f * f
    return np.where(cube > EPSILON, cube, (116 * f - 16) / np.float32(KAPPA))


def _inside(linear: np.ndarray) -> np.ndarray:
    inside: np.ndarray = np.all((linear >= -TOLERANCE) & (linear <= 1 + TOLERANCE), axis=0)
    return inside


def _largest_scale(light: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """Return the scale (n,) 0..1 that brings chroma (n, 2) outside the gamut onto its border, or just inside.

    It is read from a table of the border; what is outside still, near its sharp edges, is searched for.
    """
    hue = np.arctan2(chroma[:, 1], chroma[:, 0]) * np.float32(HUES / (2 * np.pi)) % HUES
    scale = _border_chroma(light, hue) / np.maximum(np.hypot(chroma[:, 0], chroma[:, 1]), 1e-6)
    scale = np.asarray(np.minimum(scale, 1), np.float32)
    left = np.flatnonzero(~_inside(_linear(light, *(chroma * scale[:, None]).T)))
    scale[left] = _search_scale(light[left], chroma[left])
    return scale


def _border_chroma(light: np.ndarray, hue: np.ndarray) -> np.ndarray:
    """Return the chroma of the gamut's border, bilinear between the table's lightness steps and hues."""
    table = _border()
    row, column = np.clip(light, 0, 100).astype(int), hue.astype(int)
    up, along = np.clip(light, 0, 100) - row, hue - column
    above, beside = np.minimum(row + 1, 100), (column + 1) % HUES
    low = table[row, column % HUES] * (1 - along) + table[row, beside] * along
    high = table[above, column % HUES] * (1 - along) + table[above, beside] * along
    return np.asarray(low * (1 - up) + high * up)


@cache
def _border() -> np.ndarray:
    """Find the largest chroma inside sRGB at whole lightness 0..100 and HUES hues (101, HUES), by bisection."""
    light, hue = np.meshgrid(np.arange(101, dtype=np.float32), np.arange(HUES) * 2 * np.pi / HUES, indexing="ij")
    far = 200 * np.stack([np.cos(hue), np.sin(hue)], -1).reshape(-1, 2).astype(np.float32)
    table = (200 * _search_scale(light.ravel(), far, steps=16)).reshape(101, HUES)
    table[[0, 100]] = 0  # black and white have no colour, whatever the tolerance would allow
    return table


def _search_scale(light: np.ndarray, chroma: np.ndarray, steps: int = 10) -> np.ndarray:
    """Find the scale (n,) of chroma (n, 2) on the inner side of the border, within 1/2**steps, by bisection."""
    low, high = np.zeros_like(light), np.ones_like(light)
    for _ in range(steps):
        middle = (low + high) / 2
        fits = _inside(_linear(light, *(chroma * middle[:, None]).T))
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low
