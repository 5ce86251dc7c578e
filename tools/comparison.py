"""Measure all methods and write docs/comparison.md: python -m tools.comparison PHOTOS HERITAGE [--pictures N]

With --methods only those are measured anew, and the page keeps the rows of the others: baselines are measured each
time, and must come out as the page has them, because only the same photographs can be compared.

Two folders of colour photographs that no shipped weights were trained on, modern and historical. The page is made by
this command only; a test compares the weights that it names with those that are shipped. The contact sheet
docs/images/comparison.jpg shows photographs that scikit-image carries, because the measured ones may not be passed on.
"""

import argparse
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from skimage import data

from heritage_color.methods.names import BASELINES, METHODS
from heritage_color.metrics import report, steps
from heritage_color.metrics.benchmark import Plan
from heritage_color.metrics.results import Result
from heritage_color.settings import ROOT, read

DOCS = ROOT / "docs"
PAGE, SHEET = DOCS / "comparison.md", DOCS / "images" / "comparison.jpg"
SHOWN = ("coffee", "chelsea", "rocket", "astronaut")  # photographs of scikit-image that need no download
SHEET_WIDTH, QUALITY = 2400, 80  # pixels, and of the JPEG
HEAD = """# All methods, on the same photographs

<!-- Made by tools/comparison.py: run it again, do not edit this page. -->

Every method of the review, and two baselines, each seen through the one pipeline: lightness in, chroma out, joined
with the lightness that was there. All learned from the same {learned} photographs. [Metrics](metrics.md) defines the
figures; in brackets are 95% intervals over photographs; [methods](methods.md) has a page for each.

```
python -m tools.comparison PHOTOS HERITAGE
```

![Photographs beside what each method makes of their lightness](images/comparison.jpg)

*Left as the models saw it, right the photograph's true colours, between them guesses: colours that a model made up.*
"""
PUBLISHED = "\nThe published numbers, and why these cannot be held against them, stand on each method's page.\n"


def main() -> None:
    """Benchmark both folders and write the page with its contact sheet."""
    parser = argparse.ArgumentParser(description="Measure all methods and write docs/comparison.md.")
    parser.add_argument("photos", type=Path, help="colour photographs that no weights were trained on")
    parser.add_argument("heritage", type=Path, help="historical colour photographs")
    parser.add_argument("--pictures", type=int, default=0, metavar="N", help="of photos only so many, evenly spaced")
    parser.add_argument("--methods", default="all", metavar="NAME,NAME", help="only these anew; default: all")
    options = parser.parse_args()
    draw()
    photos = steps.compare(read(), options.photos, options.methods, Plan(options.pictures))
    heritage = steps.compare(read(), options.heritage, options.methods, Plan())
    made = page(photos, heritage)
    PAGE.write_text(made if options.methods == "all" else with_other_rows(made, PAGE.read_text()))


def draw() -> None:
    """The contact sheet, of scikit-image's photographs."""
    with TemporaryDirectory() as folder:
        for name in SHOWN:
            Image.fromarray(getattr(data, name)()).save(Path(folder) / f"{name}.png")
        whole = Path(folder) / "sheet" / "sheet.jpg"
        steps.compare(read(), Path(folder), "all", Plan(sheet=whole, sheet_pictures=len(SHOWN)))
        sheet = Image.open(whole)
        sheet.thumbnail((SHEET_WIDTH, SHEET_WIDTH))
        sheet.save(SHEET, quality=QUALITY, comment=Image.open(whole).info.get("comment", b""))


def page(photos: Result, heritage: Result) -> str:
    """The page of two benchmarks' results."""
    learned = json.loads((read().weights / "fusion-lite.json").read_text())["photographs"]
    parts = [HEAD.format(learned=f"{learned:,}")]
    for title, result in (("Photographs", photos), ("Historical colour photographs", heritage)):
        parts.append(f"## {title}\n\n{report.comparison(result)}\n")
    weights = photos.protocol.weights
    rows = "".join(f"| `{name}` | `{shas['sha256']}` |\n" for name, shas in weights.items())
    parts.append(f"## The weights that were measured\n\n| method | SHA-256 |\n| --- | --- |\n{rows}{PUBLISHED}")
    return "\n".join(parts)


def with_other_rows(made: str, before: str) -> str:
    """A page with the rows of those methods that only the page before it has, section by section.

    Raises SystemExit where a baseline's figures differ: other photographs were measured.
    """
    sections = zip(made.split("\n## "), before.split("\n## "), strict=True)
    return "\n## ".join(_merged(new, old) for new, old in sections)


def _merged(new: str, old: str) -> str:
    rows, known = _rows(new), _rows(old)
    for name in BASELINES:
        if _figures(rows.get(name, [])) != _figures(known.get(name, [])):
            raise SystemExit(f"{name} has other figures than in {PAGE.name}: measure all methods, on one set.")
    if not rows:
        return new
    both = known | rows
    order = [*BASELINES, *(name for name in METHODS if name not in BASELINES)]
    table = "\n".join(line for name in order for line in both.get(name, []))
    first, last = new.index(next(iter(rows.values()))[0]), new.rindex(list(rows.values())[-1][-1])
    return new[:first] + table + new[last + len(list(rows.values())[-1][-1]) :]


def _rows(section: str) -> dict[str, list[str]]:
    """The lines of a section's table by method."""
    rows: dict[str, list[str]] = {}
    for line in re.findall(r"^\| `[\w-]+(?:/[a-z-]+)?` \|.*$", section, re.MULTILINE):
        rows.setdefault(line.split("`")[1].split("/")[0], []).append(line)
    return rows


def _figures(lines: list[str]) -> list[str]:
    """Lines without their last columns, the costs, which no two runs share."""
    return [" | ".join(line.split(" | ")[: -len(report.COSTS)]) for line in lines]


if __name__ == "__main__":
    main()
