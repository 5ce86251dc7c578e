"""Make docs/images/gist-*.jpg from a photograph that scikit-image carries: python -m tools.figures.gist

`gist-descriptor`: a photograph and its gist, in each part the spectrum that its 32 numbers tell. `gist-transfer`: one
half of a photograph gives its colours to the other half, seen in the mirror.
"""

import numpy as np
from PIL import Image
from skimage import data

from heritage_color.lab import join, rgb_to_lab
from heritage_color.methods.gist.colorizer import Gist, Reference, described_photograph
from heritage_color.methods.gist.descriptor import GRID, ORIENTATIONS, SCALES, _filters, describe
from heritage_color.settings import ROOT

IMAGES = ROOT / "docs" / "images"
HEIGHT, GAP = 256, 8


def main() -> None:
    """Write both figures."""
    lab = rgb_to_lab(data.chelsea()[:288, 3:] / np.float32(255))
    _beside("gist-descriptor.jpg", [_rgb(lab), _spectra(describe(lab[..., 0]))])
    left, right = lab[:, :224], lab[:, 224:]
    method = Gist()
    method.add([Reference("left half")], *(part[None] for part in described_photograph(left[..., 0], left[..., 1:])))
    ab = method.predict(right[None, ..., 0], "faithful").ab[0].repeat(4, 0).repeat(4, 1)
    _beside("gist-transfer.jpg", [_rgb(left), _grey(right), join(right[..., 0], ab), _rgb(right)])


def _rgb(lab: np.ndarray) -> np.ndarray:
    return join(np.ascontiguousarray(lab[..., 0]), lab[..., 1:])


def _grey(lab: np.ndarray) -> np.ndarray:
    return _rgb(lab * np.array([1, 0, 0], np.float32))


def _spectra(gist: np.ndarray) -> np.ndarray:
    """A picture (4 n, 4 n, 3) of the parts' spectra: bright where lines of that frequency and direction are strong."""
    parts, size = gist.reshape(SCALES, ORIENTATIONS, GRID, GRID), HEIGHT // GRID
    tiles = np.zeros((GRID, GRID, size, size))
    for scale in range(SCALES):
        power = np.fft.fftshift(_filters(scale)[1] ** 2, (1, 2))
        tiles += np.einsum("dgh,dxy->ghxy", parts[scale], np.stack([_centred(one, 2 * size) for one in power]))
    tiles /= tiles.max()
    return np.repeat(tiles.transpose(0, 2, 1, 3).reshape(HEIGHT, HEIGHT, 1), 3, 2)


def _centred(power: np.ndarray, size: int) -> np.ndarray:
    """A spectrum and its mirror image, the same for real pictures, around the middle of a square, at half the size."""
    square, edge = np.zeros((size, size)), (size - min(power.shape[0], size)) // 2
    cut = (power.shape[0] - min(power.shape[0], size)) // 2
    square[edge : size - edge, edge : size - edge] = power[cut : cut + size - 2 * edge, cut : cut + size - 2 * edge]
    square += square[::-1, ::-1]
    return square.reshape(size // 2, 2, size // 2, 2).mean((1, 3))


def _beside(name: str, pictures: list[np.ndarray]) -> None:
    shown = [Image.fromarray(np.rint(255 * np.clip(one, 0, 1)).astype(np.uint8)) for one in pictures]
    shown = [one.resize((round(one.width * HEIGHT / one.height), HEIGHT)) for one in shown]
    strip = Image.new("RGB", (sum(one.width + GAP for one in shown) - GAP, HEIGHT), "white")
    left = 0
    for one in shown:
        strip.paste(one, (left, 0))
        left += one.width + GAP
    strip.save(IMAGES / name, quality=85)


if __name__ == "__main__":
    main()
