"""Who gets in, what is refused, and what every answer carries."""

import dataclasses
import re
import uuid

import httpx
import pytest
from accounts_of_people import PASSWORD, add_person
from catalog_rows import add_colorization, add_museum, add_scan
from routes_of import filled, routes
from serving import serve

from heritage_color import db
from heritage_color.accounts import steps as accounts
from heritage_color.local import servers
from heritage_color.web.door import permissions
from heritage_color.web.door.buckets import Buckets, Size
from heritage_color.web.door.replies import local_path
from heritage_color.web.door.staff import guard


def staff_routes(site):
    return {name: route for name, route in routes(site).items() if not permissions.is_public(name)}


def token_of(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def test_every_route_has_its_line_in_the_table_and_hangs_on_the_guard(site):
    assert set(routes(site)) == set(permissions.PERMISSIONS)
    for name, route in routes(site).items():
        assert guard in [part.call for part in route.dependant.dependencies], name


def test_a_route_that_the_table_does_not_name_is_refused_to_everybody(site, signed_in, monkeypatch):
    grace = signed_in("administrator")
    others = {route: who for route, who in permissions.PERMISSIONS.items() if route != "GET /scans"}
    monkeypatch.setattr(permissions, "PERMISSIONS", others)
    answers = [grace.get("/scans"), httpx.get(f"{grace.base_url}/scans")]
    assert [(answer.status_code, "does not name it" in answer.text) for answer in answers] == [(403, True)] * 2


def test_every_staff_route_refuses_without_a_session(site, address):
    add_museum(site, 1)
    asked = [(name.split()[0], filled(name)) for name in staff_routes(site)]
    answers = [httpx.request(method, address + path) for method, path in asked]
    assert {answer.status_code for answer in answers} == {303, 403}
    assert all(answer.headers["location"].startswith("/sign-in?next=/") for answer in answers if answer.is_redirect)


def test_every_form_of_staff_refuses_without_its_token(site, signed_in):
    add_museum(site, 1)
    grace = signed_in("administrator")
    forms = [filled(name) for name in staff_routes(site) if name.startswith("POST")]
    assert len(forms) >= 4
    answers = [grace.post(path, data={"token": "guessed"}) for path in forms]
    assert {answer.status_code for answer in answers} == {403}
    assert all("another session" in answer.text for answer in answers)


def test_sign_in_goes_to_the_wanted_page_and_sign_out_ends_it(site, address):
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        wanted = client.get("/scans?search=harbour")
        assert wanted.url.path == "/sign-in"
        form = {"name": add_person(site, "curator"), "password": PASSWORD, "next": "/scans?search=harbour"}
        page = client.post("/sign-in", data=form)
        assert str(page.url).endswith("/scans?search=harbour")
        client.post("/sign-out", data={"token": token_of(page.text)})
        assert client.get("/scans").url.path == "/sign-in"


@pytest.mark.parametrize(("role", "start"), [("curator", "/review"), ("digitizer", "/deliveries")])
def test_without_a_wanted_page_each_starts_at_the_first_of_their_own(signed_in, role, start):
    assert signed_in(role).get("/staff").url.path == start


def test_the_navigation_shows_what_the_role_may_open(signed_in):
    page = signed_in("digitizer").get("/scans").text
    assert [f'href="{path}"' in page for path in ("/scans", "/deliveries", "/review")] == [True, True, False]


def test_wrong_passwords_are_counted_and_the_right_one_comes_too_late(site, address):
    name = add_person(site, "curator")
    tries = [httpx.post(f"{address}/sign-in", data={"name": name, "password": str(n)}).status_code for n in range(5)]
    late = httpx.post(f"{address}/sign-in", data={"name": name, "password": PASSWORD})
    assert (tries, late.status_code) == ([403] * 5, 429)


def test_a_right_password_does_not_make_up_for_wrong_ones_and_memory_is_bounded():
    tries, size = Buckets(known=3), Size(2, 900)
    assert not tries.take("a", size).waiting
    for _ in range(3):  # someone with an account of their own, between two guesses at another's
        right = tries.take("a", size)
        assert not right.waiting
        tries.give_back("a", size, right)
    assert [bool(tries.take("a", size).waiting) for _ in range(2)] == [False, True]
    for address in "bcde":
        tries.take(address, size)
    assert len(tries.levels) == 3


def test_the_first_password_makes_one_administrator_and_opens_nothing_later(site, address, rows):
    form = {"name": "Grace", "password": site.staff_password}
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        assert "Nobody has an account yet" in client.get("/sign-in").text
        assert "Grace" in client.post("/sign-in", data=form).text
    late = httpx.post(f"{address}/sign-in", data={**form, "name": "Eve"})
    assert (late.status_code, "password don’t match" in late.text) == (403, True)
    assert rows("select name, roles::text[] as roles from accounts") == [{"name": "Grace", "roles": ["administrator"]}]


def test_without_a_first_password_nobody_signs_in_and_the_page_says_what_makes_an_account(site):
    with serve(dataclasses.replace(site, staff_password="")) as address:
        page = httpx.post(f"{address}/sign-in", data={"name": "Eve", "password": ""})
        assert page.status_code in (400, 403)
        assert "heritage-color account add" in httpx.get(f"{address}/sign-in").text


@pytest.mark.parametrize(
    "change",
    [
        lambda site: accounts.set_password(site, "ada", "another password"),
        lambda site: accounts.set_roles(site, "ada", ["digitizer"]),
        lambda site: accounts.set_disabled(site, "ada"),
    ],
    ids=["password", "role", "disabled"],
)
def test_another_password_or_role_or_a_closed_account_ends_its_sessions_at_once(site, curator, signed_in, change):
    grace = signed_in("administrator")
    assert curator.get("/review").url.path == "/review"
    change(site)
    assert [client.get("/review").url.path for client in (curator, grace)] == ["/sign-in", "/review"]


def test_nobody_signs_in_to_a_closed_account(site, address):
    name = add_person(site, "curator")
    accounts.set_disabled(site, name)
    assert httpx.post(f"{address}/sign-in", data={"name": name, "password": PASSWORD}).status_code == 403


def test_a_session_is_read_by_no_application_with_another_secret(site, curator):
    cookies = dict(curator.cookies)
    with serve(dataclasses.replace(site, session_secret="another")) as address:
        assert httpx.get(f"{address}/review", cookies=cookies).status_code == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", ""],
)
def test_nobody_is_sent_to_another_site_after_sign_in(wanted):
    assert local_path(wanted) == "/review"


def test_the_session_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(site, address):
    form = {"name": add_person(site, "curator"), "password": PASSWORD}
    answer = httpx.post(f"{address}/sign-in", data=form)
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


def test_pages_say_so_while_the_database_is_another_program_s(site, services):
    foreign = dataclasses.replace(site, database=servers.create_database(services, f"test_{uuid.uuid4().hex[:12]}"))
    with db.connect(foreign, bare=True) as connection:
        connection.cursor().execute("create table albums (id int)")
    with serve(foreign) as address:
        answers = [httpx.get(f"{address}/rate"), httpx.get(f"{address}/healthz")]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("does not answer at the moment" in answer.text for answer in answers)
    assert not any("albums" in answer.text for answer in answers)


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
