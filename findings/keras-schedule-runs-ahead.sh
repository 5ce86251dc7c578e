#!/usr/bin/env bash
# A learning rate that follows a schedule falls k times too fast when Keras gathers k batches for a step.
#
# Expected: with gradient_accumulation_steps=4 the schedule counts the steps that are made, as optimizer.iterations does.
# Happens: after 8 batches there were 2 steps, and iterations says 2, yet the schedule stands at 8: a cosine over the
#   training ends after a quarter of it, and the rest is trained with nothing.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, numpy 2.4.6.
# Source: Keras' documentation, Optimizer: gradient_accumulation_steps ("model & optimizer variables will not be updated at
#   every step").
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import os

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
import keras
import numpy as np


def after(batches, gathered):
    """How many steps were made, and the learning rate, which halves with each."""
    halving = keras.optimizers.schedules.ExponentialDecay(1.0, decay_steps=1, decay_rate=0.5, staircase=True)
    optimizer = keras.optimizers.SGD(halving, gradient_accumulation_steps=gathered)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer, "mse")
    for _ in range(batches):
        model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
    return int(optimizer.iterations), float(optimizer.learning_rate)


each, gathered = after(8, None), after(8, 4)
print("8 batches, a step for each:", each, " four for a step:", gathered)
assert each == (8, 0.5**8)
assert gathered == (2, 0.5**8)
PYTHON
