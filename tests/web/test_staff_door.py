"""Who gets in, what is refused, and what every answer carries."""

import dataclasses
import re

import httpx
import pytest
from catalog_rows import add_colorization, add_museum, add_scan
from serving import serve

from heritage_color.web.app import create
from heritage_color.web.replies import local_path
from heritage_color.web.sessions import Attempts
from heritage_color.web.staff import guard

EXAMPLES = {"kind": "colour", "item_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
PUBLIC = {"/", "/healthz", "/rate", "/rate/{item_id}", "/rate/picture/{item_id}", "/rate/picture/{item_id}/original"}
PUBLIC |= {"/rate/{item_id}/skip", "/sign-in", "/static", "/id/{identifier:path}"}
PUBLIC |= {"/my-votes", "/my-votes/table.csv", "/my-votes/delete", "/my-votes/picture/{item_id}"}


def walk(routes):
    """All routes below included routers."""
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        yield from walk(inner) if inner else [route]


def staff_routes(site):
    return [route for route in walk(create(site).routes) if route.path not in PUBLIC]


def filled(route) -> str:
    return re.sub(r"{(\w+)}", lambda name: EXAMPLES.get(name[1], "1"), route.path)


def token_of(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def test_every_staff_route_hangs_on_the_guard(site):
    routes = staff_routes(site)
    assert len(routes) >= 12
    assert all(guard in [part.call for part in route.dependant.dependencies] for route in routes)


def test_every_staff_route_refuses_without_a_session(site, address):
    add_museum(site, 1)
    answers = [
        httpx.request(method, address + filled(route)) for route in staff_routes(site) for method in route.methods
    ]
    assert {answer.status_code for answer in answers} == {303, 403}
    assert all(answer.headers["location"].startswith("/sign-in?next=/") for answer in answers if answer.is_redirect)


def test_every_form_of_staff_refuses_without_its_token(site, curator):
    add_museum(site, 1)
    routes = [route for route in staff_routes(site) if "POST" in route.methods]
    assert len(routes) >= 3
    assert {curator.post(filled(route), data={"token": "guessed"}).status_code for route in routes} == {403}


def test_sign_in_goes_to_the_wanted_page_and_sign_out_ends_it(address):
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        wanted = client.get("/scans?search=harbour")
        assert wanted.url.path == "/sign-in"
        form = {"name": "Ada", "password": "correct horse", "next": "/scans?search=harbour"}
        page = client.post("/sign-in", data=form)
        assert str(page.url).endswith("/scans?search=harbour")
        client.post("/sign-out", data={"token": token_of(page.text)})
        assert client.get("/scans").url.path == "/sign-in"


def test_wrong_passwords_are_counted_and_the_right_one_comes_too_late(address):
    tries = [httpx.post(f"{address}/sign-in", data={"name": "Eve", "password": str(n)}).status_code for n in range(5)]
    late = httpx.post(f"{address}/sign-in", data={"name": "Eve", "password": "correct horse"})
    assert (tries, late.status_code) == ([403] * 5, 429)


def test_attempts_are_forgotten_after_a_right_password_and_memory_is_bounded():
    attempts = Attempts(limit=2, addresses=3)
    assert [attempts.admit("a") for _ in range(3)] == [True, True, False]
    attempts.forget("a")
    assert attempts.admit("a")
    for address in "bcde":
        attempts.admit(address)
    assert len(attempts.tries) == 3


def test_without_a_password_nobody_signs_in_and_the_page_says_how_to_set_one(site):
    with serve(dataclasses.replace(site, staff_password="")) as address:
        page = httpx.post(f"{address}/sign-in", data={"name": "Eve", "password": ""})
        assert page.status_code in (400, 403)
        assert "HERITAGE_STAFF_PASSWORD" in httpx.get(f"{address}/sign-in").text


def test_another_password_ends_all_sessions(site, curator):
    cookies = dict(curator.cookies)
    with serve(dataclasses.replace(site, staff_password="another")) as address:
        assert httpx.get(f"{address}/review", cookies=cookies).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", ""],
)
def test_nobody_is_sent_to_another_site_after_sign_in(wanted):
    assert local_path(wanted) == "/review"


def test_the_session_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(address):
    answer = httpx.post(f"{address}/sign-in", data={"name": "Ada", "password": "correct horse"})
    assert {"httponly", "samesite=lax"} <= set(answer.headers["set-cookie"].lower().split("; "))


def test_a_form_from_another_site_is_refused(site, curator):
    token = token_of(curator.get("/review").text)
    foreign = [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
    answers = [curator.post("/sign-out", data={"token": token}, headers=headers) for headers in foreign]
    assert [answer.status_code for answer in answers] == [403] * 3


def test_large_and_unmeasured_bodies_are_refused(curator):
    assert curator.post("/sign-out", content=b"x" * 70_000).status_code == 413
    assert curator.post("/sign-out", content=iter([b"x"])).status_code == 411


def test_every_answer_carries_the_security_headers(address):
    paths = ("/", "/rate", "/sign-in", "/nothing", "/rate/picture/x", "/healthz", "/static/style.css")
    for headers in [httpx.get(address + path).headers for path in paths]:
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


def test_addresses_that_lead_nowhere_are_plain_pages(curator):
    paths = ("/scans/0", "/scans/99999999999999999999", "/scans/1'--", "/review/7", "/deliveries/7", "/pictures/x/1")
    answers = [curator.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [404] * len(paths)
    assert all("There is no" in answer.text for answer in answers)


def test_a_failure_shows_no_traceback_and_keeps_the_headers(site):
    with serve(dataclasses.replace(site, database="postgresql://nobody@127.0.0.1:9/none")) as address:
        answers = [httpx.get(f"{address}/rate"), httpx.get(f"{address}/healthz")]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("nobody" not in answer.text for answer in answers)


def test_health_asks_catalog_and_storage(site, visitor):
    assert visitor.get("/healthz").json() == {"catalog": "answers", "storage": "answers"}
    with serve(dataclasses.replace(site, s3_secret_key="wrong")) as address:
        assert httpx.get(f"{address}/healthz").status_code == 503


def test_previews_for_staff_come_large_and_small(site, curator):
    colorization = add_colorization(site, add_scan(site))
    large = curator.get(f"/pictures/colour/{colorization}")
    small = curator.get(f"/pictures/scan/{colorization}/small")
    assert [answer.headers["content-type"] for answer in (large, small)] == ["image/jpeg"] * 2
    assert "private" in large.headers["cache-control"]
