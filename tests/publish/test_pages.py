"""The gallery page: well formed, escaped, and whole without scripts or a server."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from heritage_color.publish.pages import gallery
from heritage_color.publish.records import (
    Approval,
    Colour,
    Entry,
    Model,
    Opinion,
    Opinions,
    Original,
    PublicIndex,
    Tombstone,
)

VOID = {"meta", "img", "br", "link"}
FILE = {
    "sha256": "0" * 64, "bytes": 9, "width": 30, "height": 20, "download_name": "x.jpg", "media_type": "image/jpeg",
    "gallery_key": "objects/b.jpg",
}  # fmt: skip
PICTURE = Entry(
    manifest=f"manifests/{'0' * 64}.json",
    identifier="NEP-1",
    title="A market",
    creator="",
    date_created="1923",
    rights="Public domain",
    content_warning="",
    label="Colorized by m",
    alternative_text="A market. Colorized by m",
    original_text="A market. Original photograph NEP-1",
    original=Original(**FILE, key="objects/a.jpg", master_sha256="0" * 64),
    colour=Colour(**FILE, key="objects/c.jpg", derivative_sha256="0" * 64),
    model=Model("m", "1", "f" * 64, "vivid"),
    decision=Approval("approved", "plausible", "A", "2026-01-02T00:00:00Z"),
    opinion=Opinions(None, Opinion(9, 3.5, 3.0, 4.0)),
)


class Reader(HTMLParser):
    """Tags in order and attributes; fails where a tag is closed that is not the open one."""

    def __init__(self, page: str):
        super().__init__()
        self.open, self.tags, self.attributes = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend((tag, *pair) for pair in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def values(self, tag: str, name: str) -> list[str]:
        return [value for found, attribute, value in self.attributes if (found, attribute) == (tag, name)]


def page(**changes) -> str:
    return gallery(PublicIndex("Museum", (replace(PICTURE, **changes),)))


def test_the_page_is_well_formed_and_has_no_scripts():
    reader = Reader(page())
    assert reader.open == []
    assert "script" not in reader.tags


def test_the_original_comes_first_and_both_have_texts_and_sizes():
    reader = Reader(page())
    assert reader.values("img", "alt") == [PICTURE.original_text, PICTURE.alternative_text]
    assert reader.values("img", "width") == ["30", "30"]
    assert reader.values("img", "height") == ["20", "20"]


def test_every_address_is_relative():
    assert PICTURE.manifest in Reader(page()).values("a", "href")
    addresses = Reader(page()).values("a", "href") + Reader(page()).values("img", "src")
    assert not [address for address in addresses if ":" in address or address.startswith("/")]


@pytest.mark.parametrize(
    "name", ["title", "identifier", "rights", "creator", "label", "alternative_text", "content_warning"]
)
def test_text_from_outside_stays_text(name):
    reader = Reader(page(**{name: '"><script>alert(1)</script><img src=x onerror=alert(1)> {braces}'}))
    assert "script" not in reader.tags
    assert len(reader.values("img", "src")) == 2
    assert not reader.values("img", "onerror")


def test_scores_of_simulated_raters_say_so():
    assert "Naturalness, simulated raters</dt><dd>3.50 of 5 (95% interval 3.00 to 4.00, 9 votes)" in page()


def test_the_page_tells_how_a_picture_was_made():
    facts = re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", page(opinion=Opinions(Opinion(4, 4.25, 3, 5), None)))
    assert facts == [
        ("Model", "m 1, preset vivid"),
        ("Weights", f"SHA-256 {'f' * 64}"),
        ("Approved", "2026-01-02 by A, reason: plausible"),
        ("Original", f"SHA-256 {'0' * 64}"),
        ("Naturalness", "4.25 of 5 (95% interval 3.00 to 5.00, 4 votes)"),
    ]


def test_a_picture_has_an_address_a_heading_and_captions_of_its_own():
    text = page(manifest=f"manifests/{'0123456789abcdef' * 4}.json")
    assert Reader(text).values("article", "id") == ["0123456789abcdef"]
    assert re.findall("<h[12]>(.*?)</h", text) == ["Museum: colorized photographs", "A market"]
    assert re.findall("</span> (.*?)</figcaption>", text) == ["NEP-1, 1923, Public domain", "Colorized by m"]
    assert "<h2>NEP-1</h2>" in page(title="")


def test_a_withdrawn_picture_leaves_its_date_and_reason_and_its_words_stay_text():
    stone = Tombstone("NEP <2>", "2026-03-04T05:06:07Z", "asked for by <the family>")
    text = gallery(PublicIndex("Museum", (PICTURE,), (stone,)))
    reader = Reader(text)
    assert reader.open == []
    assert reader.values("article", "id") == ["0" * 16, "withdrawn"]
    assert "<h2>No longer shown</h2>" in text
    assert "<dt>NEP &lt;2&gt;</dt><dd>Withdrawn on 2026-03-04: asked for by &lt;the family&gt;</dd>" in text


def test_a_content_warning_stands_above_the_picture():
    text = page(content_warning="Shows a funeral")
    assert text.index("Shows a funeral") < text.index("<img")
    assert 'class="warning"' not in page()


def test_an_empty_gallery_says_so():
    text = gallery(PublicIndex("Museum", ()))
    assert text.split("<main>")[1].split("</main>")[0].strip() == "<p>Nothing is published yet.</p>"
