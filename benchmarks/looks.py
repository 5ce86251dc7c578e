"""`python -m benchmarks.looks FOLDER`: how often pre-flight is wrong about negatives and pages of text.

FOLDER holds positives. Each is looked at as it is, and inverted; then pages of text that are written here, and those
of another folder where one is named. Printed are counts with the 95 % interval of Wilson.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from heritage_color.scans.decoding import looks
from heritage_color.train.looks import greys
from heritage_color.train.pictures.pages import written_page

PAGES, SEED = 200, 20_000  # other pages than those that the rule was made from
Z = 1.96  # of the normal distribution: 95 %


def interval(found: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share (Wilson 1927), in percent."""
    share, slack = found / of, Z * Z / of
    middle, half = share + slack / 2, Z * np.sqrt(share * (1 - share) / of + slack / (4 * of))
    return tuple(float(100 * (middle + sign * half) / (1 + slack)) for sign in (-1, 1))


def line(title: str, pictures: Iterable[np.ndarray], asked: str) -> str:
    """How many of pictures (h, w), uint8, look like a negative, or a page."""
    answers = [looks.looks_like(grey) for grey in pictures]
    found = answers.count(asked)
    low, high = interval(found, len(answers))
    return f"{title:42} {found:4} of {len(answers):4}  {100 * found / len(answers):5.1f} %  ({low:.1f} to {high:.1f})"


def report(folder: Path, pages: Path | None = None) -> str:
    """The table of a folder of positives."""
    positives = list(greys([folder]))
    random = np.random.default_rng(SEED)
    written = [written_page(random) for _ in range(PAGES)]
    lines = [
        line("positives taken for a negative", positives, looks.NEGATIVE),
        line("positives taken for a page", positives, looks.PAGE),
        line("their inversions found as negatives", [255 - one for one in positives], looks.NEGATIVE),
        line("pages written here found as pages", written, looks.PAGE),
        line("their inversions found as negatives", [255 - one for one in written], looks.NEGATIVE),
    ]
    if pages:
        given = list(greys([pages]))
        lines += [
            line("pages of the folder found as pages", given, looks.PAGE),
            line("taken for negatives", given, looks.NEGATIVE),
            line("their inversions found as negatives", [255 - one for one in given], looks.NEGATIVE),
        ]
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.looks", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="pages of text")
    options = parser.parse_args()
    print(report(options.folder, options.pages))


if __name__ == "__main__":
    main()
