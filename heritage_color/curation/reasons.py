"""The reasons of curators' decisions: one table, whose codes are stored and whose words the pages show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why a picture was approved or rejected. `needs_note`: the code alone says too little."""

    code: str
    verdict: str
    words: str
    needs_note: bool = False


REASONS = (
    Reason("plausible", "approved", "The colours are plausible and look natural"),
    Reason("best-available", "approved", "Not perfect, but it helps viewers and carries its label"),
    Reason("score-rule", "approved", "A rule approved it by its opinion score"),
    Reason("wrong-colour", "rejected", "A colour is known to be different", needs_note=True),
    Reason("skin-tones", "rejected", "Skin is coloured wrongly"),
    Reason("bleeding", "rejected", "Colours run over edges or leave patches grey"),
    Reason("dull", "rejected", "Too dull: hardly more than a tint"),
    Reason("poor-scan", "rejected", "The scan itself needs work first"),
    Reason("sensitive", "rejected", "This picture should not be shown in colour"),
    Reason("other", "rejected", "Another reason, told in the note", needs_note=True),
)
VERDICTS = ("approved", "rejected")


def find(verdict: str, code: str) -> Reason | None:
    """The reason of a code, where it fits the verdict."""
    return next((reason for reason in REASONS if (reason.verdict, reason.code) == (verdict, code)), None)
