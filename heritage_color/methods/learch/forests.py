"""Random forests as plain arrays: grown by scikit-learn, kept and asked without it. Pure.

No code is loaded with a forest, as it would be with a pickle, and a forest takes eleven bytes a node on disk.
Features must be half precision numbers: thresholds are rounded down to those, which changes no answer.
"""

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from heritage_color.methods.weights import Arrays

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.tree._tree import Tree

JOBS = -1  # all cores: trees do not depend on each other
HALF_MOST = 65504.0  # the largest half precision number
FEWEST = 20  # samples of a leaf: it holds means and variances


@dataclass(frozen=True)
class Forest:
    """T trees of at most n nodes each. A leaf is its own child and has the threshold infinity: nothing is above it."""

    feature: np.ndarray  # (T, n) uint8, which number of a sample a node looks at
    threshold: np.ndarray  # (T, n) float16, those above it go to the right child
    left: np.ndarray  # (T, n) uint16, the left child; the right one follows it
    value: np.ndarray  # (T, n, outputs) float32, within half precision

    def leaves(self, samples: np.ndarray) -> np.ndarray:
        """The leaf (N, T) that each sample (N, F) float16 ends in, numbered through all trees."""
        trees, nodes = self.left.shape
        start = np.arange(trees, dtype=np.int32) * nodes
        feature, threshold = self.feature.ravel(), self.threshold.ravel().astype(np.float32)
        child = (self.left + start[:, None]).ravel().astype(np.int32)
        flat, width = samples.astype(np.float32).ravel(), samples.shape[1]
        at = np.tile(start, len(samples))
        row = np.repeat(np.arange(len(samples), dtype=np.int32) * width, trees)
        going = np.flatnonzero(child[at] != at)
        while len(going):
            node = at[going]
            at[going] = node = child[node] + (flat[row[going] + feature[node]] > threshold[node])
            going = going[child[node] != node]
        return at.reshape(len(samples), trees)

    def predict(self, samples: np.ndarray) -> np.ndarray:
        """The mean (N, outputs) of the trees' answers to samples (N, F) float16."""
        values = self.value.reshape(-1, self.value.shape[-1])
        answer = np.zeros((len(samples), values.shape[1]), np.float32)
        for leaf in self.leaves(samples).T:
            answer += values[leaf]
        return answer / len(self.left)

    def holding(self, samples: np.ndarray, parts: np.ndarray, wholes: np.ndarray | None = None) -> "Forest":
        """The same trees whose leaves hold, per output, sum of `parts` (N, outputs) over sum of `wholes`: by default
        the mean. A leaf that no sample reaches holds 0."""
        wholes = np.ones_like(parts) if wholes is None else wholes
        size, value = self.left.size, np.zeros((self.left.size, parts.shape[1]))
        for leaf in self.leaves(samples).T:
            for output in range(parts.shape[1]):
                total = np.bincount(leaf, wholes[:, output], size)
                value[:, output] += np.bincount(leaf, parts[:, output], size) / np.maximum(total, 1e-12)
        return Forest(self.feature, self.threshold, self.left, _half(value).reshape(*self.left.shape, -1))

    def arrays(self, name: str) -> Arrays:
        """As a weight file holds it."""
        return {f"{name}/{field.name}": array for field, array in zip(fields(self), astuple(self), strict=True)}


def from_arrays(arrays: Arrays, name: str) -> Forest:
    """Return a forest of a weight file's arrays."""
    kinds = {"feature": np.uint8, "threshold": np.float16, "left": np.uint16, "value": np.float32}
    return Forest(**{part: arrays[f"{name}/{part}"].astype(kind) for part, kind in kinds.items()})


def stump(outputs: np.ndarray) -> Forest:
    """The forest that gives the same outputs (outputs,) to everything."""
    single = np.zeros((1, 1))
    return Forest(
        single.astype(np.uint8),
        np.full((1, 1), np.inf, np.float16),
        single.astype(np.uint16),
        _half(outputs)[None, None],
    )


def grow(
    samples: np.ndarray,
    targets: np.ndarray,
    trees: int,
    leaves: int,
    seed: int,
    weight: np.ndarray | None = None,
    fewest: int = FEWEST,
) -> Forest:
    """Extremely randomised trees (Geurts, Ernst & Wehenkel 2006) from samples (N, F) float16 to targets (N, outputs).

    `leaves` is the most of a tree, `fewest` the least samples of a leaf; `weight` (N,) says how much a sample counts.
    """
    from sklearn.ensemble import ExtraTreesRegressor

    forest = ExtraTreesRegressor(
        trees,
        max_leaf_nodes=max(2, leaves),
        min_samples_leaf=min(fewest, max(1, len(samples) // 4)),
        max_features=0.5,
        n_jobs=JOBS,
        random_state=seed,
    )
    return from_sklearn(forest.fit(samples.astype(np.float32), targets.astype(np.float32), weight))


def from_sklearn(forest: "ExtraTreesRegressor") -> Forest:
    """The arrays of a fitted forest of scikit-learn, its nodes in an order where each right child follows the left."""
    grown = [estimator.tree_ for estimator in forest.estimators_]
    trees, nodes = len(grown), max(tree.node_count for tree in grown)
    feature, left = np.zeros((trees, nodes), np.uint8), np.tile(np.arange(nodes, dtype=np.uint16), (trees, 1))
    threshold = np.full((trees, nodes), np.inf, np.float16)
    value = np.zeros((trees, nodes, grown[0].value.shape[1]), np.float32)
    for row, tree in enumerate(grown):
        order, children = _breadth_first(tree)
        count, inner = len(order), tree.children_left[order] >= 0
        feature[row, :count] = np.where(inner, tree.feature[order], 0)
        threshold[row, :count][inner] = _floor_half(tree.threshold[order][inner])
        left[row, :count][inner] = children
        value[row, :count] = _half(tree.value[order, :, 0])
    return Forest(feature, threshold, left, value)


def _breadth_first(tree: "Tree") -> tuple[np.ndarray, list[int]]:
    """Return node numbers of a tree from its root down, and the new place of each inner node's left child."""
    order, children = [0], []
    for node in order:
        if tree.children_left[node] >= 0:
            children.append(len(order))
            order += [tree.children_left[node], tree.children_right[node]]
    return np.array(order), children


def _half(values: np.ndarray) -> np.ndarray:
    """Float32 values that half precision holds without loss, the nearest to the values."""
    result: np.ndarray = np.clip(values, -HALF_MOST, HALF_MOST).astype(np.float16).astype(np.float32)
    return result


def _floor_half(values: np.ndarray) -> np.ndarray:
    """The largest half precision numbers that are not above the values."""
    near = values.astype(np.float16)
    return np.where(near > values, np.nextafter(near, np.float16(-np.inf)), near)
