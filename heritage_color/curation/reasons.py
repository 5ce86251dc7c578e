"""The reasons of curators' decisions: one table, whose codes are stored and whose words the pages show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why a picture was approved, rejected or sent back. `needs_note`: the code alone says too little."""

    code: str
    verdict: str
    words: str
    needs_note: bool = False


REASONS = (
    Reason("plausible", "approved", "The colours are plausible and look natural"),
    Reason("best-available", "approved", "Not perfect, but it helps viewers and carries its label"),
    Reason("score-rule", "approved", "A rule approved it by its opinion score"),
    Reason("wrong-colour", "rejected", "A colour is known to be different", needs_note=True),
    Reason("skin-tones", "rejected", "Wrong skin tones"),
    Reason("bleeding", "rejected", "Colours run over edges or leave patches grey"),
    Reason("dull", "rejected", "Too dull"),
    Reason("poor-scan", "rejected", "The scan itself needs work first"),
    Reason("sensitive", "rejected", "This picture should not be shown in colour"),
    Reason("other", "rejected", "Another reason, told in the note", needs_note=True),
    Reason("another-preset", "sent back", "Another preset may suit it better"),
    Reason("another-method", "sent back", "Another method may do it better"),
    Reason("known-colours", "sent back", "Its colours are known; the note says which", needs_note=True),
)
VERDICTS = ("approved", "rejected", "sent back")


def find_reason(verdict: str, code: str) -> Reason | None:
    """Return the reason of a code, where it fits the verdict."""
    return next((reason for reason in REASONS if (reason.verdict, reason.code) == (verdict, code)), None)
