"""`python -m benchmarks.crowd 200 120`: so many people rate for so many seconds; how long they wait, what is lost.

A private catalog and bucket, the web application as it is deployed (one uvicorn process), and people who take part as
browsers do: welcome, consent, checks, practice, then pictures, thinking about each, with breaks. In the middle
PostgreSQL is restarted; answers that find no archive are kept and sent again under the same key, as the page's script
does. Afterwards every answer must be in the catalog, once.
"""

import asyncio
import contextlib
import os
import random
import re
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import httpx
import numpy as np
import psutil
from PIL import Image

from heritage_color import db
from heritage_color import settings as configuration
from heritage_color.archive import Archive, open_archive
from heritage_color.catalog import steps as catalog
from heritage_color.local import postgres, processes, servers
from heritage_color.rating import steps as rating
from heritage_color.settings import Settings

PICTURES, PREVIEWS = 300, 12  # colorizations, and different preview files among them
THINKING = (3.0, 9.0)  # seconds that a person looks at a picture
WAITING = 2.0  # seconds until an answer that found no archive is sent again
ITEM = re.compile(r'data-item="([0-9a-f-]{36})"')
PICTURE = re.compile(r'src="(/rate/picture/[^"]+/first)"')


class Person:
    """Someone who rates, with a browser's cookies; remembers every answer given."""

    def __init__(self, address: str, number: int, waited: dict[str, list[float]]):
        transport = httpx.AsyncHTTPTransport(verify=False)
        self.client = httpx.AsyncClient(base_url=address, transport=transport, follow_redirects=True, timeout=60)
        self.chance = random.Random(number)  # noqa: S311
        self.waited = waited
        self.given: list[str] = []
        self.campaign = ""

    async def ask(self, kind: str, method: str, path: str, **body) -> httpx.Response:
        """A request, sent again until the archive answers it; the time of the answered one is kept under its kind."""
        while True:
            start = time.perf_counter()
            with contextlib.suppress(httpx.TransportError):
                reply = await self.client.request(method, path, **body)
                if reply.status_code < 500:
                    self.waited[kind].append(time.perf_counter() - start)
                    return reply
            self.waited["sent again"].append(time.perf_counter() - start)
            await asyncio.sleep(WAITING)

    async def take_part(self) -> None:
        """Everything before the first picture."""
        self.campaign = (await self.ask("step", "GET", "/rate")).url.path
        await self.ask("step", "GET", f"{self.campaign}/consent")
        await self.ask("step", "POST", f"{self.campaign}/consent", data={"answer": "agree", "version": 1})
        page = (await self.ask("step", "GET", self.campaign)).text
        for picture in re.findall(r'src="(/rate/(?:plates|greys)[^"]*)"', page):
            await self.ask("step", "GET", picture)
        await self.ask("step", "POST", f"{self.campaign}/checks", data={"action": "skip"})

    async def rate(self, end: float) -> None:
        """Pictures until the time is over; the last answers are sent to their end."""
        with contextlib.suppress(StopAsyncIteration):
            while time.monotonic() < end:
                page = (await self.ask("page", "GET", self.campaign)).text
                await (self.answer_pictures(page, end) if "data-ahead" in page else self.practise_or_rest(page))
        await self.client.aclose()

    async def answer_pictures(self, page: str, end: float) -> None:
        """Answer what a page holds and what it fetches further."""
        ahead = await self.look(page, [])
        answered: list[str] = []
        while ahead and time.monotonic() < end:
            await asyncio.sleep(self.chance.uniform(*THINKING))
            answered.append(ahead.pop(0))
            await self.answer(answered[-1])
            if len(ahead) < 2:
                further = (await self.ask("page", "GET", f"{self.campaign}/further")).text
                ahead += await self.look(further, [*answered, *ahead])

    async def look(self, page: str, known: list[str]) -> list[str]:
        """Fetch the pictures of a page; the items that are new."""
        new = [item for item in ITEM.findall(page) if item not in known]
        for address in PICTURE.findall(page):
            if any(item in address for item in new):
                await self.ask("picture", "GET", address)
        return new

    async def answer(self, item: str) -> None:
        key, score = str(uuid.uuid4()), self.chance.randint(1, 5)
        given = {"item_id": item, "vote_key": key, "score": score, "seconds": 3.5}
        self.given.append(key)
        reply = (await self.ask("vote", "POST", f"{self.campaign}/answers", json=[given])).json()
        if reply["refused"]:
            raise RuntimeError(f"An answer was refused: {reply['refused']}")

    async def practise_or_rest(self, page: str) -> None:
        """A practice picture's form, or the link of a break; StopAsyncIteration at the end."""
        item = ITEM.search(page)
        onward = re.search(r'class="button main" href="([^"]+)"', page)
        await asyncio.sleep(self.chance.uniform(*THINKING))
        if item:
            key = str(uuid.uuid4())
            given = {"item_id": item[1], "vote_key": key, "score": 1}
            self.given.append(key)
            await self.ask("page", "POST", f"{self.campaign}/answer", data=given)
        elif onward:
            await self.answer_pictures((await self.ask("page", "GET", onward[1])).text, time.monotonic() + 600)
        else:
            raise StopAsyncIteration


def fill(settings: Settings) -> None:
    """Colorizations with previews of a usual size, in an open campaign."""
    catalog.migrate(settings)
    with open_archive(settings) as archive:
        keys = [_preview(archive, number) for number in range(PREVIEWS)]
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute(FILL, {"keys": keys, "pictures": PICTURES})
    rating.queue(settings, "crowd", votes_wanted=10_000)


def _preview(archive: Archive, number: int) -> str:
    """A photograph-like JPEG of 1200 pixels, some 200 kB."""
    rng = np.random.default_rng(number)
    rough = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8)).resize((1200, 900), Image.Resampling.BICUBIC)
    picture = np.asarray(rough, np.int16) + rng.integers(-12, 13, (900, 1200, 1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "preview.jpg"
        Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(path, quality=85)
        return archive.deposit("previews", path, "image/jpeg", ".jpg").key


FILL = """
insert into deliveries (name, source, fingerprint, state) values ('crowd', 'crowd/', repeat('0', 64), 'received');
insert into models (method, weights_sha256, card) values ('grey', repeat('0', 64), '{}');
insert into scans (sha256, identifier, supplier_filename, media_type, width, height, bits, channels, bytes, object_key,
    first_delivery_id, preview_key)
select encode(sha256(n::text::bytea), 'hex'), 'crowd-' || n, n || '.tif', 'image/tiff', 1200, 900, 8, 1, 1, 'm/' || n,
    (select max(delivery_id) from deliveries), (%(keys)s)[1 + n %% cardinality(%(keys)s)]
from generate_series(1, %(pictures)s) n;
insert into colorizations (scan_id, model_id, preset, object_key, sha256, bytes, media_type, settings, preview_key,
    original_preview_key)
select scan_id, (select max(model_id) from models), 'balanced', 'c/' || scan_id,
    encode(sha256(('c' || scan_id)::bytea), 'hex'), 1, 'image/tiff', '{}', preview_key, preview_key
from scans;
"""


@contextlib.contextmanager
def serving(settings: Settings):
    """The application as it is deployed; its address. A crowd of one network needs another limit."""
    settings = replace(settings, rater_votes_minute=100 * settings.rater_votes_minute)
    port = processes.free_ports(1)[0]
    command = [sys.executable, "-m", "uvicorn", "--factory", "heritage_color.web.app:create_from_environment"]
    command += ["--port", str(port), "--no-access-log", "--log-level", "error"]
    server = subprocess.Popen(command, env=os.environ | configuration.to_environment(settings))
    address = f"http://127.0.0.1:{port}"
    try:
        while not _answers(address):
            time.sleep(0.2)
        yield address, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{address}/healthz").is_success
    return False


def restart(home: Path) -> float:
    """Restart PostgreSQL; how many seconds it was away."""
    start = time.monotonic()
    postgres.stop(home)
    servers.start(home)
    return time.monotonic() - start


async def crowd(address: str, home: Path, people: int, seconds: float) -> tuple[list[Person], dict, dict, float]:
    """Let people come within the first fifth of the time, and restart PostgreSQL in the middle.

    They, how long they waited before the restart, how long in all, and how long PostgreSQL was away.
    """
    waited: dict[str, list[float]] = defaultdict(list)
    everybody = [Person(address, number, waited) for number in range(people)]
    end = time.monotonic() + seconds

    async def one(number: int, person: Person) -> None:
        await asyncio.sleep(seconds / 5 * number / people)
        await person.take_part()
        await person.rate(end)

    async def interrupt() -> tuple[dict, float]:
        await asyncio.sleep(seconds / 2)
        before = {kind: list(times) for kind, times in waited.items()}
        return before, await asyncio.to_thread(restart, home)

    *_, (before, away) = await asyncio.gather(
        *(one(number, person) for number, person in enumerate(everybody)), interrupt()
    )
    return everybody, before, waited, away


def count_faults(settings: Settings, given: list[str]) -> tuple[int, int]:
    """Answers that are not in the catalog, and standing answers beyond one for each rater and picture."""
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("select vote_key::text, item_id, rater_id from ratings where undone_at is null")
        stored = cursor.fetchall()
    keys = [row["vote_key"] for row in stored]
    pairs = {(row["item_id"], row["rater_id"]) for row in stored}
    return len(set(given) - set(keys)), len(keys) - min(len(pairs), len(set(given)))


def report(waited: dict[str, list[float]]) -> None:
    """How long people waited: for a step before the first picture, pages of pictures, votes, pictures."""
    for kind in filter(waited.get, ("step", "page", "vote", "picture")):
        half, most = 1000 * np.percentile(waited[kind], (50, 95))
        print(f"  {kind:8} p50 {half:5.0f} ms   p95 {most:5.0f} ms   of {len(waited[kind])}")


def main() -> int:
    """Print what happened; 1 where an answer is lost or double."""
    people, seconds = (int(sys.argv[1]), float(sys.argv[2])) if len(sys.argv) > 2 else (200, 120.0)
    home = Path(mkdtemp(prefix="heritage-crowd-"))
    try:
        settings = servers.start(home)
        fill(settings)
        with serving(settings) as (address, server):
            everybody, before, waited, away = asyncio.run(crowd(address, home, people, seconds))
            used = sum(server.cpu_times()[:2])
            lost, doubled = count_faults(settings, [key for person in everybody for key in person.given])
    finally:
        servers.remove(home)
    votes = len(waited["vote"])
    print(f"{people} people, {votes} votes, {votes / seconds:.1f} per second. Before PostgreSQL was restarted:")
    report(before)
    print(
        f"In all, with {away:.1f} s without PostgreSQL, in which {len(waited['sent again'])} requests were sent again:"
    )
    report(waited)
    print(f"processor time of the application: {used:.1f} s; load of the machine: {os.getloadavg()[0]:.1f}")
    print(f"votes lost: {lost}; votes doubled: {doubled}")
    return int(bool(lost or doubled))


if __name__ == "__main__":
    sys.exit(main())
