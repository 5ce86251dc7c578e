"""Tables of pairs and of colorization Turing tests on disk, read as kindly as vote tables."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from heritage_color.rating.exchange.cells import Finding, fault, header_fault, plain, table_rows
from heritage_color.rating.statistics.fooling import Trial
from heritage_color.rating.statistics.pairs import PairVote

PAIRS = ("left", "right", "won")
TRIALS = ("picture", "rater", "fooled")
YES, NO = {"1", "yes", "true", "y", "t"}, {"0", "no", "false", "n", "f"}

Answer = TypeVar("Answer")


def read_pairs(path: Path) -> tuple[list[PairVote], list[Finding]]:
    """The good pairs (left, right, won), `won` 1.0, 0.0 or 0.5, and a finding for each row that is none.

    `won` names the preferred picture, or is `tie`. A column `rater` and others may stand beside. Raises RatingError
    when there is no such file.
    """
    return _read(path, PAIRS, _pair)


def read_trials(path: Path) -> tuple[list[Trial], list[Finding]]:
    """The good trials (picture, rater, fooled) and a finding for each row that is none.

    `fooled` is yes or no, 1 or 0, true or false: whether the colorization was taken for the real photograph. Raises
    RatingError when there is no such file.
    """
    return _read(path, TRIALS, _trial)


def _read(
    path: Path, columns: tuple[str, ...], parse: Callable[[str, str, str], Answer]
) -> tuple[list[Answer], list[Finding]]:
    rows = table_rows(path)
    first, cells = next(rows, (1, []))
    header = plain(cells)
    if lacking := header_fault(cells, columns):
        return [], [fault(path, first, *lacking)]
    good: list[Answer] = []
    findings = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        left, middle, right = ((*cells, *[""] * len(header))[header.index(name)].strip() for name in columns)
        try:
            good.append(parse(left, middle, right))
        except ValueError as error:
            findings.append(fault(path, number, *error.args))
    if not good and not findings:
        findings.append(fault(path, 1, "no-votes", "There are no votes below the header."))
    return good, findings


def _pair(left: str, right: str, won: str) -> PairVote:
    if not left or not right or left == right:
        raise ValueError("id-missing", "Left and right must name two different pictures.")
    outcome = {left: 1.0, right: 0.0, "tie": 0.5}.get(won)
    if outcome is None:
        raise ValueError("answer-invalid", f"Won must be {left[:40]!r}, {right[:40]!r} or tie, found {won[:40]!r}.")
    return left, right, outcome


def _trial(picture: str, rater: str, fooled: str) -> Trial:
    if not picture or not rater:
        raise ValueError("id-missing", "Each trial names its picture and its rater.")
    if fooled.lower() not in YES | NO:
        raise ValueError("answer-invalid", f"Fooled must be yes or no, found {fooled[:40]!r}.")
    return picture, rater, fooled.lower() in YES
