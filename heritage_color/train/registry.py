"""The rules of the model registry: what a benchmark says of one model, and when a model may become champion. Pure.

docs/models.md explains each reason.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from heritage_color.methods.names import BASELINES, PRESETS
from heritage_color.metrics.definitions import METRICS, SET_METRICS

ROW = re.compile(rf"(.+)/(-|{'|'.join(PRESETS)})")  # the name of a row in a benchmark
HIGHER = {metric.name: metric.better == "higher" for metric in (*METRICS, *SET_METRICS)}
FIGURES = tuple(m.name for m in (*METRICS, *SET_METRICS) if m.needs_reference and m.better in ("higher", "lower"))
FIGURE = "auc_rebalanced"  # rare colours count as much as common ones, so that grey and brown do not win
# A champion must not be worse in any of these: error as such, error as people see it, and of rare colours
GUARDED = ("psnr_rgb", "ciede2000", "auc_rebalanced")
REPORTS = ("skin_tone", "era")
LEAST_PAIRS = (
    10  # Student's interval leans on a mean that is nearly normal; scores of 1..5 need some pictures for that
)
WIDEST = 4.0  # scores lie in 1..5, so no difference is larger

REASONS = {
    "no-object": "Its weights are not in the archive: register the weight file.",
    "not-judged": "It has no benchmark: run `heritage-color benchmark --json` with its weights, then `judge`.",
    "no-row": "Its benchmark has no row {row}: measure it with all presets.",
    "no-skin-tone-report": "Its benchmark has no report by skin tone: measure it on photographs that show people.",
    "no-era-report": "Its benchmark has no report by era: measure it on photographs whose time is known.",
    "champion-already": "It is the champion already.",
    "reference-not-judged": "{reference} has no benchmark to compare with: measure it on the same photographs.",
    "other-photographs": "It and {reference} were measured on different photographs: measure both anew, on the same.",
    "no-figure": "The figure {figure} is not in both benchmarks: measure both anew.",
    "no-interval": "The benchmark has no interval of {figure}: measure both anew.",
    "worse": "In {figure} it is worse than {reference} beyond the interval: {found:.4g} against {expected:.4g} "
    "within {margin:.2g}.",
    "not-better": "It is better than {reference} neither in {figure} ({compared}) nor in people's opinion "
    "({opinions}).",
}


@dataclass(frozen=True)
class Reference:
    """What a candidate is compared with: a model's protocol and row. `margins` is the row whose interval counts."""

    name: str
    protocol: dict | None
    row: str
    margins: str


@dataclass(frozen=True)
class Comparison:
    """One figure of a candidate and of its reference; `margin` is half of the 95% interval: within it is chance."""

    figure: str
    found: float
    expected: float
    margin: float

    @property
    def gain(self) -> float:
        """How much better the candidate is; below 0 it is worse."""
        return (self.found - self.expected) * (1 if HIGHER[self.figure] else -1)

    @property
    def worse(self) -> bool:
        """Whether it is worse beyond the interval."""
        return self.gain < -self.margin

    @property
    def better(self) -> bool:
        """Whether it is better beyond the interval."""
        return self.gain > self.margin


@dataclass(frozen=True)
class Opinions:
    """Paired opinion scores of people: mean difference, candidate less reference, with its 95% interval."""

    pairs: int
    mean: float
    low: float
    high: float

    @property
    def better(self) -> bool:
        """Whether people like the candidate more, beyond chance."""
        return self.low > 0


def protocol_of(benchmark, name: str, method: str):
    """What a benchmark says of one model and of the baselines beside it: rows named `name` become the method's.

    A figure that is no number, because no picture had it, becomes None.
    """
    if isinstance(benchmark, float) and not math.isfinite(benchmark):
        return None
    if isinstance(benchmark, list):
        return [protocol_of(inner, name, method) for inner in benchmark]
    if not isinstance(benchmark, dict):
        return benchmark
    kept = {}
    for key, inner in benchmark.items():
        row = ROW.fullmatch(key)
        if row is None or row[1] == name or key in {f"{one}/-" for one in BASELINES}:
            renamed = f"{method}/{row[2]}" if row and row[1] == name else key
            kept[renamed] = protocol_of(inner, name, method)
    return kept


def row_of(protocol: dict | None, method: str, preset: str) -> str:
    """The row of a model's protocol that a preset is judged by: a method without presets has one row."""
    rows = (protocol or {}).get("rows", {})
    named, single = f"{method}/{preset}", f"{method}/-"
    return single if single in rows and named not in rows else named


def paired(differences: Iterable[float]) -> Opinions | None:
    """Mean and Student's 95% interval of paired differences of opinion scores; None where there is no pair.

    With fewer than LEAST_PAIRS the interval is the widest possible, -4..4: so few say nothing.
    """
    import numpy as np  # not above: Airflow's parser reads this module's names for a form
    from scipy.special import stdtrit

    values = np.array(list(differences), np.float64)
    if not len(values):
        return None
    mean, half = float(values.mean()), 2 * WIDEST
    if len(values) >= LEAST_PAIRS:
        half = float(stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / len(values) ** 0.5)
    return Opinions(len(values), mean, max(mean - half, -WIDEST), min(mean + half, WIDEST))


def margin(protocol: dict, row: str, figure: str) -> float | None:
    """Half the width of a row's 95% interval; that of the gain over grey where there is one: it pairs pictures."""
    over_grey = protocol.get("over_grey", {}).get(row, {}).get(figure)
    interval = over_grey[-2:] if over_grey else protocol.get("intervals", {}).get(row, {}).get(figure)
    return None if not interval or None in interval else (interval[1] - interval[0]) / 2


def compare(candidate: dict, row: str, reference: Reference, figure: str) -> Comparison | tuple[str, dict]:
    """A figure of two protocols side by side, or the code and facts of why that cannot be."""
    assert reference.protocol is not None  # the caller has seen it
    found = candidate["rows"][row].get(figure)
    expected = reference.protocol["rows"].get(reference.row, {}).get(figure)
    allowed = margin(reference.protocol, reference.margins, figure)
    if found is None or expected is None:
        return "no-figure", {"figure": figure}
    if allowed is None:
        return "no-interval", {"figure": figure}
    return Comparison(figure, found, expected, allowed)


def judge_candidate(
    model: dict, row: str, reference: Reference, figure: str, opinions: Opinions | None
) -> tuple[list[str], list[Comparison]]:
    """Every reason against a promotion, each a sentence, and the figures that were compared.

    The model has `weights_key`, `protocol` and `is_champion`; `row` is the name of its row, METHOD/PRESET.
    """
    faults, comparisons = [], []
    protocol = model["protocol"]
    if protocol is not None:
        results = _compared(protocol, row, reference, figure)
        comparisons = [one for one in results if isinstance(one, Comparison)]
        faults = [one for one in results if not isinstance(one, Comparison)]
    chosen = [one for one in comparisons if one.figure == figure]
    faults = [*_incomplete(model), *faults, *_worse(comparisons, reference)]
    if chosen and not chosen[0].better and not (opinions and opinions.better):
        facts = {"compared": _in_words(chosen[0]), "opinions": opinions_in_words(opinions)}
        faults.append(("not-better", {"reference": reference.name, "figure": figure} | facts))
    return [_sentence(code, facts) for code, facts in faults], comparisons


def _incomplete(model: dict) -> list[tuple[str, dict]]:
    """What a champion must have, whatever its figures."""
    protocol = model["protocol"]
    absent = [] if protocol is None else [name for name in REPORTS if not protocol.get(name)]
    codes = {
        "champion-already": model["is_champion"],
        "no-object": model["weights_key"] is None,
        "not-judged": protocol is None,
        "no-skin-tone-report": "skin_tone" in absent,
        "no-era-report": "era" in absent,
    }
    return [(code, {}) for code, holds in codes.items() if holds]


def _compared(protocol: dict, row: str, reference: Reference, figure: str) -> list[Comparison | tuple[str, dict]]:
    if row not in protocol["rows"]:
        return [("no-row", {"row": row})]
    if reference.protocol is None:
        return [("reference-not-judged", {"reference": reference.name})]
    if protocol["rows"]["grey/-"] != reference.protocol["rows"]["grey/-"]:  # grey's figures are the set's own
        return [("other-photographs", {"reference": reference.name})]
    return [compare(protocol, row, reference, one) for one in dict.fromkeys([*GUARDED, figure])]


def _worse(comparisons: list[Comparison], reference: Reference) -> list[tuple[str, dict]]:
    return [("worse", vars(one) | {"reference": reference.name}) for one in comparisons if one.worse]


def _sentence(code: str, facts: dict) -> str:
    sentence = REASONS[code].format(**facts)
    return sentence[0].upper() + sentence[1:]


def _in_words(one: Comparison) -> str:
    return f"{one.found:.4g} against {one.expected:.4g}, within {one.margin:.2g}"


def opinions_in_words(opinions: Opinions | None) -> str:
    """Paired opinion scores in one phrase."""
    if opinions is None:
        return "no scan that both coloured has people's scores"
    few = f", fewer than {LEAST_PAIRS}" if opinions.pairs < LEAST_PAIRS else ""
    interval = f"95% interval {opinions.low:+.2f} to {opinions.high:+.2f}"
    return f"{opinions.mean:+.2f} over {opinions.pairs} scans{few}, {interval}"


def standing(moves: Iterable[dict]) -> list[int | None]:
    """The champion, last, and before it who comes back with each roll back; None stands for the installed weights.

    A promotion puts a model on top, a roll back takes the top one away.
    """
    stack: list[int | None] = [None]
    for move in moves:
        if move["kind"] == "promotion":
            stack.append(move["model_id"])
        else:
            stack.pop()
    return stack


def as_markdown(title: str, comparisons: list[Comparison], reference: str, opinions: Opinions | None, reports: dict):
    """What a person needs to see before a promotion: figures side by side, people's opinion, and the reports."""
    lines = [title, "", f"| figure | candidate | {reference} | interval |", "|---|---|---|---|"]
    for one in comparisons:
        lines.append(f"| {one.figure} | {one.found:.4g} | {one.expected:.4g} | within {one.margin:.2g} |")
    lines += ["", f"People's opinion, candidate less the other: {opinions_in_words(opinions)}."]
    for name, report in reports.items():
        lines += ["", f"**Report by {name.replace('_', ' ')}**", "", *_report_lines(report)]
    return "\n".join(lines)


def _report_lines(report, indent: str = "") -> list[str]:
    """A nested report as a nested list."""
    if not isinstance(report, dict):
        return [f"{indent}- {report}"]
    lines = []
    for name, value in report.items():
        if isinstance(value, dict):
            lines += [f"{indent}- {name}", *_report_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}- {name}: {value}")
    return lines


def as_text(models: list[dict], preset: str) -> str:
    """The registry as a table; a star marks the champions."""
    lines = [
        f"{'':2}{'id':>4} {'method':<12} {'weights':<13} {'registered':<17}" + "".join(f"{x:>15}" for x in GUARDED)
    ]
    for one in models:
        name = row_of(one["protocol"], one["method"], preset)
        row = ((one["protocol"] or {}).get("rows", {})).get(name, {})
        figures = "".join(f"{row[name]:>15.4g}" if name in row else f"{'-':>15}" for name in GUARDED)
        mark = "*" if one["champion"] else " "
        when = f"{one['registered_at']:%Y-%m-%d %H:%M}"
        lines.append(
            f"{mark:2}{one['model_id']:>4} {one['method']:<12} {one['weights_sha256'][:12]:<13} {when:<17}{figures}"
        )
    lines.append(f"* champion. Figures of the preset {preset}; - where a model has no benchmark.")
    return "\n".join(lines)
