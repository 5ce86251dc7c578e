"""The web application as people meet it: under uvicorn, on a port, before a real catalog and bucket."""

import contextlib
import shutil
from urllib.parse import quote

import httpx
import pytest
from accounts_of_people import PASSWORD, add_person
from serving import serve

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture
def address(site):
    """Address of the running application."""
    with serve(site) as address:
        yield address


@pytest.fixture
def visitor(address):
    """Someone without an account."""
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        yield client


@pytest.fixture
def signed_in(site, address):
    """A function that gives a client signed in with one or several roles: `signed_in("digitizer").get("/scans")`.

    Each role has one account per test, made at its first use: `ada` (Ada Curator), else the role's name; the display
    name, which stands in decisions, ends with the role. All have the password `accounts_of_people.PASSWORD`.
    """
    with contextlib.ExitStack() as clients:

        def run(*roles: str) -> httpx.Client:
            client = clients.enter_context(httpx.Client(base_url=address, follow_redirects=True))
            client.post("/sign-in", data={"name": add_person(site, *roles), "password": PASSWORD})
            return client

        yield run


@pytest.fixture
def curator(signed_in):
    """A signed-in curator, Ada Curator."""
    return signed_in("curator")


@pytest.fixture
def sign_in(site):
    """A function that signs a browser's page in as a role and leads on: `sign_in(page, "curator", "/scans")`."""

    def run(page, role: str = "curator", path: str = "/staff"):
        page.goto(f"/sign-in?next={quote(path)}")
        page.fill("#name", add_person(site, role))
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").wait_for()

    return run


@pytest.fixture(scope="session")
def chromium():
    """A browser that is installed on this machine."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.skip("No Chromium is installed; the pages were not tried in a browser.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


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
