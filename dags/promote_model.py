"""Makes a candidate the champion: the model that *Colorize photographs* uses from then on.

**When**: by hand, after *Train a colorizer*, or for weights that `heritage-color register` took in.

**What happens**: the gate compares the candidate's benchmark with that of the model it would replace, and people's
scores of pictures that both coloured. If it does not pass, the run ends with every reason. If it passes, a person sees
figures and reports under *Required Actions* and approves or rejects; without an answer the run ends after two weeks.

**Undo it**: `heritage-color rollback METHOD` puts the model before back.

**Next**: the next run of *Colorize photographs* colours every scan with the new champion.
"""

from dataclasses import asdict
from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule, dag, task

from heritage_color import settings
from heritage_color.train.figures import FIGURE, FIGURES

REFUSED = ExceptionRetryPolicy([RetryRule("heritage_color.errors.ModelError", RetryAction.FAIL)])


@dag(
    dag_display_name="Promote a model",
    doc_md=__doc__,
    schedule=None,
    tags=["heritage", "train"],
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "model_id": Param(type="integer", minimum=1, title="Model", description="Id, as `heritage-color models` says"),
        "figure": Param(FIGURE, type="string", enum=list(FIGURES), title="Figure",
            description="In which it must be better, unless people's scores say that it is"),
        "why": Param(type="string", pattern=r"\S", title="Reason", description="What the registry keeps as reason"),
    },
)  # fmt: skip
def promote_model():
    @task(execution_timeout=timedelta(hours=1), retry_policy=REFUSED)
    def gate(params: dict | None = None) -> dict:
        from heritage_color.train.promoting import pass_gate

        return asdict(pass_gate(settings.read(), params["model_id"], params["figure"]))

    @task(execution_timeout=timedelta(hours=1), retry_policy=REFUSED)
    def promote(answer: dict, params: dict | None = None) -> dict:
        from heritage_color.train.promoting import promote

        decision = (answer["responded_by_user"]["name"], params["why"], params["figure"])
        return asdict(promote(settings.read(), params["model_id"], *decision))

    subject, body = "Shall model {{ params.model_id }} become champion?", "{{ ti.xcom_pull('gate')['text'] }}"
    wait = {"response_timeout": timedelta(days=14), "retries": 0}
    gate() >> (approval := ApprovalOperator(task_id="approval", subject=subject, body=body, **wait))
    promote(approval.output)


promote_model()
