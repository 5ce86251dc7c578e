"""What the catalog says of runs: their states, their records, and who asked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from heritage_color.keys import FormField, FormValue

ALIVE = timedelta(seconds=30)  # a follower that has not looked for so long is not there


class State(StrEnum):
    """How far a run is; the catalog's `run_state`."""

    PLANNED = "planned"
    ASKED = "asked"
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    REFUSED = "refused"


ENDED = frozenset({State.DONE, State.FAILED, State.STOPPED, State.CANCELLED, State.REFUSED})


class Origin(StrEnum):
    """Who began a run; the catalog's `run_origin`."""

    PERSON = "person"
    PLAN = "plan"
    BELL = "bell"
    SCHEDULE = "schedule"
    ASSET = "asset"
    AIRFLOW = "airflow"


@dataclass(frozen=True)
class Asker:
    """A person, as events record one; without an account where a rule or a script asks."""

    name: str
    account_id: int | None = None


@dataclass(frozen=True)
class Run:
    """A run, as pages list it; a row of the view `listed_runs`.

    `total`, `done` and `failed` count pictures or files, where they can be counted. `sentence` says what came of it
    or why it waits, `remedy` what helps. `question`: it waits for a person's answer.
    """

    run_id: int
    request_key: str
    kind: str
    dag_id: str
    airflow_run_id: str | None
    origin: str
    occasion: str
    asked_by: str
    account_id: int | None
    parameters: dict[FormField, FormValue]
    plan_id: int | None
    state: str
    asked_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    total: int | None
    done: int | None
    failed: int | None
    sentence: str
    remedy: str
    has_traceback: bool
    link: str
    stop_asked_by: str
    retry_asked_by: str
    question: bool


@dataclass(frozen=True)
class Timetable:
    """On which days (1 is Monday) at what time, in the time zone of the settings; perhaps only within run hours."""

    weekdays: list[int]
    at: time
    within_hours: bool = False


@dataclass(frozen=True)
class Plan:
    """A run that is wanted every week; `next_due` is that of its next run, where one is planned already."""

    plan_id: int
    request_key: str
    kind: str
    parameters: dict[FormField, FormValue]
    weekdays: list[int]
    at: time
    within_hours: bool
    asked_by: str
    account_id: int | None
    planned_at: datetime
    version: int
    next_due: datetime | None

    @property
    def timetable(self) -> Timetable:
        """When it is wanted."""
        return Timetable(self.weekdays, self.at, self.within_hours)


@dataclass(frozen=True)
class Hours:
    """When runs may start that wait for the museum's hours; they end past midnight where `ends` is before `begins`."""

    weekdays: list[int]
    begins: time
    ends: time
    set_by: str = ""
    set_at: datetime | None = None


@dataclass(frozen=True)
class Question:
    """What a run asks a person, in Markdown, and the answer; `given_at` is when Airflow took it."""

    run_id: int
    task_id: str
    subject: str
    body: str
    options: list[str]
    asked_at: datetime
    option: str | None
    why: str
    answered_by: str
    account_id: int | None
    answered_at: datetime | None
    given_at: datetime | None
    refusal: str


@dataclass(frozen=True)
class Picture:
    """A colorization that a run queued, and how far it is: `waiting`, `claimed`, `done`, `refused` or `failed`."""

    scan_id: int
    identifier: str
    model_id: int
    preset: str
    state: str
    sentence: str | None


@dataclass(frozen=True)
class Follower:
    """What is known of the process that follows runs, and through it of Airflow."""

    looked_at: datetime | None = None
    seen_at: datetime | None = None
    away_since: datetime | None = None
    sentence: str = ""
    paused: list[str] = field(default_factory=list)

    @property
    def is_alive(self) -> bool:
        """Whether it looked a moment ago."""
        return self.looked_at is not None and datetime.now(UTC) - self.looked_at < ALIVE
