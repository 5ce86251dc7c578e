"""A line of progress on standard error, for work that takes longer than two seconds.

Where a log listens, as in a task of Airflow, the line goes there: Airflow shows standard error as errors.
"""

import logging
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

LOG = logging.getLogger(__name__)
QUIET_SECONDS = 2.0
LOG_SECONDS = 15.0  # between lines where standard error is a log and not a screen


def track(items: Iterable[Item], title: str, total: int | None = None) -> Iterator[Item]:
    """The items as they come, with a count, a rate and an estimate of the end shown after two seconds."""
    start = shown = time.monotonic()
    done = 0
    for item in items:
        yield item
        done += 1
        now = time.monotonic()
        if now - start > QUIET_SECONDS and now - shown > (0.2 if sys.stderr.isatty() else LOG_SECONDS):
            shown = now
            _show(_line(title, done, total, now - start))
    if shown != start:
        _show(_line(title, done, total, time.monotonic() - start), end="\n")


def _line(title: str, done: int, total: int | None, seconds: float) -> str:
    rate = done / seconds
    left = f"of {total}, about {max(0, total - done) / rate:.0f} s left" if total else ""
    return f"{title}: {done} {left} ({rate:.1f}/s)"


def _show(line: str, end: str = "") -> None:
    """On a terminal the line is rewritten in place; elsewhere each stands by itself."""
    if LOG.isEnabledFor(logging.INFO):
        LOG.info(line)
        return
    terminal = sys.stderr.isatty()
    print(f"\r{line:<78}" if terminal else line, end=end if terminal else "\n", file=sys.stderr, flush=True)
