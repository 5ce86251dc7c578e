"""The command `colorize`, which needs no database."""

import sys
from argparse import Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, REFUSED, Commands, process_settings
from heritage_color.methods.names import METHODS, PRESETS


def add_colorize_commands(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add("colorize", run_colorize, "colorize picture files; no database needed")
    parser.add_argument("paths", type=Path, nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    parser.add_argument("--method", choices=list(METHODS), help="default: HERITAGE_METHOD")
    parser.add_argument("--preset", choices=PRESETS, help="default: HERITAGE_PRESET")
    parser.add_argument("--recolour", action="store_true", help="for experiments: also pictures already in colour")
    parser.add_argument("--uncertainty", action="store_true", help="write NAME.uncertainty.png too: bright is unsure")


def run_colorize(options: Namespace) -> int:
    """Colorize files into a folder."""
    from dataclasses import replace

    from heritage_color.colorize.files import colorize_files

    settings = process_settings()
    settings = replace(settings, method=options.method or settings.method, preset=options.preset or settings.preset)
    outcome = colorize_files(settings, options.paths, options.out, options.recolour, options.uncertainty)
    for sentence in [*outcome.notes, *outcome.refused]:
        print(sentence, file=sys.stderr)
    return REFUSED if outcome.refused else DONE
