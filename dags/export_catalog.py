"""Writes the whole catalog into the archive bucket, so that it can be made again from the bucket alone.

**When**: every hour. What came after the newest export is all that a lost database can take with it, and of that not
the masters, "do not colorize" and withdrawals: these have records of their own beside the masters.

**What happens**: every table is copied as it is at one moment, as compressed CSV. Objects are named by their content,
a list of them follows, and the pointer `exports/newest.json` is replaced last: killed anywhere, the export before
stands.

**Run it twice**: what has not changed is not stored again.

**To restore**: `heritage-color rebuild` with an empty database.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task


@dag(
    dag_display_name="Export catalog",
    doc_md=__doc__,
    schedule="@hourly",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["heritage", "preservation"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def export_catalog():
    @task(execution_timeout=timedelta(hours=6))
    def export() -> dict:
        from heritage_color import settings
        from heritage_color.preservation import steps

        return asdict(steps.export_catalog(settings.read()))

    export()


export_catalog()
