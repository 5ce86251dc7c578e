"""Connections to the catalog that a server keeps between requests."""

import psycopg2
import pytest

from heritage_color import db


def backend(connection) -> int:
    """The server's process behind a connection."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid() as pid")
        return cursor.fetchone()["pid"]


def ask(site, **how) -> int:
    with db.connect(site, **how) as connection:
        return backend(connection)


def insert_and_fail(connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into raters (rater_id) values (gen_random_uuid())")
        cursor.execute("select * from nothing")


def test_the_next_one_gets_the_same_connection_and_two_at_once_get_two(site):
    with db.keeping(site):
        first = ask(site)
        assert ask(site) == first
        with db.connect(site) as one, db.connect(site) as other:
            assert backend(one) != backend(other)


def test_a_connection_that_the_server_cut_is_replaced_unnoticed(site):
    with db.keeping(site):
        first = ask(site)
        with db.connect(site, own=True) as connection, connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s, 5000)", (first,))
        assert ask(site) != first


def test_what_failed_is_rolled_back_and_nothing_of_it_is_left_in_a_kept_connection(site, rows):
    with db.keeping(site):
        with pytest.raises(psycopg2.errors.UndefinedTable), db.connect(site) as connection:
            insert_and_fail(connection)
        assert rows("select * from raters") == []


def test_a_lock_of_the_session_ends_with_a_connection_of_ones_own(site):
    with db.keeping(site):
        with db.connect(site, own=True) as connection, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(7)")
        with db.connect(site) as connection, connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(7) as free")
            assert cursor.fetchone()["free"]


def test_no_connection_is_left_when_keeping_ends_and_none_is_kept_without_it(site):
    with db.keeping(site):
        kept = ask(site)
    assert ask(site) != kept
    last = ask(site)
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute("select pid from pg_stat_activity where pid = any (%s)", ([kept, last],))
        assert cursor.fetchall() == []
