#!/usr/bin/env bash
# Keras adds a column to a square picture as if it were a row.
#
# Expected: keras.ops.add(x, column) of (3, 3) and (3, 1) adds 10 to the first row, 20 to the second, as numpy does and as
#   keras.ops.subtract does.
# Happens: on TensorFlow the column is taken for a bias of the last axis wherever its length fits: 10 is added to the first
#   column. (3, 2) and (3, 1) are right; so it comes out in squares only.
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, numpy 2.4.6.
# Source: Keras' documentation, keras.ops.add: element-wise, with numpy's rules of broadcasting.
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
from keras import ops

square, column = np.zeros((3, 3), np.float32), np.array([[10], [20], [30]], np.float32)
added, taken = np.asarray(ops.add(square, column)), np.asarray(ops.subtract(square, column))
narrow = np.asarray(ops.add(square[:, :2], column))
print("add:", added.tolist(), " subtract:", taken.tolist(), " add to (3, 2):", narrow.tolist())
assert (taken == square - column).all()
assert (narrow == square[:, :2] + column).all()
assert (added == square + column.T).all() and not (added == square + column).all()
PYTHON
