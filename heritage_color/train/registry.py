"""The rules of the model registry: what a benchmark says of one model, and when a model may become champion. Pure.

docs/models.md explains each reason.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from heritage_color.keys import Code, Word
from heritage_color.methods.names import BASELINES, PRESETS
from heritage_color.train.figures import HIGHER
from heritage_color.train.records import Metric, Model, Move, Protocol, Reference, RowName

ROW = re.compile(rf"(.+)/(-|{'|'.join(PRESETS)})")  # the name of a row in a benchmark
# A champion must not be worse in any of these: error as such, error as people see it, and of rare colours
GUARDED = ("psnr_rgb", "ciede2000", "auc_rebalanced")
LEAST_PAIRS = 10  # Student's interval leans on a mean that is nearly normal: scores of 1..5 need some pictures
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


class Fault(NamedTuple):
    """A reason against a promotion: its code in REASONS, and what its sentence names."""

    code: Code
    facts: Mapping[Word, object] = MappingProxyType({})

    @property
    def sentence(self) -> str:
        """The reason as a person reads it."""
        text = REASONS[self.code].format(**self.facts)
        return text[0].upper() + text[1:]


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


def protocol_of(benchmark: object, name: str, method: str) -> object:
    """Return what a benchmark, a JSON document, says of one model and of the baselines beside it.

    Rows that are named after `name` become the method's. A figure that is no number, because no picture had it,
    becomes None.
    """
    if isinstance(benchmark, float) and not math.isfinite(benchmark):
        return None
    if isinstance(benchmark, list):
        return [protocol_of(part, name, method) for part in benchmark]
    if not isinstance(benchmark, dict):
        return benchmark
    kept = {}
    for key, part in benchmark.items():
        row = ROW.fullmatch(key)
        if row is None or row[1] == name or key in {f"{baseline}/-" for baseline in BASELINES}:
            renamed = f"{method}/{row[2]}" if row and row[1] == name else key
            kept[renamed] = protocol_of(part, name, method)
    return kept


def row_of(protocol: Protocol | None, method: str, preset: str) -> RowName:
    """The row of a model's protocol that a preset is judged by: a method without presets has one row."""
    rows = protocol.rows if protocol else {}
    named, single = f"{method}/{preset}", f"{method}/-"
    return single if single in rows and named not in rows else named


def paired(differences: Iterable[float]) -> Opinions | None:
    """Return mean and Student's 95% interval of paired differences of opinion scores; None where there is no pair.

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


def margin(protocol: Protocol, row: RowName, figure: Metric) -> float | None:
    """Return half the width of a row's 95% interval, of the gain over grey where there is one: it pairs pictures."""
    over_grey = protocol.over_grey.get(row, {}).get(figure)
    interval = over_grey[-2:] if over_grey else protocol.intervals.get(row, {}).get(figure)
    if not interval:
        return None
    low, high = interval
    return None if low is None or high is None else (high - low) / 2


def compare_figure(candidate: Protocol, row: RowName, reference: Reference, figure: Metric) -> Comparison | Fault:
    """Return a figure of two protocols side by side, or why that cannot be."""
    assert reference.protocol is not None  # the caller has seen it
    measured = candidate.rows[row].get(figure)
    expected = reference.protocol.rows.get(reference.row, {}).get(figure)
    allowed = margin(reference.protocol, reference.margins, figure)
    if measured is None or expected is None:
        return Fault("no-figure", {"figure": figure})
    if allowed is None:
        return Fault("no-interval", {"figure": figure})
    return Comparison(figure, measured, expected, allowed)


def judge_candidate(
    model: Model, row: RowName, reference: Reference, figure: Metric, opinions: Opinions | None
) -> tuple[list[str], list[Comparison]]:
    """Every reason against a promotion, each a sentence, and the figures that were compared.

    `row` is the name of the model's row in its benchmark, `figure` the one in which it must be better.
    """
    faults: list[Fault] = []
    comparisons: list[Comparison] = []
    if model.judged is not None:
        results = _compared(model.judged, row, reference, figure)
        comparisons = [result for result in results if isinstance(result, Comparison)]
        faults = [result for result in results if isinstance(result, Fault)]
    chosen = next((comparison for comparison in comparisons if comparison.figure == figure), None)
    faults = [*_incomplete(model), *faults, *_worse(comparisons, reference)]
    if chosen and not chosen.better and not (opinions and opinions.better):
        facts = {"compared": _in_words(chosen), "opinions": opinions_in_words(opinions)}
        faults.append(Fault("not-better", {"reference": reference.name, "figure": figure, **facts}))
    return [fault.sentence for fault in faults], comparisons


def _incomplete(model: Model) -> list[Fault]:
    """Return what a champion must have, whatever its figures."""
    absent = model.judged.absent_reports if model.judged else []
    codes = {
        "champion-already": model.is_champion,
        "no-object": model.weights_key is None,
        "not-judged": model.judged is None,
        "no-skin-tone-report": "skin_tone" in absent,
        "no-era-report": "era" in absent,
    }
    return [Fault(code) for code, holds in codes.items() if holds]


def _compared(protocol: Protocol, row: RowName, reference: Reference, figure: Metric) -> Sequence[Comparison | Fault]:
    if row not in protocol.rows:
        return [Fault("no-row", {"row": row})]
    if reference.protocol is None:
        return [Fault("reference-not-judged", {"reference": reference.name})]
    if protocol.rows["grey/-"] != reference.protocol.rows["grey/-"]:  # grey's figures are the set's own
        return [Fault("other-photographs", {"reference": reference.name})]
    return [compare_figure(protocol, row, reference, each) for each in dict.fromkeys([*GUARDED, figure])]


def _worse(comparisons: list[Comparison], reference: Reference) -> list[Fault]:
    worse = [comparison for comparison in comparisons if comparison.worse]
    return [Fault("worse", {**vars(comparison), "reference": reference.name}) for comparison in worse]


def _in_words(comparison: Comparison) -> str:
    return f"{comparison.found:.4g} against {comparison.expected:.4g}, within {comparison.margin:.2g}"


def opinions_in_words(opinions: Opinions | None) -> str:
    """Return paired opinion scores in one phrase."""
    if opinions is None:
        return "no scan that both coloured has people's scores"
    few = f", fewer than {LEAST_PAIRS}" if opinions.pairs < LEAST_PAIRS else ""
    interval = f"95% interval {opinions.low:+.2f} to {opinions.high:+.2f}"
    return f"{opinions.mean:+.2f} over {opinions.pairs} scans{few}, {interval}"


def standing(moves: Iterable[Move]) -> list[int | None]:
    """The champion, last, and before it who comes back with each roll back; None stands for the installed weights.

    A promotion puts a model on top, a roll back takes the top one away.
    """
    stack: list[int | None] = [None]
    for move in moves:
        if move.kind == "promotion":
            stack.append(move.model_id)
        else:
            stack.pop()
    return stack
