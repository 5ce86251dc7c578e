"""Screens raters, turns votes into mean opinion scores with 95% intervals, and retires pictures that have enough.

**When**: every hour, since votes come at any time; by hand before a review session.

**What happens**: a rater who fails pictures whose answer is known, always answers the same or answers faster than one
can look is set aside, by rule and with a reason on the campaign's page, where staff can take it back. Then pictures
with new votes are scored; when many votes are new, or there are few, all are. Votes of people and of simulated raters
are scored apart, never mixed. Screening marks votes, it deletes none.

**Run it twice**: the scores are those of the votes at hand, whenever it runs. *Everything anew* looks at all again.

**Next**: the review page shows the scores to curators.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, Param, dag, task


@dag(
    dag_display_name="Score opinions",
    doc_md=__doc__,
    schedule="@hourly",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["heritage", "rating"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "full": Param(
            False,
            type="boolean",
            title="Everything anew",
            description="Also what has not changed since the last run",
        ),
    },
)
def score_opinions():
    @task(outlets=[Asset("heritage-opinion-scores", group="heritage")], execution_timeout=timedelta(hours=1))
    def score(params: dict | None = None) -> dict:
        from heritage_color import settings
        from heritage_color.rating import steps

        return asdict(steps.score(settings.read(), params["full"]))

    score()


score_opinions()
