"""The fonts of the pages: from this site, few bytes, and none that a page cannot do without."""

import os
import shutil

import pytest

from heritage_color.web.door import wording
from heritage_color.web.door.site import HERE

FONTS = HERE / "static" / "fonts"
MOST_BYTES = 150_000


@pytest.fixture
def fonts():
    """The folder of fonts, where `make fonts` has made it."""
    if not (FONTS / "fonts.css").exists():
        assert "CI" not in os.environ, "the installation has fetched no fonts"
        pytest.skip("The fonts were not fetched (`make fonts`).")
    return FONTS


@pytest.mark.parametrize(("path", "wanted"), [("/", "Source Serif 4"), ("/sign-in", "Public Sans")])
def test_a_page_brings_its_fonts_from_this_site_in_at_most_150_kilobytes(fonts, open_page, path, wanted):
    page = open_page("about:blank")
    came = []
    page.on("response", lambda answer: came.append(answer) if answer.request.resource_type == "font" else None)
    page.goto(path)
    page.evaluate("document.fonts.ready")
    assert page.evaluate(f"[...document.fonts].some(f => f.family.includes('{wanted}') && f.status == 'loaded')")
    assert [answer.url for answer in came if "/static/fonts/" not in answer.url] == []
    assert 0 < sum(len(answer.body()) for answer in came) <= MOST_BYTES


def test_all_that_a_page_in_two_alphabets_may_need_is_within_the_same_bytes(fonts):
    def size(*names: str) -> int:
        return sum(path.stat().st_size for name in names for path in fonts.glob(f"{name}-[0-9a-f]*.woff2"))

    sans, serif = "public-sans-{}-wght-normal", "source-serif-4-{}-wght-normal"
    accents = [font.format(alphabet) for font in (sans, serif) for alphabet in ("latin", "latin-ext")]
    nepali = [sans.format("latin"), *(f"noto-sans-devanagari-devanagari-{weight}-normal" for weight in (400, 600))]
    assert [0 < size(*names) <= MOST_BYTES for names in (accents, nepali)] == [True, True]


def test_each_font_says_under_which_licence_it_is(fonts, signed_in):
    page = signed_in("curator").get("/help").text
    assert [name for name in ("source-serif-4", "public-sans", "noto-sans-devanagari") if name not in page] == []
    assert all("SIL Open Font License" in path.read_text() for path in fonts.glob("*-LICENSE.txt"))


def test_static_files_in_folders_have_addresses_too_and_no_font_is_missed_where_there_is_none(tmp_path):
    shutil.copy(HERE / "static" / "style.css", tmp_path)
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "fonts.css").write_text("")
    assert list(wording.versions(tmp_path)) == ["fonts/fonts.css", "style.css"]
