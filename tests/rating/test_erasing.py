"""A rater is forgotten: nothing about them is left anywhere, and the scores are those of the other votes."""

import uuid

import pytest
from catalog_rows import add_museum

from heritage_color.errors import RatingError
from heritage_color.rating import steps
from heritage_color.rating.guarding import erasing

TABLES = """
    select c.table_name
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'rater_id' and t.table_type = 'BASE TABLE' order by 1
"""
CASCADING = """
    select conrelid::regclass::text as table_name from pg_constraint
    where contype = 'f' and confrelid = 'raters'::regclass and confdeltype = 'c'
"""


@pytest.fixture
def museum(site):
    """Two pictures in the campaign `spring`; two votes retire one."""
    add_museum(site, 2)
    steps.queue(site, "spring", 2)
    return site


def cast(site, rows, who, scores):
    """Votes of a rater on the pictures in the order of their ids."""
    for item, score in zip(rows("select item_id from campaign_items order by colorization_id"), scores, strict=False):
        steps.vote(site, item["item_id"], who, score, uuid.uuid4())


def leave_traces(rows, who):
    """Rows in every other table that knows raters."""
    rows("insert into participations (campaign_id, rater_id, panel_person) values (1, %s, 'person 7')", [who])
    rows(
        "insert into reservations (item_id, rater_id, expires_at) select item_id, %s, now() from campaign_items", [who]
    )
    rows("insert into skips (item_id, rater_id, reason) select item_id, %s, 'sad' from campaign_items", [who])
    rows("insert into network_activity values (now(), '\\x0011223344556677', %s)", [who])


def test_nothing_about_an_erased_rater_is_left_in_any_table(museum, rows):
    who, other = str(uuid.uuid4()), str(uuid.uuid4())
    cast(museum, rows, who, [2, 4])
    cast(museum, rows, other, [2, 4])
    leave_traces(rows, who)
    assert erasing.forget(museum, who) == erasing.Erased(2, 2)
    tables = [row["table_name"] for row in rows(TABLES)]
    left = {name: rows(f"select count(*) as n from {name} where rater_id = %s", [who])[0]["n"] for name in tables}
    assert left == dict.fromkeys(tables, 0)
    assert len(rows("select * from ratings where rater_id = %s", [other])) == 2


def test_every_table_about_raters_is_emptied_with_them(rows):
    cascading = {row["table_name"] for row in rows(CASCADING)}
    assert {row["table_name"] for row in rows(TABLES)} == {*cascading, "raters", "ratings"}


def test_the_event_says_how_many_votes_were_erased_and_not_whose(museum, rows):
    who = str(uuid.uuid4())
    cast(museum, rows, who, [2, 4])
    erasing.forget(museum, who)
    (event,) = rows("select * from events where outcome = 'erased'")
    assert (event["agent"], event["outcome"], event["detail"]["votes"]) == ("a rater", "erased", 2)
    assert who not in str(event)


def test_scores_are_those_of_the_votes_that_are_left(museum, rows):
    who, other = str(uuid.uuid4()), str(uuid.uuid4())
    cast(museum, rows, who, [1, 1])
    cast(museum, rows, other, [5])
    steps.score(museum)
    erasing.forget(museum, who)
    steps.score(museum)
    assert [(row["votes"], row["mos"]) for row in rows("select votes, mos from opinion_scores")] == [(1, 5)]
    assert [row["human_votes"] for row in rows("select * from campaign_items order by colorization_id")] == [1, 0]


def test_a_picture_that_votes_had_retired_comes_back_and_a_withdrawn_one_does_not(museum, rows):
    who = str(uuid.uuid4())
    cast(museum, rows, who, [3, 3])
    rows(
        "update campaign_items set retired_at = now(), "
        "retired_by = case colorization_id when 1 then 'votes' else 'withdrawn' end"
    )
    erasing.forget(museum, who)
    assert [row["retired_by"] for row in rows("select * from campaign_items order by colorization_id")] == [
        None,
        "withdrawn",
    ]


def test_erasing_twice_leaves_one_event(museum, rows):
    who = uuid.uuid4()
    cast(museum, rows, str(who), [3])
    erasing.forget(museum, who)
    assert erasing.forget(museum, who) == erasing.Erased(0, 0)
    assert len(rows("select * from events where outcome = 'erased'")) == 1


def test_what_is_no_id_is_refused_with_a_sentence(museum):
    with pytest.raises(RatingError, match="looks like"):
        erasing.forget(museum, "everybody")
