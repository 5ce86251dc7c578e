"""Trains a model on the museum's own colour photographs, measures it, and puts it into the registry as a candidate.

**When**: by hand, when there are new colour references, or a folder of photographs to learn from.

**What happens**: the catalog's colour references are written to a folder, split by work; scans flagged "do not
colorize" are left out. Weights, card and list of photographs go into the archive. Then the candidate and what it would
replace are measured on the photographs held back. A run that was stopped goes on from its last checkpoint.

**Next**: *Promote a model*, when its figures please; until then nothing changes.
"""

from dataclasses import asdict
from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from heritage_color import settings

NO_PHOTOGRAPHS = ExceptionRetryPolicy([RetryRule("heritage_color.errors.DeliveryError", RetryAction.FAIL)])


@dag(
    dag_display_name="Train a colorizer",
    doc_md=__doc__,
    schedule=None,
    tags=["heritage", "train"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20), "pool": "gpu", "queue": "gpu"},
    params={
        "folder": Param("", type="string", pattern="^(/.+)?$", title="Folder of photographs",
            description="Whole path of a folder with train/ and val/ in it; empty: the catalog's colour references"),
        "method": Param("fusion-lite", type="string", enum=["fusion-lite", "fusion"], title="Method",
            description="Which network learns; fusion needs the weights of an Inception-ResNetV2"),
        "epochs": Param(16, type="integer", minimum=1, title="Epochs", description="Passes over the photographs"),
        "batch": Param(16, type="integer", minimum=1, title="Batch", description="Photographs per step"),
    },
)  # fmt: skip
def train_colorizer():
    @task(execution_timeout=timedelta(days=2), retry_policy=NO_PHOTOGRAPHS)
    def collect(params: dict | None = None) -> str:
        from heritage_color.train import collecting

        return params["folder"] or collecting.collect(settings.read()).folder

    @task(execution_timeout=timedelta(days=14), retry_policy=NO_PHOTOGRAPHS)
    def train(folder: str, params: dict | None = None) -> dict:
        from heritage_color.train import steps

        return asdict(steps.train(settings.read(), folder, params["method"], params["epochs"], params["batch"]))

    @task(execution_timeout=timedelta(days=2))
    def benchmark(candidate: dict) -> dict:
        from heritage_color.train.registering import benchmark_candidate

        return asdict(benchmark_candidate(settings.read(), candidate["model_id"], candidate["photographs"]))

    benchmark(train(collect()))


train_colorizer()
