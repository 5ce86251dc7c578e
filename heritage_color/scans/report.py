"""The report of a pre-flight: what was delivered, what is refused and why, as text and as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from heritage_color.scans.manifest import Row
from heritage_color.scans.policies import Profile
from heritage_color.scans.reasons import ERROR, REASONS, Finding

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
    picture: dict | None = None
    row: Row | None = None
    role: str = "scan"
    reference: "Delivered | None" = None
    sidecar: "Delivered | None" = None
    described: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    profile: Profile | None = None
    verified: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def sha256(self) -> str | None:
        """Hex SHA-256; None where the file could not be read."""
        return self.digests.get("sha256")

    @property
    def accepted(self) -> bool:
        """Whether no finding of severity error stands against it."""
        return not any(finding.severity == ERROR for finding in self.findings)

    @property
    def codes(self) -> list[str]:
        """Reason codes of its refusal, each once."""
        return sorted({finding.code for finding in self.findings if finding.severity == ERROR})


@dataclass
class Report:
    """What a delivery holds. `listed` and `verified` count the lines of its checksum lists."""

    name: str
    pictures: list[Delivered]
    general: list[Finding]
    fingerprint: str
    listed: int = 0
    verified: int = 0

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
    def profiles(self) -> list[Profile]:
        """The technical profiles that scans were compared with."""
        found = {one.profile.sha256: one.profile for one in self.pictures if one.profile}
        return sorted(found.values(), key=lambda one: one.name)

    @property
    def headline(self) -> str:
        """The counts in one line."""
        return f"{self.name}: {_count(self.files, 'picture')}, {self.accepted} accepted, {self.refused} refused."

    def as_json(self) -> dict:
        """Counts and findings; accepted and refused add up to files."""
        counts = {"files": self.files, "accepted": self.accepted, "refused": self.refused}
        checksums = {"listed": self.listed, "verified": self.verified}
        profiles = [profile.as_json() for profile in self.profiles]
        return counts | {
            "profiles": profiles,
            "checksums": checksums,
            "findings": [finding.as_json() for finding in self.findings],
        }

    def as_text(self, most_shown: int | None = MOST_SHOWN) -> str:
        """Counts, then findings by severity and code, so many of each code."""
        return "\n".join(self._lines(most_shown))

    @property
    def groups(self) -> list[tuple[str, str, list[Finding]]]:
        """Severity, code and findings, errors first."""
        order = sorted(self.findings, key=lambda one: (one.severity, one.code))
        return [(*key, list(group)) for key, group in groupby(order, key=lambda one: (one.severity, one.code))]

    def _lines(self, most_shown: int | None) -> Iterator[str]:
        yield self.headline
        if self.listed:
            yield f"Checksums: {self.verified} of {self.listed} listed were verified."
        yield from (profile.sentence for profile in self.profiles if profile.wanted)
        for severity, code, group in self.groups:
            yield from _group(severity, code, group, most_shown or len(group))
        if not self.findings:
            yield "Nothing to note."


def _group(severity: str, code: str, findings: list[Finding], most_shown: int) -> Iterator[str]:
    yield f"\n{severity} {code}: {_count(len(findings), 'finding')}"
    yield from (f"  {finding.sentence}" for finding in findings[:most_shown])
    if len(findings) > most_shown:
        yield f"  and {len(findings) - most_shown} more: {REASONS[code].remedy} --json shows all."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
