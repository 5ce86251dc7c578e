"""The command `votes`: votes go out, come in from other laboratories, and are erased."""

import sys
from argparse import Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, Commands, add_by, add_json, counts, person, refused, show, site_settings

SPANS_SHOWN = 20  # of rows that are no votes; --json has all


def add_votes_commands(commands: Commands) -> None:
    """Add the command with its acts."""
    about = "send the votes of a campaign out, take those of other laboratories in, erase those of a rater"
    acts = commands.group("votes", about)
    _add_export(acts)
    _add_import(acts)
    _add_erase(acts)


def _add_export(acts: Commands) -> None:
    about = "write the votes of a campaign as a bag of CSV, Parquet and a codebook"
    parser = acts.add("export", run_export_votes, about)
    parser.add_argument("campaign", metavar="CAMPAIGN", help="its name")
    parser.add_argument("target", type=Path, metavar="TARGET", help="folder of the bag; it must not exist yet")
    salt = "the same text gives the same raters the same pseudonyms; default: none that another export has"
    parser.add_argument("--salt", default="", metavar="TEXT", help=salt)


def run_export_votes(options: Namespace) -> int:
    """Write the votes of a campaign as a bag."""
    from heritage_color.rating.exchange import exporting

    print(counts(exporting.export(site_settings(), options.campaign, options.target, options.salt)))
    return DONE


def _add_import(acts: Commands) -> None:
    about = "take a vote table of another laboratory in as a campaign of its own"
    parser = acts.add("import", run_import_votes, about)
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV: a row per vote, per stimulus or per rater")
    parser.add_argument("--name", required=True, metavar="CAMPAIGN", help="what the campaign shall be called")
    scale = "ends of its scale, converted to 1 bad to 5 excellent; default: whole numbers from 1 to 5"
    parser.add_argument("--scale", type=float, nargs=2, metavar=("WORST", "BEST"), help=scale)
    rows = "what a row of a wide table is; default: as the first cell of its header says"
    parser.add_argument("--rows", choices=("stimuli", "raters"), default="", help=rows)
    for role in ("picture", "rater", "score"):
        about = f"column of the {role}, in a table with a row per vote; default: as the header says"
        parser.add_argument(f"--{role}", default="", metavar="COLUMN", help=about)
    parser.add_argument("--question", default="", metavar="TEXT", help="what the raters were asked")
    add_by(parser)
    add_json(parser)


def run_import_votes(options: Namespace) -> int:
    """Take a vote table in, and name the rows that are no votes."""
    from heritage_color.rating.exchange import importing
    from heritage_color.rating.exchange.long_tables import Chosen

    result = importing.take_in(
        site_settings(),
        options.file,
        options.name,
        scale=options.scale and tuple(options.scale),
        rows=options.rows,
        question=options.question,
        by=person(options),
        chosen=Chosen(options.picture, options.rater, options.score),
    )
    table = {name: value for name, value in vars(result).items() if name not in ("findings", "aside")}
    show(result, counts(table), options.json)
    for group in result.aside:
        print(f"{result.file}, {_rows(group.rows)}: {group.reason}; no vote.", file=sys.stderr)
    return refused(
        f"{finding.file}, row {finding.row}{_column(finding.column)}: {finding.sentence}"
        for finding in result.findings
    )


def _rows(spans: str) -> str:
    """Numbers of rows, of many the first: `rows 2-4, 9`."""
    shown, more = spans.split(", ")[:SPANS_SHOWN], spans.count(", ") + 1 - SPANS_SHOWN
    rows = "rows" if len(shown) > 1 or "-" in spans else "row"
    return f"{rows} {', '.join(shown)}{f' and {more} more places, which --json names' if more > 0 else ''}"


def _column(name: str) -> str:
    return f", column {name}" if name else ""


def _add_erase(acts: Commands) -> None:
    about = "erase a rater's votes and everything about them, who asked for it"
    parser = acts.add("erase", run_erase_votes, about)
    parser.add_argument("rater", metavar="RATER", help="the rater's id in the catalog")
    add_by(parser)


def run_erase_votes(options: Namespace) -> int:
    """Erase a rater."""
    from heritage_color.rating.guarding import erasing

    print(counts(erasing.forget(site_settings(), options.rater, person(options))))
    return DONE
