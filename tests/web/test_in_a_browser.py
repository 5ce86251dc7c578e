"""Pages in a real browser: by keyboard alone, without scripts, on a narrow phone."""

import pytest
import pyvips
from catalog_rows import add_museum, deposit
from playwright.sync_api import expect

from heritage_color.rating import steps as rating


@pytest.fixture
def open_page(chromium, address):
    """A function that opens a page of the application in a browser of its own."""
    contexts = []

    def run(path="/", **options):
        contexts.append(chromium.new_context(base_url=address, **options))
        page = contexts[-1].new_page()
        page.goto(path)
        return page

    yield run
    for context in contexts:
        context.close()


@pytest.fixture
def museum(site):
    """Three colorizations in an open campaign."""
    colorizations = add_museum(site, 3)
    rating.queue(site, "spring")
    return colorizations


def test_rating_needs_only_the_keys_1_to_5(museum, open_page, rows):
    page = open_page("/rate")
    for number, key in enumerate("135", 1):
        page.get_by_text(f"{number} of 3", exact=True).wait_for()
        page.wait_for_load_state("load")
        page.keyboard.press(key)
    page.get_by_role("heading", name="You have seen everything").wait_for()
    assert sorted(row["score"] for row in rows("select score from ratings")) == [1, 3, 5]


def test_no_key_scores_a_picture_that_is_still_folded_under_its_warning(museum, open_page, rows):
    rows("update scans set content_warning = 'Shows grief.'")
    page = open_page("/rate")
    page.keyboard.press("2")
    page.get_by_text("Show the picture").click()
    page.keyboard.press("4")
    page.get_by_text("2 of 3", exact=True).wait_for()
    assert [row["score"] for row in rows("select score from ratings")] == [4]


def test_rating_works_by_tab_and_enter_too(museum, open_page, rows):
    page = open_page("/rate")
    page.get_by_role("button", name="Good").focus()
    page.keyboard.press("Enter")
    page.get_by_text("2 of 3", exact=True).wait_for()
    assert [row["score"] for row in rows("select score from ratings")] == [4]


def test_shortcut_keys_can_be_turned_off_for_good(museum, open_page, rows):
    page = open_page("/rate")
    page.get_by_role("button", name="Turn shortcut keys off").click()
    page.reload()
    page.keyboard.press("3")
    page.get_by_role("button", name="Turn shortcut keys on").wait_for()
    assert rows("select * from ratings") == []


def test_rating_works_without_scripts_and_with_the_back_button(museum, open_page, rows):
    page = open_page("/rate", java_script_enabled=False)
    page.get_by_role("button", name="Fair").click()
    page.get_by_text("2 of 3", exact=True).wait_for()
    page.go_back()
    page.get_by_role("button", name="Bad").click()
    page.get_by_text("3 of 3", exact=True).wait_for()
    assert sorted(row["score"] for row in rows("select score from ratings")) == [1, 3]


def test_a_curator_approves_by_one_key_and_the_next_one_shows(museum, open_page, rows, sign_in):
    page = open_page()
    sign_in(page, "curator", f"/review/{museum[0]}")
    page.wait_for_load_state("load")
    page.keyboard.press("a")
    page.wait_for_url(f"**/review/{museum[1]}?*")
    assert "Approved: View of photo-1" in page.get_by_role("status").inner_text()
    assert [row["curator"] for row in rows("select curator from decisions")] == ["Ada Curator"]


def test_a_curator_rejects_by_keys_alone_and_moves_with_j_and_k(museum, open_page, rows, sign_in):
    page = open_page()
    sign_in(page, "curator", f"/review/{museum[0]}")
    page.wait_for_load_state("load")
    page.keyboard.press("j")
    page.wait_for_url(f"**/review/{museum[1]}?*")
    page.keyboard.press("k")
    page.wait_for_url(f"**/review/{museum[0]}?*")
    for key in ("r", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**decided=*")
    assert [row["reason"] for row in rows("select reason from decisions")] == ["skin-tones"]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_map_of_uncertainty_unfolds_by_keyboard_with_and_without_scripts(
    museum, open_page, site, rows, scripts, sign_in
):
    key = deposit(site, "previews", pyvips.Image.black(96, 64), ".png")["object_key"]
    rows("update colorizations set uncertainty_key = %s", (key,))
    page = open_page(java_script_enabled=scripts)
    sign_in(page, "curator", f"/review/{museum[0]}")
    image = page.get_by_role("img", name="Map of where the model was unsure")
    assert not image.is_visible()
    page.get_by_text("Where the model was unsure", exact=True).focus()
    page.keyboard.press("Enter")
    image.wait_for()
    if scripts:
        expect(image).to_have_js_property("naturalWidth", 96)


def test_no_page_scrolls_sideways_on_a_phone_of_360_pixels(museum, open_page, sign_in):
    page = open_page(viewport={"width": 360, "height": 740})
    sign_in(page, "curator", "/review")
    paths = [
        "/",
        "/rate",
        "/sign-in",
        "/review",
        f"/review/{museum[0]}",
        "/scans",
        "/scans/1",
        "/deliveries",
        "/likenesses",
    ]
    widths = {}
    for path in [*paths, "/deliveries/1", "/nothing"]:
        page.goto(path)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: width for path, width in widths.items() if width > 360} == {}


def test_pages_load_nothing_from_elsewhere_and_break_no_rule_of_their_own(museum, open_page, address, sign_in):
    page = open_page()
    complaints, asked = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, "curator", "/review")
    for path in ("/", "/rate", f"/review/{museum[0]}", "/scans/1"):
        page.goto(path, wait_until="networkidle")
    assert complaints == []
    assert [url for url in asked if not url.startswith(address)] == []
