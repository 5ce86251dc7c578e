"""The figures that models are compared in; importing this loads nothing else, as Airflow's parser asks for them."""

from heritage_color.metrics.definitions import METRICS, SET_METRICS

HIGHER = {metric.name: metric.better == "higher" for metric in (*METRICS, *SET_METRICS)}
FIGURES = tuple(m.name for m in (*METRICS, *SET_METRICS) if m.needs_reference and m.better in ("higher", "lower"))
FIGURE = "auc_rebalanced"  # rare colours count as much as common ones, so that grey and brown do not win
