"""Compares methods and presets on a folder of colour photographs, and writes a table, its figures and pictures.

**When**: by hand, after new weights came, or to choose a method for a kind of photograph. Name a folder of colour
photographs that no method was trained on.

**What happens**: each photograph is shown to every method as lightness only, and the answers are measured against its
true colours; `grey` and `tint` stand beside them as baselines. The result folder gets `benchmark.json`, `table.md` and
the contact sheet `sheet.jpg`. Photographs that cannot be read are left out and named.

**Run it twice**: the files are replaced; the figures are the same, but for times and memory.
"""

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

HOPELESS = ("heritage_color.errors.DeliveryError", "heritage_color.errors.WeightsError")


@dag(
    dag_display_name="Benchmark methods",
    doc_md=__doc__,
    schedule=None,
    tags=["heritage", "metrics"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "folder": Param(type="string", pattern="^/.+", title="Photographs",
            description="Whole path of a folder of colour photographs as the workers see it, from / on"),
        "methods": Param("all", type="string", minLength=1, title="Methods",
            description="Names with commas, such as fusion-lite, or all whose weights are there"),
        "pictures": Param(0, type="integer", minimum=0, title="Number of photographs",
            description="So many of them, evenly spaced over the folder; 0 for all"),
        "out": Param(type="string", pattern="^/.+", title="Result folder",
            description="Whole path of the folder for the table, its figures and the contact sheet"),
    },
)  # fmt: skip
def benchmark_methods():
    @task(
        pool="gpu",
        queue="gpu",
        execution_timeout=timedelta(hours=12),
        retry_policy=ExceptionRetryPolicy([RetryRule(error, RetryAction.FAIL) for error in HOPELESS]),
    )
    def compare(params: dict | None = None) -> dict:
        from heritage_color import settings
        from heritage_color.metrics import steps

        site, names = settings.read(), params["methods"]
        return vars(steps.benchmark(site, params["folder"], names, params["out"], params["pictures"]))

    compare()


benchmark_methods()
