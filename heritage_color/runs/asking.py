"""What people ask: runs now or later, plans, and that one is stopped, tried again or answered.

All of it is written into the catalog and done by the follower within about a second; where Airflow is away, later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from heritage_color import db
from heritage_color.errors import RunError
from heritage_color.keys import FormField, FormValue
from heritage_color.runs import looking
from heritage_color.runs.forms import FORMS, Kind, check_form
from heritage_color.runs.records import Asker, Hours, Origin, Plan, Run, State, Timetable
from heritage_color.runs.timetables import allowed, next_due
from heritage_color.settings import Settings

queries = db.queries("runs/asking")


@dataclass(frozen=True)
class Request:
    """A run that is asked for. `key` is the form's: sent twice it is one run. Without `due_at` it is due now.

    `within_hours`: where it is due outside the museum's hours, it waits until they begin.
    """

    key: UUID
    kind: Kind
    asker: Asker
    parameters: Mapping[FormField, FormValue] = field(default_factory=dict)
    due_at: datetime | None = None
    within_hours: bool = False
    origin: Origin = Origin.PERSON
    occasion: str = ""
    plan_id: int | None = None


def ask(settings: Settings, request: Request) -> Run:
    """Ask for a run; the same request again returns the same run. Raises RunError for a form that does not fit."""
    with db.connect(settings) as connection:
        return add(settings, connection, request)


def add(settings: Settings, connection: db.Connection, request: Request) -> Run:
    """As `ask`, in the caller's transaction."""
    parameters = check_form(request.kind, request.parameters)
    now = datetime.now(UTC)
    due_at = max(request.due_at or now, now)
    if request.within_hours:
        due_at = allowed(looking.hours(connection), ZoneInfo(settings.time_zone), due_at)
    queries.add_run(
        connection,
        request_key=str(request.key),
        kind=request.kind,
        dag_id=FORMS[request.kind].dag_id,
        airflow_run_id=f"heritage~{request.key}",
        origin=request.origin,
        occasion=request.occasion,
        asked_by=request.asker.name,
        account_id=request.asker.account_id,
        parameters=db.json(parameters),
        plan_id=request.plan_id,
        within_hours=request.within_hours,
        state=State.PLANNED if due_at > now else State.ASKED,
        due_at=due_at,
    )
    return db.sure_record(Run, queries.run_of_request(connection, request_key=str(request.key)))


def change_due(settings: Settings, run_id: int, due_at: datetime, asker: Asker) -> None:
    """Let a run that was not sent yet be due at another time. Raises RunError where it was."""
    with db.connect(settings) as connection:
        if not queries.move_run(connection, run_id=run_id, due_at=due_at):
            _refuse(connection, run_id, "has begun: its time cannot be changed any more")


def cancel(settings: Settings, run_id: int, asker: Asker) -> None:
    """Take back a run that was not sent yet. Raises RunError where it was: `stop` it then."""
    sentence = f"{asker.name} cancelled it before it began."
    with db.connect(settings) as connection:
        if not queries.cancel_run(connection, run_id=run_id, sentence=sentence):
            _refuse(connection, run_id, "has begun: stop it instead", {State.CANCELLED})


def stop(settings: Settings, run_id: int, asker: Asker) -> None:
    """Stop a run; one that was not sent yet is cancelled. Raises RunError where it has ended by itself."""
    with db.connect(settings) as connection:
        if queries.cancel_run(connection, run_id=run_id, sentence=f"{asker.name} cancelled it before it began."):
            return
        if not queries.ask_to_stop(connection, run_id=run_id, by=asker.name):
            known = looking.run(connection, run_id)
            if known is None or not (known.stop_asked_by or known.state in (State.STOPPED, State.CANCELLED)):
                _refuse(connection, run_id, "has ended already")


def retry(settings: Settings, run_id: int, asker: Asker) -> None:
    """Try again what failed in a run. Raises RunError where nothing did."""
    with db.connect(settings) as connection:
        if not queries.ask_to_retry(connection, run_id=run_id, by=asker.name):
            known = looking.run(connection, run_id)
            if known is None or not known.retry_asked_by:
                _refuse(connection, run_id, "has not failed: there is nothing to try again")


def answer(settings: Settings, run_id: int, option: str, asker: Asker, why: str = "") -> None:
    """Answer what a run asks a person, as `Approve` or `Reject`; the follower hands it to Airflow.

    The first answer counts; the same person may send the same one twice. Raises RunError where another was given,
    where nothing is asked, or for an option that is not offered.
    """
    with db.connect(settings) as connection:
        given = {"option": option, "why": why, "by": asker.name, "account_id": asker.account_id}
        if queries.answer_question(connection, run_id=run_id, **given):
            queries.touch_run(connection, run_id=run_id)
            return
        asked = looking.question(connection, run_id)
        if asked is None:
            raise RunError(f"Run {run_id} asks nothing at the moment.")
        if asked.option is None:
            raise RunError(f"Choose one of {', '.join(asked.options)}; found {option!r}.")
        if (asked.option, asked.answered_by) != (option, asker.name):
            raise RunError(f"{asked.answered_by} has answered already: {asked.option}.")


def plan(settings: Settings, key: UUID, kind: Kind, timetable: Timetable, asker: Asker, **form: FormValue) -> Plan:
    """Want a run every week. The same key again is the same plan. Raises RunError for what does not fit."""
    _check(timetable)
    parameters = check_form(kind, form)
    with db.connect(settings) as connection:
        plan_id = queries.add_plan(
            connection,
            request_key=str(key),
            kind=kind,
            parameters=db.json(parameters),
            weekdays=sorted(set(timetable.weekdays)),
            at=timetable.at,
            within_hours=timetable.within_hours,
            asked_by=asker.name,
            account_id=asker.account_id,
        )
        return _planned(settings, connection, plan_id)


def change_plan(settings: Settings, plan_id: int, timetable: Timetable, asker: Asker, **form: FormValue) -> Plan:
    """Give a plan another timetable and form; its next run is planned anew. Raises RunError for what does not fit."""
    _check(timetable)
    with db.connect(settings) as connection:
        known = looking.plan(connection, plan_id)
        if known is None:
            raise RunError(f"There is no plan {plan_id}, or it was cancelled.")
        queries.change_plan(
            connection,
            plan_id=plan_id,
            parameters=db.json(check_form(Kind(known.kind), form)),
            weekdays=sorted(set(timetable.weekdays)),
            at=timetable.at,
            within_hours=timetable.within_hours,
            by=asker.name,
            account_id=asker.account_id,
        )
        queries.cancel_runs_of_plan(connection, plan_id=plan_id, sentence=f"{asker.name} changed the plan.")
        return _planned(settings, connection, plan_id)


def cancel_plan(settings: Settings, plan_id: int, asker: Asker) -> None:
    """Let a plan make no more runs; one that goes on goes on. Twice is once."""
    with db.connect(settings) as connection:
        queries.cancel_plan(connection, plan_id=plan_id, by=asker.name)
        queries.cancel_runs_of_plan(connection, plan_id=plan_id, sentence=f"{asker.name} cancelled the plan.")


def set_hours(settings: Settings, hours: Hours | None, asker: Asker) -> None:
    """Set when runs may start that wait for the museum's hours; None for always. Raises RunError without a day."""
    with db.connect(settings) as connection:
        if hours is None:
            queries.clear_hours(connection)
            return
        _check(Timetable(hours.weekdays, hours.begins))
        days = sorted(set(hours.weekdays))
        queries.set_hours(connection, weekdays=days, begins=hours.begins, ends=hours.ends, by=asker.name)


def plan_next(settings: Settings, connection: db.Connection, wanted: Plan) -> Run:
    """The next run of a plan, which is planned where it is not yet, in the caller's transaction."""
    due_at = next_due(wanted.timetable, ZoneInfo(settings.time_zone), datetime.now(UTC))
    request = Request(
        uuid5(UUID(wanted.request_key), f"{wanted.version} {due_at.isoformat()}"),
        Kind(wanted.kind),
        Asker(wanted.asked_by, wanted.account_id),
        wanted.parameters,
        due_at,
        wanted.within_hours,
        Origin.PLAN,
        plan_id=wanted.plan_id,
    )
    return add(settings, connection, request)


def _planned(settings: Settings, connection: db.Connection, plan_id: int) -> Plan:
    known = looking.plan(connection, plan_id)
    if known is None:
        raise RunError(f"Plan {plan_id} was cancelled.")
    if known.next_due is None:
        plan_next(settings, connection, known)
    return db.sure_record(Plan, looking.queries.plan(connection, plan_id=plan_id))


def _check(timetable: Timetable) -> None:
    if not timetable.weekdays or not set(timetable.weekdays) <= set(range(1, 8)):
        raise RunError("Choose one day of the week at least.")


def _refuse(connection: db.Connection, run_id: int, sentence: str, but: set[State] | None = None) -> None:
    """Raise RunError on a run that is not as it would have to be, unless it is in one of some states already."""
    known = looking.run(connection, run_id)
    if known is None:
        raise RunError(f"There is no run {run_id}.")
    if known.state not in (but or ()):
        raise RunError(f"Run {run_id} {sentence}.")
