"""What a delivery owes, and who accepted the report on it: records of the catalog, in words and for programs."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from heritage_color.keys import Code, FileName, Json, Word
from heritage_color.scans.reporting.titles import title_of


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True)
class Debt:
    """A file that a delivery owes, or owed: refused with these reason codes, or missing. `state` as in the catalog.

    `replaced_in`, `replaced_by` are the delivery and the file that replaced it, `tried_in`, `tried_as` those of the
    newest try that was refused.
    """

    delivery_id: int
    delivery: str
    received_at: datetime
    path: FileName
    identifier: str
    missing: bool
    state: str
    codes: list[Code]
    waived_by: str
    waived_at: datetime | None
    waived_reason: str
    replaced_in: int | None
    replaced_in_name: str | None
    replaced_by: str | None
    answered_by: str | None
    scan_id: int | None
    tried_in: int | None
    tried_in_name: str | None
    tried_as: str | None

    @property
    def why(self) -> str:
        """The reasons in words, or that it did not come; nothing where no reason was kept."""
        return "not delivered" if self.missing else ", ".join(title_of(code).lower() for code in self.codes)

    @property
    def rule(self) -> str:
        """By what the file that replaced it was known."""
        return RULES[self.answered_by or ""]

    @property
    def sentence(self) -> str:
        """How it stands, in words."""
        file = f"{self.path} of delivery {self.delivery_id} ({self.delivery})"
        if self.state == "replaced":
            by = f"{self.replaced_by} of delivery {self.replaced_in} ({self.replaced_in_name})"
            return f"{file} was replaced by {by}, known by {self.rule}."
        if self.state == "waived":
            return f"{file} is owed no longer, says {self.waived_by}: {self.waived_reason}"
        why = "it did not come" if self.missing else f"refused: {self.why or 'the reason was not kept'}"
        again = f" Delivery {self.tried_in} ({self.tried_in_name}) brought {self.tried_as} for it, refused, too."
        return f"{file} is still owed: {why}.{again if self.tried_in else ''}"

    def as_json(self) -> Json:
        """Return the same for programs; times as ISO 8601."""
        facts = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}


RULES: dict[Word, str] = {
    "replaces": "its row's `replaces`",
    "identifier": "its identifier",
    "file name": "its file name",
}


@dataclass(frozen=True)
class SignOff:
    """Who of the staff accepted the report on a delivery, when, and how many files it still owed then."""

    signed_by: str
    signed_at: datetime
    owed: int

    @property
    def sentence(self) -> str:
        """The same in words; the time is UTC."""
        moment = self.signed_at.astimezone(UTC)
        owed = counted(self.owed, "file")
        return f"Signed off by {self.signed_by} on {moment:%Y-%m-%d at %H:%M} UTC, with {owed} owed."

    def as_json(self) -> Json:
        """Return the same for programs."""
        return {"by": self.signed_by, "at": self.signed_at.astimezone(UTC).isoformat(), "owed": self.owed}
