"""What pages ask of runs: the catalog alone answers."""

from datetime import datetime

from heritage_color import db
from heritage_color.runs.records import Follower, Hours, Picture, Plan, Question, Run

queries = db.queries("runs/looking")

MOST = 200  # runs that are open at once, as a page shows them


def open_runs(connection: db.Connection, most: int = MOST) -> list[Run]:
    """Runs that are asked for, wait or go on, the oldest first."""
    return db.records(Run, queries.open_runs(connection, most=most))


def planned_runs(connection: db.Connection, most: int = MOST) -> list[Run]:
    """Runs that are due later, in that order."""
    return db.records(Run, queries.planned_runs(connection, most=most))


def recent(connection: db.Connection, since: datetime, most: int = 50, before: Run | None = None) -> list[Run]:
    """Runs that ended since a moment, newest first; `before` is the last run of the page before."""
    ended, run_id = (before.ended_at, before.run_id) if before and before.ended_at else ("infinity", 0)
    rows = queries.recent_runs(connection, since=since, before=ended, before_id=run_id, most=most)
    return db.records(Run, rows)


def run(connection: db.Connection, run_id: int) -> Run | None:
    """One run, if there is such a one."""
    return db.record(Run, queries.run(connection, run_id=run_id))


def traceback(connection: db.Connection, run_id: int) -> str:
    """What the log of a run's failed task holds, for engineers; empty where nothing failed."""
    return queries.traceback(connection, run_id=run_id) or ""


def question(connection: db.Connection, run_id: int) -> Question | None:
    """What a run asks, or asked, a person."""
    return db.record(Question, queries.question(connection, run_id=run_id))


def open_questions(connection: db.Connection, most: int = MOST) -> list[Question]:
    """What waits for a person's answer, the oldest first."""
    return db.records(Question, queries.open_questions(connection, most=most))


def plans(connection: db.Connection) -> list[Plan]:
    """Runs that are wanted every week."""
    return db.records(Plan, queries.plans(connection))


def plan(connection: db.Connection, plan_id: int) -> Plan | None:
    """One of them, unless it was cancelled."""
    return db.record(Plan, queries.plan(connection, plan_id=plan_id))


def hours(connection: db.Connection) -> Hours | None:
    """When runs may start that wait for the museum's hours; None where every hour is right."""
    return db.record(Hours, queries.hours(connection))


def follower(connection: db.Connection) -> Follower:
    """What is known of the process that follows runs, and of Airflow."""
    return db.record(Follower, queries.follower(connection)) or Follower()


def newest_change(connection: db.Connection) -> int:
    """A number that grows whenever a run changes: pages that wait for news ask for it alone."""
    return int(queries.newest_change(connection))


def pictures(
    connection: db.Connection, run_id: int, state: str | None = None, after: int = 0, most: int = 50
) -> list[Picture]:
    """Colorizations that a run queued, perhaps of one state, in the order of their scans, after one of them."""
    rows = queries.pictures(connection, run_id=run_id, state=state, after=after, most=most)
    return db.records(Picture, rows)
