"""The report of a pre-flight: what was delivered, what is refused and why, as text and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from heritage_color.images.reading.witness import ONE_CODEC
from heritage_color.scans.arrival.virus import VirusScan
from heritage_color.scans.decoding.messages import Picture
from heritage_color.scans.decoding.policies import Profile
from heritage_color.scans.metadata.manifest import Row
from heritage_color.scans.reporting.reasons import ERROR, REASONS, Finding

MOST_SHOWN = 20  # findings of one code in the text; the JSON has all


@dataclass
class Delivered:
    """One picture of a delivery. `picture` holds what decoding found, None where it could not be decoded.

    `described` holds what is known of it by field, `sources` where that came from; `profile` is what its header was
    compared with.
    """

    path: Path
    name: str
    bytes: int
    digests: dict[str, str] = field(default_factory=dict)
    picture: Picture | None = None
    row: Row | None = None
    role: str = "scan"
    reference: "Delivered | None" = None
    sidecar: "Delivered | None" = None
    described: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    profile: Profile | None = None
    listed: bool = False  # by a list of checksums
    verified: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def sha256(self) -> str | None:
        """Hex SHA-256; None where the file could not be read."""
        return self.digests.get("sha256")

    @property
    def row_number(self) -> int | None:
        """The number of its row in its manifest; None where it has none."""
        return self.row.number if self.row else None

    @property
    def accepted(self) -> bool:
        """Whether no finding of severity error stands against it."""
        return not any(finding.severity == ERROR for finding in self.findings)

    @property
    def codes(self) -> list[str]:
        """Reason codes of its refusal, each once."""
        return sorted({finding.code for finding in self.findings if finding.severity == ERROR})


@dataclass(frozen=True)
class Debt:
    """A file that a delivery owes, or owed: refused with these reason codes, or missing. `state` as in the catalog.

    `replaced_in`, `replaced_by` are the delivery and the file that replaced it, `tried_in`, `tried_as` those of the
    newest try that was refused.
    """

    delivery_id: int
    delivery: str
    received_at: datetime
    path: str
    identifier: str
    missing: bool
    state: str
    codes: list[str]
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
        """The reason codes, or that it did not come; nothing where no reason was kept."""
        return "missing" if self.missing else ", ".join(self.codes)

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
        why = "it did not come" if self.missing else f"refused for {self.why or 'a reason that was not kept'}"
        again = f" Delivery {self.tried_in} ({self.tried_in_name}) brought {self.tried_as} for it, refused, too."
        return f"{file} is still owed: {why}.{again if self.tried_in else ''}"

    def as_json(self) -> dict:
        """The same for programs; times as ISO 8601."""
        facts = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}


RULES = {"replaces": "its row's `replaces`", "identifier": "its identifier", "file name": "its file name"}


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
        return (
            f"Signed off by {self.signed_by} on {moment:%Y-%m-%d at %H:%M} UTC, with {_count(self.owed, 'file')} owed."
        )

    def as_json(self) -> dict:
        """The same for programs."""
        return {"by": self.signed_by, "at": self.signed_at.astimezone(UTC).isoformat(), "owed": self.owed}


@dataclass
class Report:
    """What a delivery holds. `listed` and `verified` count the lines of its checksum lists.

    `debts` is what it owes, and what came with it for others; None where no catalog is at hand to say so.
    `profiles` are those that its scans were compared with. `signed` says who signed it off, None while nobody has.
    `viruses` is what a virus scan found, None where that was not kept; `space` says where nobody looked for room.
    `second_readings` says how many pictures two readers saw alike.
    """

    name: str
    pictures: list[Delivered]
    general: list[Finding]
    fingerprint: str
    listed: int = 0
    verified: int = 0
    debts: list[Debt] | None = None
    profiles: list[Profile] = field(default_factory=list)
    signed: SignOff | None = None
    viruses: VirusScan | None = None
    space: str = ""
    second_readings: str = ""

    @property
    def files(self) -> int:
        """Pictures delivered: scans and colour references, not manifests and the like."""
        return len(self.pictures)

    @property
    def accepted(self) -> int:
        """Pictures that can be taken in."""
        return sum(picture.accepted for picture in self.pictures)

    @property
    def refused(self) -> int:
        """Pictures with at least one error."""
        return self.files - self.accepted

    @property
    def findings(self) -> list[Finding]:
        """All findings, by file and row."""
        everything = [*self.general, *(finding for picture in self.pictures for finding in picture.findings)]
        return sorted(set(everything), key=lambda one: (one.file, one.row or 0, one.severity, one.code, one.sentence))

    @property
    def clean(self) -> bool:
        """Whether there is no error: nothing is refused, and nothing that was promised is missing."""
        return not any(finding.severity == ERROR for finding in self.findings)

    @property
    def headline(self) -> str:
        """The counts in one line."""
        return f"{self.name}: {_count(self.files, 'picture')}, {self.accepted} accepted, {self.refused} refused."

    def as_json(self) -> dict:
        """Counts and findings; accepted and refused add up to files."""
        counts = {"files": self.files, "accepted": self.accepted, "refused": self.refused}
        checksums = {"listed": self.listed, "verified": self.verified}
        profiles = [profile.as_json() for profile in self.profiles]
        return (
            counts
            | {
                "profiles": profiles,
                "checksums": checksums,
                "findings": [finding.as_json() for finding in self.findings],
            }
            | self.looked_at
            | ({} if self.debts is None else {"debts": [debt.as_json() for debt in self.debts]})
            | ({"signed_off": self.signed.as_json()} if self.signed else {})
        )

    def as_text(self, most_shown: int | None = MOST_SHOWN) -> str:
        """Counts, then findings by severity and code, so many of each code."""
        return "\n".join(self._lines(most_shown))

    def engine_of(self, file: Delivered) -> str | None:
        """The virus scanner that found nothing in a file; None where none looked at it."""
        scanned = self.viruses is not None and file.path not in self.viruses.verdicts
        return self.viruses.engine if self.viruses and scanned else None

    @property
    def notes(self) -> list[str]:
        """What was done beside the checks, or not in full: the virus scan, the look at free space, second readings."""
        said = [self.second_readings, self.viruses.sentence if self.viruses else "", self.space]
        return [sentence for sentence in said if sentence]

    @property
    def looked_at(self) -> dict:
        """The same for programs, as the catalog keeps it."""
        told = {
            "viruses": self.viruses.as_json() if self.viruses else None,
            "space": self.space,
            "second_readings": self.second_readings,
        }
        return {name: value for name, value in told.items() if value}

    @property
    def groups(self) -> list[tuple[str, str, list[Finding]]]:
        """Severity, code and findings, errors first."""
        order = sorted(self.findings, key=lambda one: (one.severity, one.code))
        return [(*key, list(group)) for key, group in groupby(order, key=lambda one: (one.severity, one.code))]

    def _lines(self, most_shown: int | None) -> Iterator[str]:
        yield self.headline
        if self.listed:
            yield f"Checksums: {self.verified} of {self.listed} listed were verified."
        yield from (profile.sentence for profile in self.profiles if profile.wanted or profile.errors)
        yield from self.notes
        for severity, code, group in self.groups:
            yield from _group(severity, code, group, most_shown or len(group))
        if not self.findings:
            yield "Nothing to note."
        yield from ("", "Owed and replaced:") if self.debts else ()
        yield from (f"  {debt.sentence}" for debt in self.debts or ())
        yield from ("", self.signed.sentence) if self.signed else ()


def second_readings(pictures: list[Delivered], profiles: Iterable[Profile]) -> str:
    """How many pictures were read alike by two readers, in a sentence; empty where none was read twice."""
    said = [one.picture.metadata.get("second_reading", "") for one in pictures if one.picture]
    agreed = [sentence for sentence in said if " agree on " in sentence]
    shared = sum(ONE_CODEC in sentence for sentence in agreed)
    if not agreed:
        return ""
    kind = "" if any(profile.two_readers for profile in profiles) else " of no plain kind"
    heard = f"Two readers: {_count(len(agreed), 'picture')}{kind} seen alike by both"
    return f"{heard}, {shared} of them by {ONE_CODEC}." if shared else f"{heard}."


def _group(severity: str, code: str, findings: list[Finding], most_shown: int) -> Iterator[str]:
    yield f"\n{severity} {code}: {_count(len(findings), 'finding')}"
    yield from (f"  {finding.sentence}" for finding in findings[:most_shown])
    if len(findings) > most_shown:
        yield f"  and {len(findings) - most_shown} more: {REASONS[code].remedy} --json shows all."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
