"""Uploading in a real browser: a folder and a dropped file on a narrow screen; a plain form without scripts."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from heritage_color.scans import steps

DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { lastModified: 1000 }));
  const drop = new DragEvent("drop", { dataTransfer: transfer, cancelable: true });
  document.querySelector("[data-drop]").dispatchEvent(drop);
}"""


def picture(seed: int) -> bytes:
    """A grey PNG."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 255, (90, 120)).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def box(tmp_path):
    """A delivery's folder: one sound picture in a folder of its own, one cut short."""
    folder = tmp_path / "box-7"
    (folder / "glass").mkdir(parents=True)
    (folder / "glass" / "sound.png").write_bytes(picture(1))
    (folder / "cut.png").write_bytes(picture(2)[:5000])
    return folder


@pytest.fixture
def page(chromium, address, request):
    """A narrow page, with scripts or, where the test says so, without."""
    options = getattr(request, "param", {})
    context = chromium.new_context(base_url=address, viewport={"width": 360, "height": 740}, **options)
    context.set_default_timeout(120_000)  # the check waits for its process on a busy machine
    yield context.new_page()
    context.close()


def test_a_folder_is_sent_a_reject_is_seen_and_mended_by_a_drop_and_all_is_handed_in(page, sign_in, box, site):
    sign_in(page, "digitizer", "/deliveries")
    page.get_by_label("Name of the delivery").fill("Box 7")
    page.keyboard.press("Enter")
    page.set_input_files("#folder", box)
    page.get_by_text("2 of 2 files").wait_for()
    page.get_by_text("cut.png ends before its picture does.").first.wait_for()
    page.get_by_text("1 would be accepted, 1 refused").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate(DROP, ["cut.png", base64.b64encode(picture(2)).decode()])
    page.get_by_text("2 would be accepted, 0 refused").wait_for()
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("This delivery was handed in").wait_for()
    (source,) = steps.look_at_inbox(site)
    assert sorted(path.relative_to(source).as_posix() for path in Path(source).rglob("*.png")) == [
        "cut.png",
        "glass/sound.png",
    ]
    steps.take_from_inbox(site, source)
    page.get_by_text("This delivery was received").wait_for()
    assert page.get_by_role("link", name="Its report").get_attribute("href") == "/deliveries/1"


def test_a_folder_that_is_chosen_before_the_script_has_come_is_sent_once_it_has(page, sign_in, box):
    held = []
    page.route("**/upload*.js*", lambda route: held.append(route))
    sign_in(page, "digitizer", "/deliveries")
    page.get_by_label("Name of the delivery").fill("Box 7")
    with page.expect_request("**/upload*.js*"):
        page.keyboard.press("Enter")
    page.set_input_files("#folder", box)
    held[0].continue_()
    page.get_by_text("2 of 2 files").wait_for()


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True, ids=["no-scripts"])
def test_without_scripts_a_form_sends_files_and_a_reload_shows_the_verdict(page, sign_in, box):
    sign_in(page, "digitizer", "/deliveries")
    page.get_by_label("Name of the delivery").fill("Box 7")
    page.get_by_role("button", name="Upload a delivery").click()
    page.set_input_files("#files", [box / "cut.png", box / "glass" / "sound.png"])
    page.get_by_role("button", name="Send them").click()
    page.get_by_text("2 files of 2 announced").wait_for()
    while not page.get_by_text("1 would be accepted, 1 refused").count():
        page.wait_for_timeout(200)
        page.reload()
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("This delivery was handed in").wait_for()
