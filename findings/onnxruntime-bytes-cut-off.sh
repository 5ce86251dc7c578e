#!/usr/bin/env bash
# ONNX Runtime darkens a picture of bytes that it makes larger or smaller.
#
# Expected: Resize of UINT8 gives the nearest byte of what Resize of FLOAT gives.
# Happens: what stands behind the point is cut off: 76.75 is 76, 0.75 is 0. A picture loses nearly half a level on the
#   average with each Resize, in 8-bit and in quantised networks, and repeated ones add up.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6.
# Source: ONNX operators, Resize and QuantizeLinear (round to nearest, ties to even, where bytes are made of numbers).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper


def doubled(kind, row):
    node = helper.make_node("Resize", ["x", "", "scales"], ["y"], mode="linear", coordinate_transformation_mode="half_pixel")
    graph = helper.make_graph([node], "double", [helper.make_tensor_value_info("x", kind, [1, 1, 1, 256])],
                              [helper.make_tensor_value_info("y", kind, [1, 1, 1, 512])],
                              [helper.make_tensor("scales", TensorProto.FLOAT, [4], [1, 1, 1, 2])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": row.reshape(1, 1, 1, 256)})[0].ravel()


row = np.random.default_rng(0).integers(0, 256, 256, dtype=np.uint8)
exact = doubled(TensorProto.FLOAT, row.astype(np.float32))
bytes_of_it = doubled(TensorProto.UINT8, row)
print("floats:", exact[:6].tolist(), " bytes:", bytes_of_it[:6].tolist())
print("mean of the bytes less the mean of the floats:", round(float(bytes_of_it.mean() - exact.mean()), 3))
assert (bytes_of_it == np.floor(exact)).all()
assert bytes_of_it.mean() - exact.mean() < -0.3
PYTHON
