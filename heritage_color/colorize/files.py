"""Colorize picture files: master in, lossless derivative out. No database, no bucket."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from heritage_color.colorize.choosing import choose, stem
from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import predict, uncertainty_map, working_size
from heritage_color.colorize.sources import DIGITAL_SOURCE_TYPE, SourceFacts, colours_of
from heritage_color.colorize.tint import NO_TINT, Tint, tint_of
from heritage_color.digests import sha256_file
from heritage_color.errors import DeliveryError, PictureError, sentence_of
from heritage_color.images.colour import is_colour
from heritage_color.images.reading.light import lightness_of, small_lab
from heritage_color.images.reading.pictures import (
    LIMITS,
    Picture,
    open_picture,
    shrink_samples,
    to_memory_map,
    unreadable,
)
from heritage_color.images.refusals import RefusedError
from heritage_color.images.writing import carrying
from heritage_color.images.writing.carrying import Provenance
from heritage_color.images.writing.saving import BIGTIFF_BYTES, save_grey, save_samples
from heritage_color.methods import loading
from heritage_color.methods.colorizer import Colorizer, Prediction
from heritage_color.progress import track
from heritage_color.scans.reporting.reasons import REASONS, finding
from heritage_color.settings import Settings
from heritage_color.whole_files import whole

RECOLOURED = "An experiment: colours that the original may have had were not used."


@dataclass(frozen=True)
class Prepared:
    """A master opened for colorization: its full lightness lies in a file, its working-size lightness in memory."""

    picture: Picture
    lightness: np.ndarray  # (H, W) 0..100, memory-mapped
    small: np.ndarray  # (h, w) 0..100, what the method sees


@contextmanager
def prepared(path: Path) -> Iterator[Prepared]:
    """Open a master and compute its lightness once. Raises PictureError with a reason."""
    with TemporaryDirectory(prefix="heritage-") as folder:
        yield prepare(path, Path(folder))


def prepare(path: Path, folder: Path) -> Prepared:
    """As `prepared`, with the lightness in a folder that the caller removes."""
    import pyvips

    picture = open_picture(path)
    try:
        lightness = to_memory_map(lightness_of(picture), folder / f"{path.name}.lightness")
    except pyvips.Error as error:
        raise unreadable(path, error) from error
    small = np.clip(shrink_samples(lightness, *working_size(*picture.size)), 0, 100)
    return Prepared(picture, lightness, small)


def toning(path: Path, recolour: bool = False) -> Tint:
    """The tint of a master. Raises PictureError for a picture that is in colour already, unless it may be recoloured.

    The rule is that of pre-flight, where a delivery's colour pictures are flagged "do not colorize".
    """
    lab = small_lab(open_picture(path))
    if lab is None:
        return NO_TINT
    if is_colour(lab) and not recolour:
        sentence = f"{path.name} is already in colour and is not recoloured. If it is a toned print, save it in grey."
        raise PictureError("already-colour", sentence)
    return tint_of(lab)


def write(
    ready: Prepared,
    prediction: Prediction,
    destination: Path,
    provenance: Provenance,
    bigtiff_from: int = BIGTIFF_BYTES,
) -> list[str]:
    """Join chroma with the master's lightness and write it whole, or not at all, with the master's metadata.

    `bigtiff_from`: bytes of samples above which a TIFF is a BigTIFF. Returns warnings, in sentences.
    """
    width, height = ready.picture.size
    samples = np.uint8 if ready.picture.bits == 8 else np.uint16
    with TemporaryDirectory(prefix="heritage-") as folder:
        raw = Path(folder) / "joined"
        out = np.memmap(raw, samples, "w+", shape=(height, width, 3))
        join_into(ready.lightness, prediction.ab, out)
        out.flush()
        with whole(destination) as partial:
            save_samples(raw, ready.picture, 3, partial, bigtiff_from)
            warnings = carrying.carry(ready.picture.path, partial, provenance)
    return warnings


def provenance(
    method: Colorizer, preset: str, original_sha256: str, recoloured: bool = False, sources: Sequence[SourceFacts] = ()
) -> Provenance:
    """Return what a result says in XMP: what it is, by which weights, of which original, with whose colours.

    No time and no machine stands in it, so that the same master gives the same bytes on one machine; on others a few
    differ, for TensorFlow's sums do (`computing`).
    """
    weights = method.card.sha256 or "none"
    about = "Colorized by a model: lightness is the original's, the colours are a guess."
    about = f"{about} {colours_of(sources)} {RECOLOURED if recoloured else ''}".strip()
    agent = f"Heritage Color {method.name} {weights[:12]}, preset {preset}"
    return Provenance(
        states={
            "Xmp.iptcExt.DigitalSourceType": DIGITAL_SOURCE_TYPE,
            "Xmp.iptcExt.AISystemUsed": f"Heritage Color {method.name}",
            "Xmp.iptcExt.AISystemVersionUsed": f"weights SHA-256 {weights}, preset {preset}",
        },
        where_free={"Xmp.xmp.CreatorTool": agent, "Xmp.photoshop.Instructions": about},
        event={"action": "converted", "softwareAgent": agent, "parameters": about},
        original=f"sha256:{original_sha256}",
    )


@dataclass
class Outcome:
    """Sentences on the files that were refused, and on whatever else a person should know of the others."""

    refused: list[str]
    notes: list[str]


def colorize_files(
    settings: Settings, paths: list[Path], out: Path, recolour: bool = False, uncertainty: bool = False
) -> Outcome:
    """Colorize picture files, and the pictures of folders, into a folder under the same stem.

    Every good picture is written; with `uncertainty` its map `NAME.uncertainty.png` is, too, where the method knows
    it. Pictures in colour are refused unless `recolour` is set, and so is whatever cannot be read. Raises
    DeliveryError for a path that is not there, and where a result could be written over a master.
    """
    choice = choose(paths)
    _check_place(choice.pictures, out)
    twice = same_stem(choice.pictures)
    outcome = Outcome([*choice.refused, *twice.values()], choice.notes)
    out.mkdir(parents=True, exist_ok=True)
    method = loading.load_configured(settings.method, settings.weights, settings.inception_weights)
    for path in track(choice.pictures, "colorize", len(choice.pictures)):
        if path in twice:
            continue
        try:
            outcome.notes += _colorize_file(settings, method, path, out, recolour, uncertainty)
        except PictureError as error:
            outcome.refused.append(_sentence(path, error))
        except MemoryError as error:
            outcome.refused.append(f"{path.name}: {sentence_of(error)}")
    return outcome


def _check_place(pictures: list[Path], out: Path) -> None:
    folders = {folder.resolve() for path in pictures for folder in (path.parent, path.resolve().parent)}
    if out.resolve() in folders:
        raise DeliveryError(
            f"Pictures to be colorized lie in {out}, and a result could be written over one of them. Name another "
            "folder with --out."
        )


def _sentence(path: Path, error: PictureError) -> str:
    """Return why a picture was refused, in the words of pre-flight where it has some for it."""
    cause = error.__cause__
    if not isinstance(cause, RefusedError) or cause.code not in REASONS:
        return str(error)
    return finding(cause.code, path.name, **{"limit": f"{LIMITS.memory / 2**30:g} GiB"} | cause.facts).sentence


def _colorize_file(
    settings: Settings, method: Colorizer, path: Path, out: Path, recolour: bool, uncertainty: bool
) -> list[str]:
    """Write the result of one file, and its map if it is asked for. Returns warnings. Raises PictureError."""
    toning(path, recolour)
    with prepared(path) as ready:
        chroma = predict(method, [ready.small], settings.preset)[0]
        about = provenance(method, settings.preset, sha256_file(path), recolour, chroma.sources)
        warnings = write(ready, chroma, out / (stem(path) + ready.picture.suffix), about)
    levels = uncertainty_map(chroma) if uncertainty else None
    if levels is not None:
        save_grey(levels, out / f"{stem(path)}.uncertainty.png")
    return warnings


def same_stem(pictures: list[Path]) -> dict[Path, str]:
    """A sentence for each picture whose result would overwrite that of an earlier one."""
    first: dict[str, Path] = {}
    return {
        path: f"{path}: {first[stem(path)]} has the same name without its ending; colorize it into another folder."
        for path in pictures
        if first.setdefault(stem(path), path) != path
    }
