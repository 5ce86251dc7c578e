"""Signing in at an OpenID Connect provider: a real one, that is made to lie."""

import base64
import dataclasses
import hashlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import flask
import httpx
import oidc_provider_mock
import pytest
import werkzeug.serving
from authlib.oidc.core import UserInfo
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from serving import serve

from heritage_color.accounts import steps
from heritage_color.accounts.claims import Claims
from heritage_color.accounts.provider import Provider
from heritage_color.accounts.roles import Role
from heritage_color.errors import ServiceError, SettingsError
from heritage_color.local.processes import free_ports
from heritage_color.web.app import create

PEOPLE = {
    "u-1": {"preferred_username": "ada", "name": "Ada Byron", "email": "x@museum.example", "groups": ["curators"]},
    "u-2": {
        "preferred_username": "Ada",
        "name": "Another Ada",
        "email": "x@museum.example",
        "groups": ["it", "other"],
    },
    "u-3": {"preferred_username": "eve", "name": "Eve", "groups": ["visitors"]},
}


@pytest.fixture(scope="module")
def told():
    """A running provider: its issuer, the requests for tokens that came, and what it does to the tokens it gives."""
    users = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    app = oidc_provider_mock.app(require_nonce=True, user_claims=users)
    server = werkzeug.serving.make_server("localhost", 0, app, threaded=True)
    told = SimpleNamespace(issuer=f"http://localhost:{server.server_port}", asked=[], change=None)

    @app.after_request
    def change(answer):
        if flask.request.path == "/oauth2/token":
            told.asked.append(flask.request.form.to_dict())
            if told.change:
                answer.set_data(flask.json.dumps(told.change(answer.get_json())))
        return answer

    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def museum(site, told):
    """Settings of a museum that signs its people in at the provider, at a port of its own."""
    told.change, told.asked[:] = None, []
    address = f"http://127.0.0.1:{free_ports(1)[0]}"
    rules = "curators=curator,it=administrator"
    named = {"oidc_issuer": told.issuer, "oidc_client_id": "museum", "oidc_client_secret": "s3cret"}
    return dataclasses.replace(site, web_address=address, oidc_roles=rules, **named)


@pytest.fixture
def door(museum):
    """The address of its web application."""
    with serve(museum, urlsplit(museum.web_address).port) as address:
        yield address


@pytest.fixture
def browser(door):
    """A browser before that door."""
    with httpx.Client(base_url=door, follow_redirects=True) as client:
        yield client


def begin(browser: httpx.Client, wanted: str = "/scans") -> str:
    """To the provider's page; its address."""
    page = browser.get(f"/sign-in/provider?next={wanted}")
    assert page.url.path == "/oauth2/authorize"
    return str(page.url)


def enter(browser: httpx.Client, subject: str = "u-1", wanted: str = "/scans") -> httpx.Response:
    return browser.post(begin(browser, wanted), data={"sub": subject})


def test_the_sign_in_page_leads_to_the_provider_and_back_to_the_wanted_page(browser, rows):
    assert 'href="/sign-in/provider?next=/scans"' in browser.get("/scans").text
    page = enter(browser)
    assert (page.status_code, page.url.path, "Ada Byron" in page.text) == (200, "/scans", True)
    (account,) = rows("select name, display_name, roles::text[] as roles, subject from accounts")
    assert account == {"name": "ada", "display_name": "Ada Byron", "roles": ["curator"], "subject": "u-1"}


def test_the_code_is_bound_to_the_browser_by_a_challenge(browser, told):
    asked = parse_qs(urlsplit(begin(browser)).query)
    assert (asked["code_challenge_method"], len(asked["nonce"][0]) >= 32) == (["S256"], True)
    enter(browser)
    verifier = told.asked[0]["code_verifier"]
    assert 43 <= len(verifier) <= 128  # RFC 7636, 4.1
    first = parse_qs(urlsplit(begin(browser)).query)
    assert first["code_challenge"] != asked["code_challenge"]


def test_the_verifier_is_that_of_the_challenge(browser, told):
    page = begin(browser)
    browser.post(page, data={"sub": "u-1"})
    digest = hashlib.sha256(told.asked[0]["code_verifier"].encode()).digest()
    assert parse_qs(urlsplit(page).query)["code_challenge"] == [base64.urlsafe_b64encode(digest).decode().rstrip("=")]


def test_an_account_is_told_by_issuer_and_subject_never_by_mail_or_name(museum, browser, rows):
    steps.add_account(museum, "ADA", ["curator"], "glass plate 1911")
    enter(browser, "u-1")
    enter(browser, "u-2")
    enter(browser, "u-1")
    found = rows("select name, subject from accounts order by account_id")
    assert [(row["name"], row["subject"]) for row in found] == [("ADA", None), ("ada (2)", "u-1"), ("Ada (3)", "u-2")]


def test_groups_that_change_change_the_roles_and_end_the_sessions(museum, browser, rows):
    enter(browser)
    assert browser.get("/review").status_code == 200
    rows("update accounts set roles = '{administrator}'")
    page = enter(browser)
    assert (page.status_code, browser.get("/accounts").status_code) == (200, 403)
    assert rows("select roles::text[] as roles, generation from accounts") == [{"roles": ["curator"], "generation": 2}]


def test_without_a_role_there_is_a_page_that_says_so_and_no_session(browser, rows):
    page = enter(browser, "u-3")
    assert (page.status_code, "none of your groups there has a role here" in page.text) == (403, True)
    assert browser.get("/scans").url.path == "/sign-in"
    assert rows("select * from accounts") == []


def test_a_closed_account_stays_closed(museum, browser):
    enter(browser)
    steps.add_account(museum, "grace", ["administrator"], "glass plate 1911")
    steps.set_disabled(museum, "ada")
    page = enter(browser)
    assert (page.status_code, "was closed" in page.text) == (403, True)


def test_its_password_and_roles_are_not_changed_here(museum, browser):
    enter(browser)
    with pytest.raises(steps.AccountError, match="signs in at"):
        steps.set_password(museum, "ada", "glass plate 1911")
    with pytest.raises(steps.AccountError, match="also gives the roles"):
        steps.set_roles(museum, "ada", ["administrator"])
    assert "Change your password there" in browser.get("/account").text


# ------------------------------------------------------------------------- a provider that lies

FOREIGN = RSAKey.generate_key(2048)


def claims_of(token: dict) -> dict:
    body = token["id_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def signed(token: dict, key=None, drop=(), algorithm: str = "RS256", **change) -> dict:
    """The answer with other claims in its ID token, signed by the provider's own key unless another is given."""
    claims = {name: value for name, value in (claims_of(token) | change).items() if name not in drop}
    own = flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)
    key = key or RSAKey.import_key(own)
    return token | {"id_token": jwt.encode({"alg": algorithm}, claims, key, algorithms=[algorithm])}


def unsigned(token: dict) -> dict:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return token | {"id_token": f"{head}.{token['id_token'].split('.')[1]}."}


LIES = {
    "another key": lambda token: signed(token, FOREIGN),
    "no signature": unsigned,
    "a shared secret": lambda token: signed(token, OctKey.import_key("s3cret" * 8), algorithm="HS256"),
    "another nonce": lambda token: signed(token, nonce="replayed"),
    "no nonce": lambda token: signed(token, drop=["nonce"]),
    "another audience": lambda token: signed(token, aud="another site"),
    "two audiences": lambda token: signed(token, aud=["museum", "another site"]),
    "another issuer": lambda token: signed(token, iss="https://evil.example"),
    "too old": lambda token: signed(token, exp=1_600_000_000),
    "nobody": lambda token: signed(token, drop=["sub"]),
    "no token": lambda token: {name: value for name, value in token.items() if name != "id_token"},
    "no token at all": lambda token: token | {"id_token": "x.y.z"},
}


def test_what_is_not_proven_signs_nobody_in(browser, told, rows):
    met = {}
    for lie, told.change in LIES.items():
        page = enter(browser)
        met[lie] = (page.status_code, "cannot be believed" in page.text, "staff" in browser.cookies)
    assert met == dict.fromkeys(LIES, (403, True, False))
    assert rows("select * from accounts") == []


def test_what_the_provider_signs_itself_is_believed(browser, told):
    told.change = lambda token: signed(token, extra="kept")
    assert enter(browser).url.path == "/scans"


def test_groups_are_asked_of_the_provider_where_the_token_lacks_them(browser, told, rows):
    told.change = lambda token: signed(token, drop=["groups", "name"])
    assert enter(browser, "u-2").status_code == 200
    assert rows("select roles::text[] as roles, display_name from accounts") == [
        {"roles": ["administrator"], "display_name": "Another Ada"}
    ]


def test_the_groups_of_another_person_are_not_taken(browser, told):
    told.change = lambda token: signed(token, drop=["groups"], sub="u-1")
    page = enter(browser, "u-2")
    assert (page.status_code, "two different people" in page.text) == (403, True)


# ------------------------------------------------------------------------- the way back


def test_an_answer_to_another_question_is_refused(browser, door):
    begin(browser)
    page = browser.get("/sign-in/callback?code=x&state=guessed")
    assert (page.status_code, "not begun in this browser" in page.text) == (403, True)
    with httpx.Client(base_url=door) as other:
        assert other.get("/sign-in/callback?code=x&state=x").status_code == 400


def test_an_answer_counts_once(browser):
    page = browser.post(begin(browser), data={"sub": "u-1"})
    way_back = str(page.history[-1].url)
    assert "/sign-in/callback?code=" in way_back
    again = browser.get(way_back)
    assert (again.status_code, again.url.path) == (400, "/sign-in/callback")


def test_a_code_that_the_provider_does_not_know_and_a_refusal_end_with_a_sentence(browser):
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    unknown = browser.get(f"/sign-in/callback?code=guessed&state={state}")
    denied = browser.get(f"/sign-in/callback?error=access_denied&state={state}")
    foreign = browser.get(f"/sign-in/callback?code=x&state={state}&iss=https://evil.example")
    assert "invalid_grant" in unknown.text
    assert "access_denied" in denied.text
    assert "another provider" in foreign.text
    assert {answer.status_code for answer in (unknown, denied, foreign)} == {403}


def test_the_way_back_stays_on_this_site(browser, door):
    for wanted in ("//evil.example", "https://evil.example/x", "/%5Cevil.example"):
        page = enter(browser, wanted=wanted)
        assert (str(page.url).startswith(door), page.url.path) == (True, "/review"), wanted


# ------------------------------------------------------------------------- providers that are not there


def sentence_of(settings) -> tuple[int, str]:
    with serve(settings) as address:
        assert httpx.get(f"{address}/sign-in").status_code == 200  # nothing is asked before somebody signs in
        answer = httpx.get(f"{address}/sign-in/provider")
    return answer.status_code, answer.text


def test_a_provider_that_does_not_answer_is_named_and_the_other_way_is_shown(museum):
    status, text = sentence_of(dataclasses.replace(museum, oidc_issuer=f"http://localhost:{free_ports(1)[0]}"))
    assert (status, "does not answer at the moment" in text, "name and password" in text) == (503, True, True)


@pytest.fixture
def hanging():
    """Address of a server that takes every request and answers none."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_token_request_that_hangs_ends_after_its_seconds(museum, told, hanging):
    provider = Provider(museum, seconds=0.5)
    question = provider.ask()
    assert provider.facts
    endpoints = provider.facts.endpoints | {"token_endpoint": f"{hanging}/token"}
    provider.facts = dataclasses.replace(provider.facts, endpoints=endpoints)
    began = time.monotonic()
    with pytest.raises(ServiceError, match="does not answer at the moment"):
        provider.identify(question, {"state": question.state, "code": "x"})
    assert time.monotonic() - began < 5


def test_who_presses_the_button_of_a_provider_that_hangs_waits_for_nobody_else(museum, hanging):
    provider = Provider(dataclasses.replace(museum, oidc_issuer=hanging), seconds=1, at_once=4)

    def press(_: int) -> float:
        began = time.monotonic()
        with pytest.raises(ServiceError, match="does not answer at the moment"):
            provider.ask()
        return time.monotonic() - began

    with ThreadPoolExecutor(12) as people:
        waited = sorted(people.map(press, range(12)))
    assert (waited[7] < 0.9, waited[11] < 2.5) == (True, True)  # eight are told at once, four after their second


def test_a_provider_that_calls_itself_otherwise_is_not_asked_further(museum, told):
    status, text = sentence_of(dataclasses.replace(museum, oidc_issuer=f"{told.issuer}/"))
    assert (status, "HERITAGE_OIDC_ISSUER must be the same" in text) == (503, True)


def test_without_a_provider_there_is_no_such_way(site, visitor):
    assert "/sign-in/provider" not in visitor.get("/sign-in").text
    assert visitor.get("/sign-in/provider").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"oidc_issuer": "http://login.museum.example"}, "over https only"),
        ({"oidc_client_id": ""}, "HERITAGE_OIDC_CLIENT_ID"),
        ({"oidc_roles": "curators=king"}, "found 'king'"),
        ({"oidc_roles": "curators"}, "'curators' is not GROUP=ROLE"),
    ],
)
def test_settings_that_contradict_themselves_stop_the_start(museum, change, said):
    with pytest.raises(SettingsError, match=said):
        create(dataclasses.replace(museum, **change))


def test_groups_lead_to_roles_also_from_inside_a_claim(museum):
    inside = dataclasses.replace(museum, oidc_claim="realm_access.roles", oidc_roles="a=b=curator, it=administrator")
    provider = Provider(inside)
    assert provider.roles_of(["a=b", "it", 7, "else"]) == {Role.CURATOR, Role.ADMINISTRATOR}
    assert provider.roles_of("it") == {Role.ADMINISTRATOR}
    assert Claims.of(UserInfo({"realm_access": {"roles": ["it"]}}), inside.oidc_claim).groups == ["it"]
    assert Claims.of(
        UserInfo({"realm_access.roles": ["a"], "realm_access": {"roles": ["it"]}}), inside.oidc_claim
    ).groups == ["a"]
    assert Claims.of(UserInfo({"realm_access": "odd"}), inside.oidc_claim).groups is None
