"""The web application as people meet it: under uvicorn, on a port, before a real catalog and bucket."""

import shutil

import httpx
import pytest
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
def curator(address):
    """A signed-in curator."""
    with httpx.Client(base_url=address, follow_redirects=True) as client:
        client.post("/sign-in", data={"name": "Ada Curator", "password": "correct horse"})
        yield client


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
