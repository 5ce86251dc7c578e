"""Colorizes every scan that has no colorization of the chosen method and preset yet.

**When**: by itself after each delivery; or by hand, to colorize the archive with another method or preset.

**What happens**: open scans are put in a queue, and lanes work it off side by side. A lane loads the model once and
claims a few scans at a time until none is left. If a lane is killed, another takes its claims. A damaged master fails
alone, and the next run tries it again. Scans flagged "do not colorize" never enter the queue.

**How many lanes**: one per GPU. The pool `gpu` (*Admin, Pools*) bounds how many run at once; further lanes wait.

**Next**: new colorizations start *Measure quality* and *Queue ratings*.
"""

from datetime import timedelta

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from heritage_color import settings
from heritage_color.methods.names import METHODS, PRESETS

SITE = settings.read()


@dag(
    dag_display_name="Colorize photographs",
    doc_md=__doc__,
    schedule=[Asset("heritage-scans", group="heritage")],
    tags=["heritage", "colorize"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "method": Param(SITE.method, type="string", enum=list(METHODS), title="Method",
            description="Its champion colours, else its installed weights; grey and tint are only to compare with"),
        "preset": Param(SITE.preset, type="string", enum=list(PRESETS), title="Preset",
            description="faithful is cautious, vivid is colourful and errs more boldly, balanced lies between them"),
        "lanes": Param(SITE.lanes, type="integer", minimum=1, maximum=256, title="Lanes",
            description="How many work side by side: one per GPU, or 1"),
    },
)  # fmt: skip
def colorize_photographs():
    @task(retry_policy=ExceptionRetryPolicy([RetryRule("heritage_color.errors.WeightsError", RetryAction.FAIL)]))
    def enqueue(params: dict | None = None) -> dict:
        from heritage_color.colorize import steps

        return vars(steps.enqueue(settings.read(), params["method"], params["preset"]))

    @task
    def lanes(params: dict | None = None) -> list[str]:
        return [f"lane {number}" for number in range(1, params["lanes"] + 1)]

    @task(pool="gpu", queue="gpu", outlets=[Asset("heritage-colorizations", group="heritage")])
    def drain(lane: str) -> dict:
        from heritage_color.colorize import steps

        return vars(steps.drain(settings.read(), lane))

    enqueue() >> (names := lanes()) >> drain.expand(lane=names)


colorize_photographs()
