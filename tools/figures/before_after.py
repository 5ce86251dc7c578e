"""Make docs/images/before-after.jpg from the shipped model: python -m tools.figures.before_after

Three photographs that scikit-image carries: the grey picture that the model saw, its answer, the true colours.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageDraw
from skimage import data

from heritage_color import settings
from heritage_color.colorize import files
from heritage_color.colorize.predict import predict
from heritage_color.methods import loading

NAMES = ("coffee", "chelsea", "rocket")
TITLES = ("original, as the model saw it", "colorized: the model's guess", "true colours")
WIDTH, LABEL = 300, 22
OUT = settings.ROOT / "docs" / "images" / "before-after.jpg"


def main() -> None:
    """Colorize each photograph with the configured method and preset, and lay the three versions side by side."""
    configured = settings.read()
    method = loading.load(configured.method, configured.weights)
    rows = [_row(Image.fromarray(getattr(data, name)()), method, configured.preset) for name in NAMES]
    strip = Image.new("RGB", (3 * WIDTH, LABEL + sum(row.height for row in rows)), "white")
    for column, title in enumerate(TITLES):
        ImageDraw.Draw(strip).text((column * WIDTH + 6, 5), title, "black")
    top = LABEL
    for row in rows:
        strip.paste(row, (0, top))
        top += row.height
    OUT.parent.mkdir(exist_ok=True)
    strip.save(OUT, quality=88)


def _row(truth: Image.Image, method, preset: str) -> Image.Image:
    truth.thumbnail((WIDTH, WIDTH))
    with TemporaryDirectory() as folder:
        master, colour = Path(folder) / "grey.png", Path(folder) / "colour.png"
        truth.convert("L").save(master)
        with files.prepared(master) as ready:
            files.write(ready, predict(method, [ready.small], preset)[0], colour, {})
        three = [Image.open(master).convert("RGB"), Image.open(colour).convert("RGB"), truth]
        return Image.fromarray(np.hstack([np.asarray(picture) for picture in three]))


if __name__ == "__main__":
    main()
