"""The frame of all staff pages: menus in groups, help, times of the museum and of the reader."""

import dataclasses
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from accessibility import violations
from accounts_of_people import PASSWORD, add_person
from catalog_rows import add_delivery
from serving import serve

from heritage_color import settings
from heritage_color.accounts.roles import Role
from heritage_color.errors import SettingsError
from heritage_color.web.door import permissions, wording

PHONE = {"width": 360, "height": 740}


def open_menu(page, group: str):
    page.locator("summary", has_text=group).press("Enter")
    return page.locator("details.menu[open]")


@pytest.mark.parametrize("role", list(Role))
def test_each_page_of_a_group_is_open_to_who_sees_it_and_no_group_is_empty(role):
    for pages in permissions.groups_of([role]).values():
        assert pages
        assert all(permissions.allows(f"GET {address}", [role]) for address in pages)


def test_menus_work_by_keyboard_close_by_escape_and_show_where_one_is(open_page, sign_in):
    page = open_page()
    sign_in(page, "administrator", "/scans")
    menu = open_menu(page, "Intake")
    assert menu.get_by_role("link", name="Scans").get_attribute("aria-current") == "page"
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    open_menu(page, "Admin").get_by_role("link", name="Accounts").click()
    page.wait_for_url("**/accounts")


def test_on_a_phone_the_menus_fit_one_line_without_scripts_too(open_page, sign_in):
    for scripts in (True, False):
        page = open_page(viewport=PHONE, java_script_enabled=scripts)
        sign_in(page, "administrator", "/accounts")
        tops = page.locator("nav[aria-label=Pages] > *").evaluate_all("all => all.map(one => one.offsetTop)")
        assert max(tops) - min(tops) < 10
        assert page.locator(".masthead").bounding_box()["height"] < 130
        box = open_menu(page, "Volunteers").locator("ul").bounding_box()
        assert (box["x"] >= 0, box["x"] + box["width"] <= PHONE["width"]) == (True, True)


def test_help_names_the_own_role_and_links_only_to_pages_that_are_open(signed_in):
    page = signed_in("digitizer").get("/help").text
    assert "Digitization team <span" in page
    assert ("/deliveries" in page, 'href="/review"' in page) == (True, False)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "23 November 2026, 12:54 UTC"),
        ("Europe/Vienna", "23 November 2026, 13:54 CET"),
        ("Asia/Kathmandu", "23 November 2026, 18:39 Asia/Kathmandu"),
    ],
)
def test_a_moment_is_told_in_the_museums_zone(zone, text):
    assert wording.when(datetime(2026, 11, 23, 12, 54, tzinfo=UTC), ZoneInfo(zone)) == text


def test_a_zone_that_does_not_exist_is_refused_with_a_sentence():
    with pytest.raises(SettingsError, match="HERITAGE_TIME_ZONE must be the name of a time zone, such as Europe"):
        settings.read({"HERITAGE_TIME_ZONE": "Middle/Earth"})


def test_a_reader_elsewhere_sees_their_own_clock_and_the_museums_beside_it(site, chromium):
    add_delivery(site, "box-1")
    with serve(dataclasses.replace(site, time_zone="Europe/Vienna")) as address:
        context = chromium.new_context(base_url=address, timezone_id="Asia/Tokyo")
        page = context.new_page()
        page.goto("/sign-in?next=/deliveries")
        page.fill("#name", add_person(site, "curator"))
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        time = page.locator("time[data-local]").first
        time.wait_for()
        theirs, ours = time.text_content(), time.get_attribute("title")
        context.close()
    hours = [int(re.search(r"(\d\d):\d\d", text)[1]) for text in (theirs, ours)]
    assert (hours[0] - hours[1]) % 24 in (7, 8)
    assert ours.endswith(("CET", "CEST"))
