"""Measures each colorization that has not been measured yet.

**When**: by itself after *Colorize photographs*; by hand after a colour reference was delivered later.

**What happens**: where the true colour of a scan is known, MSE, PSNR and their kin are computed; the catalog refuses
them where it is not. Every colorization gets the figures that need no truth: fidelity of lightness, colourfulness.

**Run it twice**: a figure exists once per colorization.
"""

from datetime import timedelta

from airflow.sdk import Asset, dag, task


@dag(
    dag_display_name="Measure quality",
    doc_md=__doc__,
    schedule=[Asset("heritage-colorizations", group="heritage")],
    tags=["heritage", "metrics"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
)
def measure_quality():
    @task(outlets=[Asset("heritage-measurements", group="heritage")], execution_timeout=timedelta(hours=12))
    def measure() -> dict:
        from heritage_color import settings
        from heritage_color.metrics import steps

        return vars(steps.measure(settings.read()))

    measure()


measure_quality()
