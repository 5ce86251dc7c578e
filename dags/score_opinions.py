"""Turns votes into mean opinion scores with 95% intervals.

**When**: every hour, since votes come at any time; by hand before a review session.

**What happens**: votes of people and of simulated raters are scored apart, never mixed. Screening marks votes, it
deletes none.

**Run it twice**: the scores are those of the votes at hand, whenever it runs.

**Next**: the review page shows the scores to curators.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, dag, task


@dag(
    dag_display_name="Score opinions",
    doc_md=__doc__,
    schedule="@hourly",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["heritage", "rating"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def score_opinions():
    @task(outlets=[Asset("heritage-opinion-scores", group="heritage")], execution_timeout=timedelta(hours=1))
    def score() -> dict:
        from heritage_color import settings
        from heritage_color.rating import steps

        return steps.score(settings.read())

    score()


score_opinions()
