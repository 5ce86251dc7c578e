"""The fusion network's layers and its regression's loss, after Baldassarre et al. 2017 and Joshi et al. 2020."""

import keras
from keras import layers, ops

from heritage_color.methods.networks import bins, efficientnet
from heritage_color.methods.networks.enlarging import Double

AB_SCALE = 110.0  # the regression answers ab / 110, as Zhang et al. 2017
HUBER_DELTA = 0.5  # of ab / 110: quadratic within 55 ab units
HUBER_FLOOR = 2e-4  # of a picture's mean Huber loss: an error of 2 ab units, which nobody sees


def _convolution(x, channels, name, stride=1):
    x = layers.Conv2D(channels, 3, stride, "same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _up(x, skip, channels, name):
    """Twice the size, joined with the encoder's features of that size, two convolutions."""
    x = Double(name=f"{name}_up")(x)
    x = layers.Concatenate(name=f"{name}_join")([x, skip])
    return _convolution(_convolution(x, channels[0], f"{name}_a"), channels[1], f"{name}_b")


def _fuse(x, embedding, channels, name="fusion"):
    """Copy a global embedding to every cell and mix it in by a 1x1 convolution.

    By linearity, a dense layer of the embedding added to a 1x1 convolution of the cells is that concatenation.
    """
    cells = layers.Conv2D(channels, 1, name=f"{name}_cells")(x)
    everywhere = layers.Dense(channels, use_bias=False, name=f"{name}_embedding")(embedding)
    everywhere = layers.Reshape((1, 1, channels), name=f"{name}_reshape")(everywhere)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([cells, everywhere]))


def build_network(
    embedding: keras.Model | None, dropout: float = 0.0, encoder_variant: efficientnet.Variant = efficientnet.LITE0
) -> keras.Model:
    """From grey (N, H, W, 1), sRGB 0..255, H and W multiples of 32, to three answers at H/4 x W/4.

    `seen` and `rebalanced` logits (N, H/4, W/4, Q), `regression` ab / 110 (N, H/4, W/4, 2). `embedding` is a model
    from grey to a vector that joins the encoder's pooled features in the fusion layer. In training, `dropout` is the
    share of the embedding's numbers and of the bottom's channels that are left out at random.
    """
    grey = keras.Input((None, None, 1), name="grey")
    encoder = efficientnet.build_encoder(variant=encoder_variant)
    encoder.trainable = False
    taps = encoder(grey, training=False)
    pooled = layers.GlobalAveragePooling2D(name="pool")(taps["head"])
    if embedding is not None:
        pooled = layers.Concatenate(name="embeddings")([pooled, embedding(grey, training=False)])
    edges = layers.Rescaling(1 / 128.0, -127 / 128.0, name="edges_scale")(grey)
    edges = _convolution(_convolution(edges, 16, "edges_a", 2), 32, "edges_b", 2)
    pooled = layers.Dropout(dropout, name="embedding_dropout")(pooled)
    x = layers.Conv2D(256, 1, activation="relu", name="bottom")(taps["head"])
    x = layers.SpatialDropout2D(dropout, name="bottom_dropout")(x)
    x = _up(x, taps["stride_16"], (256, 192), "up_16")
    x = _up(x, taps["stride_8"], (128, 128), "up_8")
    x = _fuse(x, pooled, 128)
    x = _up(x, layers.Concatenate(name="fine")([taps["stride_4"], edges]), (96, 96), "up_4")
    answers = {
        "seen": layers.Conv2D(len(bins.centres()), 1, dtype="float32", name="seen")(x),
        "rebalanced": layers.Conv2D(len(bins.centres()), 1, dtype="float32", name="rebalanced")(x),
        "regression": layers.Conv2D(2, 1, dtype="float32", name="regression")(x),
    }
    return keras.Model(grey, answers, name="fusion_lite" if embedding is None else "fusion")


def regression_loss(ab, answer):
    """Logarithm of each picture's mean Huber loss (N,) between ab / 110 and the regression's answer.

    PSNR is a logarithm, too: an error halved is worth as much in a picture that is nearly right as in one far off.
    """
    error = ops.mean(keras.losses.huber(ab / AB_SCALE, answer, HUBER_DELTA), (1, 2))
    return ops.log(error + HUBER_FLOOR)
