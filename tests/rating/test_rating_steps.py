"""Campaigns, votes and scores in a real catalog."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from catalog_rows import add_colorization, add_museum, add_scan, approve

from heritage_color.errors import RatingError
from heritage_color.rating import steps
from heritage_color.rating.campaigns import lifecycle
from heritage_color.rating.campaigns.serving import Item, next_items
from heritage_color.rating.scoring import Scored


@pytest.fixture
def museum(site):
    """Three undecided pictures in the campaign `spring`; two human votes retire one."""
    add_museum(site, 3)
    steps.queue(site, "spring", 2)
    return site


def rater() -> str:
    return str(uuid.uuid4())


def shown(site, who) -> Item | None:
    """The picture that a rater is shown."""
    return next(iter(next_items(site, who, 1, 1)), None)


def cast(site, item, who=None, score=4, **more):
    item_id = item.item_id if isinstance(item, Item) else item
    return steps.vote(site, item_id, who or rater(), score, more.pop("vote_key", uuid.uuid4()), **more)


def test_undecided_pictures_are_queued_once(site):
    pictures = add_museum(site, 3)
    approve(site, pictures[0])
    first = steps.queue(site, "spring", 5)
    assert (first.queued, first.new) == (2, 2)
    assert steps.queue(site, "spring", 5) == replace(first, new=0)


def test_a_closed_campaign_takes_no_more(museum, rows):
    rows("update campaigns set closed_at = now()")
    with pytest.raises(RatingError, match="is closed"):
        steps.queue(museum, "spring", 2)
    assert shown(museum, rater()) is None


def test_raters_see_pictures_in_different_orders_and_each_the_same_again(museum):
    steps.queue(museum, "spring", 50)
    raters = [rater() for _ in range(12)]
    first = [shown(museum, who).item_id for who in raters]
    assert len(set(first)) > 1
    assert first == [shown(museum, who).item_id for who in raters]


def test_simulated_votes_retire_nothing(museum, rows):
    steps.simulate(museum, "spring", 5)
    assert rows("select distinct human_votes, retired_by from campaign_items") == [
        {"human_votes": 0, "retired_by": None}
    ]


def test_a_vote_sent_twice_is_one_vote(museum, rows):
    item, who, key = shown(museum, rater()), rater(), uuid.uuid4()
    assert cast(museum, item, who, vote_key=key) is True
    assert cast(museum, item, who, vote_key=key) is False
    assert rows("select count(*) n from ratings")[0]["n"] == 1


def test_a_vote_that_comes_again_after_its_campaign_was_closed_is_stored_as_it_was(museum, rows):
    item, who, key = shown(museum, rater()), rater(), uuid.uuid4()
    cast(museum, item, who, vote_key=key)
    lifecycle.close(museum, 1)
    assert cast(museum, item, who, vote_key=key) is False
    with pytest.raises(RatingError) as refusal:
        cast(museum, item, rater())
    assert refusal.value.code == "campaign-closed"
    assert rows("select count(*) n from ratings")[0]["n"] == 1


def test_a_vote_sent_at_the_same_moment_by_eight_tabs_is_one_vote(museum, rows):
    item, who, key = shown(museum, rater()), rater(), uuid.uuid4()
    with ThreadPoolExecutor(8) as tabs:
        written = list(tabs.map(lambda _: cast(museum, item, who, vote_key=key), range(8)))
    assert written.count(True) == 1
    assert rows("select count(*) n from ratings")[0]["n"] == 1


def test_a_second_opinion_of_the_same_rater_is_refused(museum, rows):
    item, who = shown(museum, rater()), rater()
    cast(museum, item, who, score=4)
    with pytest.raises(RatingError, match="first score counts") as refusal:
        cast(museum, item, who, score=1)
    assert refusal.value.code == "already-voted"
    assert [row["score"] for row in rows("select score from ratings")] == [4]


def test_a_vote_key_stands_for_one_vote_only(museum):
    item, key = shown(museum, rater()), uuid.uuid4()
    cast(museum, item, vote_key=key)
    with pytest.raises(RatingError, match="stored with another"):
        cast(museum, item, vote_key=key)


@pytest.mark.parametrize("score", [0, 6, "5", 2.5, True, None])
def test_a_score_off_the_scale_is_refused(museum, score):
    with pytest.raises(RatingError) as refusal:
        cast(museum, shown(museum, rater()), score=score)
    assert refusal.value.code == "score-invalid"


@pytest.mark.parametrize(
    ("item", "code"), [(str(uuid.UUID(int=4)), "picture-unknown"), ("1; drop table", "id-invalid")]
)
def test_a_vote_for_no_picture_is_refused(museum, item, code):
    with pytest.raises(RatingError) as refusal:
        cast(museum, item)
    assert refusal.value.code == code


def test_a_person_never_votes_as_simulated(museum):
    who = rater()
    cast(museum, shown(museum, who), who)
    with pytest.raises(RatingError) as refusal:
        cast(museum, shown(museum, who), who, simulated=True)
    assert refusal.value.code == "rater-mixed"


def test_simulated_raters_vote_once_and_the_same_in_every_run(museum, rows):
    assert steps.simulate(museum, "spring", 10) == steps.Simulated(10, 30, 30)
    assert steps.simulate(museum, "spring", 10).new == 0
    assert rows("select bool_and(simulated) all_marked from ratings")[0]["all_marked"]


def test_simulated_raters_vote_on_pictures_that_came_later(museum):
    steps.simulate(museum, "spring", 4)
    add_colorization(museum, add_scan(museum, "late"))
    steps.queue(museum, "spring", 2)
    assert steps.simulate(museum, "spring", 4).new == 4


def test_scores_of_people_and_of_simulated_raters_never_mix(museum, rows):
    steps.simulate(museum, "spring", 10)
    cast(museum, shown(museum, rater()), score=2)
    assert steps.score(museum) == Scored(4, 4)
    assert rows("select votes, mos from opinion_scores where not simulated") == [{"votes": 1, "mos": 2}]


def test_scoring_again_writes_nothing_until_a_vote_comes(museum, rows):
    cast(museum, shown(museum, rater()))
    steps.score(museum)
    before = rows("select * from opinion_scores")
    assert steps.score(museum) == Scored()
    assert rows("select * from opinion_scores") == before


def test_a_vote_that_screening_set_aside_leaves_the_score_and_stays_stored(museum, rows):
    cast(museum, shown(museum, rater()))
    steps.score(museum)
    rows("update ratings set screened_by = 'test'")
    assert steps.score(museum) == Scored(new=1)
    assert rows("select count(*) n, (select sum(human_votes) from campaign_items) counted from ratings") == [
        {"n": 1, "counted": 0}
    ]
