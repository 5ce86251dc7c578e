"""Let the three presets of fusion-lite be the paper's three objectives: python -m tools.cic_ordering OUT

Its three answers were trained together on one trunk, on the same photographs: a regression, a classification, and a
rebalanced classification. The weight file in OUT is the shipped one; in its card `faithful` reads the regression
alone, `balanced` the classification and `vivid` the rebalanced one, both as annealed means at the paper's 0.38.
"""

import sys
from pathlib import Path

from heritage_color import settings
from heritage_color.methods import loading
from heritage_color.methods.weights import load_weights, save_weights

READ = {"rebalanced": 0.0, "regression": 0.0, "temperature": 0.38, "gain": 1.0}
OBJECTIVES = {"faithful": READ | {"regression": 1.0}, "balanced": READ, "vivid": READ | {"rebalanced": 1.0}}


def main(out: Path) -> None:
    """Write the weight file and its card to the folder `out`."""
    arrays, card = load_weights(loading.weight_file("fusion-lite", settings.read().weights))
    save_weights(loading.weight_file("fusion-lite", out), arrays, card.with_facts(presets=OBJECTIVES))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
