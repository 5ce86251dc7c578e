"""What a campaign is fed with, by its method, from a real catalog and bucket."""

import io
import uuid
from dataclasses import replace

import numpy as np
import pytest
import pyvips
from catalog_rows import add_colorization, add_museum, add_scan, deposit, insert, picture
from PIL import Image

from heritage_color import db
from heritage_color.curation.steps import decide, undo
from heritage_color.errors import RatingError
from heritage_color.images.reading.pictures import open_picture
from heritage_color.lab import rgb_to_lab
from heritage_color.rating.campaigns import controls, feeding, lifecycle, serving
from heritage_color.rating.steps import queue
from heritage_color.store import Store


def add_truth(site, scan_id: int) -> None:
    image = pyvips.Image.new_from_array(picture(f"truth-{scan_id}"))
    truth = deposit(site, "references", image, ".tif")
    insert(site, "colour_references", "scan_id", scan_id=scan_id, media_type="image/tiff", **truth)


def roles(rows, campaign_id) -> dict:
    found = rows("select role, count(*) n from campaign_items where campaign_id = %s group by role", [campaign_id])
    return {row["role"]: row["n"] for row in found}


def read(site, key) -> Image.Image:
    return Image.open(io.BytesIO(Store(site).read(site.archive_bucket, key)))


def test_hidden_references_stand_among_the_pictures_to_score(site, rows):
    add_museum(site, 3)
    add_truth(site, 1)
    first = queue(site, "hidden", 5, "acr-hr")
    assert (first.queued, first.new, first.unusable) == (3, 4, [])
    assert queue(site, "hidden", 5, "acr-hr") == replace(first, new=0)
    assert roles(rows, first.campaign_id) == {"ordinary": 3, "hidden-reference": 1}
    (item,) = rows("select item_id from campaign_items where role = 'hidden-reference'")
    keys = serving.shown_keys(site, item["item_id"])
    assert read(site, keys.first).getbands() == ("R", "G", "B")
    assert keys.original == rows("select preview_key from scans where scan_id = 1")[0]["preview_key"]


@pytest.mark.parametrize("method", ["acr", "pairs", "turing"])
def test_no_rater_is_asked_about_what_the_model_is_too_unsure_of(site, method, rows):
    add_museum(site, 1)
    add_truth(site, 1)
    add_colorization(site, 1, "vivid", unsure_p95=0.8, unsure_from=0.6)
    fed = queue(site, method, 5, method)
    assert fed.held_back == 1
    assert rows("select from campaign_items where 2 in (colorization_id, other_colorization_id)") == []


def test_a_reference_that_cannot_be_read_is_named_and_hides_nothing(site, rows):
    add_museum(site, 1)
    add_truth(site, 1)
    key = rows("select object_key from colour_references")[0]["object_key"]
    Store(site).client.put_object(Bucket=site.archive_bucket, Key=key, Body=b"no picture")
    found = queue(site, "hidden", 5, "acr-hr")
    assert found.new == 1
    assert found.unusable[0].startswith("The true colours of scan 1 cannot be shown to raters")


@pytest.fixture
def damaged(site, rows, monkeypatch):
    """Five photographs with true colours, of which those of 1 are gone, 2 are another picture, and 3 are too large."""
    add_museum(site, 5)
    for scan in range(1, 6):
        add_truth(site, scan)
    keys = [row["object_key"] for row in rows("select object_key from colour_references order by scan_id")]
    client = Store(site).client
    good = {key: Store(site).read(site.archive_bucket, key) for key in keys}
    client.delete_object(Bucket=site.archive_bucket, Key=keys[0])
    client.put_object(Bucket=site.archive_bucket, Key=keys[1], Body=good[keys[4]])

    def opened(path):
        if path.name in keys[2]:
            raise MemoryError
        return open_picture(path)

    monkeypatch.setattr(feeding, "open_picture", opened)
    return good


@pytest.mark.parametrize(("method", "new"), [("acr-hr", 7), ("turing", 2)])
def test_damaged_true_colours_stop_nobody_and_are_told(site, damaged, rows, method, new):
    fed = queue(site, "spring", 5, method)
    assert (fed.new, len(fed.unusable)) == (new, 3)
    assert [row["scan_id"] for row in rows("select scan_id from set_aside order by scan_id")] == [1, 2, 3]
    assert all(sentence.startswith("The true colours of scan") for sentence in fed.unusable)


def test_true_colours_that_were_repaired_are_shown_in_the_next_run(site, damaged, rows, monkeypatch):
    queue(site, "spring", 5, "acr-hr")
    for key, content in damaged.items():
        Store(site).client.put_object(Bucket=site.archive_bucket, Key=key, Body=content)
    monkeypatch.undo()
    fed = queue(site, "spring", 5, "acr-hr")
    assert (fed.new, fed.unusable) == (3, [])
    assert rows("select * from set_aside") == []


def test_a_damaged_preview_becomes_no_trap_and_the_others_do(site, rows):
    add_museum(site, 6)
    gone, other = (row["preview_key"] for row in rows("select preview_key from colorizations limit 2"))
    content = Store(site).read(site.archive_bucket, other)
    Store(site).client.put_object(Bucket=site.archive_bucket, Key=gone, Body=content)
    lifecycle.open_campaign(site, "spring", control_every=3)
    fed = queue(site, "spring")
    assert (fed.controls, len(fed.unusable)) == (5, 1)
    assert fed.unusable[0].startswith("Colorization 1 cannot become a control picture")
    assert roles(rows, fed.campaign_id) == {"ordinary": 6, "training": 1, "trap": 4}


def test_pairs_are_of_one_photograph_and_no_more_than_fifteen(site, rows):
    for number, count in ((1, 2), (2, 3)):
        scan = add_scan(site, f"photo-{number}")
        for preset in ("faithful", "balanced", "vivid")[:count]:
            add_colorization(site, scan, preset)
    found = queue(site, "which", 5, "pairs")
    assert (found.queued, found.new) == (4, 4)
    assert queue(site, "which", 5, "pairs").new == 0
    assert rows(
        """select count(*) n from campaign_items i join colorizations a using (colorization_id)
        join colorizations b on b.colorization_id = i.other_colorization_id where a.scan_id <> b.scan_id"""
    ) == [{"n": 0}]
    with pytest.raises(RatingError, match="is of method pairs"):
        queue(site, "which", 5, "acr")


def test_a_turing_test_shows_a_colorization_beside_the_truth_and_no_original(site, rows):
    add_museum(site, 2)
    add_truth(site, 2)
    campaign = queue(site, "turing", 5, "turing").campaign_id
    (item,) = serving.next_items(site, "00000000-0000-0000-0000-000000000007", campaign)
    keys = serving.shown_keys(site, item.item_id)
    assert (item.original, keys.original) == (None, None)
    assert keys.first != keys.second
    assert rows("select scan_id, colorization_id from campaign_items") == [{"scan_id": 2, "colorization_id": 2}]


@pytest.mark.parametrize(("method", "new"), [("acr", 2), ("acr-hr", 3), ("pairs", 1), ("turing", 2)])
def test_a_picture_whose_decision_was_undone_enters_every_kind_of_campaign(site, method, new):
    scan = add_scan(site)
    pictures = [add_colorization(site, scan, preset) for preset in ("faithful", "vivid")]
    add_truth(site, scan)
    undo(site, decide(site, pictures[0], "approved", "plausible", "", "A. Curator").decision_id, "A. Curator")
    assert queue(site, "again", 5, method).new == new


@pytest.fixture
def controlled(site):
    """A campaign of six pictures, of which one in three is a control; two have a truth."""
    add_museum(site, 6)
    for scan in (1, 2):
        add_truth(site, scan)
    campaign = lifecycle.open_campaign(site, "spring", control_every=3).campaign_id
    queue(site, "spring")
    return campaign


def test_controls_are_made_once_of_different_photographs(site, controlled, rows):
    found = roles(rows, controlled)
    assert found == {"ordinary": 6, "training": 2, "gold": 1, "trap": 3}
    assert queue(site, "spring").controls == 0
    assert roles(rows, controlled) == found
    controls = "select count(*) n, count(distinct scan_id) scans from campaign_items where role <> 'ordinary'"
    assert rows(controls) == [{"n": 6, "scans": 6}]


def test_a_trap_has_the_opposite_colours_and_the_same_lightness(site, controlled, rows):
    (trap,) = rows(
        """select altered_key, preview_key, expected_low, expected_high from campaign_items
        join colorizations using (colorization_id) where role = 'trap' limit 1"""
    )
    turned, plain = (
        rgb_to_lab(np.asarray(read(site, trap[name]), np.float32) / 255) for name in ("altered_key", "preview_key")
    )
    assert (trap["expected_low"], trap["expected_high"]) == (1, 2)
    assert np.abs(turned[..., 0] - plain[..., 0]).mean() < 2
    assert np.corrcoef(turned[..., 2].ravel(), plain[..., 2].ravel())[0, 1] < -0.9


def test_a_picture_without_colour_makes_no_trap():
    assert controls.opposite(np.full((8, 8, 3), 0.5, np.float32)) is None


def test_a_small_campaign_needs_no_controls(site, rows):
    add_museum(site, 4)
    found = queue(site, "spring")
    assert found.controls == 0
    assert roles(rows, found.campaign_id) == {"ordinary": 4}


def test_a_picture_that_everybody_is_handed_keeps_nobody_waiting(site, controlled, rows):
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    (training, *_) = rows(
        "select item_id from campaign_items where role = 'training' and campaign_id = %s", [controlled]
    )
    with db.connect(site) as handing:  # to another rater, who has not been handed it yet
        db.queries("rating/campaigns/raters").meet_rater(handing, rater_id=one, simulated=False)
        db.queries("rating/campaigns/serving").reserve(handing, item_id=training["item_id"], rater_id=one, minutes=15)
        handed = [item.item_id for item in serving.next_items(site, other, controlled, count=2)]
    assert training["item_id"] in handed
    assert rows("select pending from campaign_items where item_id = %s", [training["item_id"]]) == [{"pending": 0}]
