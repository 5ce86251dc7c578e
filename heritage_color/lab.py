"""CIE Lab (D65) for float sRGB pictures: conversion, gamut, and joining chroma with a master's lightness."""

import numpy as np

# sRGB (IEC 61966-2-1) primaries and white, as scikit-image has them
RGB_TO_XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]], np.float32
)
XYZ_TO_RGB = np.linalg.inv(RGB_TO_XYZ.astype(np.float64)).astype(np.float32)
WHITE = np.array([0.95047, 1.0, 1.08883], np.float32)
BLACK, WHITE_LIGHTNESS = 0.01, 99.99  # lightness below and above which sRGB has no chroma left
EPSILON, KAPPA = 216 / 24389, 24389 / 27  # CIE 15:2004, the junction of cube root and straight line


def srgb_to_linear(rgb: np.ndarray) -> np.ndarray:
    """Linear light 0..1 of sRGB values 0..1, any shape."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((np.maximum(rgb, 0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    """sRGB values of linear light, any shape; outside 0..1 stays outside."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)


def rgb_to_lab(rgb: np.ndarray) -> np.ndarray:
    """Lab (..., 3), L 0..100, of sRGB (..., 3) in 0..1."""
    from skimage.color import rgb2lab

    return rgb2lab(rgb).astype(np.float32)


def grey_to_lightness(grey: np.ndarray) -> np.ndarray:
    """Lightness 0..100 of grey sRGB values 0..1, any shape."""
    luminance = srgb_to_linear(grey.astype(np.float32))
    f = np.where(luminance > EPSILON, np.cbrt(luminance), (KAPPA * luminance + 16) / 116)
    return (116 * f - 16).astype(np.float32)


def lightness_to_grey(lightness: np.ndarray) -> np.ndarray:
    """Grey sRGB values 0..1 of lightness 0..100, any shape: the picture that a colorizer sees."""
    f = (lightness + 16) / 116
    luminance = np.where(lightness > KAPPA * EPSILON, f**3, lightness / KAPPA)
    return linear_to_srgb(luminance).astype(np.float32)


def lab_to_linear(lab: np.ndarray) -> np.ndarray:
    """Linear RGB (..., 3), unclipped, of Lab (..., 3)."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    xyz = np.where(f**3 > EPSILON, f**3, (116 * f - 16) / KAPPA) * WHITE
    return xyz @ XYZ_TO_RGB.T


def fit_gamut(lightness: np.ndarray, ab: np.ndarray, steps: int = 10) -> np.ndarray:
    """Chroma (..., 2) reduced along its hue line until (L, a, b) lies inside sRGB; L is untouched.

    `lightness` (...) 0..100. Bisection on the chroma's scale: `steps` halvings leave it within 1/2**steps.
    """

    def inside(scale, light, chroma):
        linear = lab_to_linear(np.concatenate([light[:, None], chroma * scale[:, None]], 1))
        return ((linear >= -1e-5) & (linear <= 1 + 1e-5)).all(1)

    shape, light = ab.shape, lightness.reshape(-1)
    coloured = (light > BLACK) & (light < WHITE_LIGHTNESS)  # black and white have no colour: nothing to search
    chroma = ab.reshape(-1, 2).astype(np.float32) * coloured[:, None]
    outside = np.flatnonzero(~inside(np.ones_like(light), light, chroma) & coloured)
    if not outside.size:
        return chroma.reshape(shape)
    light, over = light[outside], chroma[outside]
    low, high = np.zeros_like(light), np.ones_like(light)
    for _ in range(steps):
        middle = (low + high) / 2
        fits = inside(middle, light, over)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    fitted = chroma.copy()
    fitted[outside] = over * low[:, None]
    return fitted.reshape(shape)


def join(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) in 0..1 from lightness (...) 0..100 and ab (..., 2), chroma reduced to the gamut, L kept."""
    lab = np.concatenate([lightness[..., None], fit_gamut(lightness, ab)], -1)
    return np.clip(linear_to_srgb(np.clip(lab_to_linear(lab), 0, 1)), 0, 1).astype(np.float32)
