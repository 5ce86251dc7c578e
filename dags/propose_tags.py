"""Proposes catalog tags for each scan that the installed tagging model has not seen yet.

**When**: by itself after each delivery; by hand after another tagging model was installed.

**What happens**: the model looks at each scan's preview, a hundred times with other noise, and proposes the tags
that come up most often, ten at most. They stand on the scan's page as proposals until a curator accepts or refuses
each: nothing that only a model said is shown to the public or found by search. Scans flagged "do not colorize" are
left alone.

**Run it twice**: a scan that has proposals of this model is done with it. A run that was killed is gone on with.
"""

from dataclasses import asdict
from datetime import timedelta

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule, dag, task


@dag(
    dag_display_name="Propose tags",
    doc_md=__doc__,
    schedule=[Asset("heritage-scans", group="heritage")],
    tags=["heritage", "catalog"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def propose_tags():
    @task(
        pool="gpu",
        queue="gpu",
        execution_timeout=timedelta(hours=12),
        retry_policy=ExceptionRetryPolicy([RetryRule("heritage_color.errors.WeightsError", RetryAction.FAIL)]),
    )
    def propose() -> dict:
        from heritage_color import settings
        from heritage_color.catalog import tags

        return asdict(tags.propose_tags(settings.read()))

    propose()


propose_tags()
