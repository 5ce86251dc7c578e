#!/usr/bin/env bash
# TensorFlow makes a light grey of white when it turns an 8-bit picture into 16 bits.
#
# Expected: convert_image_dtype(..., tf.uint16) scales by the largest values: 255 becomes 65535.
# Happens: it is multiplied by 256: 255 becomes 65280. By way of floats (uint8, float32, uint16) white is 65535: the two
#   ways differ by up to 255 levels.
# Versions: tensorflow-cpu 2.21.0, numpy 2.4.6.
# Source: TensorFlow's documentation, tf.image.convert_image_dtype: "scaling its values if needed"; PNG (third edition),
#   "Sample depth scaling".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

greys = np.array([0, 1, 128, 254, 255], np.uint8)
straight = tf.image.convert_image_dtype(greys, tf.uint16).numpy()
by_floats = tf.image.convert_image_dtype(tf.image.convert_image_dtype(greys, tf.float32), tf.uint16).numpy()
print("8 bits:", greys.tolist(), " 16 bits:", straight.tolist(), " by floats:", by_floats.tolist())
assert (straight == greys.astype(int) * 256).all()
assert by_floats[0] == 0 and by_floats[-1] == 65535
PYTHON
