"""A campaign as the catalog has it, and what it may set."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from heritage_color.keys import Json, Rule, Word
from heritage_color.rating.methods import LANGUAGES, METHODS

Limits = dict[Word, float]  # of a rule of screening, by the words that the catalog keeps: least, share, seconds
Screening = dict[Rule, Limits | bool]  # a rule's own limits, or whether it is on

WHOLE = {"votes_wanted": 1, "votes_least": 1, "rater_cap": 1, "control_every": 0}  # their least values
WIDEST = 2.0  # half the width of an interval that knows nothing


@dataclass(frozen=True)
class Campaign:
    """A question put to people about a set of pictures: a row of `campaigns`, whose columns it has."""

    campaign_id: int
    name: str
    question: str
    votes_wanted: int
    opened_at: datetime
    closed_at: datetime | None
    method: str
    instructions: str
    consent: str
    consent_version: int
    languages: list[str]
    target_half_width: float | None
    votes_least: int
    rater_cap: int
    control_every: int
    screening: Screening
    panel: Json | None
    paused_at: datetime | None
    spread: float
    imported_from: Json | None
    due_on: date | None
    is_imported: bool


@dataclass(frozen=True)
class Terms:
    """What a campaign may set, with what holds without it."""

    question: str
    votes_wanted: int
    instructions: str = ""
    consent: str = ""
    languages: list[str] = field(default_factory=lambda: list(LANGUAGES))
    target_half_width: float | None = None
    votes_least: int = 8
    rater_cap: int = 200
    control_every: int = 12
    screening: Screening = field(default_factory=dict)
    panel: Json | None = None


TERMS = tuple(term.name for term in fields(Terms))


def state_of(campaign: Campaign) -> str:
    """open, paused or closed."""
    return "closed" if campaign.closed_at else "paused" if campaign.paused_at else "open"


def terms_of(campaign: Campaign) -> Terms:
    """Return what a campaign has set."""
    return Terms(*(getattr(campaign, name) for name in TERMS))


def faults_of(name: str, method: str, terms: Terms) -> Iterator[str]:
    """A sentence for each setting that does not fit, naming it and what would."""
    if not name or not terms.question.strip():
        yield "A campaign needs a name and a question."
    if method not in METHODS:
        yield f"A campaign's method is one of {', '.join(METHODS)}, found {method!r}."
    for term, least in WHOLE.items():
        value: Any = getattr(terms, term)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            yield f"{term} must be a whole number from {least} on, found {value!r}."
    target = terms.target_half_width
    if target is not None and not 0 < target <= WIDEST:
        yield f"target_half_width must lie between 0 and {WIDEST:g}, or be left empty; found {target!r}."
    languages = terms.languages
    if not languages or set(languages) - set(LANGUAGES):
        yield f"languages must be one or more of {', '.join(LANGUAGES)}, found {', '.join(languages) or 'none'}."
