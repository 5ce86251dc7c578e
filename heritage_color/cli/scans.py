"""Commands of deliveries: `template`, `check`, `ingest`, `owed` and `sign-off`."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from heritage_color.cli.commands import (
    DONE,
    REFUSED,
    Commands,
    count,
    counts,
    login_name,
    process_settings,
    site_settings,
)
from heritage_color.errors import DeliveryError

FORMATS = ("text", "json", "csv", "html")


def add_scans_commands(commands: Commands) -> None:
    """Add the commands."""
    _add_template(commands)
    _add_check(commands)
    _add_ingest(commands)
    _add_owed(commands)
    _add_sign_off(commands)


def _add_delivery(parser: ArgumentParser) -> None:
    parser.add_argument("delivery", help="folder, bag, .zip, .tar or .tar.gz of one, or s3://bucket/prefix")


def _add_template(commands: Commands) -> None:
    parser = commands.add("template", run_template, "an empty manifest.csv: its header and an example row")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there instead of printing it")


def run_template(options: Namespace) -> int:
    """Print or write an empty manifest."""
    from heritage_color.scans.metadata import schema

    if options.out is None:
        print(schema.template(), end="")
        return DONE
    try:
        with options.out.open("x", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets UTF-8
            file.write(schema.template())
    except OSError as error:
        raise DeliveryError(f"{options.out} cannot be written: {error.strerror}. Name another file.") from error
    return DONE


def _add_check(commands: Commands) -> None:
    parser = commands.add("check", run_check, "pre-flight of a delivery: every fault in one pass, nothing written")
    _add_delivery(parser)
    parser.add_argument("--format", choices=FORMATS, help="default: as --out is called, else text")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the report there; only its counts are printed")


def run_check(options: Namespace) -> int:
    """Examine a delivery and print its report."""
    from heritage_color.scans.arrival.receiving import in_bucket
    from heritage_color.scans.check import check_delivery
    from heritage_color.scans.reporting import printing

    settings = site_settings() if in_bucket(options.delivery) else process_settings()
    report = check_delivery(options.delivery, settings)
    text = printing.render(report, options.format or printing.format_of(options.out))
    if options.out:
        printing.write_report(options.out, text)
    print(report.headline if options.out else text)
    return DONE if report.clean else REFUSED


def _add_ingest(commands: Commands) -> None:
    parser = commands.add("ingest", run_ingest, "take a delivery in")
    _add_delivery(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the report there, with what is owed")
    parser.add_argument("--format", choices=FORMATS, help="of that report; default: as --out is called, else text")


def run_ingest(options: Namespace) -> int:
    """Take a delivery in and print what became of it."""
    from heritage_color.scans import steps
    from heritage_color.scans.reporting import printing

    taken = steps.take_in(site_settings(), options.delivery)
    if options.out:
        form = options.format or printing.format_of(options.out)
        printing.write_report(options.out, printing.render(taken.report, form))
    print(counts(taken.counts))
    for note in taken.report.notes:
        print(note, file=sys.stderr)
    return REFUSED if taken.counts.refused else DONE


def _add_owed(commands: Commands) -> None:
    parser = commands.add(
        "owed", run_owed, "files that were refused, or did not come, and that nothing has replaced yet"
    )
    parser.add_argument("--delivery", type=count, metavar="NUMBER", help="only of this delivery; default: of all")
    parser.add_argument("--everything", action="store_true", help="also what was replaced or waived")
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")


def run_owed(options: Namespace) -> int:
    """Print what suppliers owe."""
    from heritage_color.scans.reporting import printing, rework

    debts = rework.debts(site_settings(), options.delivery, "all" if options.everything else "owed")
    print(printing.render_debts(debts, options.format))
    return DONE


def _add_sign_off(commands: Commands) -> None:
    parser = commands.add("sign-off", run_sign_off, "accept the report on a delivery by name, once for all")
    parser.add_argument("delivery", type=count, metavar="NUMBER", help="of the delivery")
    parser.add_argument("--by", default="", metavar="NAME", help="who accepts it; default: whoever runs the command")


def run_sign_off(options: Namespace) -> int:
    """Accept the report on a delivery."""
    from heritage_color import db
    from heritage_color.scans.reporting import signing

    settings = site_settings()
    signing.sign_off(settings, options.delivery, options.by or login_name())
    with db.connect(settings) as connection:
        signed = signing.sign_off_of(connection, options.delivery)
    print(f"Delivery {options.delivery}: {signed.sentence}" if signed else "")
    return DONE
