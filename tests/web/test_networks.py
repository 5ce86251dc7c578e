"""Visitors behind the museum's own proxy are told apart, and who only says that it is one is not believed."""

import contextlib
import dataclasses

import httpx
import pytest
from accounts_of_people import PASSWORD, add_person
from catalog_rows import add_museum
from serving import serve
from taking_part import answer, join

from heritage_color.errors import SettingsError
from heritage_color.rating import steps as rating
from heritage_color.settings import read

PROXY, STRANGER = "127.0.0.2", "127.0.0.3"  # addresses of this machine that are not 127.0.0.1


@pytest.fixture
def through(site):
    """A function that gives a client of a site behind PROXY: through it, or from elsewhere, for a visitor."""
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(serve(dataclasses.replace(site, trusted_proxies=f"10.1.0.0/16,{PROXY}")))

        def run(visitor: str, by: str = PROXY) -> httpx.Client:
            transport, headers = httpx.HTTPTransport(local_address=by), {"X-Forwarded-For": visitor}
            client = httpx.Client(base_url=address, transport=transport, headers=headers, follow_redirects=True)
            return stack.enter_context(client)

        yield run


def wrong(client: httpx.Client, name: str) -> list[int]:
    """What six wrong passwords are answered with."""
    return [client.post("/sign-in", data={"name": name, "password": str(n)}).status_code for n in range(6)]


def test_wrong_passwords_of_one_visitor_of_a_proxy_lock_no_other_out(site, through):
    name = add_person(site, "curator")
    assert wrong(through("198.51.100.7"), name) == [403] * 5 + [429]
    honest = through("203.0.113.9").post("/sign-in", data={"name": name, "password": PASSWORD})
    assert honest.status_code == 200


def test_a_forged_name_changes_nothing_for_who_is_not_the_proxy(site, through):
    name = add_person(site, "curator")
    statuses = [wrong(through(f"198.51.100.{n}", by=STRANGER), name) for n in (1, 2)]
    assert statuses == [[403] * 5 + [429], [429] * 6]


def test_what_a_visitor_says_before_the_proxy_is_not_believed_either(site, through):
    name = add_person(site, "curator")
    assert wrong(through("192.0.2.1, 198.51.100.7"), name) == [403] * 5 + [429]
    assert wrong(through("192.0.2.2, 198.51.100.7"), name) == [429] * 6


def test_votes_of_two_visitors_leave_the_traces_of_two_networks(site, through, rows):
    add_museum(site, 2)
    rating.queue(site, "spring")
    for visitor in ("198.51.100.7", "203.0.113.9"):
        client = through(visitor)
        answer(client, join(client), score=4)
    assert len({bytes(row["network"]) for row in rows("select network from network_activity")}) == 2


def test_a_proxy_that_nobody_named_is_told_to_staff_with_its_address(site, signed_in):
    curator, administrator = signed_in("curator"), signed_in("administrator")
    assert "HERITAGE_TRUSTED_PROXIES" not in curator.get("/holds").text
    transport = httpx.HTTPTransport(local_address=PROXY)
    with httpx.Client(base_url=curator.base_url, transport=transport) as proxy:
        proxy.get("/", headers={"X-Forwarded-For": "198.51.100.7"})
    pages = [curator.get("/holds").text, administrator.get("/accounts").text]
    assert ["came through 127.0.0.2" in page and "counts as one person" in page for page in pages] == [True, True]


def test_a_named_proxy_is_told_to_nobody(through, site):
    through("198.51.100.7").get("/")
    curator = through("198.51.100.7")
    curator.post("/sign-in", data={"name": add_person(site, "curator"), "password": PASSWORD})
    page = curator.get("/holds").text
    assert ("Held votes" in page, "HERITAGE_TRUSTED_PROXIES" in page) == (True, False)


@pytest.mark.parametrize("text", ["*", "0.0.0.0/0", "::/0", "proxy", "10.0.0.5/8", "10.0.0.5,,10.0.0.6"])
def test_everybody_cannot_be_named_as_a_proxy(text):
    with pytest.raises(SettingsError, match="HERITAGE_TRUSTED_PROXIES must be addresses or networks"):
        read({"HERITAGE_TRUSTED_PROXIES": text})
