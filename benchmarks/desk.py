"""`python -m benchmarks.desk`: the review pages over 100,000 colorizations with two million votes.

Builds such a catalog by SQL in a private PostgreSQL, starts the application, and asks for each page as a browser does:
median and 95th percentile of the milliseconds from request to whole answer, without the pictures.
"""

import argparse
import http.cookiejar
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn

from heritage_color import db
from heritage_color.accounts import steps as accounts
from heritage_color.catalog import steps as catalog
from heritage_color.local import servers
from heritage_color.settings import Settings
from heritage_color.web.app import create
from heritage_color.web.desk.queue import SORTS, STATES

PASSWORD = "only for a benchmark"  # noqa: S105  (of a catalog that lives for minutes)
MILLISECONDS = 200  # the most that a page may take, 95 times of 100
FILTERS = ("collection=Collection+7", "tag=tag+6", "campaign=2", "lowest=2&highest=3", "method=cic&preset=vivid")


@dataclass
class Visitor:
    """Somebody signed in, who keeps cookies and follows forms."""

    address: str
    opener: urllib.request.OpenerDirector

    def get(self, path: str) -> str:
        """A page."""
        with self.opener.open(f"{self.address}{path}") as answer:
            return answer.read().decode()

    def post(self, path: str, form: list[tuple[str, str]]) -> str:
        """The page that a form leads to."""
        with self.opener.open(f"{self.address}{path}", urllib.parse.urlencode(form).encode()) as answer:
            return answer.read().decode()


def fill(settings: Settings, pictures: int, raters: int) -> None:
    """The rows of the catalog, and an account for the visitor."""
    catalog.migrate(settings)
    script = (Path(__file__).parent / "desk.sql").read_text().format(pictures=pictures, raters=raters)
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute(script)
    accounts.add_account(settings, "benchmark", ["curator"], PASSWORD, "Benchmark")


@contextmanager
def visiting(settings: Settings) -> Iterator[Visitor]:
    """The application on a port of its own, and somebody signed in."""
    server = uvicorn.Server(uvicorn.Config(create(settings), port=0, log_level="critical"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    visitor = Visitor(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", opener)
    try:
        visitor.post("/sign-in", [("name", "benchmark"), ("password", PASSWORD)])
        yield visitor
    finally:
        server.should_exit = True
        thread.join()


def timed(work: Callable[[int], object], repeats: int) -> list[float]:
    """Milliseconds of each run, after one that warms up."""
    work(0)
    spent = []
    for number in range(1, repeats + 1):
        start = time.perf_counter()
        work(number)
        spent.append(1000 * (time.perf_counter() - start))
    return spent


def pages(pictures: int) -> dict[str, Callable[[int], str]]:
    """Addresses by what they show; the number of the run makes them differ."""
    found: dict[str, Callable[[int], str]] = {}
    for state in STATES:
        for sort in SORTS:
            query = urllib.parse.urlencode({"state": state, "sort": sort})
            found[f"queue, {state}, {sort}"] = lambda number, query=query: f"/review?{query}&page={1 + number % 3}"
    for filters in FILTERS:
        found[f"queue, {filters}"] = lambda number, filters=filters: f"/review?{filters}"
    found["queue, its last page"] = lambda number: f"/review?state=all&page={pictures // 30 - number}"
    found["queue, 200 on a page"] = lambda number: "/review?shown=200"
    found["review page"] = lambda number: f"/review/{5 + 10 * number}"
    found["review page, all filters"] = lambda number: (
        f"/review/{5 + 10 * number}?collection=Collection+7&campaign=2&tag=tag+6&lowest=2&sort=low"
    )
    return found


def decide_on_many(visitor: Visitor, number: int) -> tuple[str, list[tuple[str, str]]]:
    """Address and form of a decision on 200 pictures that no other run decides on."""
    ids = [10 * (200 * number + each) + 5 + each % 4 for each in range(200)]
    page = visitor.get("/review/chosen?" + urllib.parse.urlencode([("chosen", one) for one in ids]))
    form = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split('value="rejected"')[1].split("</form>")[0]
    )
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return "/review/bulk", [*form, ("token", token[1]), ("verdict", "rejected"), ("reason", "dull")]


def measure(visitor: Visitor, pictures: int, repeats: int) -> Iterator[tuple[str, list[float]]]:
    """Every page, then decisions on 200 pictures and their undoing."""
    for name, address in pages(pictures).items():
        yield name, timed(lambda number, address=address: visitor.get(address(number)), repeats)
    few = min(repeats, pictures // 2000 - 2)
    forms = [decide_on_many(visitor, number) for number in range(few + 1)]
    results: list[str] = []
    yield "decision on 200", timed(lambda number: results.append(visitor.post(*forms[number])), few)
    undo = [re.search(r'action="(/review/bulk/[^"]+/undo[^"]*)"', page) for page in results]
    token = forms[0][1][-3]
    yield "undoing 200", timed(lambda number: visitor.post((undo[number] or [""] * 2)[1], [token]), few)


def main(arguments: list[str] | None = None) -> int:
    """Build, measure, print; 1 where a page takes longer than MILLISECONDS."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--raters", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args(arguments)
    slow = 0
    with TemporaryDirectory(prefix="heritage-desk-") as name:
        settings = servers.start(Path(name))
        try:
            fill(settings, options.pictures, options.raters)
            with visiting(settings) as visitor:
                print("| page | median ms | 95th percentile ms |\n| --- | --- | --- |")
                for row, spent in measure(visitor, options.pictures, options.repeats):
                    high = statistics.quantiles(spent, n=20, method="inclusive")[-1]
                    slow += high > MILLISECONDS and "200" not in row
                    print(f"| {row} | {statistics.median(spent):.0f} | {high:.0f} |", flush=True)
        finally:
            servers.remove(Path(name))
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
