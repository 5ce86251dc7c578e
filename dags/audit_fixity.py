"""Reads masters back from storage and compares them with their checksums.

**When**: every night at three (UTC); by hand after a storage incident, with 0 days to read everything again.

**What happens**: the masters that were checked longest ago are read in full, as many as the run may read. A damaged
or absent master is flagged in the catalog with an event; the run itself goes on.

**Choosing the budget**: with 10 TB of masters, 340 GB a night read each master once a month.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Param, dag, task

from heritage_color import settings


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
        "older_than_days": Param(
            30,
            type="integer",
            minimum=0,
            maximum=36500,
            title="Older than (days)",
            description="Only masters whose last check is longer ago; 0 reads all again",
        ),
        "gigabytes": Param(
            round(settings.read().fixity_bytes / 1e9, 3),
            type="number",
            minimum=0,
            title="Gigabytes to read",
            description="The run ends when it has read so much; it reads one master at least",
        ),
    },
)
def audit_fixity():
    @task(execution_timeout=timedelta(hours=20))
    def audit(params: dict | None = None) -> dict:
        from heritage_color.catalog import steps

        return steps.audit_fixity(settings.read(), params["older_than_days"], round(params["gigabytes"] * 1e9))

    audit()


audit_fixity()
