"""A delivery to try the pipeline with: photographs that scikit-image carries, aged as an archive would hold them.

The same pictures, grain and bytes at every call, so that a second delivery is recognised as the first.
"""

import csv
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heritage_color import lab
from heritage_color.errors import DeliveryError
from heritage_color.keys import Column

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
PUBLIC_DOMAIN = "http://creativecommons.org/publicdomain/mark/1.0/"
NO_KNOWN_COPYRIGHT = "http://rightsstatements.org/vocab/NKC/1.0/"
COLUMNS = ("file", "identifier", "title", "creator", "date", "place", "collection", "rights", "do_not_colorize",
           "do_not_colorize_reason", "reference", "shelf")  # fmt: skip
# Sepia toning as one hue whose chroma is greatest in the mid-tones; a*, b* at lightness 50
SEPIA = np.array([7.0, 22.0])
RESOLUTION = (600, 600)  # pixels per inch
KEEP_COINS = "Metal and patina are a conservation record: added colour could be taken for evidence."

Pixels = NDArray[np.floating]  # samples 0..1
Ageing = Callable[[Pixels, np.random.Generator], Pixels]  # grey (H, W) 0..1 -> grey or RGB 0..1


@dataclass(frozen=True)
class Sample:
    """One scan: its name, the picture it is made of, a crop (top, left, height, width), and how it aged."""

    name: str
    source: str
    title: str
    ageing: tuple[Ageing, ...] = ()
    crop: tuple[int, int, int, int] | None = None
    truth: bool = False
    bits: int = 8
    orientation: int = 1
    row: dict[Column, str] = field(default_factory=dict)


def fade(grey: Pixels, random: np.random.Generator) -> Pixels:
    """Blacks and whites drawn together, as in a print that lay in the light."""
    return 0.22 + 0.6 * grey


def grain(grey: Pixels, random: np.random.Generator) -> Pixels:
    """Silver grain: noise that is strongest in the mid-tones."""
    noise = random.normal(0.0, 0.035, grey.shape) * np.sqrt(np.maximum(grey * (1 - grey), 0)) * 2
    return np.clip(grey + noise, 0, 1)


def scratches(grey: Pixels, random: np.random.Generator) -> Pixels:
    """Thin bright lines from top to bottom, and dust."""
    aged = grey.copy()
    for column in random.integers(0, grey.shape[1], 3):
        aged[:, column] = np.minimum(1, aged[:, column] + 0.35)
    dust = random.integers(0, grey.size, grey.size // 4000)
    aged.flat[dust] = 0.95
    return aged


def border(grey: Pixels, random: np.random.Generator) -> Pixels:
    """Return the black edge of the film holder around a picture of the same size."""
    aged = np.full_like(grey, 0.03)
    edge = max(4, min(grey.shape) // 22)
    aged[edge:-edge, edge:-edge] = grey[edge:-edge, edge:-edge]
    return aged


def tone(grey: Pixels, random: np.random.Generator) -> Pixels:
    """Sepia toning: RGB (H, W, 3) of one hue, its lightness unchanged."""
    lightness = lab.grey_to_lightness(grey)
    strength = 1 - np.abs(lightness - 50) / 60
    ab = lab.fit_gamut(lightness, (np.clip(strength, 0, 1)[..., None] * SEPIA).astype(np.float32))
    linear = lab.lab_to_linear(np.concatenate([lightness[..., None], ab], -1))
    toned: Pixels = np.clip(lab.linear_to_srgb(linear), 0, 1)
    return toned


SAMPLES = (
    Sample("album/portrait-astronaut.jpg", "astronaut.png", "Portrait of an astronaut", (grain,), truth=True,
           row={"creator": "NASA", "date": "1993", "place": "Houston", "rights": PUBLIC_DOMAIN}),
    Sample("album/coffee-table.jpg", "coffee.png", "A cup of coffee on a table", (tone,), truth=True,
           row={"creator": "Rachel Michetti", "rights": CC0}),
    Sample("album/cat.tif", "chelsea.png", "Chelsea the cat", (fade, grain), truth=True,
           row={"creator": "Stefan van der Walt", "rights": CC0}),
    Sample("plates/launch-pad.tif", "rocket.jpg", "Rocket on the launch pad", (), truth=True, bits=16,
           row={"creator": "SpaceX", "date": "2015-01-10", "place": "Cape Canaveral", "rights": PUBLIC_DOMAIN}),
    Sample("plates/motorcycle.jpg", "motorcycle_left.png", "Motorcycle in a workshop", (), truth=True, orientation=6,
           row={"creator": "D. Scharstein et al.", "date": "2014", "rights": CC0}),
    Sample("plates/workshop-detail.png", "motorcycle_right.png", "Wheel and tools, detail", (border, grain),
           crop=(150, 60, 330, 480), row={"creator": "D. Scharstein et al.", "date": "2014", "rights": CC0}),
    Sample("album/model-of-a-shuttle.jpg", "astronaut.png", "Model of a space shuttle, detail", (fade, tone),
           crop=(0, 300, 330, 212), truth=True, row={"creator": "NASA", "date": "1993~", "rights": PUBLIC_DOMAIN}),
    Sample("album/cup.tif", "coffee.png", "The cup, detail", (fade, scratches), crop=(60, 120, 300, 400), truth=True,
           row={"creator": "Rachel Michetti", "rights": CC0}),
    Sample("negatives/launch-pad-tower.png", "rocket.jpg", "Tower of the launch pad, detail", (border, scratches),
           crop=(60, 60, 360, 400), bits=16, row={"creator": "SpaceX", "date": "2015", "rights": PUBLIC_DOMAIN}),
    Sample("negatives/man-with-camera.tif", "camera.png", "Man with a camera", (grain,),
           row={"creator": "Lav Varshney", "date": "202X", "rights": CC0}),
    Sample("negatives/moon.jpg", "moon.png", "Surface of the Moon", (scratches,),
           row={"date": "19XX", "rights": PUBLIC_DOMAIN}),
    Sample("negatives/coins.png", "coins.png", "Greek coins from Pompeii", (),
           row={"place": "Pompeii", "rights": NO_KNOWN_COPYRIGHT, "do_not_colorize": "yes",
                "do_not_colorize_reason": KEEP_COINS}),
)  # fmt: skip
CUT_SHORT = "plates/torn-transfer.jpg"
NO_PICTURE = "plates/notes.tif"


def make_delivery(folder: Path) -> Path:
    """Write the sample delivery: a dozen scans, colour truths of some, two broken files, manifest and checksums.

    `folder` is the pipeline's own: what lies there is replaced.
    """
    if folder.exists():
        shutil.rmtree(folder)
    rows = [_make(folder, sample, number) for number, sample in enumerate(SAMPLES, 1)]
    rows += _break(folder, len(rows))
    _write_manifest(folder / "manifest.csv", rows)
    _write_checksums(folder)
    return folder


def delivery_from(scans: Path, destination: Path) -> Path:
    """Anyone's own scans as a delivery: their folder as it is, or a single picture in a folder of its own.

    Raises DeliveryError where there is nothing of that name.
    """
    if scans.is_dir():
        return scans
    if not scans.exists():
        raise DeliveryError(f"There is no folder {scans}. Name a folder with scans: make demo SCANS=folder")
    destination.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(scans, destination / scans.name)
    return destination


def _make(folder: Path, sample: Sample, number: int) -> dict[Column, str]:
    """Write one scan and its truth; returns its row of the manifest."""
    picture = _source(sample)
    aged = _grey(picture)
    random = np.random.default_rng(number)
    for age in sample.ageing:
        aged = age(aged, random)
    _write(folder / sample.name, aged, sample.bits, sample.orientation)
    row = {"file": sample.name, "identifier": f"demo-{number:04}", "title": sample.title, **sample.row}
    if sample.truth:
        row["reference"] = f"truth/{Path(sample.name).stem}.png"
        _write(folder / row["reference"], picture, 8, 1)
    return row | {"collection": "Sample pictures of scikit-image", "shelf": sample.name.split("/")[0]}


def _source(sample: Sample) -> Pixels:
    """Return the picture as RGB (H, W, 3) or grey (H, W), 0..1."""
    import skimage
    from PIL import Image

    with Image.open(Path(skimage.__file__).parent / "data" / sample.source) as image:
        pixels = np.asarray(image, np.float32) / 255
    top, left, height, width = sample.crop or (0, 0, *pixels.shape[:2])
    return pixels[top : top + height, left : left + width]


def _grey(picture: Pixels) -> Pixels:
    """Return what panchromatic film keeps of a picture: grey (H, W) of the same lightness, 0..1."""
    if picture.ndim == 2:
        return picture
    grey: Pixels = np.clip(lab.lightness_to_grey(lab.rgb_to_lab(picture)[..., 0]), 0, 1)
    return grey


def _write(path: Path, picture: Pixels, bits: int, orientation: int) -> None:
    """Write grey or RGB 0..1 in the format of the name; an orientation of 6 stores it turned, as EXIF says."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    levels = np.round(picture * (2**bits - 1)).astype(np.uint16 if bits == 16 else np.uint8)
    image = Image.fromarray(np.ascontiguousarray(np.rot90(levels, 1) if orientation == 6 else levels))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if path.suffix == ".jpg":
        image.save(path, dpi=RESOLUTION, quality=92, exif=exif)
    else:
        image.save(path, dpi=RESOLUTION)


def _break(folder: Path, number: int) -> list[dict[Column, str]]:
    """Two broken files: a JPEG whose transfer was cut short, and a text that calls itself a picture."""
    whole = (folder / SAMPLES[0].name).read_bytes()
    (folder / CUT_SHORT).write_bytes(whole[: len(whole) // 2])
    (folder / NO_PICTURE).write_text("Notes of the photographer, saved under a picture's name.\n")
    titles = {CUT_SHORT: "Transfer that broke off", NO_PICTURE: "Notes"}
    return [
        {"file": name, "identifier": f"demo-{place:04}", "title": title, "rights": CC0}
        for place, (name, title) in enumerate(titles.items(), number + 1)
    ]


def _write_manifest(path: Path, rows: list[dict[Column, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _write_checksums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
    (folder / "checksums.sha256").write_text("".join(lines), encoding="utf-8")
