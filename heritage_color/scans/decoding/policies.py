"""Technical profiles: policy files of what a scan's header should say, after FADGI, Metamorfoze or a house's rules.

A policy may also name warnings that are errors in its house. Of a scan only header facts are compared. What these
guidelines ask of tone, colour, noise and sharpness is measured on a target, which a scan of a photo does not hold.
"""

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from heritage_color.errors import SettingsError
from heritage_color.keys import Code, Json, Word
from heritage_color.scans.decoding.messages import Picture, text_of
from heritage_color.scans.reporting.notes import Note
from heritage_color.scans.reporting.reason import ERROR, WARNING
from heritage_color.scans.reporting.reasons import REASONS, Finding

Value = str | float | None  # of a header fact; None where the header does not tell it
Rule = dict[Word, float] | list[str | float]  # `least` and `most` of a range, or all that is right
Rules = dict[Word, Rule]  # of a policy file, by what they are about

FOLDER = Path(__file__).parent / "profiles"
RANGES, LISTS = ("pixels_per_inch", "longest_side"), (
    "bits", "colour_spaces", "icc_profiles", "media_types", "compressions"
)  # fmt: skip
OF_THE_CATALOG = ("replaces-unclear",)  # warnings that only the catalog can give, after pre-flight
SPACES = {"b-w": "grey", "grey16": "grey", "srgb": "RGB", "rgb": "RGB", "rgb16": "RGB", "cmyk": "CMYK", "lab": "Lab",
    "labs": "Lab"}  # fmt: skip
NOTE = "header facts only; tone, colour, noise and sharpness are not measured"


@dataclass(frozen=True)
class Profile:
    """One policy file: its name, its version, the SHA-256 of its bytes, and what it wants of a header.

    `errors` are the reason codes of warnings that it takes for errors; `two_readers`: every picture is read twice.
    """

    name: str
    version: str
    sha256: str
    title: str = ""
    wanted: Rules = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    two_readers: bool = False

    def severe(self, findings: list[Finding]) -> list[Finding]:
        """Return the findings as this profile sees them: some warnings are errors here."""
        return [replace(fault, severity=ERROR) if fault.code in self.errors else fault for fault in findings]

    def as_json(self) -> Json:
        """Return which profile it was, for reports and events."""
        facts: Json = {"name": self.name, "version": self.version, "sha256": self.sha256, "note": NOTE}
        facts |= {"errors": list(self.errors)} if self.errors else {}
        return facts | ({"two_readers": True} if self.two_readers else {})

    @property
    def sentence(self) -> str:
        """The same for people."""
        severe = f" {', '.join(self.errors)}: an error here." if self.errors else ""
        return f"Profile {self.name}, version {self.version} (SHA-256 {self.sha256[:12]}): {NOTE}.{severe}"


@dataclass(frozen=True)
class _Policy:
    """A policy file as its TOML has it; `collections` names the policies of single collections."""

    version: str
    wanted: Rules
    title: str = ""
    source: str = ""
    errors: tuple[str, ...] = ()
    two_readers: bool = False
    collections: dict[Word, str] = field(default_factory=dict)


def load_profiles(name: str) -> dict[Word, Profile]:
    """Return the profiles by collection, under "" that of all others; `name` is one of ours or a policy file's path.

    Raises SettingsError where a file is not there, or holds what no policy file has.
    """
    profile, collections = _read(name)
    return {"": profile} | {collection: _read(str(other))[0] for collection, other in collections.items()}


def _read(name: str) -> tuple[Profile, dict[Word, str]]:
    """Return a profile, and the names of those of single collections."""
    path = FOLDER / f"{name}.toml" if "/" not in name and not name.endswith(".toml") else Path(name)
    try:
        content = path.read_bytes()
        policy = _parse(name, content.decode())
    except (OSError, ValueError) as error:
        ours = ", ".join(sorted(path.stem for path in FOLDER.glob("*.toml")))
        raise SettingsError(
            f"The profile {name} cannot be read: {error}. HERITAGE_PROFILE takes {ours}, or the path of a policy file."
        ) from error
    sha256, errors = hashlib.sha256(content).hexdigest(), tuple(policy.errors)
    rules = (policy.title, policy.wanted, errors, policy.two_readers)
    return Profile(path.stem, policy.version, sha256, *rules), policy.collections


def asks_for_two_readers(name: str) -> bool:
    """Whether a profile, or one of those that it names for collections, asks for a second reading of every picture.

    Which collection a picture is of is known only after it was read. Raises SettingsError as `load_profiles`.
    """
    return any(profile.two_readers for profile in load_profiles(name).values())


def _parse(name: str, text: str) -> _Policy:
    """Return a policy. Raises ValueError for text that is no TOML, SettingsError for a rule that is none."""
    policy = tomllib.loads(text)
    if not isinstance(policy.get("version"), str) or not isinstance(policy.get("wanted"), dict):
        raise SettingsError(f"The profile {name} needs a `version` in quotes and a table [wanted].")
    odd = sorted(policy.keys() - {column.name for column in fields(_Policy)})
    odd += sorted(key for key, rule in policy["wanted"].items() if not _is_rule(key, rule))
    odd += _odd_errors(policy.get("errors", []))
    if not isinstance(policy.get("two_readers", False), bool):
        odd.append("two_readers")
    if not isinstance(policy.get("collections", {}), dict):
        odd.append("collections")
    if odd:
        raise SettingsError(
            f"The profile {name} has rules that are none: {', '.join(odd)}. docs/deliveries.md has all."
        )
    return _Policy(**policy)


def _odd_errors(codes: object) -> list[str]:
    """Return what a policy names as errors, and is no warning of pre-flight."""
    if not isinstance(codes, list):
        return ["errors"]
    return [str(code) for code in codes if not _may_be_severe(code)]


def _may_be_severe(code: object) -> bool:
    """Return whether a reason code is that of a warning which pre-flight gives."""
    known = REASONS.get(code) if isinstance(code, str) else None
    return known is not None and known.severity == WARNING and code not in OF_THE_CATALOG


def _is_rule(key: str, rule: object) -> bool:
    if key in RANGES:
        numbers = isinstance(rule, dict) and all(isinstance(limit, int | float) for limit in rule.values())
        return numbers and isinstance(rule, dict) and set(rule) <= {"least", "most"}
    return key in LISTS and isinstance(rule, list)


def compare_with_profile(profile: Profile, picture: Picture) -> list[Note]:
    """Notes on the header facts that are not as the profile wants them."""
    notes = []
    for name, rule in profile.wanted.items():
        value = FACTS[name](picture)
        if not _fits(name, value, rule):
            facts = {"found": _in_words(name, value), "wanted": _shown(rule), "profile": profile.name}
            notes.append(Note(CODES[name], facts))
    return notes


def _fits(name: str, value: Value, rule: Rule) -> bool:
    if value is None:
        return False
    if isinstance(rule, dict):
        return rule.get("least", 0) <= float(value) <= rule.get("most", float("inf"))
    if name == "icc_profiles":  # profiles of one space go under names such as "eciRGB v2 ICCv4"
        return any(_letters(str(profile)) in _letters(str(value)) for profile in rule)
    return value in rule


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _in_words(name: str, value: Value) -> str:
    if value is None:
        return f"no {NAMES[name]} that can be read"
    return f"{value:g} {NAMES[name]}" if name in RANGES else f"{value} as {NAMES[name]}"


def _shown(rule: Rule) -> str:
    if isinstance(rule, dict):
        return " and ".join(f"at {limit} {value:g}" for limit, value in rule.items())
    return " or ".join(str(right) for right in rule)


def _pixels_per_inch(picture: Picture) -> float | None:
    """The smaller of both directions, as a scan is no better than its worse one."""
    stated = picture.metadata.get("pixels_per_inch")
    return min(map(float, stated)) or None if isinstance(stated, list) else None


def _colour_space(picture: Picture) -> str:
    interpretation = text_of(picture.metadata, "interpretation")
    return SPACES.get(interpretation, interpretation)


NAMES = {
    "pixels_per_inch": "pixels per inch", "longest_side": "pixels on its longer side", "bits": "bits per channel",
    "colour_spaces": "colour space", "icc_profiles": "ICC profile", "media_types": "format",
    "compressions": "compression",
}  # fmt: skip
CODES: dict[Word, Code] = {
    "pixels_per_inch": "profile-resolution",
    "longest_side": "profile-dimensions",
    "bits": "profile-bits",
    "colour_spaces": "profile-colour-space",
    "icc_profiles": "profile-icc",
    "media_types": "profile-format",
    "compressions": "profile-compression",
}
FACTS: dict[Word, Callable[[Picture], Value]] = {
    "pixels_per_inch": _pixels_per_inch,
    "longest_side": lambda picture: max(picture.width, picture.height),
    "bits": lambda picture: picture.bits,
    "colour_spaces": _colour_space,
    "icc_profiles": lambda picture: text_of(picture.metadata, "icc_profile") or None,
    "media_types": lambda picture: picture.media_type,
    "compressions": lambda picture: text_of(picture.metadata, "compression") or None,
}
