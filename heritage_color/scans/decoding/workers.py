"""Decoding processes that are used again for file after file, and replaced when one hangs or dies."""

import json
import os
import queue
import selectors
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from heritage_color.errors import ServiceError
from heritage_color.images.refusals import Limits
from heritage_color.scans.decoding import policies
from heritage_color.scans.decoding.messages import PICTURE, THUMBNAIL, Answer, Request
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.reporting.notes import Facts, Note
from heritage_color.settings import Settings

MOST_WORKERS = 4  # more wait for the disk
START_SECONDS = 60  # for a worker to import its libraries on a busy machine
ATTEMPTS = 2
ALONE = {"VIPS_CONCURRENCY": "1", "OPENBLAS_NUM_THREADS": "1"}  # several workers share the processors already
READ_BYTES_PER_SECOND = 2**20  # a disk slower than this is taken for a hanging one


class _Gone(Exception):
    """The worker died, or was killed because its time was over."""


class _Worker:
    """One process. `ask` is not thread-safe: whoever holds the worker asks it alone."""

    def __init__(self, settings: Settings):
        command = [sys.executable, "-m", "heritage_color.scans.decoding.worker", str(settings.decode_memory)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0, env=os.environ | ALONE
        )
        assert self.process.stdin is not None  # both are pipes
        assert self.process.stdout is not None
        self.requests, self.answers = self.process.stdin, self.process.stdout
        self.unread = b""

    @property
    def lives(self) -> bool:
        """Whether it can be asked again."""
        return self.process.poll() is None

    def ask(self, request: Request, seconds: float) -> bytes:
        """Return the first line of the answer. Raises _Gone where it does not come in time."""
        try:
            self.requests.write(request.as_line())
            return self.answer(seconds)
        except (BrokenPipeError, TimeoutError) as error:
            raise _Gone from error

    def answer(self, seconds: float) -> bytes:
        """Return the next line. Raises TimeoutError, and _Gone where the process ended."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self.unread:
            self._read(deadline - time.monotonic())
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def _read(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.answers, selectors.EVENT_READ)
            if not selector.select(max(0.0, seconds)):
                raise TimeoutError
        block = os.read(self.answers.fileno(), 2**16)
        if not block:
            raise _Gone
        self.unread += block

    def stop(self) -> None:
        """End the process at once, also in the middle of a file."""
        self.process.kill()
        self.process.wait()
        self.requests.close()
        self.answers.close()


class Workers:
    """A few decoding processes, as a context. Each file is answered with its digests and with what it holds."""

    def __init__(self, settings: Settings, algorithms: Iterable[str] = (), count: int | None = None):
        self.settings = settings
        self.algorithms = tuple(sorted({*algorithms, "sha256"}))
        self.two_readers = policies.asks_for_two_readers(settings.profile)
        self.count = count or min(MOST_WORKERS, os.cpu_count() or 1)
        self.idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # a warm one before a new one

    def __enter__(self) -> "Workers":
        for _ in range(self.count):
            self.idle.put(None)  # started when first needed
        return self

    def __exit__(self, *failure: object) -> None:
        for _ in range(self.count):
            worker = self.idle.get()
            if worker:
                worker.stop()

    @contextmanager
    def _worker(self) -> Iterator[_Worker]:
        """A process for one file. Its place is free again afterwards, also where none could be started."""
        worker = self.idle.get()
        try:
            worker = worker or _started(self.settings)
            yield worker
        finally:
            self.idle.put(worker if worker and worker.lives else None)

    def examine_all(self, files: Iterable[tuple[Path, str]]) -> Iterator[Answer]:
        """Answers in the order of the files; the text says what to read it as: picture, sidecar, or "" for neither."""
        with ThreadPoolExecutor(self.count) as threads:
            yield from threads.map(lambda file: self._examine(*file), files)

    def _examine(self, path: Path, content: str) -> Answer:
        """The same as `examine`, but a fault on our side of the pipe becomes a note on the file, too."""
        with Isolated(file=path.name) as place:
            return self.examine(path, content)
        return Answer(notes=(Note("internal-fault", {"error": place.error}),))

    def examine(self, path: Path, content: str = PICTURE) -> Answer:
        """What a file is. Raises ServiceError where no process can be started, or each ends before it has read it."""
        for _ in range(ATTEMPTS):
            with self._worker() as worker:
                try:
                    line = worker.ask(self._request(path, content), self._seconds_to_read(path))
                    read = Answer.from_json(json.loads(line))
                    return self._decoded(worker, read)
                except _Gone:
                    worker.stop()  # something ended it between two files
                except BaseException:
                    worker.stop()  # its next answer would be of this file
                    raise
        raise ServiceError(f"The decoding process ended before it had read {path.name}. Run again.")

    def thumbnail(self, path: Path, destination: Path) -> bool:
        """Have a small JPEG made of a file, as far as it can be decoded; False where nothing of it can."""
        request = replace(self._request(path, THUMBNAIL), algorithms=(), destination=destination)
        with self._worker() as worker:
            try:
                worker.ask(request, START_SECONDS)
                return bool(json.loads(worker.answer(self.settings.decode_seconds)).get("made"))
            except (TimeoutError, _Gone):
                worker.stop()
                return False
            except BaseException:
                worker.stop()
                raise

    def _request(self, path: Path, content: str) -> Request:
        limits = Limits(self.settings.max_pixels, self.settings.decode_memory)
        return Request(path, content, self.algorithms, limits, self.two_readers)

    def _seconds_to_read(self, path: Path) -> float:
        size = path.stat().st_size if path.exists() else 0
        return max(START_SECONDS, self.settings.decode_seconds) + size / READ_BYTES_PER_SECOND

    def _decoded(self, worker: _Worker, read: Answer) -> Answer:
        """The answer with what the file holds; a process that took too long, or ended, says why it holds nothing."""
        try:
            held = Answer.from_json(json.loads(worker.answer(self.settings.decode_seconds)))
        except TimeoutError:
            worker.stop()
            return replace(read, notes=(self._limited(Note("too-slow")),))
        except _Gone:
            worker.stop()
            return replace(read, notes=(self._limited(Note("too-much-memory")),))
        return replace(read, picture=held.picture, notes=tuple(map(self._limited, held.notes)))

    def _limited(self, note: Note) -> Note:
        """The note with the limit that its sentence names, where it is about one."""
        limits: dict[str, Facts] = {
            "too-slow": {"seconds": self.settings.decode_seconds},
            "too-much-memory": {"limit": f"{self.settings.decode_memory / 2**30:g} GiB"},
        }
        return Note(note.code, {**limits.get(note.code, {}), **note.facts})


def _started(settings: Settings) -> _Worker:
    """Return a new process. Raises ServiceError where the machine has no memory or no handle left for one."""
    try:
        return _Worker(settings)
    except OSError as error:
        why = error.strerror or str(error)
        raise ServiceError(
            f"A decoding process cannot be started: {why}. Free what is short, and run again."
        ) from error
