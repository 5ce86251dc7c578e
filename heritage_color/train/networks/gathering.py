"""The photographs of a run, and a run that goes on without those that cannot be read."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import tensorflow as tf

from heritage_color.errors import DeliveryError
from heritage_color.train.pictures import survey

VALIDATION_PICTURES = 128  # of those held back, evenly spaced: the benchmark judges on all
Learned = TypeVar("Learned")


@dataclass(frozen=True)
class Data:
    """What a run learns from and validates on."""

    paths: list[str]
    held_back: list[str]
    digest: str


def gather(folder: Path, validation: Path | None, run: Path, batch: int) -> Data:
    """Return the photographs of a run; without a folder to validate on, some works are held back.

    What is left out is said on standard error. Raises DeliveryError where too few are left.
    """
    surveyed = survey.survey(folder, run / "photographs.csv")
    others = survey.survey(validation, run / "validation.csv") if validation else []
    for sentence in survey.left_out(surveyed, folder) + survey.left_out(others, validation or folder):
        print(sentence, file=sys.stderr)
    coloured = [row for row in surveyed if row.state == "colour"]
    learned, held = (coloured, others) if validation else survey.split(coloured)
    paths = [str(folder / row.file) for row in learned]
    held_back = [str((validation or folder) / row.file) for row in held if row.state == "colour"]
    if len(paths) < batch or not held_back:
        raise DeliveryError(
            f"{folder} holds {len(paths)} colour photographs to learn from, and {len(held_back)} are held back: "
            f"training needs at least {batch} and 1."
        )
    return Data(paths, held_back[:: max(1, len(held_back) // VALIDATION_PICTURES)], survey.digest(learned))


def learn_what_can_be_read(gathering: Callable[[], Data], learn: Callable[[Data], Learned]) -> Learned:
    """Return what `learn` makes of the photographs that `gathering` finds.

    Where one is damaged or gone since it was looked at, it is named, and learning goes on from the last checkpoint
    without it. An error that no photograph explains is raised.
    """
    data = gathering()
    while True:
        try:
            return learn(data)
        except tf.errors.OpError:
            before, data = data, gathering()
            if data == before:
                raise
