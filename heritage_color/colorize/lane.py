"""A lane of colorization: where it works, and the records that its steps hand on."""

from dataclasses import dataclass
from pathlib import Path

from heritage_color.archive import Archive
from heritage_color.colorize import files
from heritage_color.colorize.predict import Chroma
from heritage_color.colorize.queue import Derivative, Job
from heritage_color.colorize.tint import Tint
from heritage_color.errors import FixityError, PictureError, sentence_of
from heritage_color.methods.colorizer import Colorizer

COLORIZED, REFUSED, FAILED = "colorized", "refused", "failed"


@dataclass(frozen=True)
class Lane:
    """Where a lane works: the archive that one of its threads holds, and a folder for the files of its jobs."""

    archive: Archive
    folder: Path

    def place_of(self, job: Job) -> Path:
        """The folder of a job's files, which is deleted when the job ends."""
        return self.folder / f"{job.scan_id}-{job.model_id}-{job.preset}"


@dataclass(frozen=True)
class Fetched:
    """A job whose verified master lies on this machine."""

    job: Job
    master: Path


@dataclass(frozen=True)
class Ready:
    """A master whose lightness and tint are known."""

    job: Job
    prepared: files.Prepared
    tint: Tint


@dataclass(frozen=True)
class Coloured:
    """A picture with the chroma that a method predicted for it."""

    ready: Ready
    method: Colorizer
    chroma: Chroma

    @property
    def job(self) -> Job:
        """The job that it is of."""
        return self.ready.job


@dataclass(frozen=True)
class Written:
    """A derivative as a file, with what is to be said of its metadata."""

    coloured: Coloured
    file: Path
    warnings: list[str]


@dataclass(frozen=True)
class Stored:
    """A derivative whose objects lie in the archive bucket, verified."""

    job: Job
    derivative: Derivative


@dataclass(frozen=True)
class Setback:
    """A job that does not become a colorization.

    It is `refused` for good where the picture, or its weights, are the reason; `failed` where its master or this
    machine's memory are: `enqueue` offers it again.
    """

    job: Job
    state: str
    sentence: str
    reason: str = ""

    @classmethod
    def by(cls, job: Job, error: Exception) -> "Setback":
        """The setback that an error is for its job."""
        state = FAILED if isinstance(error, FixityError | MemoryError) else REFUSED
        return cls(job, state, sentence_of(error), error.code if isinstance(error, PictureError) else "")


@dataclass(frozen=True)
class Outcome:
    """What became of a job: `colorized`, `refused` or `failed`, and for the last a sentence that names the scan."""

    state: str
    sentence: str = ""
