"""Publishes what curators have approved, and takes down what they have withdrawn.

**When**: every ten minutes, since decisions come at any time; by hand for the impatient.

**What happens**: colorization, original and manifest of each approved picture are written to the public bucket and
labelled as colorized; the index that shows them is replaced last. A reader sees the old or the new set, never a mix.

**Run it twice**: objects are immutable and named by their content, so the second run writes nothing.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, dag, task


@dag(
    dag_display_name="Publish approved",
    doc_md=__doc__,
    schedule="*/10 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["heritage", "publish"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def publish_approved():
    @task(outlets=[Asset("heritage-publications", group="heritage")], execution_timeout=timedelta(hours=12))
    def publish() -> dict:
        from heritage_color import settings
        from heritage_color.publish import steps

        return vars(steps.publish(settings.read()))

    publish()


publish_approved()
