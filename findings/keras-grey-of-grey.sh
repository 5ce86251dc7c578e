#!/usr/bin/env bash
# Keras makes every grey one step darker when it turns a grey picture to grey.
#
# Expected: rgb_to_grayscale of a picture whose red, green and blue are equal gives these numbers back, as TensorFlow's own
#   does.
# Happens: of 8-bit pictures all of 1 to 255 become one less: the weights sum to 0.9999 and the rest is cut off. White is
#   254.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, numpy 2.4.6.
# Source: ITU-R BT.601: the weights 0.299, 0.587 and 0.114 sum to 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import os

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
import numpy as np
import tensorflow as tf
from keras import ops

greys = np.arange(256, dtype=np.uint8)
picture = np.repeat(greys[None, :, None], 3, axis=2)
by_keras = np.asarray(ops.image.rgb_to_grayscale(picture))[0, :, 0]
by_tensorflow = tf.image.rgb_to_grayscale(picture).numpy()[0, :, 0]
print("greys that changed: Keras", int((by_keras != greys).sum()), "TensorFlow", int((by_tensorflow != greys).sum()),
      " white becomes", int(by_keras[-1]))
assert (by_tensorflow == greys).all()
assert (by_keras[1:] == greys[1:] - 1).all()
PYTHON
