"""The rating pages in a real browser: by keyboard on a phone, without a connection, with and without scripts."""

import pytest
from catalog_rows import add_museum

from heritage_color.rating import steps as rating

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def museum(site):
    """Four colorizations in an open campaign."""
    colorizations = add_museum(site, 4)
    rating.queue(site, "spring")
    return colorizations


def take_part(page):
    """From the rating page's address to the first picture, by keyboard."""
    page.get_by_role("link", name="Go on").press("Enter")
    page.get_by_role("button", name="I agree").press("Enter")
    page.get_by_role("link", name="Go on").press("Enter")
    page.get_by_role("button", name="Skip the checks").press("Enter")
    page.wait_for_load_state("load")


def standing_scores(rows):
    found = rows("select score from ratings where undone_at is null order by voted_at")
    return [row["score"] for row in found]


def test_on_a_phone_by_keys_alone_a_score_is_given_and_taken_back_and_all_pictures_are_answered(
    museum, open_page, rows
):
    page = open_page("/rate", viewport=PHONE)
    take_part(page)
    page.keyboard.press("1")
    page.get_by_text("2 of about 4").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Your last answer was taken back").wait_for()
    for number, key in enumerate("2345", 1):
        page.get_by_text(f"{number} of about 4").wait_for()
        page.keyboard.press(key)
    page.get_by_role("heading", name="You have seen everything").wait_for()
    assert standing_scores(rows) == [2, 3, 4, 5]
    seconds = [row["seconds"] for row in rows("select seconds from ratings")]
    assert len(seconds) == 5
    assert None not in seconds


def test_answers_without_a_connection_are_kept_over_a_reload_and_counted_once_when_it_is_back(museum, open_page, rows):
    page = open_page("/rate")
    take_part(page)
    page.context.set_offline(True)
    for number in (1, 2):
        page.get_by_text(f"{number} of about 4").wait_for()
        page.keyboard.press("4")
    page.get_by_text("Answers kept in this browser: 2").wait_for()
    assert rows("select * from ratings") == []
    with page.expect_event("requestfailed"):
        page.evaluate("location.reload()")
    page.context.set_offline(False)
    page.goto("/rate")
    page.get_by_text("3 of about 4").wait_for()
    assert standing_scores(rows) == [4, 4]
    assert page.evaluate("Object.keys(localStorage).map((place) => localStorage[place])") == ["[]"]


def test_rating_works_without_scripts_and_with_the_back_button(museum, open_page, rows):
    page = open_page("/rate", java_script_enabled=False)
    take_part(page)
    page.get_by_role("button", name="Fair").click()
    page.get_by_text("2 of about 4").wait_for()
    page.go_back()
    page.get_by_role("button", name="Bad").click()
    page.get_by_text("3 of about 4").wait_for()
    assert sorted(row["score"] for row in rows("select score from ratings")) == [1, 3]


def test_no_key_scores_what_is_folded_under_its_warning_nor_when_keys_are_turned_off(museum, open_page, rows):
    rows("update scans set content_warning = 'Shows grief.'")
    page = open_page("/rate")
    take_part(page)
    page.keyboard.press("2")
    page.locator("#desk").get_by_text("Show the picture").click()
    page.keyboard.press("4")
    page.get_by_text("2 of about 4").wait_for()
    page.locator("#desk").get_by_text("Show the picture").click()
    page.get_by_role("button", name="Turn shortcut keys off").click()
    page.keyboard.press("3")
    page.get_by_role("button", name="Turn shortcut keys on").wait_for()
    assert standing_scores(rows) == [4]
