"""The home page: the newest published pair with its label and its original, in the reader's language."""

import dataclasses
import uuid

import httpx
import pytest
from accessibility import violations
from catalog_rows import add_museum, approve, insert
from serving import serve

from heritage_color import db
from heritage_color.curation.vetoes import Wish, record_veto

LABEL = "Colorized by a test; the colours are a guess"


@pytest.fixture
def published(site):
    """Two pictures on the public bucket, the newer one last."""
    ids = add_museum(site, 3)[:2]
    for number in ids:
        approve(site, number)
        keys = {"manifest_key": f"m{number}", "colour_key": f"c{number}", "original_key": f"o{number}"}
        insert(site, "publications", "colorization_id", colorization_id=number, label=LABEL, **keys)
    return ids


def change(site, statement: str) -> None:
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def sides(number: int) -> list[str]:
    return [f"/shown/{number}/{side}" for side in ("original", "colour")]


def test_the_newest_published_pair_stands_there_with_its_label_and_original(published, visitor):
    page = visitor.get("/").text
    assert "Old photographs in colour" in page
    assert LABEL in page
    assert [path in page for path in sides(published[-1])] == [True, True]
    answers = [visitor.get(path) for path in sides(published[-1])]
    assert [(answer.status_code, answer.headers["content-type"]) for answer in answers] == [(200, "image/jpeg")] * 2


def test_what_is_not_public_is_not_sent(published, site, visitor):
    assert [visitor.get(path).status_code for path in sides(published[-1] + 1)] == [404, 404]
    change(site, f"update publications set withdrawn_at = now() where colorization_id = {published[-1]}")
    assert [visitor.get(path).status_code for path in sides(published[-1])] == [404, 404]
    assert sides(published[0])[0] in visitor.get("/").text


def test_a_picture_that_lost_its_approval_or_needs_a_warning_is_not_shown(published, site, visitor):
    approve(site, published[-1], "rejected", "skin")
    change(site, "update scans set content_warning = 'A wound' where scan_id = 1")
    assert "/shown/" not in visitor.get("/").text
    assert [visitor.get(path).status_code for path in sides(published[-1])] == [404, 404]


def test_a_veto_takes_a_picture_off_the_page_at_once(published, site, visitor):
    record_veto(site, uuid.uuid4(), published[-1], Wish("The family", "In mourning."), "Ada")
    assert [visitor.get(path).status_code for path in sides(published[-1])] == [404, 404]
    assert sides(published[0])[0] in visitor.get("/").text


def test_before_anything_is_published_the_page_says_what_will_come(site, visitor):
    assert "The first pictures are on their way" in visitor.get("/").text


def test_the_page_is_there_while_the_catalog_is_not(site):
    away = dataclasses.replace(site, database="postgresql://nobody@127.0.0.1:1/none")
    with serve(away) as address:
        assert "The first pictures are on their way" in httpx.get(address).text


def test_the_page_speaks_the_readers_language_and_remembers_a_chosen_one(site, visitor):
    assert 'lang="es"' in visitor.get("/", headers={"Accept-Language": "es-MX"}).text
    assert "पुराना तस्बिर" in visitor.get("/?language=ne").text
    assert "पुराना तस्बिर" in visitor.get("/").text


def test_the_slider_moves_by_keyboard_and_shows_both_at_its_ends(published, open_page):
    page = open_page()
    slider = page.get_by_role("slider")
    slider.press("End")
    assert page.locator("[data-reveal]").evaluate("f => f.style.getPropertyValue('--at')") == "95%"
    slider.press("Home")
    assert slider.input_value() == "5"
    assert violations(page) == []


def test_without_scripts_both_pictures_stand_side_by_side(published, open_page):
    page = open_page(java_script_enabled=False)
    boxes = [page.locator(f"img[src='{path}']").bounding_box() for path in sides(published[-1])]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert page.get_by_text(LABEL).is_visible()
