"""Reads what is stored back and compares it with its checksums: masters, colour references, colorizations.

**When**: every night at three (UTC); by hand after a storage incident, with 0 days to read everything again.

**What happens**: the objects that were checked longest ago are read in full, as many as the run may read. A damaged
object is marked, what lies in its place is copied to `quarantine/`, and the run goes on. When all is read, *alarm*
fails if any object stands damaged or was not read for 90 days: nobody must find that in a log.

**After an alarm**: `heritage-color repair` puts good copies from the second store back, if one is set.

**Choosing the budget**: with 10 TB stored, 340 GB a night read each object once a month; `heritage-color report` says
what 90 days need.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from heritage_color import settings

DAMAGE = ExceptionRetryPolicy([RetryRule("heritage_color.errors.FixityError", RetryAction.FAIL)])


@dag(
    dag_display_name="Audit fixity",
    doc_md=__doc__,
    schedule="0 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["heritage", "catalog"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "older_than_days": Param(30, type="integer", minimum=0, maximum=36500, title="Older than (days)",
            description="Only objects whose last check is longer ago; 0 reads all again"),
        "gigabytes": Param(round(settings.read().fixity_bytes / 1e9, 3), type="number", minimum=0,
            title="Gigabytes to read", description="The run ends when it has read so much; one object at least"),
    },
)  # fmt: skip
def audit_fixity():
    @task(execution_timeout=timedelta(hours=20))
    def audit(params: dict | None = None) -> dict:
        from heritage_color.preservation import auditing

        return asdict(
            auditing.audit_fixity(settings.read(), params["older_than_days"], round(params["gigabytes"] * 1e9))
        )

    @task(execution_timeout=timedelta(hours=1), retry_policy=DAMAGE)
    def alarm() -> dict:
        from heritage_color.preservation import auditing

        return asdict(auditing.raise_alarm(settings.read()))

    audit() >> alarm()


audit_fixity()
