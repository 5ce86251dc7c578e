#!/usr/bin/env bash
# sureal rejects other raters than ITU-R BT.500 does, whose rule it applies.
#
# Expected: subject_rejection follows BT.500, where a vote is far away if it is two standard deviations from the mean, and
#   the standard deviation is that of a sample, with N - 1.
# Happens: the deviation is taken with N, so that votes are far away sooner. With 18 raters that changes who is rejected in
#   half of the panels: some are rejected for it, and some are not, since the rule also looks at the balance of high and low
#   votes.
# Versions: sureal 0.9.0, numpy 2.4.6.
# Source: ITU-R BT.500, annex on the analysis of results: standard deviation of each presentation, and screening of
#   observers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check sureal==0.9.0 numpy==2.4.6
cd "$folder"
env/bin/python - <<'PYTHON'
import types
import warnings

import numpy as np

warnings.simplefilter("ignore")
from sureal.dataset_reader import RawDatasetReader
from sureal.subjective_model import MosModel


def by_sureal(votes):
    shown = [{"content_id": 0, "asset_id": n, "path": str(n), "os": row} for n, row in enumerate(votes.astype(int).tolist())]
    panel = types.SimpleNamespace(dataset_name="panel", ref_videos=[{"content_id": 0, "content_name": "a", "path": "a"}],
                                  dis_videos=shown, yuv_fmt="yuv420p", width=8, height=8)
    result = MosModel(RawDatasetReader(panel)).run_modeling(subject_rejection=True)
    return [rater for rater, rejected in enumerate(result["observer_rejected"]) if rejected]


def by_bt500(votes, less):
    """The rule with the standard deviation over N - less votes."""
    pictures, raters = votes.shape
    apart = votes - votes.mean(axis=1, keepdims=True)
    square = (apart**2).mean(axis=1, keepdims=True)
    kurtosis = (apart**4).mean(axis=1, keepdims=True) / square**2
    limit = np.where((kurtosis >= 2) & (kurtosis <= 4), 2, np.sqrt(20)) * np.sqrt(square * raters / (raters - less))
    high, low = (apart >= limit).sum(axis=0), (apart <= -limit).sum(axis=0)
    far = high + low
    return [n for n in range(raters) if far[n] > 0.05 * pictures and abs(high[n] - low[n]) < 0.3 * far[n]]


differ = {0: 0, 1: 0}
for seed in range(20):
    chance = np.random.default_rng(seed)
    spread = chance.uniform(0.4, 1.0, (1, 18))
    spread[0, :2] = 1.5
    votes = np.clip(np.round(chance.uniform(1.5, 4.5, (60, 1)) + chance.normal(0, 1, (60, 18)) * spread), 1, 5)
    seen = by_sureal(votes)
    for less in differ:
        differ[less] += seen != by_bt500(votes, less)
print("of 20 panels of 18 raters sureal rejects others than the rule with N in", differ[0], "and with N - 1 in", differ[1])
assert differ[0] <= 2
assert differ[1] >= 6
PYTHON
