"""Pictures whose answer is known: nobody who looks takes colours for natural that were turned to their opposites."""

from pathlib import Path

import numpy as np

from heritage_color.lab import join, rgb_to_lab

LEAST_CHROMA = 10.0  # mean of ab; below it the opposite colours are hardly seen, and the trap would be unfair
QUALITY = 85  # of the JPEG, as of every other preview: the file must not tell


def write_opposite(preview: Path, destination: Path) -> bool:
    """Write a preview (JPEG, sRGB) with its colours turned to their opposites, lightness kept.

    Returns False and writes nothing where the picture has so little colour that its opposite would look natural.
    """
    from PIL import Image

    with Image.open(preview, formats=["JPEG"]) as image:
        rgb, profile = np.asarray(image.convert("RGB"), np.float32) / 255, image.info.get("icc_profile")
    turned = opposite(rgb)
    if turned is None:
        return False
    levels = np.rint(turned * 255).astype(np.uint8)
    Image.fromarray(levels).save(destination, "JPEG", quality=QUALITY, icc_profile=profile)
    return True


def opposite(rgb: np.ndarray) -> np.ndarray | None:
    """sRGB (H, W, 3) in 0..1 of the same lightness and opposite ab; None where that would hardly be seen."""
    lab = rgb_to_lab(rgb)
    turned = join(lab[..., 0], -lab[..., 1:])
    seen = np.hypot(*np.moveaxis(rgb_to_lab(turned)[..., 1:], -1, 0)).mean()
    return turned if seen >= LEAST_CHROMA else None
