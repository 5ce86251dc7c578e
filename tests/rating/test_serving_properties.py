"""Whatever raters do, in any order: nobody scores a picture twice, or more than one may; sides are counterbalanced."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from catalog_rows import add_colorization, add_scan, insert
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage_color.rating.campaigns import lifecycle, serving, voting
from heritage_color.rating.steps import queue

CAP = 4  # votes of one rater
FEW = {
    "max_examples": max(8, settings.default.max_examples // 8),  # each has a campaign of its own in a real catalog
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
acts = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["vote", "skip", "undo", "look"])), max_size=25)


@dataclass
class Rater:
    """One rater of a campaign, and what they did there."""

    name: str = field(default_factory=lambda: str(uuid.uuid4()))
    standing: dict[str, str] = field(default_factory=dict)  # item -> key of the vote, in the order of voting
    skipped: set[str] = field(default_factory=set)

    def act(self, site, campaign: int, act: str) -> None:
        if act == "undo":
            if self.standing:
                _, key = self.standing.popitem()
                voting.undo(site, self.name, key)
            return
        handed = [item.item_id for item in serving.next_items(site, self.name, campaign)]
        assert not {*self.standing, *self.skipped} & {*handed}
        assert len({*handed}) == len(handed) <= CAP - len(self.standing)
        if act == "vote" and handed:
            self.standing[handed[0]] = key = str(uuid.uuid4())
            voting.vote(site, handed[0], self.name, 3, key)
        elif act == "skip" and handed:
            voting.skip(site, handed[0], self.name)
            self.skipped.add(handed[0])


@pytest.fixture
def photographs(site):
    """Three photographs in two colours each."""
    for number in range(3):
        scan = add_scan(site, f"photo-{number}")
        for preset in ("faithful", "vivid"):
            add_colorization(site, scan, preset)
    return site


@settings(**FEW)
@given(acts)
def test_no_order_of_acts_shows_a_picture_again_or_takes_more_votes_than_one_may_give(photographs, rows, done):
    campaign = queue(photographs, f"season {uuid.uuid4()}", 30).campaign_id
    lifecycle.change(photographs, campaign, rater_cap=CAP)
    raters = [Rater() for _ in range(3)]
    for number, act in done:
        raters[number].act(photographs, campaign, act)
    counted = rows("select rater_id::text, item_id::text from ratings join campaign_items using (item_id)"
        " where campaign_id = %s and undone_at is null", [campaign])  # fmt: skip
    assert sorted((row["rater_id"], row["item_id"]) for row in counted) == sorted(
        (rater.name, item) for rater in raters for item in rater.standing
    )
    assert max(Counter(row["rater_id"] for row in counted).values(), default=0) <= CAP


@settings(**FEW)
@given(st.integers(0, 5))
def test_a_rater_who_scores_all_never_sees_one_photograph_twice_in_a_row(photographs, rows, skips):
    campaign = queue(photographs, f"season {uuid.uuid4()}", 30).campaign_id
    scans = {str(row["item_id"]): row["scan_id"] for row in rows("select item_id, scan_id from campaign_items")}
    rater, shown = Rater(), []
    while items := serving.next_items(photographs, rater.name, campaign, 1):
        shown.append(scans[items[0].item_id])
        if len(shown) <= skips:
            voting.skip(photographs, items[0].item_id, rater.name)
        else:
            voting.vote(photographs, items[0].item_id, rater.name, 3, uuid.uuid4())
    scored = shown[skips:]
    assert all(before != after for before, after in pairwise(scored))


@settings(**FEW)
@given(st.lists(st.booleans(), max_size=12))
def test_the_sides_of_a_pair_differ_by_one_at_most_whoever_answers(site, answers):
    scan = add_scan(site, f"photo {uuid.uuid4()}")
    pictures = [add_colorization(site, scan, preset) for preset in ("faithful", "vivid")]
    campaign = lifecycle.open_campaign(site, f"which {uuid.uuid4()}", "pairs").campaign_id
    insert(site, "campaign_items", "item_id", campaign_id=campaign, colorization_id=pictures[0],
           other_colorization_id=pictures[1])  # fmt: skip
    sides = Counter()
    for answer in answers:
        who = str(uuid.uuid4())
        (item,) = serving.next_items(site, who, campaign)
        voting.vote(site, item.item_id, who, "first" if answer else "second", uuid.uuid4(), 1.5, item.swapped)
        sides[item.swapped] += 1
        assert abs(sides[True] - sides[False]) <= 1
