"""The table of permissions, walked through: every route as every role, and rows that are somebody's own."""

import httpx
import pytest
from accounts_of_people import add_person
from catalog_rows import add_delivery, add_museum, insert
from routes_of import filled, routes

from heritage_color.accounts.roles import Role
from heritage_color.web.door import permissions

EVERYBODY = ["anonymous", *Role]
KIND = ("which may not do this", "You are not signed in")  # the sentences of a refusal


@pytest.fixture
def museum(site):
    """A row of what most pages show."""
    add_museum(site, 1)
    for role in Role:
        add_person(site, role)


@pytest.fixture
def cookies(museum, signed_in):
    """The cookies of each role, of which each request sends a copy: one signs out, the others stay."""
    return {who: {} if who == "anonymous" else dict(signed_in(who).cookies) for who in EVERYBODY}


def token_of(client: httpx.Client, cookies: dict) -> str:
    return client.get("/account", cookies=cookies).text.partition('name="token" value="')[2].partition('"')[0]


def outcome(answer: httpx.Response) -> str:
    """What a person meets: the page (or what is wrong with the form or number), the sign-in page, or a refusal."""
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next="):
        return "asked to sign in"
    if answer.status_code in (401, 403):
        return "refused kindly" if any(sentence in answer.text for sentence in KIND) else f"refused: {answer.text}"
    return "allowed" if answer.status_code < 500 else f"failed: {answer.status_code}"


def expected(route: str, who: str) -> str:
    roles = () if who == "anonymous" else (Role(who),)
    if permissions.allows(route, roles):
        return "allowed"
    return "asked to sign in" if who == "anonymous" and route.startswith("GET") else "refused kindly"


ENDS_ALL = "POST /account/end-sessions"  # it would end what the other requests need, so it has a test of its own


def test_every_route_lets_in_the_roles_of_the_table_and_nobody_else(site, address, cookies):
    asked = [route for route in routes(site) if route != ENDS_ALL]
    assert len(asked) == len(permissions.PERMISSIONS) - 1
    wrong = {}
    for who in EVERYBODY:
        met = ask(address, cookies[who], asked)
        wrong |= {f"{route} as {who}": met[route] for route in asked if met[route] != expected(route, who)}
    assert wrong == {}


def ask(address: str, cookies: dict, asked: list[str]) -> dict[str, str]:
    """What somebody with these cookies meets at each route; cookies that an answer sets or takes are not kept."""
    met = {}
    with httpx.Client(base_url=address) as client:
        token = token_of(client, cookies) if cookies else "none"
        client.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        for route in asked:
            method, path = route.partition(" ")[0], filled(route)
            form = {} if method == "GET" else {"headers": {"X-Form-Token": token}, "content": b""}
            client.cookies.clear()
            met[route] = outcome(client.request(method, path, **form))
    return met


def test_signing_out_everywhere_is_for_whoever_is_signed_in_and_ends_all_their_sessions(signed_in):
    here, there = signed_in("scheduler"), signed_in("scheduler")
    token = token_of(here, dict(here.cookies))
    assert here.post("/account/end-sessions", data={"token": "guessed"}).status_code == 403
    assert there.get("/review").url.path == "/review"
    here.post("/account/end-sessions", data={"token": token})
    assert [client.get("/review").url.path for client in (here, there)] == ["/sign-in", "/sign-in"]


def test_each_role_has_its_column_and_somewhere_to_begin(signed_in):
    begin = {role: signed_in(role).get("/staff").url.path for role in Role}
    assert begin == {
        "rater": "/rate",
        "digitizer": "/deliveries",
        "curator": "/review",
        "scheduler": "/review",
        "administrator": "/review",
    }


def test_who_may_not_decide_is_shown_no_form_that_decides(museum, signed_in):
    pages = {role: signed_in(role).get("/scans/1").text for role in ("curator", "scheduler", "digitizer")}
    assert {role: "/do-not-colorize" in page for role, page in pages.items()} == {
        "curator": True,
        "scheduler": False,
        "digitizer": False,
    }
    assert "Nobody has decided yet" in signed_in("scheduler").get("/review/1").text


@pytest.fixture
def uploaded(site, rows):
    """Two deliveries: the first uploaded by the digitizer, the second brought by a courier."""
    name = add_person(site, "digitizer")
    (account,) = rows("select account_id from accounts where name = %s", (name,))
    first, second = add_delivery(site, "mine"), add_delivery(site, "courier")
    insert(
        site, "uploads", "upload_id",
        name="mine", uploader="A digitizer", account_id=account["account_id"], state="finished", source="inbox/mine",
        closed_at="2026-01-01",
    )  # fmt: skip
    for delivery, file in ((first, "mine.tif"), (second, "courier.tif")):
        insert(
            site, "delivered_files", "path", delivery_id=delivery, path=file, role="scan", outcome="refused", bytes=9
        )
        insert(site, "debts", "path", delivery_id=delivery, path=file)
    insert(site, "inbox_entries", "source", source="inbox/mine", signature="5" * 64, delivery_id=first)
    return first, second


def test_a_digitizer_reaches_no_delivery_that_another_one_uploaded(uploaded, signed_in):
    first, second = uploaded
    paths = [f"/deliveries/{first}", f"/deliveries/{first}/report.csv", f"/deliveries/{second}"]
    met = {
        roles: [signed_in(*roles).get(path).status_code for path in paths]
        for roles in [("digitizer",), ("rater", "digitizer"), ("curator",), ("administrator",)]
    }
    assert met == {
        ("digitizer",): [200, 200, 200],
        ("rater", "digitizer"): [404, 404, 200],  # another person of the team
        ("curator",): [200, 200, 200],
        ("administrator",): [200, 200, 200],
    }
    lists = [signed_in(*roles).get("/deliveries").text for roles in (("digitizer",), ("rater", "digitizer"))]
    assert [(">mine<" in page, ">courier<" in page) for page in lists] == [(True, True), (False, True)]


@pytest.mark.parametrize("path", ["/owed", "/owed.csv"])
def test_what_others_owe_is_not_listed_for_a_digitizer(uploaded, signed_in, path):
    pages = [signed_in(*roles).get(path).text for roles in (("digitizer",), ("rater", "digitizer"))]
    assert [("mine.tif" in page, "courier.tif" in page) for page in pages] == [(True, True), (False, True)]


def test_an_upload_belongs_to_an_account_and_not_to_a_name(site, uploaded, signed_in, rows):
    rows("update uploads set state = 'open', closed_at = null, source = null")
    other = signed_in("rater", "digitizer")
    rows("update accounts set display_name = 'A digitizer'")
    assert [client.get("/uploads/1").status_code for client in (other, signed_in("digitizer"))] == [404, 200]
