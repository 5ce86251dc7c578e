#!/usr/bin/env bash
# Weighted kappa of scikit-learn changes when a grade is not used by anybody.
#
# Expected: with weights="quadratic" the grades 2 and 5 are three steps apart, whatever other votes there are.
# Happens: the weights go by the place in the sorted list of the grades that occur. Where nobody gave 3 or 4, 2 and 5 are
#   neighbours, and the same votes agree better: 0.67 in place of 0.50. labels=[1, 2, 3, 4, 5] gives the right figure.
# Versions: scikit-learn 1.9.1, numpy 2.4.6.
# Source: Cohen, "Weighted kappa", Psychological Bulletin 70 (1968): weights belong to the categories of the scale.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import numpy as np
from sklearn.metrics import cohen_kappa_score


def quadratic(first, second):
    """Weighted kappa with the squared difference of the grades themselves."""
    apart = np.subtract.outer(first, second) ** 2
    return 1 - np.diagonal(apart).mean() / apart.mean()


first, second = np.array([1, 1, 2, 2, 5, 5, 1, 2]), np.array([1, 2, 2, 5, 5, 2, 1, 2])
seen = cohen_kappa_score(first, second, weights="quadratic")
scale = cohen_kappa_score(first, second, weights="quadratic", labels=[1, 2, 3, 4, 5])
print(f"by the grades: {quadratic(first, second):.3f}, scikit-learn: {seen:.3f}, with labels of the scale: {scale:.3f}")
assert abs(scale - quadratic(first, second)) < 1e-12
assert abs(seen - 2 / 3) < 1e-12
assert abs(scale - 1 / 2) < 1e-12
PYTHON
