"""Takes a delivery of scans into the archive.

**When**: a digitization team has put scans where the workers can read them: a folder, a bag, an archive of either, or
a prefix of a bucket. Start a run and name it. What lies in the watched place is taken in by *Watch inbox*.

**What happens**: each file is checked, its checksum is taken, and it is stored unaltered as a master. A faulty file is
refused with a reason and a remedy on the delivery's page; the others go on. A refused file does not fail the run:
the counts in the task's log and return value say how many were accepted, duplicate and refused.

**Run it twice**: nothing is stored twice. Corrected files can come in the same folder or in another one.

**Next**: new scans start *Colorize photographs*.
"""

from datetime import timedelta

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

SCANS = Asset("heritage-scans", group="heritage")
NO_DELIVERY = RetryRule("heritage_color.errors.DeliveryError", RetryAction.FAIL, reason="a second try finds the same")


@dag(
    dag_display_name="Ingest scans",
    doc_md=__doc__,
    schedule=None,
    tags=["heritage", "scans"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "delivery": Param(
            type="string",
            pattern="^(/|s3://).+",
            title="Delivery",
            description="Whole path as the workers see it, like /deliveries/2026-05-glass, or s3://bucket/prefix",
        ),
    },
)
def ingest_scans():
    @task(outlets=[SCANS], execution_timeout=timedelta(hours=12), retry_policy=ExceptionRetryPolicy([NO_DELIVERY]))
    def ingest(params: dict | None = None) -> dict:
        from heritage_color import settings
        from heritage_color.scans import steps

        return vars(steps.ingest(settings.read(), params["delivery"]))

    ingest()


ingest_scans()
