"""What is read of another laboratory's vote table: good votes, a finding for each fault, and what was put aside."""

import re
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from heritage_color.keys import Code
from heritage_color.rating.exchange.cells import INVISIBLE, NUMBER, Finding, fault, is_missing
from heritage_color.rating.statistics.interval import HIGHEST, LOWEST

STIMULUS = ("stimulus", "stimuli", "picture", "item", "image", "file", "filename", "pvs", "video")
RATER = ("rater", "raters", "subject", "observer", "participant", "worker", "user")
NAME = re.compile(rf"[^\x00-\x1f\x7f{INVISIBLE}]{{1,200}}")
FIVE = (float(LOWEST), float(HIGHEST))

Reason = str  # why a row has no vote
Vote = tuple[str, str, int, float]  # stimulus, rater, repetition, score on our scale


@dataclass(frozen=True)
class Aside:
    """Rows without a vote, and why: how many, and their numbers, such as `2-3, 9`."""

    reason: str
    count: int
    rows: str


@dataclass
class Table:
    """What was read: good votes, a finding for each fault, and how the table was understood.

    `rows` counts the rows below the header that hold something; `aside` has the numbers of those without a vote, by
    the reason. A row per vote is one of `votes`, `missing`, `left_out`, or has a finding.
    """

    path: Path
    scale: tuple[float, float] | None = None
    layout: str = ""
    votes: list[Vote] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    missing: int = 0
    left_out: int = 0
    rows: int = 0
    aside: dict[Reason, list[int]] = field(default_factory=dict)
    seen: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def fault(self, row: int, column: str, code: Code, sentence: str) -> None:
        """Note a fault; `column` is the header's name or number, empty where the whole row is meant."""
        self.findings.append(fault(self.path, row, code, sentence, column))

    def put_aside(self, row: int, reason: str) -> None:
        """Note a row that is no vote, and is no fault either."""
        self.aside.setdefault(reason, []).append(row)

    def told(self) -> list[Aside]:
        """Return the rows put aside, by reason."""
        return [Aside(reason, len(rows), spans(rows)) for reason, rows in self.aside.items()]

    def names(self, row: int, column: str, name: str, what: str) -> bool:
        """Return whether a stimulus or rater can be called so; else a fault."""
        if NAME.fullmatch(name):
            return True
        sentence = (
            f"The name of the {what} must have 1 to 200 characters, without line breaks and invisible characters, "
            f"found {name[:40]!a}."
        )
        self.fault(row, column, "name-invalid", sentence)
        return False

    def take(self, row: int, column: str, stimulus: str, rater: str, repetition: int, cell: str) -> None:
        """Take a cell with a score, from wherever it comes: it is kept, counted as missing, or noted as a fault."""
        cell = cell.strip()
        if is_missing(cell):
            self.missing += 1
            return
        score = self._score(row, column, cell)
        if score is None:
            return
        key, place = (stimulus, rater, repetition), f"row {row}" + (f", column {column}" if column else "")
        if key in self.seen:
            scored = f"Rater {rater[:80]!r} has scored {stimulus[:80]!r} in {self.seen[key]} already"
            self.fault(row, column, "vote-repeated", f"{scored}; number repeated votes in a column repetition.")
            return
        self.seen[key] = place
        self.votes.append((*key, score))

    def _score(self, row: int, column: str, cell: str) -> float | None:
        scale = self.scale or FIVE
        number = float(cell.replace(",", ".")) if NUMBER.fullmatch(cell) else None
        if number is None or (self.scale is None and not number.is_integer()):
            kind = (
                "a whole number from 1 to 5, or --scale declares another scale" if self.scale is None else "a number"
            )
            self.fault(row, column, "score-invalid", f"A score must be {kind}, found {cell[:40]!r}.")
            return None
        if not min(scale) <= number <= max(scale):
            hint = " Another scale is declared with --scale WORST BEST." if self.scale is None else ""
            sentence = f"A score must lie from {min(scale):g} to {max(scale):g}, found {cell[:40]!r}.{hint}"
            self.fault(row, column, "score-off-scale", sentence)
            return None
        return convert(number, scale)


def convert(score: float, scale: tuple[float, float]) -> float:
    """Convert a score to our scale of 1 bad to 5 excellent, on a straight line between the ends of its own scale.

    `scale` is the worst and the best score; where small is good, the worst is the larger.
    """
    worst, best = scale
    return LOWEST + (HIGHEST - LOWEST) * (score - worst) / (best - worst)


def spans(numbers: list[int]) -> str:
    """Numbers in order as text; those that follow each other are a span: `2-4, 9`."""
    parts = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]))
    return ", ".join(parts)
