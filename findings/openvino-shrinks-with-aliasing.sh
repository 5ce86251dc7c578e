#!/usr/bin/env bash
# OpenVINO passes over "antialias" of a network's Resize.
#
# Expected: an ONNX network that shrinks its picture with antialias=1 gives the same in OpenVINO as in ONNX Runtime, or is
#   refused.
# Happens: OpenVINO takes two samples of each sixteen as without it: fine lines of a scan, one in four, vanish or grow,
#   where ONNX Runtime gives their mean. Conversion and run report nothing.
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6.
# Source: ONNX operators, Resize, version 18: antialias stretches the filter by the scale when a picture is made smaller.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper


def network(antialias):
    node = helper.make_node("Resize", ["x", "", "scales"], ["y"], mode="linear", antialias=antialias,
                            exclude_outside=antialias, coordinate_transformation_mode="half_pixel")
    graph = helper.make_graph([node], "shrink", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 16, 16])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 4, 4])],
                              [helper.make_tensor("scales", TensorProto.FLOAT, [4], [1, 1, 0.25, 0.25])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    name = f"{antialias}.onnx"
    onnx.save(model, name)
    return name


lines = np.zeros((1, 1, 16, 16), np.float32)
lines[..., ::4] = 1
seen = {}
for antialias in (0, 1):
    name = network(antialias)
    by_onnxruntime = onnxruntime.InferenceSession(name, providers=["CPUExecutionProvider"]).run(None, {"x": lines})[0]
    compiled = openvino.Core().compile_model(name, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    seen[antialias] = (by_onnxruntime[0, 0, 1], compiled({"x": lines})[0][0, 0, 1])
    print(f"antialias={antialias}: ONNX Runtime {seen[antialias][0].round(3)}, OpenVINO {seen[antialias][1].round(3)}")
assert np.allclose(*seen[0], atol=1e-5)
assert abs(seen[1][0][1:3] - 0.25).max() < 0.05
assert np.allclose(seen[1][1], seen[0][1], atol=1e-5) and abs(seen[1][1] - seen[1][0]).max() > 0.1
PYTHON
