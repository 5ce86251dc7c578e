"""A thread that looks at uploads while they come; it lives as long as there is something to look at."""

import logging
import threading

from heritage_color.errors import HeritageError
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.uploading import preflight
from heritage_color.settings import Settings

LOG = logging.getLogger("uvicorn.error")
LEAST_SECONDS = 3.0  # between two reports on an upload, and longer where one takes its time


class Checking:
    """Uploads that wait to be looked at: one after the other, each for a while, so that a large one stops no other."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.waiting: dict[int, float] = {}  # how long to look at each, in seconds
        self.lock = threading.Lock()
        self.running = False

    def wake(self, upload_id: int) -> None:
        """Something of an upload came whole, or may have."""
        with self.lock:
            self.waiting.setdefault(upload_id, LEAST_SECONDS)
            if not self.running:
                self.running = True
                threading.Thread(target=self._run, name="checking", daemon=True).start()

    def _run(self) -> None:
        try:
            with preflight.workers_for(self.settings) as workers:
                while (upload_id := self._next()) is not None:
                    self._look(upload_id, workers)
        except BaseException:  # the next wake starts another thread
            with self.lock:
                self.running = False
            raise

    def _next(self) -> int | None:
        """Return the upload that waited longest; it stays among the waiting until it was looked at."""
        with self.lock:
            if not self.waiting:
                self.running = False
            return next(iter(self.waiting), None)

    def _look(self, upload_id: int, workers: Workers) -> None:
        with self.lock:
            seconds = self.waiting.pop(upload_id)
        try:
            report = preflight.look(self.settings, upload_id, workers, seconds)
        except (HeritageError, OSError) as error:  # the next request of its page wakes it again
            LOG.warning("Upload %d was not looked at: %s", upload_id, error)
            return
        if report.more:
            with self.lock:
                self.waiting.setdefault(upload_id, max(LEAST_SECONDS, 3 * report.seconds))
