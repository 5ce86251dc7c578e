"""Pages in a real browser: by keyboard alone, without scripts, on a narrow phone."""

import pytest
import pyvips
from catalog_rows import add_museum, deposit
from playwright.sync_api import expect

from heritage_color.rating import steps as rating


@pytest.fixture
def museum(site):
    """Three colorizations in an open campaign."""
    colorizations = add_museum(site, 3)
    rating.queue(site, "spring")
    return colorizations


def test_a_curator_approves_by_one_key_and_the_next_one_shows(museum, open_page, rows, sign_in):
    page = open_page()
    sign_in(page, "curator", f"/review/{museum[0]}")
    page.wait_for_load_state("load")
    page.keyboard.press("a")
    page.wait_for_url(f"**/review/{museum[1]}?*")
    assert "Approved: View of photo-1" in page.get_by_role("status").first.inner_text()
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
