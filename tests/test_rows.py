"""Named queries that are read when they are used, and rows as frozen records."""

import copy
from dataclasses import dataclass

import aiosql
import pytest

from heritage_color import db


@dataclass(frozen=True)
class Delivery:
    """A delivery, as these tests ask for it."""

    name: str
    files: int = 0


def test_a_file_of_queries_is_read_when_the_first_of_them_is_used():
    queries = db.queries("rating/not_there")
    with pytest.raises(aiosql.SQLLoadException, match="not_there"):
        queries.something  # noqa: B018


def test_a_query_that_is_not_there_is_named_with_its_file():
    with pytest.raises(AttributeError, match=r"sql/queries/preservation\.sql has no query no_such\."):
        db.queries("preservation").no_such  # noqa: B018


def test_queries_have_their_text_and_can_be_copied_as_any_object_can():
    queries = db.queries("preservation")
    assert "select name from migrations" in queries.applied_migrations.sql
    assert copy.copy(queries).room == "preservation"


def test_rows_become_records_by_the_names_of_their_columns(site):
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute("select 'box 3' as name, 7 as files union all select 'box 4', 0 order by name")
        assert db.records(Delivery, cursor.fetchall()) == [Delivery("box 3", 7), Delivery("box 4")]


def test_no_row_is_no_record_and_one_that_must_be_there_is_missed():
    assert db.record(Delivery, None) is None
    assert db.record(Delivery, {"name": "box 3"}) == Delivery("box 3")
    with pytest.raises(LookupError, match=r"no row for a Delivery\."):
        db.sure_record(Delivery, None)


def test_columns_and_fields_that_do_not_fit_are_named():
    with pytest.raises(TypeError, match=r"Delivery has no field for the column colour and needs the column name\."):
        db.record(Delivery, {"colour": "red", "files": 1})
    with pytest.raises(TypeError, match="colour"):
        db.records(Delivery, [{"name": "box 3", "colour": "red"}])
