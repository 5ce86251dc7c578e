"""Token buckets: how often something may be done, by a name for whoever does it. They live in the process."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

KNOWN = 20_000  # names that are counted at once


@dataclass(frozen=True)
class Size:
    """How many tokens a bucket holds, and the seconds in which an empty one fills."""

    tokens: float
    seconds: float = 60.0

    @property
    def rate(self) -> float:
        """Tokens that flow into the bucket in a second."""
        return self.tokens / self.seconds


@dataclass(frozen=True)
class Taken:
    """What came of asking for a token: the moment of it, and the seconds to wait where there was none, else 0."""

    moment: float
    waiting: float


class Buckets:
    """Token buckets by name. Each is full at first; what is taken flows back as time passes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, known: int = KNOWN):
        self.clock, self.known = clock, known
        self.levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # tokens after the last was taken
        self.lock = threading.Lock()

    def take(self, name: Hashable, size: Size) -> Taken:
        """Take a token, if there is one."""
        with self.lock:
            now = self.clock()
            level, before = self.levels.pop(name, (size.tokens, now))
            risen = min(size.tokens, level + (now - before) * size.rate)
            self.levels[name] = (risen - 1, now) if risen >= 1 else (level, before)
            if len(self.levels) > self.known:
                self.levels.popitem(last=False)  # whoever was away longest starts with a full one
            return Taken(now, 0.0 if risen >= 1 else (1 - risen) / size.rate)

    def give_back(self, name: Hashable, size: Size, taken: Taken) -> None:
        """Put a token back that should not count; those that others took meanwhile stay taken for their whole time."""
        with self.lock:
            if name in self.levels:
                level, last = self.levels[name]
                most = size.tokens if last == taken.moment else size.tokens - 1
                self.levels[name] = (min(level + 1, most), last)
