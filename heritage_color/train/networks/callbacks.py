"""What happens between the legs of a training: checkpoints, the weight file, statistics, a line of progress."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import keras
import tensorflow as tf

from heritage_color import whole_files
from heritage_color.errors import WeightsError
from heritage_color.methods.cards import Card
from heritage_color.methods.cic import Cic
from heritage_color.methods.colorizer import Colorizer
from heritage_color.methods.fusion import FusionLite
from heritage_color.progress import track
from heritage_color.train.networks import normalisation

Trained = FusionLite | Cic


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write to that becomes `path` at the end; nothing half-written stays. Raises WeightsError."""
    try:
        with whole_files.whole(path) as partial:
            yield partial
    except OSError as error:
        sentence = f"{path.name} could not be written to {path.parent}: {error.strerror or error}."
        raise WeightsError(f"{sentence} What was saved before is kept; make room and start again.") from error


class Checkpoint(keras.callbacks.Callback):
    """After each leg, all that the run needs to go on, in one file whose name says how many legs are done."""

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".*.partial.*"):  # of a training that was killed
            left.unlink()

    def restore(self, model: keras.Model) -> int:
        """Load the newest checkpoint. Returns the number of legs done, 0 where there is none."""
        newest = max(self.folder.glob("leg-*.weights.h5"), default=None)
        if newest is None:
            return 0
        model.optimizer.build(model.trainable_variables)
        model.load_weights(newest)
        return int(newest.name[4:10])

    def on_epoch_end(self, epoch, logs=None):
        file = self.folder / f"leg-{epoch + 1:06d}.weights.h5"
        with whole(file) as partial:
            self.model.save_weights(partial)
        for older in set(self.folder.glob("leg-*.weights.h5")) - {file}:
            older.unlink()


class Export(keras.callbacks.Callback):
    """After each validation, while the averaged weights are in place: the weight file, where it is the best so far.

    Ends the run when it has not become better for `patience` legs.
    """

    def __init__(self, method: Colorizer, path: Path, card: Card, patience: int):
        super().__init__()
        self.method, self.path, self.card, self.patience = method, path, card, patience
        self.start, self.leg = time.monotonic(), 0
        file = path.with_suffix(".json")
        earlier = json.loads(file.read_text()) if path.is_file() and file.is_file() else {}
        self.best = earlier.get("validation", {}).get("loss", float("inf"))
        self.best_leg = earlier.get("legs_done", 0)
        self.before = earlier.get("minutes", 0.0)

    def on_epoch_begin(self, epoch, logs=None):
        self.leg = epoch + 1

    def on_test_end(self, logs=None):
        figures = {name: round(float(value), 4) for name, value in (logs or {}).items()}
        if figures["loss"] < self.best:
            self.best, self.best_leg = figures["loss"], self.leg
            minutes = round(self.before + (time.monotonic() - self.start) / 60, 1)
            about = self.card.with_facts(legs_done=self.leg, minutes=minutes, validation=figures)
            self.method.save(self.path, about)
        elif self.leg - self.best_leg >= self.patience:
            self.model.stop_training = True


class Statistics(keras.callbacks.Callback):
    """Before each validation, while the averaged weights are in place: the normalisations' statistics for those."""

    def __init__(self, method: Trained, greys: tf.data.Dataset):
        super().__init__()
        self.batches = greys.map(method.from_grey)

    def on_test_begin(self, logs=None):
        normalisation.measure_normalisations(self.model, self.batches)


class Progress(keras.callbacks.Callback):
    """A line with the rate and an estimate of the end."""

    def __init__(self, steps: int):
        super().__init__()
        self.line = track(count(), "train, steps", steps)

    def on_train_batch_end(self, batch, logs=None):
        next(self.line)

    def on_epoch_end(self, epoch, logs=None):
        figures = ", ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items() if "loss" in name)
        print(f"leg {epoch + 1}: {figures}", file=sys.stderr, flush=True)
