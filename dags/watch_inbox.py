"""Takes in what suppliers drop into the watched places, or hand in on the deliveries page, as soon as it is whole.

**When**: every five minutes; by hand to look at once.
**What happens**: each folder, bag or archive in the place is a delivery. It is whole when its `.done` is there, or
when nothing in it has changed for a while. Then it is taken in as *Ingest scans* does, each delivery in a task of its
own, and its report is left beside it as `NAME.taken-in.txt`. Nothing of the supplier's is moved, changed or deleted;
files of uploads leave the disk `HERITAGE_UPLOAD_DAYS` after they were taken in, or were last added to.

**Run it twice**: what was taken in is left alone until it changes. What could not be taken in is tried again after an
hour; the failed task says why, in a sentence. **Next**: new scans start *Colorize photographs*.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule, dag, task

from heritage_color import settings

NO_DELIVERY = RetryRule("heritage_color.errors.DeliveryError", RetryAction.FAIL, reason="a second try finds the same")


@dag(
    dag_display_name="Watch inbox",
    doc_md=__doc__,
    schedule="*/5 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["heritage", "scans"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def watch_inbox():
    @task(retry_policy=ExceptionRetryPolicy([NO_DELIVERY]))
    def look() -> list[str]:
        from heritage_color.scans import steps

        return steps.look_at_inbox(settings.read())

    @task
    def remove_old_uploads() -> dict:
        from heritage_color.scans.uploading import ending

        return vars(ending.remove_old(settings.read()))

    @task(
        outlets=[Asset("heritage-scans", group="heritage")],
        execution_timeout=timedelta(hours=12),
        retry_policy=ExceptionRetryPolicy([NO_DELIVERY]),
        max_active_tis_per_dag=1,
    )
    def take_in(source: str) -> dict:
        from heritage_color.scans import steps

        return vars(steps.take_from_inbox(settings.read(), source))

    take_in.expand(source=look())
    remove_old_uploads()


watch_inbox()
