"""Finds scans that look alike, and puts the pairs before curators.

**When**: by itself after each delivery; by hand once after the update that brought likenesses, for the scans that
were there before.

**What happens**: every scan has a likeness of 64 bits, taken when it came in, or here from its preview. Each new one
is looked up among all others; whatever differs in at most nine bits is a pair for the page *Likenesses*. Nothing is
deleted or held back: a curator says whether both are the same picture, and which of them is colorized. Blank and flat
pictures are left out; a scan whose preview is damaged is set aside, and looked at again by the next run.

**Run it twice**: a pair is found once, and what was decided stands. A run that was killed is gone on with.
"""

from dataclasses import asdict
from datetime import timedelta

from airflow.sdk import Asset, dag, task


@dag(
    dag_display_name="Find likenesses",
    doc_md=__doc__,
    schedule=[Asset("heritage-scans", group="heritage")],
    tags=["heritage", "likeness"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def find_likenesses():
    @task(execution_timeout=timedelta(hours=12))
    def find() -> dict:
        from heritage_color import settings
        from heritage_color.likeness import steps

        return asdict(steps.find(settings.read()))

    find()


find_likenesses()
