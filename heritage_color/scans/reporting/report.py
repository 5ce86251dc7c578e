"""The report of a pre-flight: what was delivered, what is refused and why, as text and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from heritage_color.images.reading.witness import ONE_CODEC
from heritage_color.keys import Code, Column, Digests, FileName, Json, Sha256
from heritage_color.scans.arrival.verdicts import VirusScan
from heritage_color.scans.decoding.messages import Picture, text_of
from heritage_color.scans.decoding.policies import Profile
from heritage_color.scans.metadata.manifest import Row
from heritage_color.scans.reporting.debts import Debt, SignOff, counted
from heritage_color.scans.reporting.reason import ERROR
from heritage_color.scans.reporting.reasons import REASONS, Finding

MOST_SHOWN = 20  # findings of one code in the text; the JSON has all


@dataclass
class Delivered:
    """One picture of a delivery. `picture` holds what decoding found, None where it could not be decoded.

    `described` holds what is known of it by field, `sources` where that came from; `profile` is what its header was
    compared with.
    """

    path: Path
    name: FileName
    bytes: int
    digests: Digests = field(default_factory=dict)
    picture: Picture | None = None
    row: Row | None = None
    role: str = "scan"
    reference: "Delivered | None" = None
    sidecar: "Delivered | None" = None
    described: dict[Column, str] = field(default_factory=dict)
    sources: dict[Column, str] = field(default_factory=dict)
    profile: Profile | None = None
    listed: bool = False  # by a list of checksums
    verified: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def sha256(self) -> Sha256 | None:
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
    def codes(self) -> list[Code]:
        """Reason codes of its refusal, each once."""
        return sorted({finding.code for finding in self.findings if finding.severity == ERROR})


class Group(NamedTuple):
    """All findings of one severity and code."""

    severity: str
    code: Code
    findings: list[Finding]


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
        return sorted(set(everything), key=_place)

    @property
    def clean(self) -> bool:
        """Whether there is no error: nothing is refused, and nothing that was promised is missing."""
        return not any(finding.severity == ERROR for finding in self.findings)

    @property
    def headline(self) -> str:
        """The counts in one line."""
        return f"{self.name}: {counted(self.files, 'picture')}, {self.accepted} accepted, {self.refused} refused."

    def as_json(self) -> Json:
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
        """The counts, then the findings by severity and code; of each code `most_shown` at most."""
        return "\n".join(self._lines(most_shown))

    def engine_of(self, file: Delivered) -> str | None:
        """Return the virus scanner that found nothing in a file; None where none looked at it."""
        scanned = self.viruses is not None and file.path not in self.viruses.verdicts
        return self.viruses.engine if self.viruses and scanned else None

    @property
    def notes(self) -> list[str]:
        """What was done beside the checks, or not in full: the virus scan, the look at free space, second readings."""
        sentences = [self.second_readings, self.viruses.sentence if self.viruses else "", self.space]
        return [sentence for sentence in sentences if sentence]

    @property
    def looked_at(self) -> Json:
        """The same for programs, as the catalog keeps it."""
        facts = {
            "viruses": self.viruses.as_json() if self.viruses else None,
            "space": self.space,
            "second_readings": self.second_readings,
        }
        return {name: value for name, value in facts.items() if value}

    @property
    def groups(self) -> list[Group]:
        """The findings by severity and code, errors first."""
        order = sorted(self.findings, key=_kind)
        return [Group(*kind, list(findings)) for kind, findings in groupby(order, key=_kind)]

    def _lines(self, most_shown: int | None) -> Iterator[str]:
        yield self.headline
        if self.listed:
            yield f"Checksums: {self.verified} of {self.listed} listed were verified."
        yield from (profile.sentence for profile in self.profiles if profile.wanted or profile.errors)
        yield from self.notes
        for group in self.groups:
            yield from _lines_of_group(group, most_shown)
        if not self.findings:
            yield "Nothing to note."
        yield from ("", "Owed and replaced:") if self.debts else ()
        yield from (f"  {debt.sentence}" for debt in self.debts or ())
        yield from ("", self.signed.sentence) if self.signed else ()


def second_readings(pictures: list[Delivered], profiles: Iterable[Profile]) -> str:
    """Return how many pictures were read alike by two readers, in a sentence; empty where none was read twice."""
    sentences = [text_of(file.picture.metadata, "second_reading") for file in pictures if file.picture]
    agreed = [sentence for sentence in sentences if " agree on " in sentence]
    shared = sum(ONE_CODEC in sentence for sentence in agreed)
    if not agreed:
        return ""
    kind = "" if any(profile.two_readers for profile in profiles) else " of no plain kind"
    heard = f"Two readers: {counted(len(agreed), 'picture')}{kind} seen alike by both"
    return f"{heard}, {shared} of them by {ONE_CODEC}." if shared else f"{heard}."


def _lines_of_group(group: Group, most_shown: int | None) -> Iterator[str]:
    most = most_shown or len(group.findings)
    yield f"\n{group.severity} {group.code}: {counted(len(group.findings), 'finding')}"
    yield from (f"  {fault.sentence}" for fault in group.findings[:most])
    if len(group.findings) > most:
        yield f"  and {len(group.findings) - most} more: {REASONS[group.code].remedy} --json shows all."


def _place(fault: Finding) -> tuple[FileName, int, str, Code, str]:
    return fault.file, fault.row or 0, fault.severity, fault.code, fault.sentence


def _kind(fault: Finding) -> tuple[str, Code]:
    return fault.severity, fault.code
