"""Watches campaigns: holds bursts of votes, draws the plots anew, and alerts when votes stay away.

**When**: every hour; by hand after a rush of votes.

**What happens**: *hold* sets the votes of bursts aside until somebody looks at the page `/holds`. *draw* computes what
the pages `/plots` show. *alarm* fails when an open campaign had no vote for `HERITAGE_SILENT_HOURS`, or when at the
pace of the last week it will have its votes later than the day set on its page of plots; each alert is also an event
and a warning in the log.

**Run it twice**: a burst is held once, what a person released is left alone, an alert is one event.

**After an alarm**: tell people of the campaign, pause it, or set another day.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule, dag, task

from heritage_color import settings

SILENCE = ExceptionRetryPolicy([RetryRule("heritage_color.errors.CampaignError", RetryAction.FAIL)])


@dag(
    dag_display_name="Watch campaigns",
    doc_md=__doc__,
    schedule="@hourly",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["heritage", "rating"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def watch_campaigns():
    @task(execution_timeout=timedelta(minutes=20))
    def hold() -> dict:
        from heritage_color.rating.guarding import holding

        return asdict(holding.hold(settings.read()))

    @task(execution_timeout=timedelta(minutes=50))
    def draw() -> dict:
        from heritage_color.rating.campaigns import drawing

        return asdict(drawing.draw(settings.read()))

    @task(execution_timeout=timedelta(minutes=10), retry_policy=SILENCE)
    def alarm() -> dict:
        from heritage_color.rating.campaigns import watching

        return asdict(watching.raise_alarm(settings.read()))

    hold() >> [draw(), alarm()]


watch_campaigns()
