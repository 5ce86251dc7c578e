"""Bursts: found in simulated traffic, held with their votes, released or confirmed by a person."""

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from catalog_rows import add_museum

from heritage_color.errors import RatingError
from heritage_color.rating import steps
from heritage_color.rating.guarding import bursts, holding

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def quiet_week(random) -> tuple[list[bursts.Activity], dict]:
    """Simulated: a week of honest traffic, up to twelve new raters an hour, from networks that two or three share."""
    activity, newcomers = [], {}
    for back in range(7 * 24):
        hour = NOON - timedelta(hours=back)
        newcomers[hour] = int(random.integers(0, 13))
        activity += [
            bursts.Activity(hour, f"{number // 3:016x}", f"{back}-{number}", True, int(random.integers(1, 120)))
            for number in range(newcomers[hour])
        ]
    return activity, newcomers


def test_a_quiet_week_and_a_school_class_of_simulated_raters_hold_nothing():
    activity, newcomers = quiet_week(np.random.default_rng(1))
    activity += [bursts.Activity(NOON, "c1a55", f"pupil {number}", True, 60) for number in range(32)]
    newcomers[NOON] += 32
    assert bursts.find_bursts(activity, newcomers) == []


def test_a_simulated_attack_from_one_network_is_found_with_its_new_raters_only():
    activity, newcomers = quiet_week(np.random.default_rng(2))
    attack = [bursts.Activity(NOON, "bad0" * 4, f"bot {number}", True, 25) for number in range(60)]
    old = bursts.Activity(NOON, "bad0" * 4, "neighbour", False, 12)
    (burst,) = bursts.find_bursts([*activity, *attack, old], newcomers)
    assert burst.name == "burst-network-2026-11-28t12-bad0bad0"
    assert set(burst.raters) == {row.rater for row in attack}


def test_a_simulated_attack_from_many_networks_is_found_by_the_week_before():
    activity, newcomers = quiet_week(np.random.default_rng(3))
    attack = [bursts.Activity(NOON, f"{number:016x}", f"bot {number}", True, 25) for number in range(240)]
    (burst,) = bursts.find_bursts([*activity, *attack], newcomers | {NOON: 240})
    assert (burst.rule, len(set(burst.raters) & {row.rater for row in attack})) == ("crowd", 240)


def test_a_rater_who_votes_faster_than_anybody_looks_is_a_burst_without_their_id():
    (burst,) = bursts.find_bursts([bursts.Activity(NOON, "00", "3b241101-e2bb", False, 900)], {})
    assert (burst.rule, burst.raters, "3b24" in burst.name) == ("rater", ("3b241101-e2bb",), False)


def test_hasty_raters_of_one_hour_are_each_a_burst_of_their_own_name():
    hasty = [bursts.Activity(NOON, "00", who, False, 900) for who in ("one", "other")]
    names = {burst.name for burst in bursts.find_bursts(hasty, {})}
    assert len(names) == 2
    assert names == {burst.name for burst in bursts.find_bursts(hasty[::-1], {})}


def answering(count: int, network: str = "", votes: int = 25, new: bool = True) -> list[bursts.Activity]:
    """Raters of an hour, each of a network of their own unless one is named."""
    return [
        bursts.Activity(NOON, network or f"{number:016x}", f"rater {number:03}", new, votes) for number in range(count)
    ]


@pytest.mark.parametrize(
    ("most", "reason"),
    [
        (answering(39, "bad0"), "40 new raters voted from one network within an hour."),
        (answering(0), "One rater gave 600 votes within an hour."),
        (answering(199), "200 new raters came within an hour; the busiest hour of the week before had 0."),
    ],
)
def test_a_burst_begins_at_its_limit_and_says_what_it_counted(most, reason):
    last = bursts.Activity(NOON, "bad0", "the last", True, 25 if most else 600)
    assert bursts.find_bursts(most, {NOON: len(most)}) == []
    (burst,) = bursts.find_bursts([*most, last], {NOON: len(most) + 1})
    assert (burst.reason, len(burst.raters)) == (reason, len(most) + 1)
    assert (burst.since, burst.until) == (NOON, NOON + timedelta(hours=1))


def test_of_a_crowd_only_new_raters_who_voted_are_held():
    old = [bursts.Activity(NOON, "0", "known for years", False, 25), bursts.Activity(NOON, "1", "looks on", True, 0)]
    earlier = bursts.Activity(NOON - timedelta(hours=1), "2", "came an hour before", True, 25)
    (burst,) = bursts.find_bursts([earlier, *old, *answering(240)], {NOON: 240})
    assert burst.name == "burst-crowd-2026-11-28t12"
    assert burst.raters == tuple(f"rater {number:03}" for number in range(240))


@pytest.mark.parametrize(("hours", "usual"), [(1, True), (20, True), (7 * 24, True), (7 * 24 + 1, False)])
def test_a_crowd_as_large_as_that_of_an_hour_of_the_week_before_is_none(hours, usual):
    newcomers = {NOON - timedelta(hours=hours): 200, NOON: 240}
    assert (bursts.find_bursts(answering(240), newcomers) == []) is usual


@pytest.fixture
def attacked(site, rows):
    """A campaign with three votes of old raters and 45 of new ones who all came from one network within this hour."""
    add_museum(site, 1)
    steps.queue(site, "spring", 500)
    item = rows("select item_id from campaign_items")[0]["item_id"]
    for number in range(48):
        who = uuid.UUID(int=number)
        steps.vote(site, item, who, 5 if number >= 3 else 2, uuid.uuid4())
        holding.note(site, "192.0.2.7" if number >= 3 else "198.51.100.4", str(who))
    rows("update raters set first_seen = now() - interval '2 days' where rater_id < %s", [str(uuid.UUID(int=3))])
    return site


def counted(site, rows):
    steps.score(site)
    return rows("select votes, mos from opinion_scores")[0]


def test_votes_of_a_burst_count_nowhere_until_a_person_releases_them(attacked, rows):
    assert holding.hold(attacked) == holding.Holding(1, 45)
    assert counted(attacked, rows) == {"votes": 3, "mos": 2}
    (hold,) = rows("select name, state, raters, votes from holds")
    assert holding.decide_hold(attacked, hold["name"], "released", "Ada Curator").votes == 45
    assert counted(attacked, rows)["votes"] == 48
    assert holding.hold(attacked).votes == 0  # what a person released is not held again
    told = rows("select outcome from events where outcome <> 'opened' order by event_id")
    assert [row["outcome"] for row in told] == ["held", "released"]


def test_a_confirmed_burst_stays_aside_grows_and_can_still_be_released(attacked, rows):
    holding.hold(attacked)
    name = rows("select name from holds")[0]["name"]
    holding.decide_hold(attacked, name, "confirmed", "Ada Curator")
    rows("update ratings set screened_by = null where rater_id = %s", [str(uuid.UUID(int=40))])
    assert holding.hold(attacked).votes == 1
    assert holding.decide_hold(attacked, name, "confirmed", "Ada Curator").votes == 0
    assert holding.decide_hold(attacked, name, "released", "Grace Curator").votes == 45
    with pytest.raises(RatingError, match="Grace Curator has released"):
        holding.decide_hold(attacked, name, "confirmed", "Ada Curator")


def test_holding_twice_is_holding_once(attacked, rows):
    holding.hold(attacked)
    before = rows("select * from holds")
    assert holding.hold(attacked) == holding.Holding(1, 0)
    assert rows("select * from holds") == before


def test_no_address_is_stored_and_networks_are_forgotten(attacked, rows):
    stored = str(rows("select * from network_activity") + rows("select * from network_salts"))
    assert "192.0.2.7" not in stored
    rows("update network_activity set hour = hour - interval '8 days'")
    rows("update network_salts set day = day - 1")
    holding.hold(attacked)
    assert rows("select 1 from network_activity union all select 1 from network_salts") == []
