"""The benchmark by parts of its set: photographs of one skin tone, photographs of one decade."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heritage_color.errors import DeliveryError
from heritage_color.keys import Column, FigureName, FileName, GroupName
from heritage_color.scans.metadata import dates

LIST_NAME = "photographs.csv"
COLUMNS = ("file", "date", "work")
UNDATED = "undated"
SKIN_FIGURES = ("skin_ciede2000", "skin_chroma_error", "skin_hue_error")
# Chai & Ngan 1999, section III: Cb and Cr of skin, ITU-R BT.601 with 8 bits
CB, CR = (77, 127), (133, 173)
# ours: without shadows, warm greys, foliage and lacquer, which that rule takes in
LEAST_LIGHTNESS, CHROMA, HUE = 20.0, (12.0, 40.0), (30.0, 75.0)  # CIE Lab; degrees
LEAST_SHARE = 0.05  # of a picture's pixels: with fewer, they are hardly anybody's skin
HUE_CHROMA = 2.0  # ab units: below it, a hue means nothing
# Chardon, Cretois & Hourseau 1991: the smallest angle of each group, in degrees
TONES = {"very light": 55.0, "light": 41.0, "intermediate": 28.0, "tan": 10.0, "brown": -30.0, "dark": -90.0}


@dataclass(frozen=True)
class Listed:
    """What photographs.csv says of a picture: its date as written, and the work that it shows."""

    date: str
    work: str


def skin_like(rgb: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """Return where (H, W) a picture, sRGB in 0..1 and Lab (H, W, 3), has a colour that skin may have."""
    from skimage.color import rgb2ycbcr

    _, cb, cr = np.moveaxis(rgb2ycbcr(rgb), -1, 0)
    lightness, a, b = np.moveaxis(lab, -1, 0)
    hue = np.degrees(np.arctan2(b, a))
    inside = [_within(cb, CB), _within(cr, CR), _within(np.hypot(a, b), CHROMA), _within(hue, HUE)]
    like_skin: np.ndarray = np.logical_and.reduce([*inside, lightness >= LEAST_LIGHTNESS])
    return like_skin


def _within(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    return (values >= ends[0]) & (values <= ends[1])


def typology_angle(lab: np.ndarray) -> float:
    """Return the individual typology angle in degrees of the median L* and b* of skin-like colours (n, 3)."""
    lightness, _, b = np.median(lab, axis=0)
    return float(np.degrees(np.arctan2(lightness - 50, b)))


def tone(angle: float) -> str:
    """Return Chardon's group of an individual typology angle in degrees."""
    return next(name for name, least in TONES.items() if angle > least or name == "dark")


def skin_tone(rgb: np.ndarray, lab: np.ndarray) -> tuple[np.ndarray, str | None]:
    """Return where a photograph is like skin (H, W), and its group; None where too little of it is."""
    skin = skin_like(rgb, lab)
    return skin, tone(typology_angle(lab[skin])) if skin.mean() >= LEAST_SHARE else None


def skin_figures(lab: np.ndarray, true_lab: np.ndarray) -> dict[FigureName, float]:
    """Return errors over the skin-like pixels, Lab (n, 3): CIEDE2000, chroma with its sign, hue angle in degrees."""
    from skimage.color import deltaE_ciede2000

    chroma, true_chroma = (np.hypot(*np.moveaxis(pixels[:, 1:], -1, 0)) for pixels in (lab, true_lab))
    hue, true_hue = (np.degrees(np.arctan2(pixels[:, 2], pixels[:, 1])) for pixels in (lab, true_lab))
    turned = np.abs((hue - true_hue + 180) % 360 - 180)[(chroma >= HUE_CHROMA) & (true_chroma >= HUE_CHROMA)]
    return {
        "skin_ciede2000": float(deltaE_ciede2000(true_lab, lab).mean()),
        "skin_chroma_error": float((chroma - true_chroma).mean()),
        "skin_hue_error": float(turned.mean()) if len(turned) else float("nan"),
    }


def read_list(folder: Path) -> dict[FileName, Listed]:
    """Return the rows of a folder's photographs.csv by the picture's path in it; empty where there is no such file.

    Raises DeliveryError for a missing column, or a date that is neither empty nor EDTF.
    """
    path = folder / LIST_NAME
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise DeliveryError(f"{path} lacks the column {sorted(missing)[0]}: it needs {', '.join(COLUMNS)}.")
        return dict(_listed(row, number, path) for number, row in enumerate(reader, 2))


def _listed(row: dict[Column, str], number: int, path: Path) -> tuple[str, Listed]:
    file, date, work = ((row[name] or "").strip() for name in COLUMNS)
    if date and not dates.is_date(date):
        raise DeliveryError(
            f"{path}, row {number}: {date!r} is no date. Write a year or EDTF, like 1912, 191X or 1910/1915."
        )
    return file, Listed(date, work)


def decade(date: str) -> str:
    """The decade that an EDTF date lies in, such as 1910s; `undated` without a date, or where it spans several."""
    if not dates.is_date(date):
        return UNDATED
    span = dates.read_date(date)
    first, last = span.first[0] // 10, span.last[0] // 10
    return UNDATED if span.open or first != last or not 0 <= first < 1000 else f"{first:03}0s"


def groups_of(names: list[str | None], order: tuple[str, ...] = ()) -> dict[GroupName, np.ndarray]:
    """Positions of the pictures by the name of their group, in this order or by name; None belongs to none."""
    known = [name for name in order if name in names] or sorted({name for name in names if name is not None})
    return {name: np.array([at for at, each in enumerate(names) if each == name]) for name in known}
