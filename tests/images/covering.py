"""Rows of several axes in which every pair of values that can be together is together at least once.

Greedy, after AETG (Cohen and others, IEEE Transactions on Software Engineering 23/7, 1997), without chance: the same
rows on every run. Rules are functions whose parameters are names of axes, true of what can be.
"""

import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence

Row = dict[str, object]
Rule = Callable[..., bool]
Choice = tuple[tuple[str, object], ...]  # names of axes and their values


def without(rule: Rule) -> Rule:
    """The rule that is true where another is not."""

    def opposite(*values) -> bool:
        return not rule(*values)

    opposite.__signature__ = inspect.signature(rule)
    return opposite


class Axes:
    """Axes by name with their values, and the rules of what can be together."""

    def __init__(self, values: dict[str, Sequence], rules: Sequence[Rule]):
        self.values = values
        known = [(dict.fromkeys(inspect.signature(rule).parameters), rule) for rule in rules]
        self.of = {name: [(names, rule) for names, rule in known if name in names] for name in values}

    def choices(self, strength: int) -> list[Choice]:
        """Every combination of values of so many axes, whether it can be or not."""
        return [
            tuple(zip(names, values, strict=True))
            for names in itertools.combinations(self.values, strength)
            for values in itertools.product(*(self.values[name] for name in names))
        ]

    def is_possible(self, row: Row, name: str) -> bool:
        """Whether no rule about an axis speaks against a row, as far as it is filled."""
        return all(rule(*(row[one] for one in names)) for names, rule in self.of[name] if row.keys() >= names.keys())

    def completed(self, row: Row, missing: set[Choice]) -> Row | None:
        """The row with a value of every axis, those first that bring most of what is missing; None if none can be."""
        left = [name for name in self.values if name not in row]
        if not left:
            return row
        options = {one: [value for value in self.values[one] if self.is_possible(row | {one: value}, one)]
                   for one in left}  # fmt: skip
        if not all(options.values()):
            return None
        # The axis of most rules first, so that what cannot be shows itself soon
        name = min(left, key=lambda one: (len(options[one]) > 1, -len(self.of[one])))
        gains = {value: -len(missing & set(self._with(row, name, value))) for value in options[name]}
        turned = options[name][len(missing) % len(options[name]) :] + options[name]  # ties: not always the first
        for value in sorted(options[name], key=lambda one: (gains[one], turned.index(one))):
            whole = self.completed(row | {name: value}, missing)
            if whole is not None:
                return whole
        return None

    def _with(self, row: Row, name: str, value: object) -> Iterator[Choice]:
        """The pairs that a value makes with those of a row, and itself alone."""
        order = list(self.values)
        yield ((name, value),)
        for other, known in row.items():
            one, two = (name, value), (other, known)
            yield (one, two) if order.index(name) < order.index(other) else (two, one)


def covering(axes: Axes, strength: int = 2) -> tuple[list[Row], list[Choice]]:
    """Rows that have every choice of so many axes that a row can have, and the choices that none can have."""
    missing, impossible, rows = dict.fromkeys(axes.choices(strength)), [], []
    while missing:
        choice = next(iter(missing))
        start = dict(choice)
        possible = all(axes.is_possible(start, name) for name in start)
        row = axes.completed(start, set(missing)) if possible else None
        if row is None:
            impossible.append(choice)
            del missing[choice]
            continue
        rows.append({name: row[name] for name in axes.values})
        for found in pairs(rows[-1], strength):
            missing.pop(found, None)
    return rows, impossible


def pairs(row: Row, strength: int = 2) -> Iterator[Choice]:
    """The pairs of values that a row has, or its choices of so many axes."""
    return itertools.combinations(row.items(), strength)


def chosen(rows: list[Row], names: Sequence[str]) -> list[Row]:
    """A few of some rows, which have every pair of values of these axes that all of them have."""
    of = [set(pairs({name: row[name] for name in names})) for row in rows]
    missing, found = set().union(*of), []
    while missing:
        best = max(range(len(rows)), key=lambda number: len(of[number] & missing))
        found.append(rows[best])
        missing -= of[best]
    return found
