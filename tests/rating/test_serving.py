"""Pictures handed out to raters, and what becomes of their answers, in a real catalog."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from catalog_rows import add_colorization, add_museum, add_scan, insert

from benchmarks.allocation import need
from heritage_color.curation.steps import decide, flag_do_not_colorize
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns import lifecycle, serving, voting
from heritage_color.rating.steps import queue


@pytest.fixture
def spring(site):
    """Four pictures in an open campaign that three votes retire; its id."""
    add_museum(site, 4)
    return queue(site, "spring", 3).campaign_id


def rater() -> str:
    return str(uuid.uuid4())


def cast(site, item, who, answer=4):
    key = str(uuid.uuid4())
    voting.vote(site, item if isinstance(item, str) else item.item_id, who, answer, key)
    return key


def ids(items) -> list[str]:
    return [item.item_id for item in items]


def rate_all(site, campaign_id, who) -> list[str]:
    """Answer one picture after the other until none is left; their ids in the order of showing."""
    shown = []
    while items := serving.next_items(site, who, campaign_id):
        shown.append(items[0].item_id)
        cast(site, items[0], who)
    return shown


def test_a_rater_is_handed_the_same_pictures_until_they_are_answered(site, spring):
    who = rater()
    first = serving.next_items(site, who, spring)
    assert len(set(ids(first))) == 3
    assert serving.next_items(site, who, spring) == first
    cast(site, first[0], who)
    assert ids(serving.next_items(site, who, spring))[:2] == ids(first)[1:]


def test_every_picture_comes_once_and_never_again(site, spring):
    who = rater()
    assert len(set(rate_all(site, spring, who))) == 4
    assert serving.next_items(site, who, spring) == []


def test_what_is_shown_tells_nothing_of_roles(site, spring):
    (item,) = serving.next_items(site, rater(), spring, 1)
    address = f"/rate/picture/{item.item_id}"
    assert replace(item, title="") == serving.Item(
        item.item_id,
        "acr",
        f"{address}/first",
        None,
        f"{address}/original",
        swapped=False,
        title="",
        content_warning="",
    )
    assert serving.shown_keys(site, item.item_id).first.startswith("previews/")


def test_reservations_count_as_votes_on_their_way(site, spring, rows):
    for _ in range(4):
        serving.next_items(site, rater(), spring, 3)  # 12 places, three for each of the four pictures
    assert serving.next_items(site, rater(), spring) == []
    assert rows("select distinct pending from campaign_items") == [{"pending": 3}]


def test_an_expired_reservation_is_given_back_and_a_late_vote_counts(site, spring, rows):
    who = rater()
    handed = serving.next_items(site, who, spring)
    rows("update reservations set expires_at = now() - interval '1 second'")
    serving.next_items(site, rater(), spring, 1)
    assert rows("select sum(pending) n from campaign_items")[0]["n"] == 1
    assert cast(site, handed[0], who)
    assert rows("select sum(human_votes) n from campaign_items")[0]["n"] == 1


def test_the_picture_with_the_widest_interval_comes_first(site, spring, rows):
    items = [str(row["item_id"]) for row in rows("select item_id from campaign_items order by item_id")]
    for who in (rater(), rater()):
        for item, answer in zip(items[:3], (3, 3, 3), strict=True):
            cast(site, item, who, answer)
    assert ids(serving.next_items(site, rater(), spring, 1)) == items[3:]


def test_one_photograph_never_comes_twice_in_a_row(site, rows):
    for number in range(3):
        scan = add_scan(site, f"photo-{number}")
        for preset in ("faithful", "balanced", "vivid"):
            add_colorization(site, scan, preset)
    campaign = queue(site, "spring", 5).campaign_id
    scans = {str(row["item_id"]): row["scan_id"] for row in rows("select item_id, scan_id from campaign_items")}
    for _ in range(3):
        shown = [scans[item] for item in rate_all(site, campaign, rater())]
        assert len(shown) >= 7
        assert all(one != other for one, other in pairwise(shown))


def test_a_rater_gives_no_more_votes_than_the_campaign_takes_of_one(site, spring):
    lifecycle.change(site, spring, rater_cap=2)
    assert len(rate_all(site, spring, rater())) == 2


def test_a_vote_that_was_taken_back_is_none_of_those_that_the_campaign_takes_of_one(site, spring):
    lifecycle.change(site, spring, rater_cap=2)
    who = rater()
    voting.undo(site, who, cast(site, serving.next_items(site, who, spring, 1)[0], who))
    assert len(rate_all(site, spring, who)) == 2


def test_forty_raters_at_once_get_two_pictures_each_and_no_picture_gets_too_many(site, rows):
    add_museum(site, 4)
    campaign = queue(site, "spring", 30).campaign_id
    raters = [rater() for _ in range(40)]
    with ThreadPoolExecutor(16) as tabs:
        handed = list(tabs.map(lambda who: serving.next_items(site, who, campaign, 2), raters))
    assert {len(set(ids(items))) for items in handed} == {2}
    pending = [row["pending"] for row in rows("select pending from campaign_items")]
    assert sum(pending) == 80
    assert max(pending) <= 30


def test_control_pictures_come_once_in_a_block_at_places_that_differ_between_raters(site, spring, rows):
    lifecycle.change(site, spring, control_every=2)
    for number in range(5):
        key = f"previews/opposite-{number}"
        insert(site, "campaign_items", "item_id", campaign_id=spring, colorization_id=1 + number % 4, role="trap",
               altered_key=key, expected_low=1, expected_high=2)  # fmt: skip
    traps = {str(row["item_id"]) for row in rows("select item_id from campaign_items where role = 'trap'")}
    places = set()
    for _ in range(4):
        who, shown = rater(), []
        for _ in range(4):
            (item,) = serving.next_items(site, who, spring, 1)
            shown.append(item.item_id in traps)
            cast(site, item, who)
        assert sum(shown[:2]) == sum(shown[2:]) == 1
        places.add(tuple(shown))
    assert len(places) > 1


def test_training_comes_first_and_tells_what_was_expected(site, spring, rows):
    insert(site, "campaign_items", "item_id", campaign_id=spring, colorization_id=1, role="training",
           altered_key="previews/opposite", expected_low=1, expected_high=2)  # fmt: skip
    who = rater()
    first, *_ = serving.next_items(site, who, spring, 1)
    assert rows("select role from campaign_items where item_id = %s", [first.item_id]) == [{"role": "training"}]
    cast(site, first, who, 4)
    assert voting.feedback(site, first.item_id, who) == voting.Feedback(4, 1, 2, expected=False)
    second, *_ = serving.next_items(site, who, spring, 1)
    cast(site, second, who)
    assert voting.feedback(site, second.item_id, who) is None
    assert rows("select count(*) n from participations where trained_at is not null")[0]["n"] == 1


def test_a_vote_taken_back_counts_nowhere_and_its_picture_comes_next(site, spring, rows):
    who = rater()
    first, second, _ = serving.next_items(site, who, spring)
    older, key = cast(site, first, who), cast(site, second, who)
    assert voting.undo(site, who, key) == voting.undo(site, who, key) == second.item_id
    assert rows("select sum(human_votes) votes, sum(total) total from campaign_items") == [{"votes": 1, "total": 4}]
    assert ids(serving.next_items(site, who, spring))[0] == second.item_id
    cast(site, second, who, 2)
    assert rows("select sum(total) total from campaign_items")[0]["total"] == 6
    with pytest.raises(RatingError, match="Only your latest vote"):
        voting.undo(site, who, older)


def test_votes_are_taken_back_one_after_the_other_the_newest_first(site, spring, rows):
    who = rater()
    first, second, _ = serving.next_items(site, who, spring)
    older, newer = cast(site, first, who), cast(site, second, who)
    assert [voting.undo(site, who, key) for key in (newer, older)] == [second.item_id, first.item_id]
    assert rows("select sum(human_votes) votes from campaign_items") == [{"votes": 0}]
    assert ids(serving.next_items(site, who, spring))[:2] == [first.item_id, second.item_id]


def test_only_the_rater_takes_a_vote_back_and_not_for_ever(site, spring, rows):
    who = rater()
    key = cast(site, serving.next_items(site, who, spring)[0], who)
    with pytest.raises(RatingError) as refusal:
        voting.undo(site, rater(), key)
    assert refusal.value.code == "vote-unknown"
    rows("update ratings set voted_at = now() - interval '1 hour'")
    with pytest.raises(RatingError) as refusal:
        voting.undo(site, who, key)
    assert refusal.value.code == "undo-too-late"


def test_a_skipped_picture_is_not_offered_again(site, spring):
    who = rater()
    handed = serving.next_items(site, who, spring)
    voting.skip(site, handed[0].item_id, who, "upsetting")
    assert handed[0].item_id not in rate_all(site, spring, who)


def test_a_paused_campaign_hands_nothing_out_and_takes_votes_on_what_it_did(site, spring):
    who = rater()
    (item, *_) = serving.next_items(site, who, spring)
    lifecycle.pause(site, spring)
    assert serving.next_items(site, who, spring) == []
    assert lifecycle.open_campaigns(site) == []
    assert cast(site, item, who)
    lifecycle.resume(site, spring)
    assert serving.next_items(site, who, spring)
    lifecycle.close(site, spring)
    with pytest.raises(RatingError) as refusal:
        cast(site, item, rater())
    assert refusal.value.code == "campaign-closed"


def test_votes_retire_a_picture_and_bring_it_back_when_they_are_set_aside(site, spring, rows):
    for _ in range(3):
        rate_all(site, spring, rater())
    states = "select retired_by, count(*) n from campaign_items group by retired_by"
    assert rows(states) == [{"retired_by": "votes", "n": 4}]
    rows(
        "update ratings set screened_by = 'test' where item_id = (select min(item_id::text)::uuid from campaign_items)"
    )
    assert sorted(rows(states), key=str) == [{"retired_by": "votes", "n": 3}, {"retired_by": None, "n": 1}]
    lifecycle.change(site, spring, votes_wanted=4)
    assert rows(states) == [{"retired_by": None, "n": 4}]


def test_a_picture_whose_interval_is_narrow_enough_retires_as_precise(site, spring, rows):
    lifecycle.change(site, spring, votes_wanted=50, votes_least=2, target_half_width=1.2)
    for _ in range(2):
        rate_all(site, spring, rater())
    assert rows("select retired_by, count(*) n from campaign_items group by 1") == [
        {"retired_by": "precision", "n": 4}
    ]


def test_rejection_and_withdrawal_retire_a_picture_at_once_and_approval_brings_it_back(site, spring, rows):
    decide(site, 1, "rejected", "dull", "", "A. Curator")
    flag_do_not_colorize(site, 2, "sacred object", "A. Curator")
    found = "select retired_by from campaign_items where colorization_id < 3 order by colorization_id"
    assert [row["retired_by"] for row in rows(found)] == ["rejected", "withdrawn"]
    assert len(rate_all(site, spring, rater())) == 2
    decide(site, 1, "approved", "plausible", "", "A. Curator")
    assert [row["retired_by"] for row in rows(found)] == [None, "withdrawn"]


def test_each_picture_of_a_pair_stands_left_equally_often(site, rows):
    scan = add_scan(site)
    pictures = [add_colorization(site, scan, preset) for preset in ("faithful", "vivid")]
    campaign = lifecycle.open_campaign(site, "which", "pairs").campaign_id
    insert(site, "campaign_items", "item_id", campaign_id=campaign, colorization_id=pictures[0],
           other_colorization_id=pictures[1])  # fmt: skip
    swapped = []
    for _ in range(6):
        who = rater()
        (item,) = serving.next_items(site, who, campaign)
        swapped.append(item.swapped)
        voting.vote(site, item.item_id, who, "second", uuid.uuid4(), 1.5, item.swapped)
    assert sum(swapped) == 3
    assert len(set(vars(serving.shown_keys(site, item.item_id)).values())) == 3
    with pytest.raises(RatingError) as refusal:
        cast(site, item, rater(), 4)
    assert refusal.value.code == "choice-invalid"


def test_the_catalog_computes_the_widths_that_the_statistics_do(rows):
    random = np.random.default_rng(7)
    votes = np.concatenate([[0, 0, 1, 1], random.integers(1, 60, 60)])
    scores = [random.integers(1, 6, count) if count > 1 else np.full(count, 5) for count in votes]
    total, squares = (np.array([(one**power).sum() for one in scores]) for power in (1, 2))
    pending = random.integers(0, 4, len(votes))
    found = rows(
        "select expected_half_width(v, t, s, p, 0.25) as half from unnest(%s::int[], %s::int[], %s::int[], %s::int[]) "
        "with ordinality as x (v, t, s, p, place) order by place",
        [column.tolist() for column in (votes, total, squares, pending)],
    )
    expected = need(votes, total, squares, 0.0, 0.25, pending)
    assert [row["half"] for row in found] == pytest.approx(expected.tolist(), abs=1e-5)
