"""Puts new colorizations before the raters.

**When**: by itself after *Colorize photographs*; by hand to open a campaign under another name, or by another method.

**What happens**: each new colorization is added as its method asks (*rating.md*), and some pictures whose answer is
known: for training, and to tell who looks. The least certain picture is shown first.

**Run it twice**: a picture is in a campaign once; a new number of votes holds for the whole campaign.
"""

from datetime import timedelta

from airflow.sdk import Asset, Param, dag, task

from heritage_color import settings
from heritage_color.rating.methods import METHODS


@dag(
    dag_display_name="Queue ratings",
    doc_md=__doc__,
    schedule=[Asset("heritage-colorizations", group="heritage")],
    tags=["heritage", "rating"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "campaign": Param("naturalness", type="string", pattern=r"\S", maxLength=100, title="Campaign",
            description="Name of the campaign; a new name opens a new one"),
        "votes_wanted": Param(settings.read().votes_wanted, type="integer", minimum=1, maximum=10000,
            title="Votes wanted",
            description="Votes per picture after which it is not shown any more; 15 is the least that P.910 advises"),
        "method": Param("acr", enum=list(METHODS), title="Method", description=
            "acr: a score per picture; acr-hr: with hidden true colours; pairs; turing: which is not real"),
    },
)  # fmt: skip
def queue_ratings():
    @task(outlets=[Asset("heritage-campaigns", group="heritage")], execution_timeout=timedelta(hours=1))
    def queue(params: dict | None = None) -> dict:
        from heritage_color.rating import steps

        return vars(steps.queue(settings.read(), params["campaign"], params["votes_wanted"], params["method"]))

    queue()


queue_ratings()
