"""The photographs whose colours a grey picture could take, and what each gives: for a curator to choose from."""

from pathlib import Path

import numpy as np

from heritage_color.colorize import files
from heritage_color.colorize.choosing import choose, stem
from heritage_color.colorize.join import join_into
from heritage_color.colorize.predict import Asked, Chroma, ask, read_answers
from heritage_color.colorize.sources import SourceFacts, credit
from heritage_color.digests import sha256_file
from heritage_color.errors import PictureError
from heritage_color.keys import FileName
from heritage_color.methods import loading
from heritage_color.methods.gist.colorizer import Gist
from heritage_color.metrics.sheet import Sheet, shrunk
from heritage_color.progress import track
from heritage_color.settings import Settings

CHOICES = 5  # sources that are shown, of those that a colorization mixes
PRESET = "faithful"  # a source's colours as they are
NO_COLOUR = np.zeros((1, 1, 2), np.float32)
COLUMNS = [("original", "as it was scanned")]


def sources(
    settings: Settings, paths: list[Path], out: Path | None = None
) -> tuple[dict[FileName, list[SourceFacts]], list[str]]:
    """Return for each picture, by its path, the facts of its sources, nearest first; and sentences on those refused.

    With `out`, that folder gets `NAME.source-1.png` and so on, one of each source, and `sources.jpg`, a contact sheet.
    Raises DeliveryError where there is no picture, WeightsError where no references are installed.
    """
    choice = choose(paths)
    method = loading.load("gist", settings.weights)
    assert isinstance(method, Gist)
    numbers = [(f"source {number + 1}", "colorized: a guess") for number in range(CHOICES)]
    sheet = Sheet(out / "sources.jpg", COLUMNS + numbers) if out else None
    twice = files.same_stem(choice.pictures) if out else {}
    facts: dict[FileName, list[SourceFacts]] = {}
    refused = [*choice.refused, *twice.values()]
    for path in track(choice.pictures, "sources", len(choice.pictures)):
        if path in twice:
            continue
        try:
            facts[str(path)] = _sources_of(method, path, out, sheet)
        except PictureError as error:
            refused.append(str(error))
    if sheet:
        sheet.finish()
    return facts, refused


def _sources_of(method: Gist, path: Path, out: Path | None, sheet: Sheet | None) -> list[SourceFacts]:
    files.toning(path)
    with files.prepared(path) as ready:
        asked = ask(method, [ready.small])
        facts = list(read_answers(method, asked, PRESET)[0].sources)[:CHOICES]
        if out and sheet:
            out.mkdir(parents=True, exist_ok=True)
            each = [_only(method, asked, number) for number in range(len(facts))]
            for number, chroma in enumerate(each):
                about = files.provenance(method, PRESET, sha256_file(path), sources=chroma.sources)
                name = f"{stem(path)}.source-{number + 1}{ready.picture.suffix}"
                files.write(ready, chroma, out / name, about)
            sheet.add(path.name, [_joined(ready.small, ab) for ab in (NO_COLOUR, *(chroma.ab for chroma in each))])
    return facts


def _only(method: Gist, asked: Asked, number: int) -> Chroma:
    groups: list = [(members, method.only(answers, number)) for members, answers in asked.groups]  # type: ignore
    return read_answers(method, Asked(asked.seen, groups), PRESET)[0]


def _joined(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    out = np.empty((*lightness.shape, 3), np.uint8)
    join_into(lightness, ab, out)
    return np.asarray(shrunk(out))


def sources_list(pictures: dict[FileName, list[SourceFacts]]) -> str:
    """Return a line for each picture, and under it one for each source."""
    return "\n".join(line for path, facts in pictures.items() for line in (path, *map(_line, range(1, 99), facts)))


def _line(number: int, source: SourceFacts) -> str:
    turned = ", mirrored" if source["mirrored"] else ""
    return f"  {number}  distance {source['distance']:.3f}{turned}  {credit(source)}"
