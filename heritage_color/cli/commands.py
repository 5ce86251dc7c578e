"""What the commands share: how they are added, what several of them ask for, and how their results are printed."""

import argparse
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping

TYPE_CHECKING = False  # as typing has it, which takes as long to load as all commands
if TYPE_CHECKING:
    from heritage_color.settings import Settings

DONE, REFUSED, WRONG = 0, 1, 2

Run = Callable[[Namespace], int]


class Commands:
    """A place in the command line where commands are added."""

    def __init__(self, parser: ArgumentParser, metavar: str):
        self._places = parser.add_subparsers(metavar=metavar, required=True)

    def add(self, name: str, run: Run, about: str) -> ArgumentParser:
        """Add a command and return its parser, which its options are added to; `run` returns its exit code."""
        parser = self._places.add_parser(name, help=about, description=about)
        parser.set_defaults(run=run)
        return parser

    def group(self, name: str, about: str) -> "Commands":
        """Add a command that consists of acts, such as `account add`."""
        return Commands(self._places.add_parser(name, help=about, description=about), "ACT")


def count(text: str) -> int:
    """The type of an option that is a whole number from 0 on."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, found {text!r}")
    return int(text)


def add_json(parser: ArgumentParser) -> None:
    """Add the option of commands that can print JSON."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def add_by(parser: ArgumentParser) -> None:
    """Add the option of commands whose person is remembered."""
    parser.add_argument("--by", metavar="NAME", help="who approves it; default: the login name")


def person(options: Namespace) -> str:
    """Who runs the command, as `--by` or the login name says."""
    return options.by or login_name()


def login_name() -> str:
    """Who runs the command, as the system knows them."""
    import getpass

    return getpass.getuser()


def process_settings() -> "Settings":
    """The settings of this process, for commands that need no catalog."""
    from heritage_color import settings

    return settings.read()


def site_settings() -> "Settings":
    """The settings of this process; where they name no catalog, the services that `up` or `demo` started here."""
    settings = process_settings()
    if settings.database or not (settings.home / "services.json").is_file():
        return settings
    from heritage_color.local import servers

    return servers.start(settings.home)


def show(result: object, text: str, as_json: bool) -> None:
    """Print a result as text or as JSON."""
    print(json_of(result) if as_json else text)


def json_of(result: object) -> str:
    """Return a result as JSON; records become objects, and what JSON does not know becomes text."""
    import json

    return json.dumps(result, indent=2, default=_plain)


def _plain(value: object) -> object:
    from dataclasses import asdict, is_dataclass

    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def counts(result: object) -> str:
    """A record or a table of counts in one line."""
    table = result if isinstance(result, Mapping) else vars(result)
    return ", ".join(f"{name} {value}" for name, value in table.items())


def refused(sentences: Iterable[str]) -> int:
    """Print what was refused, a line each; returns the exit code."""
    code = DONE
    for sentence in sentences:
        print(sentence, file=sys.stderr)
        code = REFUSED
    return code
