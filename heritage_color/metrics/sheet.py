"""Contact sheets: the same picture side by side under labels that say what is original, guess and truth."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from heritage_color.colorize import files
from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import predict
from heritage_color.errors import PictureError
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.names import PRESETS
from heritage_color.metrics.pictures import read_rgb
from heritage_color.progress import track
from heritage_color.whole_files import whole

CELL, GAP = 224, 6  # pixels: the box of a picture, and the white around it
LINE, TEXT = 15, 12  # pixels: height of a line of text, and of its letters
PAGE_ROWS = 20  # pictures on a page: memory and the file's size stay bounded
GREY, GUESS, TRUTH = "as the models saw it", "colorized: a guess", "the photograph's colours"
COMMENT = b"Colorized columns are guesses of a model, not evidence of the colours that were."


def column(name: str) -> tuple[str, str]:
    """Return the two lines above a row of the benchmark: its name, and what its colours are."""
    return name.removesuffix("/-"), GREY if name == "grey/-" else "one tint for all" if name == "tint/-" else GUESS


class Sheet:
    """A contact sheet that is drawn picture by picture; each full page is written and forgotten.

    The first page is `file`, further ones have -2, -3 and so on after its stem.
    """

    def __init__(self, file: Path, columns: list[tuple[str, str]]):
        self.file, self.columns = file, columns
        self.pages: list[Path] = []
        self.rows: list[Image.Image] = []

    def add(self, title: str, pictures: list[np.ndarray]) -> None:
        """Draw one picture under all columns, each (H, W, 3) uint8."""
        cells = [shrunk(picture) for picture in pictures]
        row = Image.new("RGB", (self._width(), max(cell.height for cell in cells) + LINE + GAP), "white")
        for at, cell in enumerate(cells):
            row.paste(cell, (GAP + at * (CELL + GAP), 0))
        _write(row, title, (GAP, row.height - LINE - GAP // 2), "dimgrey")
        self.rows.append(row)
        if len(self.rows) == PAGE_ROWS:
            self._finish_page()

    def finish(self) -> list[Path]:
        """Write what is left; the files of all pages."""
        if self.rows:
            self._finish_page()
        return self.pages

    def _width(self) -> int:
        return GAP + len(self.columns) * (CELL + GAP)

    def _finish_page(self) -> None:
        head = 2 * LINE + 2 * GAP
        page = Image.new("RGB", (self._width(), head + sum(row.height for row in self.rows)), "white")
        for at, lines in enumerate(self.columns):
            for number, line in enumerate(lines):
                _write(page, line, (GAP + at * (CELL + GAP), GAP + number * LINE), "black")
        top = head
        for row in self.rows:
            page.paste(row, (0, top))
            top += row.height
        self._save(page)
        self.rows = []

    def _save(self, page: Image.Image) -> None:
        number = len(self.pages) + 1
        file = self.file if number == 1 else self.file.with_stem(f"{self.file.stem}-{number}")
        with whole(file) as partial:
            page.save(partial, "JPEG", quality=90, subsampling=0, comment=COMMENT)
        self.pages.append(file)


def shrunk(picture: np.ndarray) -> Image.Image:
    """Return a picture (H, W, 3) uint8 made to fit a cell."""
    small = Image.fromarray(picture)
    small.thumbnail((CELL, CELL), Image.Resampling.LANCZOS)
    return small


def _write(page: Image.Image, text: str, place: tuple[int, int], colour: str) -> None:
    font = ImageFont.load_default(TEXT)
    most = CELL
    while font.getlength(text) > most and len(text) > 4:
        text = text[:-2] + "…"
    ImageDraw.Draw(page).text(place, text, colour, font)


def of_scans(
    paths: list[Path], loaded: list[Colorizer], presets: list[str], file: Path
) -> tuple[list[Path], list[str]]:
    """Draw a contact sheet of pictures without a truth: original, and each method's guess through each preset.

    Returns the pages, and a sentence for each picture that cannot be read.
    """
    readers = [(method, preset) for method in loaded for preset in _presets_of(method, presets)]
    names = [
        ("original", "as it was scanned"),
        *(column(f"{method.name}/{preset if method.presets else '-'}") for method, preset in readers),
    ]
    sheet, refused = Sheet(file, names), []
    for path in track(paths, "sheet", len(paths)):
        try:
            sheet.add(path.name, [_original(path), *_guesses(path, readers)])
        except PictureError as error:
            refused.append(str(error))
    return sheet.finish(), refused


def _presets_of(method: Colorizer, presets: list[str]) -> list[str]:
    return presets if method.presets else [PRESETS[0]]


def _original(path: Path) -> np.ndarray:
    return np.asarray(shrunk(read_rgb(path, most_pixels=16 * CELL * CELL)))


def _guesses(path: Path, readers: list[tuple[Colorizer, str]]) -> list[np.ndarray]:
    """Return the picture (H, W, 3) at its working size, coloured by each method through each preset."""
    with files.prepared(path) as ready:
        outputs = []
        for method, preset in readers:
            out = np.empty((*ready.small.shape, 3), np.uint8)
            join_into(ready.small, predict(method, [ready.small], preset)[0].ab, out)
            outputs.append(out)
        return outputs
