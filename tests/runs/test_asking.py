"""Runs as people ask for them: a form sent twice, plans, the museum's hours, and wishes that come too late."""

import dataclasses
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from heritage_color import db
from heritage_color.errors import RunError
from heritage_color.runs import asking, bells, looking
from heritage_color.runs.asking import Request
from heritage_color.runs.bells import Bell
from heritage_color.runs.forms import Kind, check_form
from heritage_color.runs.records import Asker, Hours, Timetable
from heritage_color.runs.timetables import allowed, next_due

ANNA = Asker("Anna", 7)
BERLIN = ZoneInfo("Europe/Berlin")


def wanted(**changes) -> Request:
    return dataclasses.replace(Request(uuid4(), Kind.COLORIZE, ANNA, {"preset": "vivid"}), **changes)


def test_a_form_sent_twice_is_one_run(site, rows):
    request = wanted()
    first, second = (asking.ask(site, request) for _ in range(2))
    assert first == second
    assert (first.state, first.asked_by, first.parameters) == ("asked", "Anna", {"preset": "vivid"})
    assert rows("select count(*) as runs from runs") == [{"runs": 1}]


def test_a_form_is_refused_with_all_its_faults(site):
    with pytest.raises(RunError, match=r"no field lane\. preset must be a text, found 3\."):
        asking.ask(site, wanted(parameters={"lane": 2, "preset": 3}))
    with pytest.raises(RunError, match="delivery must be filled in"):
        check_form(Kind.TAKE_IN, {"delivery": ""})
    with pytest.raises(RunError, match="must be a whole number, found True"):
        check_form(Kind.COLORIZE, {"lanes": True})


def test_what_may_be_empty_is_left_out():
    assert check_form(Kind.TRAIN, {"folder": "", "epochs": 3, "method": None}) == {"epochs": 3}


def test_a_run_for_later_is_moved_and_cancelled_until_it_is_sent(site, rows):
    later = datetime.now(UTC) + timedelta(hours=3)
    run = asking.ask(site, wanted(due_at=later))
    assert (run.state, run.due_at) == ("planned", later)
    asking.change_due(site, run.run_id, later + timedelta(hours=1), ANNA)
    for _ in range(2):
        asking.cancel(site, run.run_id, ANNA)
    with db.connect(site) as connection:
        assert looking.planned_runs(connection) == []
        assert looking.run(connection, run.run_id).sentence == "Anna cancelled it before it began."
    with pytest.raises(RunError, match="cannot be changed any more"):
        asking.change_due(site, run.run_id, later, ANNA)


def test_a_wish_is_asked_once_and_only_where_it_makes_sense(site, rows):
    run = asking.ask(site, wanted())
    with pytest.raises(RunError, match="nothing to try again"):
        asking.retry(site, run.run_id, ANNA)
    rows("update runs set state = 'running'")
    for _ in range(2):
        asking.stop(site, run.run_id, ANNA)
    with pytest.raises(RunError, match="stop it instead"):
        asking.cancel(site, run.run_id, ANNA)
    rows("update runs set state = 'failed', ended_at = now(), stop_asked_by = ''")
    asking.retry(site, run.run_id, ANNA)
    with pytest.raises(RunError, match="has ended already"):
        asking.stop(site, run.run_id, ANNA)
    with pytest.raises(RunError, match="There is no run 99"):
        asking.retry(site, 99, ANNA)


def test_the_first_answer_to_a_question_counts_with_its_person(site, rows):
    run = asking.ask(site, wanted(kind=Kind.PROMOTE, parameters={"model_id": 3, "why": "More colour."}))
    with pytest.raises(RunError, match="asks nothing"):
        asking.answer(site, run.run_id, "Approve", ANNA)
    rows(
        "insert into run_questions (run_id, task_id, subject, options, asked_at)"
        " select run_id, 'approval', 'Shall it?', '{Approve,Reject}', now() from runs"
    )
    with pytest.raises(RunError, match="Choose one of Approve, Reject"):
        asking.answer(site, run.run_id, "approve", ANNA)
    for _ in range(2):
        asking.answer(site, run.run_id, "Approve", ANNA, "Better coats.")
    with pytest.raises(RunError, match="Anna has answered already: Approve"):
        asking.answer(site, run.run_id, "Reject", Asker("Bo"))
    with db.connect(site) as connection:
        answered = looking.question(connection, run.run_id)
    assert (answered.option, answered.answered_by, answered.why) == ("Approve", "Anna", "Better coats.")


def test_a_plan_has_its_next_run_and_a_changed_one_another(site):
    key, timetable = uuid4(), Timetable([6], time(22))
    plan = asking.plan(site, key, Kind.AUDIT, timetable, ANNA, older_than_days=0)
    assert asking.plan(site, key, Kind.AUDIT, timetable, ANNA, older_than_days=0) == plan
    with db.connect(site) as connection:
        (run,) = looking.planned_runs(connection)
    assert (run.due_at, run.plan_id, run.origin) == (plan.next_due, plan.plan_id, "plan")
    changed = asking.change_plan(site, plan.plan_id, Timetable([7], time(9)), Asker("Bo"), older_than_days=30)
    assert changed.next_due != plan.next_due
    asking.cancel_plan(site, plan.plan_id, ANNA)
    with db.connect(site) as connection:
        assert looking.planned_runs(connection) == looking.plans(connection) == []
    with pytest.raises(RunError, match="was cancelled"):
        asking.change_plan(site, plan.plan_id, timetable, ANNA)
    with pytest.raises(RunError, match="one day"):
        asking.plan(site, uuid4(), Kind.AUDIT, Timetable([], time(9)), ANNA)


@pytest.mark.parametrize(
    ("moment", "begins"),
    [
        ("2026-05-01T21:30+00:00", "2026-05-01T21:30+00:00"),  # Friday, half past eleven in the evening in Berlin
        ("2026-05-02T03:00+00:00", "2026-05-02T03:00+00:00"),  # past midnight, of Friday's hours
        ("2026-05-02T05:00+00:00", "2026-05-04T18:00+00:00"),  # they ended at six; Saturday has none
    ],
)
def test_hours_that_go_past_midnight(moment, begins):
    hours = Hours([1, 2, 3, 4, 5], time(20), time(6))
    assert allowed(hours, BERLIN, datetime.fromisoformat(moment)) == datetime.fromisoformat(begins)


def test_a_run_that_waits_for_the_hours_is_due_when_they_begin(site):
    now = datetime.now(UTC)
    begins = (now + timedelta(hours=5)).time().replace(microsecond=0)
    hours = Hours([1, 2, 3, 4, 5, 6, 7], begins, (now + timedelta(hours=6)).time())
    asking.set_hours(site, hours, ANNA)
    assert asking.ask(site, wanted(within_hours=True)).due_at > now + timedelta(hours=4)
    assert asking.ask(site, wanted()).state == "asked"
    asking.set_hours(site, None, ANNA)
    assert asking.ask(site, wanted(within_hours=True)).state == "asked"


def test_a_week_has_its_day_whatever_the_clocks_do():
    sunday = Timetable([7], time(2, 30))
    spring = next_due(sunday, BERLIN, datetime(2026, 3, 28, tzinfo=UTC))  # at half past two there is no half past two
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert next_due(sunday, BERLIN, spring) == datetime(2026, 4, 5, 0, 30, tzinfo=UTC)


def test_a_bell_rings_only_where_its_act_is_committed(site, rows):
    with db.connect(site) as connection:
        bells.ring(connection, Bell.HAND_IN)
        connection.rollback()
        bells.ring(connection, Bell.APPROVAL)
    assert rows("select bell, dag_id from bells") == [{"bell": "APPROVAL", "dag_id": "publish_approved"}]


def test_pages_see_that_something_is_new(site):
    with db.connect(site) as connection:
        before = looking.newest_change(connection)
    asking.ask(site, wanted())
    with db.connect(site) as connection:
        assert looking.newest_change(connection) > before
        assert [run.kind for run in looking.open_runs(connection)] == ["colorize"]
        assert looking.recent(connection, datetime.now(UTC) - timedelta(days=1)) == []
        assert not looking.follower(connection).is_alive
