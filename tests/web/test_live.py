"""Live events: one look for all who watch, no thread and no connection for each of them."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from catalog_rows import add_delivery, add_scan, insert

from heritage_color.web.runs import live

WATCHERS = 200


@pytest.fixture
def delivery(site):
    """A delivery with one picture."""
    delivery = add_delivery(site, "plates")
    add_picture(site, delivery, 1)
    return delivery


def add_picture(site, delivery: int, number: int) -> None:
    scan = add_scan(site, f"plate-{number}", first_delivery_id=delivery)
    one = {"delivery_id": delivery, "path": f"{number}.tif", "scan_id": scan}
    insert(site, "delivered_files", "path", **one, role="scan", outcome="accepted", bytes=9)


def event_of(lines, word: str) -> bool:
    """Whether an event with a word comes before the stream ends."""
    return any(word in line for line in lines if line.startswith("data:"))


def test_what_changes_is_told_to_whoever_watches(site, signed_in, delivery):
    with signed_in("curator").stream("GET", f"/events?about=delivery-{delivery}", timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        lines = answer.iter_lines()
        assert event_of(lines, ">1<")
        add_picture(site, delivery, 2)
        assert event_of(lines, ">2<")


def test_two_hundred_pages_hold_neither_threads_nor_connections(site, address, signed_in, delivery, rows):
    cookies = "; ".join(f"{name}={value}" for name, value in signed_in("curator").cookies.items())
    host, port = address.removeprefix("http://").split(":")
    request = f"GET /events?about=delivery-{delivery} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n\r\n".encode()
    before = threading.active_count()

    async def watch() -> tuple[int, int, float, list[bytes]]:
        streams = [await asyncio.open_connection(host, int(port)) for _ in range(WATCHERS)]
        for _, writer in streams:
            writer.write(request)
        await asyncio.gather(*(reader.readuntil(b"data:") for reader, _ in streams))
        threads = threading.active_count() - before
        (counted,) = await asyncio.to_thread(
            rows, "select count(*) from pg_stat_activity where datname = current_database()"
        )
        begun = time.monotonic()
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{address}/sign-in", timeout=60)).status_code == 200
        waited = time.monotonic() - begun
        await asyncio.to_thread(add_picture, site, delivery, 2)
        news = await asyncio.gather(*(reader.readuntil(b">2<") for reader, _ in streams))
        for _, writer in streams:
            writer.close()
        return threads, counted["count"], waited, news

    threads, connections, waited, news = ThreadPoolExecutor(1).submit(lambda: asyncio.run(watch())).result()
    assert len(news) == WATCHERS
    assert threads <= 45  # the server's pool, which every page uses, has 40
    assert connections <= 25  # of which the server keeps 20 for whoever comes next
    assert waited < 10


def test_a_stream_ends_and_its_place_is_free_again(site, signed_in, delivery, monkeypatch):
    monkeypatch.setattr(live, "LASTING", 1.5)
    monkeypatch.setattr(live, "MOST", 1)
    curator = signed_in("curator")
    for _ in range(2):
        assert "data:" in curator.get(f"/events?about=delivery-{delivery}", timeout=60).text


def test_more_pages_than_a_server_takes_are_asked_to_come_later(signed_in, delivery, monkeypatch):
    monkeypatch.setattr(live, "MOST", 0)
    answer = signed_in("curator").get(f"/events?about=delivery-{delivery}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


def test_a_digitizer_watches_no_delivery_that_another_one_uploaded(site, signed_in, delivery, rows):
    own, other = signed_in("digitizer"), signed_in("rater", "digitizer")
    rows(
        "insert into uploads (name, uploader, account_id, state, source, closed_at)"
        " select 'mine', 'A digitizer', account_id, 'finished', 'inbox/mine', now() from accounts"
        " where name = 'digitizer'"
    )
    insert(site, "inbox_entries", "source", source="inbox/mine", signature="5" * 64, delivery_id=delivery)
    met = [client.get(f"/deliveries/{delivery}/way").status_code for client in (own, other)]
    assert met == [200, 404]
    assert other.get(f"/events?about=delivery-{delivery}").status_code == 404


@pytest.mark.parametrize("about", ["", "delivery-0", "delivery-x", "delivery-9999", "../accounts"])
def test_what_nobody_can_watch_is_told_so(signed_in, about):
    assert signed_in("curator").get("/events", params={"about": about}).status_code in (400, 404)
