"""What axe-core finds on a page that is shown."""

from axe_playwright_python.sync_playwright import Axe

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WCAG = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
EVERY_RULE = {"resultTypes": ["violations"]}  # good practice, too, that WCAG does not ask for


def violations(page, rules=WCAG) -> list[str]:
    """What axe finds, as rule and element, once nothing moves: half-way between two colours no contrast holds."""
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))")
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]
