"""Votes out, and plots, at the size of a large campaign: `python -m benchmarks.exchange [VOTES] [PICTURES]`.

2,000,000 votes on 100,000 pictures by default, in a private catalog of this machine. Exports run as processes of their
own, whose memory is watched; a tenth of the votes before all of them, to see whether memory grows. Pages are asked for
through the whole application, sign-in and templates included.
"""

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from benchmarks.measuring import peak_of_own_memory
from heritage_color import db, settings
from heritage_color.accounts import steps as accounts
from heritage_color.catalog import steps as catalog
from heritage_color.local import servers
from heritage_color.rating.campaigns import drawing
from heritage_color.rating.exchange import exporting
from heritage_color.settings import Settings

VOTES, PICTURES = 2_000_000, 100_000
VOTES_OF_A_RATER = 100
ASKED = 20  # times that a page is asked for
PASSWORD = "for this benchmark alone"  # noqa: S105

PICTURE_ROWS = """
    insert into deliveries (name, source, fingerprint) values ('box', 'box/', repeat('0', 64));
    insert into models (method, weights_sha256, card) values ('fusion-lite', repeat('5', 64), '{}');
    insert into metrics (metric, needs_reference, unit, definition)
        values ('colourfulness', false, '1', '-'), ('entropy', false, 'bits', '-');
    insert into scans (sha256, identifier, title, collection, supplier_filename, media_type, width, height, bits,
        channels, bytes, object_key, first_delivery_id)
    select md5(n::text) || md5((-n)::text), 'photo-' || n, 'View ' || n, 'Box ' || n %% 20, n || '.tif', 'image/tiff',
        800, 600, 8, 1, 480000, 'masters/' || n, 1
    from generate_series(1, %(pictures)s) n;
    insert into colorizations (scan_id, model_id, preset, object_key, preview_key, original_preview_key, sha256,
        media_type, bytes, settings)
    select scan_id, 1, (array['faithful', 'balanced', 'vivid']::preset[])[1 + scan_id %% 3], 'c/' || scan_id,
        'p/' || scan_id, 'o/' || scan_id, md5((scan_id + 7)::text) || md5(scan_id::text), 'image/tiff', 900000, '{}'
    from scans;
    insert into measurements (colorization_id, scan_id, metric, needs_reference, value)
    select colorization_id, scan_id, metric, false, (colorization_id * 7919 %% 1000) / 25.0
    from colorizations cross join metrics;
"""
CAMPAIGN_ROWS = """
    insert into campaigns (name, question, votes_wanted) values (%(name)s, 'How natural?', 40);
    insert into campaign_items (campaign_id, colorization_id, scan_id)
    select campaign_id, colorization_id, scan_id from colorizations, campaigns where name = %(name)s;
    create temp table numbered_items as
        select row_number() over (order by colorization_id) - 1 as number, item_id from campaign_items
        join campaigns using (campaign_id) where name = %(name)s;
    create unique index on numbered_items (number);
    create temp table numbered_raters as
        select n as number, gen_random_uuid() as rater_id from generate_series(1, %(raters)s) n;
    insert into raters (rater_id) select rater_id from numbered_raters;
    insert into ratings (vote_key, item_id, rater_id, simulated, score, voted_at, seconds)
    select gen_random_uuid(), i.item_id, r.rater_id, false, 1 + (i.number * 7919 + r.number * 31 + k * k) %% 5,
        now() - make_interval(secs => (r.number * 104729 + k * 11) %% 5184000), 1 + (k * 37 %% 90) / 10.0
    from numbered_raters r cross join generate_series(1, %(each)s) k
    join numbered_items i on i.number = (r.number * 37 + k * 997) %% %(pictures)s;
    insert into campaign_days (campaign_id, day, simulated, answer, votes, set_aside, last_at)
    select i.campaign_id, (r.voted_at at time zone 'UTC')::date, false, r.score::text, count(*), 0, max(r.voted_at)
    from ratings r join campaign_items i using (item_id) join campaigns k using (campaign_id)
    where k.name = %(name)s group by 1, 2, 3, 4;
    update campaign_items i set human_votes = v.votes, total = v.total, squares = v.squares
    from (select item_id, count(*) as votes, sum(score) as total, sum(score * score) as squares from ratings
        group by item_id) v where v.item_id = i.item_id;
    insert into item_scores (item_id, simulated, revision, votes, mos, low, high, recovered)
    select item_id, false, revision, human_votes, total::float8 / human_votes,
        greatest(1, total::float8 / human_votes - 0.5), least(5, total::float8 / human_votes + 0.5), 3
    from campaign_items join campaigns using (campaign_id) where name = %(name)s and human_votes > 0;
    drop table numbered_items, numbered_raters;
"""


def fill(site: Settings, name: str, votes: int, pictures: int) -> None:
    """A campaign of so many votes; what triggers keep vote by vote is written at once."""
    numbers = {"name": name, "pictures": pictures, "each": VOTES_OF_A_RATER, "raters": votes // VOTES_OF_A_RATER}
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute("select 1 from models")
        if cursor.fetchone() is None:
            cursor.execute(PICTURE_ROWS, numbers)
        for table in ("ratings", "campaign_items"):
            cursor.execute(f"alter table {table} disable trigger user")
        cursor.execute(CAMPAIGN_ROWS, numbers)
        for table in ("ratings", "campaign_items"):
            cursor.execute(f"alter table {table} enable trigger user")
        cursor.execute("analyze")


def seconds_of(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def export(name: str, place: Path) -> tuple[float, int]:
    """Seconds, and most bytes of memory of its own, of an export that runs alone."""
    command = [sys.executable, "-m", "heritage_color.cli", "votes", "export", name, str(place)]
    start = time.perf_counter()
    peak = peak_of_own_memory(command)
    return time.perf_counter() - start, peak


def pages(site: Settings) -> dict[str, list[float]]:
    """Milliseconds of each page, asked for one after the other by a signed-in curator."""
    from starlette.testclient import TestClient

    from heritage_color.web.app import create

    accounts.add_account(site, "ada", ["curator"], PASSWORD)
    with TestClient(create(site)) as client:
        client.post("/sign-in", data={"name": "ada", "password": PASSWORD}).raise_for_status()
        found: dict[str, list[float]] = {}
        for path in ("/plots", "/plots/1", "/plots/2", "/holds"):
            client.get(path).raise_for_status()  # what the first request loads late is not the page's
            found[path] = sorted(1000 * seconds_of(lambda path=path: client.get(path)) for _ in range(ASKED))
    return found


def run(home: Path, votes: int, pictures: int) -> None:
    """Fill, export, stream, draw, look; a line for each."""
    site = replace(servers.start(home), session_secret="only for this benchmark")  # noqa: S106
    catalog.migrate(site)
    os.environ.update(settings.to_environment(site))
    for name, share in (("a tenth", votes // 10), ("all", votes)):
        took = seconds_of(lambda name=name, share=share: fill(site, name, share, pictures))
        print(f"{name}: {share:,} votes on {pictures:,} pictures, written in {took:.0f} s", flush=True)
        took, peak = export(name, home / f"bag of {name}")
        size = sum(path.stat().st_size for path in (home / f"bag of {name}").rglob("*") if path.is_file())
        print(f"  export: {took:.1f} s, {size / 1e6:.0f} MB, peak memory {peak / 1e6:.0f} MB", flush=True)
        sent = 0

        def receive(name=name) -> None:
            nonlocal sent
            sent = sum(len(block) for block in exporting.stream(site, name))

        took = seconds_of(receive)
        print(f"  zip stream: {took:.1f} s, {sent / 1e6:.0f} MB", flush=True)
    print(f"figures of both campaigns: {seconds_of(lambda: drawing.draw(site)):.1f} s", flush=True)
    for path, took in pages(site).items():
        print(f"page {path}: median {statistics.median(took):.0f} ms, slowest {took[-1]:.0f} ms", flush=True)


if __name__ == "__main__":
    home = Path(mkdtemp(prefix="heritage-exchange-"))
    try:
        run(home, *([int(text) for text in sys.argv[1:3]] or [VOTES, PICTURES]))
    finally:
        servers.stop(home)
        shutil.rmtree(home)
