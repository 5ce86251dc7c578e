"""The registry and a verdict as people read them: a table for the terminal, a page before a promotion."""

from collections.abc import Sequence
from dataclasses import dataclass

from heritage_color.train.records import ListedModel, Protocol
from heritage_color.train.registry import GUARDED, Comparison, Opinions, opinions_in_words, row_of


@dataclass(frozen=True)
class Report:
    """What a benchmark reports beside its rows, nested as it tells it, and by what."""

    name: str
    figures: object


def as_markdown(
    title: str,
    comparisons: list[Comparison],
    reference: str,
    opinions: Opinions | None,
    reports: Sequence[Report],
) -> str:
    """What a person needs to see before a promotion: figures side by side, people's opinion, and the reports."""
    lines = [title, "", f"| figure | candidate | {reference} | interval |", "|---|---|---|---|"]
    for shown in comparisons:
        lines.append(f"| {shown.figure} | {shown.found:.4g} | {shown.expected:.4g} | within {shown.margin:.2g} |")
    lines += ["", f"People's opinion, candidate less the other: {opinions_in_words(opinions)}."]
    for report in reports:
        lines += ["", f"**Report by {report.name.replace('_', ' ')}**", "", *_report_lines(report.figures)]
    return "\n".join(lines)


def _report_lines(report: object, indent: str = "") -> list[str]:
    """Return a nested report as a nested list."""
    if not isinstance(report, dict):
        return [f"{indent}- {report}"]
    lines = []
    for name, value in report.items():
        if isinstance(value, dict):
            lines += [f"{indent}- {name}", *_report_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}- {name}: {value}")
    return lines


def registry_table(models: list[ListedModel], preset: str) -> str:
    """Return the registry as a table for the terminal; a star marks the champions."""
    heads = "".join(f"{figure:>15}" for figure in GUARDED)
    lines = [f"{'':2}{'id':>4} {'method':<12} {'weights':<13} {'registered':<17}{heads}"]
    for model in models:
        protocol = Protocol.read(model.protocol) or Protocol()
        row = protocol.rows.get(row_of(protocol, model.method, preset), {})
        figures = "".join(f"{row[name]:>15.4g}" if name in row else f"{'-':>15}" for name in GUARDED)
        mark = "*" if model.champion else " "
        when = f"{model.registered_at:%Y-%m-%d %H:%M}"
        lines.append(
            f"{mark:2}{model.model_id:>4} {model.method:<12} {model.weights_sha256[:12]:<13} {when:<17}{figures}"
        )
    lines.append(f"* champion. Figures of the preset {preset}; - where a model has no benchmark.")
    return "\n".join(lines)
