"""What volunteers read, in their language: one catalog of messages per language, all with the same messages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "messages"
COOKIE = "language"
MessageName = str  # of a message in the catalogs
LanguageCode = str  # as `lang` has it


@dataclass(frozen=True)
class Language:
    """A language: its code for `lang`, its own name, the direction of its script (ltr or rtl), its messages."""

    code: str
    name: str
    direction: str
    messages: dict[MessageName, str | list[str]]

    def say(self, message: MessageName, **words: object) -> str:
        """Return a message with its words filled in. KeyError for a message that no catalog has."""
        text = self.messages[message]
        assert isinstance(text, str), message
        return text.format(**words)

    def paragraphs(self, message: MessageName) -> list[str]:
        """Return a message of several paragraphs."""
        text = self.messages[message]
        return [text] if isinstance(text, str) else text

    def question(self, text: str, method: str) -> str:
        """Return a campaign's question: the standard one in this language, or its curator's own words as they are."""
        standard = f"question-{method.removesuffix('-hr')}"
        return self.say(standard) if text == languages()["en"].say(standard) else text


@cache
def languages() -> dict[LanguageCode, Language]:
    """Every language that has a catalog, by its code."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _read(path: Path) -> Language:
    catalog = tomllib.loads(path.read_text())
    return Language(path.stem, catalog["language"], catalog["direction"], catalog["messages"])


def offered(codes: list[LanguageCode]) -> list[Language]:
    """The languages of a campaign that we have; English where we have none of them."""
    known = languages()
    return [known[code] for code in codes if code in known] or [known["en"]]


def choose_language(choices: list[Language], chosen: LanguageCode, accepted: str) -> Language:
    """The language that a person chose before, else the first that the browser accepts, else the campaign's first."""
    by_code = {language.code: language for language in choices}
    for code in (chosen, *_ranked(accepted)):
        if code in by_code:
            return by_code[code]
    return choices[0]


def _ranked(accepted: str) -> list[str]:
    """Return the codes of an Accept-Language header, best first, without regions: `es-MX, en;q=0.5` is es, en."""
    ranked: list[tuple[float, int, str]] = []
    for part in accepted[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        ranked.append((-_number(weight), len(ranked), tag.split("-")[0].lower()))
    return [code for _, _, code in sorted(ranked)]


def _number(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0
