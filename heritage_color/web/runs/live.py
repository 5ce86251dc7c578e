"""Live pages: one look at the catalog for all who watch, and one answer for all who see the same.

A page that is watched holds neither a thread nor a connection to the catalog: it waits in the event loop. One task
looks once a second while anybody watches, in one thread and with one connection, and what it renders goes to all.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import HeritageError
from heritage_color.settings import Settings

LOG = logging.getLogger("uvicorn.error")

EVERY = 1.0  # seconds between two looks, and more where one takes its time
SHARE = 5.0  # of the time goes to looking one part of so many
HEARTBEAT = 15.0  # seconds without news, after which a stream says that it is still there
LASTING = 60.0  # seconds of a stream; the browser asks again then, and is asked again who it is
MOST = 1_000  # pages that may be watched at once

Variant = bool  # whether who watches may act on what is shown
Render = Callable[[Variant], str]
Reader = Callable[[Connection], Render]  # asks the catalog once; the answer renders for each variant


class TooMany(Exception):
    """As many pages are watched as one server takes."""


@dataclass
class Watched:
    """What somebody watches: how it is read, how it looks for each variant, and who waits for the next news."""

    reader: Reader
    watchers: dict[Variant, int] = field(default_factory=dict)
    pages: dict[Variant, str] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, pages: dict[Variant, str]) -> None:
        """Tell everybody who waits, where anything differs."""
        if pages != self.pages:
            self.pages, news, self.news = pages, self.news, asyncio.Event()
            news.set()


class Live:
    """What is watched at this moment, by its name."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.watched: dict[str, Watched] = {}
        self.looking: asyncio.Task[None] | None = None

    @property
    def watchers(self) -> int:
        """How many pages are watched."""
        return sum(sum(watched.watchers.values()) for watched in self.watched.values())

    def watch(self, name: str, variant: Variant, reader: Reader) -> AsyncIterator[str]:
        """What happens, as server-sent events. Raises TooMany."""
        if self.watchers >= MOST:
            raise TooMany
        return self._stream(name, variant, reader)

    async def _stream(self, name: str, variant: Variant, reader: Reader) -> AsyncIterator[str]:
        watched = self._join(name, variant, reader)
        seen, ends = None, time.monotonic() + LASTING
        try:
            yield "retry: 3000\n\n"
            while time.monotonic() < ends:
                news, page = watched.news, watched.pages.get(variant)
                if page is not None and page != seen:
                    yield as_event(page)
                    seen = page
                try:
                    await asyncio.wait_for(news.wait(), min(HEARTBEAT, max(0.1, ends - time.monotonic())))
                except TimeoutError:
                    yield ": nothing new\n\n"
        finally:
            self._leave(name, variant)

    def _join(self, name: str, variant: Variant, reader: Reader) -> Watched:
        watched = self.watched.setdefault(name, Watched(reader))
        watched.watchers[variant] = watched.watchers.get(variant, 0) + 1
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look_on(), name="live")
        return watched

    def _leave(self, name: str, variant: Variant) -> None:
        watched = self.watched[name]
        watched.watchers[variant] -= 1
        if not any(watched.watchers.values()):
            del self.watched[name]

    async def _look_on(self) -> None:
        """Look as long as anybody watches; a catalog that is away is looked for again."""
        while self.watched:
            begun = time.monotonic()
            names = dict(self.watched)
            try:
                shown = await run_in_threadpool(self._look, names)
            except HeritageError as error:
                LOG.warning("Live pages have no news: %s", error)
            else:
                for name, pages in shown.items():
                    names[name].show(pages)
            await asyncio.sleep(max(EVERY, SHARE * (time.monotonic() - begun)))

    def _look(self, watched: dict[str, Watched]) -> dict[str, dict[Variant, str]]:
        """What each of them shows now, by one connection."""
        shown = {}
        with db.connect(self.settings) as connection:
            for name, one in watched.items():
                render = one.reader(connection)
                shown[name] = {variant: render(variant) for variant, number in list(one.watchers.items()) if number}
        return shown


def as_event(page: str) -> str:
    """A piece of a page as one event."""
    return "".join(f"data: {line}\n" for line in page.splitlines()) + "\n"
