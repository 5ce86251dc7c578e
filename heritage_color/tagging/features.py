"""What the tagger sees of a photograph: the features of EfficientNet-Lite0's last layer, of the grey picture.

Mirza & Osindero (2014, section 4.2) condition on the 4,096 features of a network trained on ImageNet. Here they are
1,280, of an encoder that is shipped already, and of grey pictures, because that is what an archive holds.
"""

from functools import cache, cached_property
from pathlib import Path

import numpy as np

from heritage_color.images.reading.light import lightness_of
from heritage_color.images.reading.pictures import open_picture, to_array
from heritage_color.lab import lightness_to_grey

SHORTER, LONGER = 224, 448  # pixels: the size that the encoder was trained at, and no strip longer than two of it
MULTIPLE = 32  # of the encoder's coarsest stride
ENCODER_FILE = Path(__file__).parents[1] / "weights" / "efficientnet-lite0.safetensors"


def grey_of(path: Path) -> np.ndarray:
    """Grey sRGB values (H, W), 0..255, of any picture, shorter side 224 or longer side 448. Raises PictureError."""
    picture = open_picture(path)
    scale = min(SHORTER / min(picture.size), LONGER / max(picture.size))
    lightness = to_array(lightness_of(picture).resize(scale), path)
    return lightness_to_grey(np.clip(lightness.reshape(lightness.shape[:2]), 0, 100)) * np.float32(255)


def padded(grey: np.ndarray) -> np.ndarray:
    """Return a grey picture (H, W) mirrored at its right and lower side to multiples of 32: the aspect is kept."""
    return np.pad(grey, [(0, -side % MULTIPLE) for side in grey.shape], "symmetric")


class Encoder:
    """The frozen encoder with its mean over the picture; loads TensorFlow at its first use."""

    @cached_property
    def network(self):
        """From grey pictures (N, H, W, 1), 0..255, H and W multiples of 32, to features (N, 1280)."""
        import keras

        from heritage_color.methods.networks.efficientnet import build_encoder
        from heritage_color.methods.weights import assign, load_weights

        encoder = build_encoder()
        assign(encoder, load_weights(ENCODER_FILE)[0])
        pooled = keras.layers.GlobalAveragePooling2D()(encoder.output["head"])
        return keras.Model(encoder.input, pooled)

    @cached_property
    def _traced(self):
        """The network as a graph, traced once for all sizes."""
        import tensorflow

        network = self.network  # built before the trace: inside it, weights would be assigned in the graph alone
        signature = [tensorflow.TensorSpec((None, None, None, 1), tensorflow.float32)]
        return tensorflow.function(lambda grey: network(grey, training=False), input_signature=signature)

    def of_batch(self, grey) -> np.ndarray:
        """Return features (N, 1280) of grey pictures (N, H, W, 1) of one size, multiples of 32."""
        return self._traced(grey).numpy()

    def of_file(self, path: Path) -> np.ndarray:
        """Return features (1280,) of a picture file. Raises PictureError."""
        return self.of_batch(padded(grey_of(path))[None, ..., None].astype(np.float32))[0]


@cache
def encoder() -> Encoder:
    """Return the encoder, built once per process."""
    return Encoder()
