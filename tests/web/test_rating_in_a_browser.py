"""The rating pages in a real browser: by keyboard on a phone, without a connection, with and without scripts."""

import pytest
from accessibility import EVERY_RULE, violations
from catalog_rows import add_museum
from playwright.sync_api import Error
from taking_part import open_campaign

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
    with page.expect_navigation():  # until all is loaded: before its scripts run, a page knows no keys
        page.get_by_role("button", name="I agree").press("Enter")


def answer_by_key(page, number, key):
    """A key for picture `number`, once all of it can be seen: before that, keys do nothing."""
    page.get_by_text(f"{number} of about 4").wait_for()
    page.wait_for_load_state("load")
    see(page)
    page.keyboard.press(key)


def see(page):
    """Wait until the picture that is asked about stands on the screen."""
    page.locator("#desk img[data-awaited]").evaluate("(image) => image.decode()")
    page.evaluate("() => new Promise(requestAnimationFrame)")


AHEAD = """() => {
  const images = [...document.querySelectorAll("#ahead img[data-awaited]")];
  return images.length > 0 && images.every((image) => image.complete);
}"""


def standing_scores(rows):
    found = rows("select score from ratings where undone_at is null order by voted_at")
    return [row["score"] for row in found]


def test_on_a_phone_by_keys_alone_a_score_is_given_and_taken_back_and_all_pictures_are_answered(
    museum, open_page, rows
):
    page = open_page("/rate", viewport=PHONE)
    take_part(page)
    answer_by_key(page, 1, "1")
    page.get_by_text("2 of about 4").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Your last answer was taken back").wait_for()
    for number, key in enumerate("2345", 1):
        answer_by_key(page, number, key)
    page.get_by_role("heading", name="You have seen everything").wait_for()
    assert standing_scores(rows) == [2, 3, 4, 5]
    seconds = [row["seconds"] for row in rows("select seconds from ratings")]
    assert len(seconds) == 5
    assert None not in seconds


def test_answers_without_a_connection_are_kept_over_a_reload_and_counted_once_when_it_is_back(museum, open_page, rows):
    page = open_page("/rate")
    take_part(page)
    page.wait_for_function(AHEAD)
    page.context.set_offline(True)
    for number in (1, 2):
        answer_by_key(page, number, "4")
    page.get_by_text("Answers kept in this browser: 2").wait_for()
    assert rows("select * from ratings") == []
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
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
    see(page)
    with page.expect_response("**/answers"):
        page.keyboard.press("4")
    page.get_by_text("2 of about 4").wait_for()
    page.locator("#desk").get_by_text("Show the picture").click()
    page.get_by_role("button", name="Turn shortcut keys off").click()
    page.keyboard.press("3")
    page.get_by_role("button", name="Turn shortcut keys on").wait_for()
    assert standing_scores(rows) == [4]


WATCH = """() => {
  window.flashes = [];
  const seen = new Map();
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (!target.matches("[data-flash]")) continue;
      if (target.classList.contains("seen")) seen.set(target, performance.now());
      else if (seen.has(target)) window.flashes.push([target.alt, performance.now() - seen.get(target)]);
    }
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
}"""


def test_a_turing_test_shows_each_picture_for_a_second_and_asks_afterwards(site, open_page, rows):
    open_campaign(site, "turing")
    page = open_page("/rate")
    take_part(page)
    page.evaluate(WATCH)
    page.keyboard.press("1")  # before anything was seen, no key answers
    page.get_by_role("button", name="Show the two pictures").press("Enter")
    page.get_by_role("button", name="The second").wait_for()
    with page.expect_response("**/answers"):
        page.keyboard.press("2")
    page.get_by_text("2 of about 3").wait_for()
    (first, one), (second, two) = page.evaluate("window.flashes")
    assert (first, second) == ("The first picture", "The second picture")
    assert min(one, two) >= 990  # a frame of the screen is 17 ms; longer only where the machine is slower
    (vote,) = rows("select seconds, choice::text, swapped from ratings")
    assert vote["seconds"] >= 2
    assert vote["choice"] == ("first" if vote["swapped"] else "second")


def test_the_first_picture_is_on_the_third_screen_and_practice_counts(site, open_page):
    add_museum(site, 2)
    rating.queue(site, "spring")
    rating.queue(site, "summer")
    page = open_page("/rate", viewport=PHONE)
    screens = 1
    page.locator("a.door").first.press("Enter")
    screens += 1
    page.get_by_role("button", name="I agree").press("Enter")
    screens += 1
    page.locator("#desk .scores button").first.wait_for()
    assert screens <= 3


@pytest.mark.parametrize("scripts", [True, False])
def test_pictures_of_a_pair_stack_on_a_phone_and_a_tap_enlarges_them(site, open_page, scripts):
    open_campaign(site, "pairs")
    page = open_page("/rate", viewport=PHONE, java_script_enabled=scripts)
    take_part(page)
    links = page.locator("#desk a[data-enlarge]")
    upper, lower = (page.locator("#desk figure").nth(place).bounding_box() for place in range(2))
    assert upper["y"] + upper["height"] <= lower["y"]
    assert upper["width"] > 250
    links.first.focus()
    page.keyboard.press("Enter")
    if scripts:
        page.locator("dialog.enlarged img").wait_for()
        page.keyboard.press("1")  # no key answers what lies below
        page.keyboard.press("Escape")
        page.locator("dialog.enlarged").wait_for(state="detached")
        assert page.url.endswith("/rate/campaign/1")
    else:
        page.wait_for_url("**/rate/picture/*/*")


def faults_of(page) -> list:
    """What is wrong with the page that is shown: rules of accessibility, scrolling sideways in either direction."""
    faults: list = violations(page, EVERY_RULE)
    for direction in ("rtl", "ltr"):
        page.evaluate("(direction) => { document.documentElement.dir = direction; }", direction)
        width = page.evaluate("document.documentElement.scrollWidth")
        faults += [(direction, width)] if width > PHONE["width"] else []
    return faults


@pytest.mark.parametrize(("method", "language"), [("acr", "ne"), ("pairs", "es"), ("turing", "en")])
def test_every_page_of_the_way_is_accessible_and_fits_a_phone_in_both_directions(site, open_page, method, language):
    campaign = open_campaign(site, method, scans=4, control_every=3)
    address = f"/rate/campaign/{campaign}"
    page = open_page(f"{address}?language={language}", viewport=PHONE)
    faults = {"consent": faults_of(page)}

    def look(name, action=None):
        if action:
            with page.expect_navigation():
                page.locator(action).press("Enter")
        faults[name] = faults_of(page)

    look("practice", "button[value=agree]")
    if method == "turing":
        page.locator("[data-start]").press("Enter")
    page.locator("#desk .scores button").first.wait_for()
    look("feedback", "#desk .scores button >> nth=0")
    page.locator("#verdict").wait_for()
    look("picture", "main a.button.main")
    page.locator("#desk details").last.evaluate("(details) => { details.open = true; }")
    look("skipping")
    for name in ("break", "how"):
        page.goto(f"{address}/{name}")
        look(name)
    assert {name: found for name, found in faults.items() if found} == {}
