"""Own votes and plots in a real browser: by keyboard, without scripts, on a phone, and what axe finds."""

from accessibility import EVERY_RULE, violations
from catalog_rows import add_museum
from taking_part import answer, join

from heritage_color.rating import steps as rating
from heritage_color.rating.campaigns import drawing


def vote_on_all(client) -> None:
    page = join(client)
    while 'name="score"' in page:
        page = answer(client, page, score=4).text


def test_a_rater_deletes_their_votes_by_keyboard_on_a_phone_without_scripts(site, visitor, address, open_page, rows):
    add_museum(site, 2)
    rating.queue(site, "spring")
    vote_on_all(visitor)
    page = open_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in visitor.cookies.items()]
    )
    page.goto("/my-votes")
    page.get_by_role("link", name="Delete all of them").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Delete your answers?").wait_for()
    page.get_by_role("button", name="Delete them all").focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert "Answers deleted: 2." in page.get_by_role("status").inner_text()
    assert (rows("select * from ratings"), "rater" in {one["name"] for one in page.context.cookies()}) == ([], False)


def test_plots_holds_and_own_votes_break_no_rule_of_accessibility_on_a_phone(site, visitor, open_page, sign_in, rows):
    add_museum(site, 3)
    rating.queue(site, "spring")
    vote_on_all(visitor)
    rows(
        "insert into holds (name, rule, reason, since, until, raters, votes) values "
        "('burst-network-2026-11-28t12-00', 'network', 'Many.', now(), now() + interval '1 hour', 45, 90)"
    )
    drawing.draw(site)
    page = open_page(viewport={"width": 360, "height": 740}, bypass_csp=True)  # axe is a script put into the page
    sign_in(page, "administrator", "/plots")
    found = {}
    for path in ("/plots", "/plots/1", "/holds", "/my-votes", "/my-votes/delete"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        found[path] = violations(page, EVERY_RULE) + ([f"{width} pixels wide"] if width > 360 else [])
    assert found == {path: [] for path in found}
