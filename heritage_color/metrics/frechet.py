"""A Fréchet distance on features of our own encoder. It is no FID: other network, fewer features, other numbers."""

import numpy as np

from heritage_color.methods.weights import assign, load_weights

SIDE = 224  # pixels: the centre square that the encoder was trained on
FEATURES, KEPT = 1280, 64  # pooled features, and the directions of them that are compared
LEAST_PICTURES = 100  # with fewer, the covariance of 64 directions is mostly noise
SEED = 2020


def directions() -> np.ndarray:
    """Return 64 orthonormal directions (1280, 64) among the features, drawn once for all sets and machines."""
    drawn = np.random.default_rng(SEED).normal(size=(FEATURES, KEPT))
    q, r = np.linalg.qr(drawn)
    drawn_directions: np.ndarray = q * np.sign(np.diag(r))
    return drawn_directions


class Encoder:
    """The shipped EfficientNet-Lite0, looking at colour."""

    def __init__(self) -> None:
        import tensorflow

        from heritage_color.methods.networks import efficientnet
        from heritage_color.methods.networks.efficientnet import ENCODER_FILE

        network = efficientnet.build_encoder(channels=3)
        assign(network, load_weights(ENCODER_FILE)[0])
        signature = [tensorflow.TensorSpec((1, SIDE, SIDE, 3), tensorflow.float32)]
        self.head = tensorflow.function(lambda rgb: network(rgb, training=False)["head"], input_signature=signature)
        self.directions = directions()

    def features(self, rgb: np.ndarray) -> np.ndarray:
        """Return the pooled features of a picture (H, W, 3) uint8, along 64 directions (64,)."""
        head = self.head(_square(rgb)[None].astype(np.float32))
        pooled: np.ndarray = np.asarray(head, np.float64).mean((0, 1, 2)) @ self.directions
        return pooled


def _square(rgb: np.ndarray) -> np.ndarray:
    """The centre square (224, 224, 3) of a picture whose shorter side is brought to 224 by Lanczos."""
    import pyvips

    image = pyvips.Image.new_from_array(rgb)
    image = image.resize(SIDE / min(image.width, image.height), kernel="lanczos3")
    square: np.ndarray = image.gravity("centre", SIDE, SIDE, extend="copy").numpy()
    return square


class Moments:
    """Mean and covariance of features, one picture after another."""

    def __init__(self) -> None:
        self.pictures, self.total, self.products = 0, np.zeros(KEPT), np.zeros((KEPT, KEPT))

    def add(self, features: np.ndarray) -> None:
        """Take in the features (64,) of one picture."""
        self.pictures += 1
        self.total += features
        self.products += np.outer(features, features)

    def mean_and_covariance(self) -> tuple[np.ndarray, np.ndarray]:
        """Of the pictures so far: (64,) and (64, 64), unbiased."""
        mean = self.total / self.pictures
        return mean, (self.products - self.pictures * np.outer(mean, mean)) / (self.pictures - 1)


def distance(moments: Moments, other: Moments) -> float:
    """Squared Fréchet distance of two Gaussians: |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)) (Dowson & Landau 1982)."""
    (mean, covariance), (other_mean, other_covariance) = moments.mean_and_covariance(), other.mean_and_covariance()
    root = _root(covariance)
    crossed = np.linalg.eigvalsh(root @ other_covariance @ root)
    spread = np.trace(covariance) + np.trace(other_covariance) - 2 * np.sqrt(crossed.clip(0)).sum()
    return float(((mean - other_mean) ** 2).sum() + max(spread, 0.0))


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    root: np.ndarray = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return root
