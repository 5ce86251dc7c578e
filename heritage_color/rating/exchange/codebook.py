"""What every column of an export means, and the page that tells it beside the votes. Pure."""

import json
from dataclasses import asdict, dataclass

from heritage_color.keys import TableName
from heritage_color.rating.campaigns.campaign import Campaign
from heritage_color.rating.methods import SCALE


@dataclass(frozen=True)
class Column:
    """A column of an exported table: `kind` is text, integer, number, boolean (true, false) or date (ISO 8601)."""

    name: str
    kind: str
    meaning: str
    range: str = "-"
    missing: str = "never"
    unit: str = "-"


@dataclass(frozen=True)
class ScreenedCount:
    """How many votes a rule of screening set aside; the rule is empty for those that nothing did."""

    rule: str
    simulated: bool
    votes: int


PSEUDONYM = "16 hexadecimal digits"
RATER = Column("rater", "text", "pseudonym of the rater in this export; another export has others", PSEUDONYM)
ITEM = Column("item", "text", "what was shown, as in items", "UUID")
SIMULATED = Column("simulated", "boolean", "whether a program voted, which tests the statistics; never mix the two")
SCORES_ONLY, CHOICES_ONLY = "pairs, turing", "acr, acr-hr"

TABLES = {
    "votes": (
        RATER,
        Column("position", "integer", "the rater's first, second, ... vote in this campaign", "1 or more"),
        ITEM,
        Column(
            "score",
            "integer",
            ", ".join(f"{score} {name.lower()}" for score, name in SCALE.items()),
            "1 to 5",
            SCORES_ONLY,
        ),
        Column(
            "choice",
            "text",
            "pairs: the preferred picture; turing: the one taken for colorized, second: the rater was fooled",
            "first, second",
            CHOICES_ONLY,
        ),
        Column("swapped", "boolean", "whether the second picture stood left, or came first"),
        Column("seconds", "number", "from the picture to the answer", "0 or more", "not measured", "seconds"),
        Column("day", "date", "day of the vote (UTC)"),
        Column("counted", "boolean", "whether results count the vote: nothing has set it aside"),
        Column("screened_by", "text", "rule of screening, or hold, that set the vote aside", missing="none did"),
        SIMULATED,
        Column(
            "before_checks",
            "boolean",
            "given before the short checks of colour vision and screen, which come after a rater's tenth answer, "
            "or by a rater who never came to them",
        ),
    ),
    "raters": (
        RATER,
        Column("votes", "integer", "standing votes in this campaign", "1 or more"),
        Column("counted", "integer", "those that nothing has set aside", "0 or more"),
        SIMULATED,
        Column("language", "text", "language of the page", "ISO 639-1", "not known"),
        Column(
            "consent_version", "integer", "version of the consent agreed to", "1 or more", "before consent was kept"
        ),
    ),
    "items": (
        ITEM,
        Column(
            "role",
            "text",
            "ordinary and hidden-reference are scored; gold, trap and training control the raters",
            "ordinary, hidden-reference, gold, trap, training",
        ),
        Column("identifier", "text", "the photograph's identifier in the archive"),
        Column("title", "text", "its title", missing="without a title"),
        Column("collection", "text", "its collection", missing="in none"),
        Column("method", "text", "colorization method of the first picture", missing="true colours"),
        Column("preset", "text", "its preset", "faithful, balanced, vivid", "true colours"),
        Column("weights", "text", "SHA-256 of its model's weights", missing="true colours"),
        Column("picture_sha256", "text", "SHA-256 of the picture at full size", missing="true colours"),
        Column("other_method", "text", "the same of the second picture of a pair", missing="not a pair"),
        Column("other_preset", "text", "its preset", "faithful, balanced, vivid", "not a pair"),
        Column("other_weights", "text", "SHA-256 of its model's weights", missing="not a pair"),
        Column("other_sha256", "text", "SHA-256 of the picture at full size", missing="not a pair"),
        Column("reference_sha256", "text", "SHA-256 of the true-colour photograph that was shown", missing="none was"),
        Column("altered", "boolean", "whether the picture was altered to control attention"),
        Column("expected_low", "integer", "lowest answer of an attentive rater; 1 first, 2 second", "1 to 5", "any"),
        Column("expected_high", "integer", "highest answer of an attentive rater", "1 to 5", "any"),
        Column("retired_by", "text", "why the item was shown no more", missing="still shown, or the campaign ended"),
    ),
    "results": (
        ITEM,
        SIMULATED,
        Column("votes", "integer", "votes counted", "1 or more"),
        Column("mos", "number", "mean opinion score", "1 to 5", SCORES_ONLY, "score"),
        Column("low", "number", "lower end of its 95% interval", "1 to mos", SCORES_ONLY, "score"),
        Column("high", "number", "upper end of its 95% interval", "mos to 5", SCORES_ONLY, "score"),
        Column("sos", "number", "standard deviation of the scores", "0 to 2.9", f"{SCORES_ONLY}, one vote", "score"),
        Column("first", "integer", "choices of the first picture", "0 or more", CHOICES_ONLY),
        Column("second", "integer", "choices of the second picture", "0 or more", CHOICES_ONLY),
    ),
}

METHODS = {
    "acr": "Absolute category rating: one picture, one of five scores (ITU-T P.910).",
    "acr-hr": "Absolute category rating with hidden references: true-colour photographs stand among the pictures.",
    "pairs": "Pair comparison: two colorizations of a photograph, which looks more natural.",
    "turing": "Colorization Turing test: colorization and true photograph for a second each, which is the false one.",
}
FACTS = (  # what codebook.json tells of a campaign
    "name", "method", "question", "instructions", "consent", "consent_version", "languages", "votes_wanted",
    "votes_least", "target_half_width", "rater_cap", "control_every", "screening", "opened_at", "closed_at",
    "imported_from", "due_on",
)  # fmt: skip
NOTES = """## How to read it
- All tables are UTF-8, in CSV (comma, RFC 4180) and in Parquet with the same rows and columns. A missing value is an
  empty cell in CSV, null in Parquet. Texts stand as the archive holds them, NA and NULL too; who opens the CSV in a
  spreadsheet should read all columns as text, and pandas needs `keep_default_na=False, na_values=[""]`.
- Votes that their rater took back are not in the tables; below is their number.
- `results` are computed from the counted votes: the mean, its interval after Wilson (1927) with the votes divided by
  their spread (Hossfeld et al. 2018), the standard deviation.
- **Pseudonyms** are made for this export with a random number that is not kept. The same rater has another pseudonym
  in every other export, unless both were made with the same `--salt`. Exports of the same campaign hold the same
  votes, and whoever lays them side by side finds the raters by their votes; across campaigns nothing but day and
  language is left to go by.
- Left out on purpose: addresses and networks (none are kept), what raters told of their colour vision, what a paid
  panel calls them, the time of day.
"""


HELD_BACK = (
    "## Held back\nPictures of the archive that no campaign is given while the model is too unsure of their colours, "
    "counted when this was written: {}. So the scores are of the others only.\n"
)


def page(
    campaign: Campaign, counts: list[ScreenedCount], held_back: int, rows: dict[TableName, int], today: str
) -> str:
    """Return the codebook as Markdown: the campaign, its screening, and every column of every table."""
    parts = [f"# Votes of the campaign {campaign.name}\n", f"Written on {today}.\n", _campaign(campaign)]
    parts += [NOTES, _screening(campaign, counts), HELD_BACK.format(held_back)]
    parts += [_table(name, columns, rows[name]) for name, columns in TABLES.items()]
    return "\n".join(parts)


def _campaign(campaign: Campaign) -> str:
    ended = f"{campaign.closed_at:%Y-%m-%d}" if campaign.closed_at else "still open"
    facts = {
        "Method": METHODS[campaign.method],
        "Question": campaign.question,
        "Instructions": campaign.instructions or "the method's standard text in the rater's language",
        "Consent": campaign.consent or "the standard text in the rater's language",
        "Consent version": campaign.consent_version,
        "Languages": ", ".join(campaign.languages),
        "Opened": f"{campaign.opened_at:%Y-%m-%d}",
        "Ended": ended,
        "Votes wanted": f"{campaign.votes_wanted} per item, at least {campaign.votes_least}",
        "Target half-width": campaign.target_half_width or "none",
        "Votes of one rater": f"{campaign.rater_cap} at most",
        "Control items": f"one in {campaign.control_every}" if campaign.control_every else "none",
    }
    return "".join(f"- **{name}**: {' '.join(str(value).split())}\n" for name, value in facts.items())


def _screening(campaign: Campaign, counts: list[ScreenedCount]) -> str:
    lines = [f"| {count.rule or 'counted'} | {_yes(count.simulated)} | {count.votes} |" for count in counts]
    limits = ", ".join(f"{name} {value}" for name, value in sorted(campaign.screening.items()))
    head = ["| rule | simulated | votes |", "|---|---|---|"]
    return f"## Screening\nLimits: {limits or 'the standard ones'}.\n\n" + "\n".join([*head, *lines]) + "\n"


def _table(name: str, columns: tuple[Column, ...], rows: int) -> str:
    head = [f"## {name}", f"`{name}.csv`, `{name}.parquet`: {rows} rows.\n"]
    head += ["| column | kind | meaning | unit | range | missing |", "|---|---|---|---|---|---|"]
    lines = [
        f"| `{column.name}` | {column.kind} | {column.meaning} | {column.unit} | {column.range} | {column.missing} |"
        for column in columns
    ]
    return "\n".join([*head, *lines]) + "\n"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def codebook_json(
    campaign: Campaign, counts: list[ScreenedCount], held_back: int, rows: dict[TableName, int], today: str
) -> str:
    """Return the same for programs, as JSON."""
    values = {name: getattr(campaign, name) for name in FACTS}
    facts = {name: str(value)[:10] if hasattr(value, "isoformat") else value for name, value in values.items()}
    tables = {
        name: {"rows": rows[name], "columns": [vars(column) for column in columns]} for name, columns in TABLES.items()
    }
    document = {
        "exported_on": today,
        "campaign": facts,
        "screening": [asdict(count) for count in counts],
        "held_back": held_back,
        "tables": tables,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
