"""`python -m benchmarks.campaigns`: a campaign of 100,000 pictures and 2,000,000 votes, as raters and staff meet it.

Builds the campaign by SQL in a catalog of its own, then prints the median and 95th percentile of handing out pictures,
voting and the campaign's pages, alone and with many raters at once, and how long it takes to score 1,000 new votes.
"""

import argparse
import dataclasses
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from heritage_color import db
from heritage_color.catalog import steps as catalog
from heritage_color.local import servers
from heritage_color.rating import scoring
from heritage_color.rating.campaigns import serving, voting
from heritage_color.settings import Settings

PICTURES, RATERS, VOTES_EACH = 100_000, 10_000, 200
SERVER_THREADS = 40  # in which one process of the web application answers
NEW_VOTES, VOTES_OF_A_NEW_RATER = 1000, 50
LOOKING = 4.0  # seconds that a rater looks at a picture
STRIDE = 7919  # a prime: the pictures of a rater lie far apart and none comes twice
TABLES = ("scans", "colorizations", "campaign_items", "ratings")
BUILD = (
    """insert into deliveries (name, source, fingerprint) values ('benchmark', 'benchmark/', repeat('b', 64))""",
    """insert into scans (sha256, identifier, supplier_filename, media_type, width, height, bits, channels, bytes,
        object_key, preview_key, first_delivery_id)
    select encode(sha256(n::text::bytea), 'hex'), 'benchmark-' || n, n || '.tif', 'image/tiff', 9, 9, 8, 1, 9,
        'masters/' || n, 'previews/' || n, (select max(delivery_id) from deliveries)
    from generate_series(1, %(pictures)s) n""",
    """insert into models (method, weights_sha256, card) values ('fusion-lite', repeat('c', 64), '{}')""",
    """insert into colorizations (scan_id, model_id, preset, object_key, preview_key, original_preview_key, sha256,
        media_type, bytes, settings)
    select scan_id, (select max(model_id) from models), 'balanced', 'colorizations/' || scan_id, preview_key,
        preview_key, encode(sha256(object_key::bytea), 'hex'), 'image/tiff', 9, '{}'
    from scans where identifier like 'benchmark-%%' order by scan_id""",
    """insert into campaigns (name, question, votes_wanted, target_half_width, control_every)
    values ('benchmark', 'How natural?', 40, 0.3, 0)""",
    """insert into campaign_items (campaign_id, colorization_id, scan_id)
    select (select campaign_id from campaigns where name = 'benchmark'), colorization_id, scan_id
    from colorizations where object_key like 'colorizations/%%'""",
    """insert into raters (rater_id) select md5('rater' || n)::uuid from generate_series(0, %(raters)s - 1) n""",
    """insert into participations (campaign_id, rater_id, trained_at)
    select (select campaign_id from campaigns where name = 'benchmark'), md5('rater' || n)::uuid, now()
    from generate_series(0, %(raters)s - 1) n""",
    """create temporary table numbered as
    select item_id, row_number() over (order by colorization_id) - 1 as number from campaign_items
    where campaign_id = (select campaign_id from campaigns where name = 'benchmark')""",
    """create index on numbered (number)""",
    """insert into ratings (vote_key, item_id, rater_id, simulated, score, seconds, voted_at)
    select gen_random_uuid(), item_id, md5('rater' || rater)::uuid, false,
        greatest(1, least(5, round(1.5 + mod(n.number, 97) / 97.0 * 3 + (mod(rater * 37, 101) / 101.0 - 0.5) * 1.2
            + (random() + random() + random() - 1.5) * 1.3))),
        3 + 4 * random(), now() - interval '30 days' + interval '1 day' * random() * 28
    from generate_series(0, %(raters)s - 1) rater
    cross join generate_series(0, %(each)s - 1) turn
    join numbered n on n.number = mod(turn * %(stride)s::bigint + rater * 31, %(pictures)s)""",
    """update campaign_items i set human_votes = v.votes, total = v.total, squares = v.squares, revision = 1
    from (
        select item_id, count(*) as votes, sum(score) as total, sum(score * score) as squares from ratings group by 1
    ) v
    where v.item_id = i.item_id""",
    """insert into campaign_days (campaign_id, day, simulated, answer, votes, set_aside, last_at)
    select campaign_id, (voted_at at time zone 'UTC')::date, false, score::text, count(*), 0, max(voted_at)
    from ratings join campaign_items using (item_id) group by 1, 2, 3, 4""",
    """drop table numbered""",
)


def build(settings: Settings, pictures: int = PICTURES, raters: int = RATERS, each: int = VOTES_EACH) -> int:
    """A campaign `benchmark` of so many pictures, each of its raters having scored `each`; its id.

    Triggers rest meanwhile, so that it takes minutes and not hours; what they keep is written as they would.
    """
    values = {"pictures": pictures, "raters": raters, "each": each, "stride": STRIDE}
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("select setseed(0.5)")
        for table in TABLES:
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in BUILD:
            cursor.execute(statement, values)
        for table in TABLES:
            cursor.execute(f"alter table {table} enable trigger user")
        cursor.execute("select campaign_id from campaigns where name = 'benchmark'")
        found = cursor.fetchone()["campaign_id"]
    _analyze(settings)
    return found


def _analyze(settings: Settings) -> None:
    with db.connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("analyze")


def rate(settings: Settings, campaign_id: int, turns: int, pause: float = 0.0) -> tuple[list[float], list[float]]:
    """One new rater answers so many pictures after about `pause` seconds each; seconds of handing out and of votes."""
    rater, handed, voted = str(uuid.uuid4()), [], []
    for turn in range(turns):
        time.sleep(pause * (0.5 + uuid.uuid4().bytes[0] / 255))
        items = timed(handed, lambda: serving.next_items(settings, rater, campaign_id))
        if not items:
            break
        answer = {"item_id": items[0].item_id, "rater_id": rater, "answer": 1 + turn % 5, "vote_key": uuid.uuid4()}
        timed(voted, lambda given=answer: voting.vote(settings, seconds=4.0, **given))
    return handed, voted


def timed(seconds: list[float], work: Callable):
    """What `work` returns; its seconds are added to the list."""
    start = time.perf_counter()
    found = work()
    seconds.append(time.perf_counter() - start)
    return found


def say(name: str, seconds: Iterable[float]) -> None:
    """A line: median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    middle, late = statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"{name:<44}{1000 * middle:>9.1f}{1000 * late:>9.1f}  ms, median and 95th percentile of {len(ordered)}")


def measure(
    settings: Settings, campaign_id: int, turns: int, at_once: int, new: int = NEW_VOTES, looking: float = LOOKING
) -> None:
    """Print what raters and staff wait for, and what scoring takes, at last with so many new votes."""
    print(f"{'load of the machine, processors':<44}{os.getloadavg()[0]:>9.1f}{os.cpu_count():>9}")
    handed, voted = rate(settings, campaign_id, turns)
    say("next pictures, one rater", handed)
    say("vote, one rater", voted)
    for pause in (looking, 0.0):
        with ThreadPoolExecutor(at_once if pause else min(at_once, SERVER_THREADS)) as pool:
            found = list(pool.map(lambda _, pause=pause: rate(settings, campaign_id, 5, pause), range(at_once)))
        how = f"each every {pause:g} s" if pause else "without a pause"
        say(f"next pictures, {at_once} raters, {how}", [one for handed, _ in found for one in handed])
        say(f"vote, {at_once} raters, {how}", [one for _, voted in found for one in voted])
    pages(settings, campaign_id)
    _scoring(settings, campaign_id, new)


def pages(settings: Settings, campaign_id: int) -> None:
    """Print how long the pages of campaigns take, rendered whole."""
    from heritage_color.rating.campaigns import overview

    for name, work in (
        ("figures of the page of all campaigns", lambda: overview.campaigns(settings)),
        ("figures of the page of one campaign", lambda: overview.campaign(settings, campaign_id)),
    ):
        seconds: list[float] = []
        for _ in range(20):
            timed(seconds, work)
        say(name, seconds)


def _scoring(settings: Settings, campaign_id: int, new: int) -> None:
    for name, full in (("scoring, everything anew", True), ("scoring, nothing new", False)):
        seconds: list[float] = []
        timed(seconds, lambda full=full: scoring.score(settings, full=full))
        print(f"{name:<44}{seconds[0]:>9.1f}  s")
    for _ in range(new // VOTES_OF_A_NEW_RATER):
        rate(settings, campaign_id, VOTES_OF_A_NEW_RATER)
    seconds = []
    found = timed(seconds, lambda: scoring.score(settings))
    print(f"{f'scoring, {new:,} new votes':<44}{seconds[0]:>9.1f}  s, {found.scored} pictures scored")


def main(arguments: list[str] | None = None) -> int:
    """Build, measure, remove."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaigns", description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--raters", type=int, default=RATERS)
    parser.add_argument("--votes-each", type=int, default=VOTES_EACH)
    parser.add_argument("--turns", type=int, default=100, help="pictures that one rater alone answers")
    parser.add_argument("--at-once", type=int, default=200, help="raters at the same moment")
    options = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="heritage-campaigns-"))
    settings = dataclasses.replace(servers.start(home), votes_wanted=40)
    try:
        catalog.migrate(settings)
        seconds: list[float] = []
        made = timed(seconds, lambda: build(settings, options.pictures, options.raters, options.votes_each))
        print(f"{'building the campaign':<44}{seconds[0]:>9.1f}  s")
        with db.keeping(settings, SERVER_THREADS):  # as the web application does
            measure(settings, made, options.turns, options.at_once)
    finally:
        servers.remove(home)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
