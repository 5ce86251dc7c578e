"""The command line. Each command loads only what it needs, so that `heritage-color --help` answers at once.

Exit codes: 0 done, 1 some input was refused, 2 wrong usage or a service that does not answer.
"""

import argparse
import errno
import sys

from heritage_color.cli import (
    accounts,
    catalog,
    colorize,
    machine,
    metrics,
    preservation,
    publish,
    rating,
    scans,
    tagging,
    train,
    votes,
)
from heritage_color.cli.commands import DONE, WRONG, Commands
from heritage_color.errors import HeritageError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
ABOUT = "The command line. Each command loads only what it needs, so that `heritage-color --help` answers at once."
# Each adds its commands, in the order in which a picture passes the stages
STAGES = (
    catalog.add_catalog_commands,
    scans.add_scans_commands,
    colorize.add_colorize_commands,
    metrics.add_metrics_commands,
    train.add_train_commands,
    tagging.add_tagging_commands,
    rating.add_rating_commands,
    votes.add_votes_commands,
    publish.add_publish_commands,
    preservation.add_preservation_commands,
    accounts.add_accounts_commands,
    machine.add_machine_commands,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except HeritageError as error:
        print(error, file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("Stopped. What was done is kept; the same command goes on from there.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return DONE
    except OSError as error:
        if error.filename is None and error.errno not in NO_ROOM:
            raise
        place = f"{error.filename}: " if error.filename is not None else ""
        print(f"{place}{error.strerror}. Make it so that this program can use it, and run again.", file=sys.stderr)
        return WRONG


def parser() -> argparse.ArgumentParser:
    """Return all commands with their options."""
    top = argparse.ArgumentParser(prog="heritage-color", description=ABOUT)
    commands = Commands(top, "COMMAND")
    for add_commands in STAGES:
        add_commands(commands)
    return top
