"""The curator's desk in a real browser: comparing by keyboard, many at once and undone, notes drawn, no scripts."""

import pytest
import pyvips
from accessibility import violations
from catalog_rows import add_museum, deposit
from playwright.sync_api import expect

from heritage_color.rating import steps as rating


@pytest.fixture
def museum(site, rows):
    """Three colorizations with simulated votes and maps of uncertainty."""
    colorizations = add_museum(site, 3)
    key = deposit(site, "previews", pyvips.Image.black(96, 64) + 120, ".png")["object_key"]
    rows("update colorizations set uncertainty_key = %s", (key,))
    rating.queue(site, "spring", 5)
    rating.simulate(site, "spring", 6)
    rating.score(site)
    return colorizations


def test_the_pictures_are_compared_by_keyboard_alone(museum, open_page, sign_in):
    page = open_page()
    sign_in(page, path=f"/review/{museum[0]}")
    page.wait_for_load_state("load")
    colour, original = page.locator("[data-stage=colour]"), page.locator("[data-stage=original]")
    page.keyboard.press("+")
    assert colour.get_attribute("style") == original.get_attribute("style") != ""
    page.get_by_role("button", name="Move to the right").press("Enter")
    expect(colour).to_have_css("transform", original.evaluate("stage => getComputedStyle(stage).transform"))
    page.keyboard.press("0")
    page.keyboard.down("o")
    expect(colour).to_have_css("visibility", "hidden")
    page.keyboard.up("o")
    expect(colour).to_have_css("visibility", "visible")
    page.get_by_role("button", name="Slider").press("Enter")
    page.get_by_role("slider").press("End")
    expect(colour).to_have_css("clip-path", "inset(0px 0px 0px 100%)")
    page.get_by_role("button", name="Uncertainty over the colours").press("Enter")
    expect(page.locator(".unsure-map")).to_be_visible()
    assert violations(page) == []


def test_keys_that_are_off_and_motion_that_is_unwelcome_are_left_alone(museum, open_page, sign_in):
    page = open_page(reduced_motion="reduce")
    sign_in(page, path=f"/review/{museum[0]}")
    page.get_by_role("button", name="Turn shortcut keys off").click()
    page.keyboard.press("+")
    colour = page.locator("[data-stage=colour]")
    assert not colour.get_attribute("style")
    alternate = page.get_by_role("button", name="Alternate")
    alternate.click()
    expect(colour).to_have_css("visibility", "hidden")
    page.wait_for_timeout(1000)  # longer than either picture would show, did they alternate by themselves
    expect(colour).to_have_css("visibility", "hidden")
    alternate.click()
    expect(colour).to_have_css("visibility", "visible")


def test_many_are_rejected_and_brought_back_by_keyboard_and_a_region_is_drawn(museum, open_page, sign_in, rows):
    page = open_page()
    sign_in(page, path="/review")
    page.get_by_text("Select all on this page").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Decide on the selected pictures").press("Enter")
    assert violations(page) == []
    page.get_by_label("Too dull").check()
    page.get_by_role("button", name="Reject 3").press("Enter")
    page.get_by_role("heading", name="Rejected: 3 pictures").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("z")
    page.get_by_text("Undone for 3 pictures.").wait_for()
    assert rows("select * from current_decisions") == []
    page.goto(f"/review/{museum[0]}")
    page.get_by_role("button", name="Draw on the picture instead").click()
    box = page.locator("[data-stage=original]").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] + 30)
    page.mouse.up()
    page.keyboard.type("A banner.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("Region 1:").wait_for()
    region = rows("select x, y, width > 0 and height > 0 as seen from region_notes")[0]
    assert (round(region["x"]), round(region["y"]), region["seen"]) == (50, 50, True)


def test_everything_decisive_works_without_scripts_on_a_phone(museum, open_page, sign_in, rows):
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(page, path=f"/review/{museum[0]}")
    assert not page.get_by_role("button", name="Slider").is_visible()
    page.get_by_label("Another preset may suit it better").check()
    page.get_by_label("with the preset").select_option("vivid")
    page.get_by_role("button", name="Send back").click()
    page.get_by_text("Sent back:").wait_for()
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_text("It stands as undecided again.").wait_for()
    assert rows("select * from colorization_jobs") == []


def test_the_pages_of_the_desk_break_no_rule_of_accessibility_and_fit_a_phone(museum, open_page, sign_in):
    page = open_page(viewport={"width": 360, "height": 740})
    sign_in(page, "administrator", "/review?collection=none")
    found, widths = {}, {}
    for path in (
        "/review",
        "/review?collection=none",
        "/review/views",
        "/four-eyes",
        "/review/chosen?chosen=1",
        "/review/2",
    ):
        page.goto(path)
        found[path] = violations(page)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    assert {path: said for path, said in found.items() if said} == {}
    assert widths == dict.fromkeys(widths, 360)
