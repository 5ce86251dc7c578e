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
from pathlib import Path

from heritage_color.errors import ServiceError
from heritage_color.scans.decoding import policies
from heritage_color.scans.isolating import Isolated
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

    def ask(self, request: dict, seconds: float) -> dict:
        try:
            self.requests.write(json.dumps(request).encode() + b"\n")
            return self.answer(seconds)
        except (BrokenPipeError, TimeoutError) as error:
            raise _Gone from error

    def answer(self, seconds: float) -> dict:
        deadline = time.monotonic() + seconds
        while b"\n" not in self.unread:
            self._read(deadline - time.monotonic())
        line, _, self.unread = self.unread.partition(b"\n")
        return json.loads(line)

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
        self.process.kill()
        self.process.wait()
        self.requests.close()
        self.answers.close()


class Workers:
    """A few decoding processes, as a context. Each file is answered with its digests, facts and notes."""

    def __init__(self, settings: Settings, algorithms: Iterable[str] = (), count: int | None = None):
        self.settings = settings
        self.algorithms = sorted({*algorithms, "sha256"})
        self.two_readers = policies.asks_for_two_readers(settings.profile)
        self.count = count or min(MOST_WORKERS, os.cpu_count() or 1)
        self.idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # a warm one before a new one

    def __enter__(self) -> "Workers":
        for _ in range(self.count):
            self.idle.put(None)  # started when first needed
        return self

    def __exit__(self, *failure) -> None:
        for _ in range(self.count):
            worker = self.idle.get()
            if worker:
                worker.stop()

    def examine_all(self, files: Iterable[tuple[Path, str]]) -> Iterator[dict]:
        """Answers in the order of the files; the text says what to read it as: picture, sidecar, or "" for neither."""
        with ThreadPoolExecutor(self.count) as threads:
            yield from threads.map(lambda file: self._examine(*file), files)

    def _examine(self, path: Path, content: str) -> dict:
        """As `examine`; what goes wrong on our side of the pipe is noted as the file's, too."""
        with Isolated(file=path.name) as place:
            return self.examine(path, content)
        return {"digests": {}, "picture": None, "notes": [("internal-fault", {"error": place.error})]}

    def examine(self, path: Path, content: str = "picture") -> dict:
        """`digests` by algorithm (or `trouble`), `picture` (facts or None) and `notes` [(code, facts)] of a file."""
        for _ in range(ATTEMPTS):
            worker = self.idle.get() or _Worker(self.settings)
            try:
                digests = worker.ask(self._request(path, content), self._seconds_to_read(path))
                return {"digests": digests} | self._decoded(worker)
            except _Gone:
                worker.stop()  # something ended it between two files
            except Exception:
                worker.stop()  # its next answer would be of this file
                raise
            finally:
                self.idle.put(worker if worker.process.poll() is None else None)
        raise ServiceError(f"The decoding process ended before it had read {path.name}. Run again.")

    def thumbnail(self, path: Path, destination: Path) -> bool:
        """Have a small JPEG made of a file, as far as it can be decoded; False where nothing of it can."""
        worker = self.idle.get() or _Worker(self.settings)
        try:
            request = self._request(path, "thumbnail") | {"algorithms": [], "to": os.fsencode(destination).hex()}
            worker.ask(request, START_SECONDS)
            return bool(worker.answer(self.settings.decode_seconds).get("made"))
        except (TimeoutError, _Gone):
            worker.stop()
            return False
        finally:
            self.idle.put(worker if worker.process.poll() is None else None)

    def _request(self, path: Path, content: str) -> dict:
        limits = {"max_pixels": self.settings.max_pixels, "memory": self.settings.decode_memory}
        limits |= {"two_readers": self.two_readers}
        return {"path": os.fsencode(path).hex(), "algorithms": self.algorithms, "content": content} | limits

    def _seconds_to_read(self, path: Path) -> float:
        size = path.stat().st_size if path.exists() else 0
        return max(START_SECONDS, self.settings.decode_seconds) + size / READ_BYTES_PER_SECOND

    def _decoded(self, worker: _Worker) -> dict:
        try:
            answer = worker.answer(self.settings.decode_seconds)
        except (TimeoutError, _Gone) as error:
            worker.stop()
            return {"picture": None, "notes": [self._verdict(error)]}
        notes = [(code, self._facts(code) | facts) for code, facts in answer.get("notes", ())]
        return {"picture": answer.get("picture"), "notes": notes}

    def _verdict(self, error: Exception) -> tuple[str, dict]:
        code = "too-slow" if isinstance(error, TimeoutError) else "too-much-memory"
        return code, self._facts(code)

    def _facts(self, code: str) -> dict:
        if code == "too-slow":
            return {"seconds": self.settings.decode_seconds}
        return {"limit": f"{self.settings.decode_memory / 2**30:g} GiB"} if code == "too-much-memory" else {}
