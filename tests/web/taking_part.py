"""The way of a volunteer up to the first picture, and campaigns to take part in: `from taking_part import join`."""

import re

import pyvips
from catalog_rows import add_colorization, add_scan, deposit, insert, picture

from heritage_color.rating import steps as rating
from heritage_color.rating.campaigns import lifecycle


def open_campaign(site, method: str, scans: int = 3, **given) -> int:
    """A campaign of a method without control pictures, unless `control_every` says so; returns its id.

    Each scan has two colorizations where the method is pairs, and true colours where it needs them.
    """
    for number in range(1, scans + 1):
        scan_id = add_scan(site, f"photo-{number}")
        for preset in ("balanced", "vivid") if method == "pairs" else ("balanced",):
            add_colorization(site, scan_id, preset)
        if method in ("acr-hr", "turing"):
            image = pyvips.Image.new_from_array(picture(f"truth-{number}"))
            truth = deposit(site, "references", image, ".tif")
            insert(site, "colour_references", "scan_id", scan_id=scan_id, media_type="image/tiff", **truth)
    campaign = lifecycle.open_campaign(site, "spring", method, **{"control_every": 0, **given})
    rating.queue(site, "spring", method=method)
    return campaign.campaign_id


def join(client, checks: dict | None = None) -> str:
    """Agree in the only open campaign, and pass the checks where answers are given; the page that comes then."""
    address = client.get("/rate").url.path
    version = re.search(r'name="version" value="(\d+)"', client.get(f"{address}/consent").text)[1]
    page = client.post(f"{address}/consent", data={"answer": "agree", "version": version})
    if checks:
        page = client.post(f"{address}/checks", data={"action": "send", **checks})
    return page.text


def fields_of(page: str) -> dict:
    """Address and hidden fields of the first form on a page that takes an answer."""
    address, form = re.search(
        r'<form class="scores[^"]*" method="post" action="([^"]+)"(.*?)</form>', page, re.S
    ).groups()
    return {"action": address, **dict(re.findall(r'name="(\w+)" value="([^"]*)" autocomplete', form))}


def answer(client, page: str, **given):
    """Send the first form of a page with an answer, as a browser without scripts does."""
    fields = fields_of(page)
    return client.post(fields.pop("action"), data=fields | given)
