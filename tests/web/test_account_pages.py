"""Accounts on pages: one's own, and those that an administrator manages."""

import contextlib
import re

import httpx
import pytest
from accounts_of_people import PASSWORD, add_person

NEW = "a new and longer password"


def token_of(client: httpx.Client) -> str:
    return re.search(r'name="token" value="([^"]+)"', client.get("/account").text)[1]


def send(client: httpx.Client, path: str, **fields) -> httpx.Response:
    return client.post(path, data={"token": token_of(client), **fields})


@contextlib.contextmanager
def enter(address: str, name: str, password: str):
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        client.post("/sign-in", data={"name": name, "password": password})
        yield client


@pytest.fixture
def grace(signed_in):
    """A signed-in administrator."""
    return signed_in("administrator")


def test_who_changes_the_password_stays_signed_in_here_and_nowhere_else(address, signed_in):
    here, there = signed_in("curator"), signed_in("curator")
    answer = send(here, "/account/password", current=PASSWORD, new=NEW, again=NEW)
    assert "Your password was changed" in answer.text
    assert [client.get("/scans").url.path for client in (here, there)] == ["/scans", "/sign-in"]
    with enter(address, "ada", NEW) as later:
        assert later.get("/scans").url.path == "/scans"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"current": "wrong", "new": NEW, "again": NEW}, "The present password is another"),
        ({"current": PASSWORD, "new": NEW, "again": NEW + "x"}, "differ"),
        ({"current": PASSWORD, "new": "short", "again": "short"}, "10 to 1,000 characters"),
    ],
)
def test_a_password_that_does_not_fit_changes_nothing_and_says_why(curator, address, form, said):
    answer = send(curator, "/account/password", **form)
    assert (answer.status_code, said in answer.text) == (400, True)
    with enter(address, "ada", PASSWORD) as again:
        assert again.get("/scans").url.path == "/scans"


def test_a_stolen_session_cannot_try_passwords_without_end(curator):
    form = {"current": "wrong", "new": NEW, "again": NEW}
    tries = [send(curator, "/account/password", **form).status_code for _ in range(6)]
    assert tries == [400] * 5 + [429]


def test_a_new_account_gets_a_password_that_is_shown_once_and_changed_first(grace, address):
    page = send(grace, "/accounts", name="eve", display_name="Eve Digitizer", roles=["digitizer"]).text
    password = re.search(r"shown this once: <code>([^<]+)</code>", page)[1]
    assert password not in grace.get("/accounts").text
    with enter(address, "eve", password) as eve:
        assert eve.get("/scans").status_code == 403
        assert "Choose one of your own first" in eve.get("/scans").text
        send(eve, "/account/password", current=password, new=NEW, again=NEW)
        assert "Eve Digitizer" in eve.get("/scans").text


def test_what_cannot_be_an_account_is_said_and_the_form_keeps_what_was_typed(grace):
    taken = send(grace, "/accounts", name="GRACE", roles=["curator"], display_name="Another Grace")
    assert (taken.status_code, "There is an account GRACE already" in taken.text) == (400, True)
    assert 'value="Another Grace"' in taken.text
    assert "one or more of the roles" in send(grace, "/accounts", name="eve").text


def test_roles_are_changed_and_hold_at_once(site, grace, curator):
    assert send(curator, "/accounts/1/roles", roles=["administrator"]).status_code == 403
    ada = re.search(r'href="(/accounts/\d+)">ada<', grace.get("/accounts").text)[1]
    send(grace, f"{ada}/roles", roles=["digitizer", "scheduler"])
    assert curator.get("/scans").url.path == "/sign-in"
    assert re.findall(r'value="(\w+)" checked', grace.get(ada).text) == ["digitizer", "scheduler"]


def test_an_account_is_closed_opened_and_given_another_password(grace, curator, address, rows):
    ada = re.search(r'href="(/accounts/\d+)">ada<', grace.get("/accounts").text)[1]
    send(grace, f"{ada}/disable")
    assert curator.get("/scans").url.path == "/sign-in"
    assert "closed</span>" in grace.get("/accounts").text
    send(grace, f"{ada}/enable")
    page = send(grace, f"{ada}/password").text
    password = re.search(r"shown this once: <code>([^<]+)</code>", page)[1]
    with enter(address, "ada", password) as again:
        assert again.get("/account").status_code == 200
    written = rows("select agent, outcome from events where detail ->> 'account' = 'ada' order by event_id")
    assert {row["agent"] for row in written} == {"Grace Administrator"}
    assert [row["outcome"] for row in written] == ["account closed", "account opened", "password changed"]


def test_the_last_administrator_locks_nobody_out(grace, rows):
    own = re.search(r'href="(/accounts/\d+)">grace<', grace.get("/accounts").text)[1]
    answers = [send(grace, f"{own}/disable"), send(grace, f"{own}/roles", roles=["curator"])]
    assert [(answer.status_code, "only administrator" in answer.text) for answer in answers] == [(400, True)] * 2
    assert grace.get("/accounts").status_code == 200


def test_hostile_names_are_text(site, grace):
    send(grace, "/accounts", name="<script>alert(1)</script>", roles=["curator"])
    assert "&lt;script&gt;" in grace.get("/accounts").text
    assert "<script>alert" not in grace.get("/accounts").text


def test_an_account_that_is_not_there_is_a_plain_page(site, grace):
    assert grace.get("/accounts/99").status_code == 404
    assert add_person(site, "curator") == "ada"
