"""The command `account`: people who may sign in."""

import sys
from argparse import ArgumentParser, Namespace

from heritage_color.accounts.roles import Role
from heritage_color.cli.commands import DONE, Commands, Run, add_json, counts, login_name, show, site_settings
from heritage_color.errors import AccountError


def add_accounts_commands(commands: Commands) -> None:
    """Add the command with its acts."""
    acts = commands.group("account", "people who may sign in to the staff pages")
    _add_add(acts)
    add_json(acts.add("list", run_list_accounts, "all accounts with their roles"))
    _add_roles(_add_act(acts, "role", run_set_roles, "give an account other roles in the place of those before"))
    about = "give an account another password, which ends its sessions"
    _add_generate(_add_act(acts, "password", run_set_password, about))
    _add_act(acts, "disable", run_disable, "close an account and end its sessions; what it decided stays")
    _add_act(acts, "enable", run_enable, "open an account again")


def _add_act(acts: Commands, name: str, run: Run, about: str) -> ArgumentParser:
    parser = acts.add(name, run, about)
    parser.add_argument("name", metavar="NAME", help="what the person types at sign-in")
    return parser


def _add_roles(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--role", action="append", required=True, choices=list(Role), dest="roles", help="may be given several times"
    )


def _add_generate(parser: ArgumentParser) -> None:
    about = "print a random password, which the person changes at the first sign-in"
    parser.add_argument("--generate", action="store_true", help=about)


def _add_add(acts: Commands) -> None:
    about = "make an account; asks for the password, or reads it from standard input"
    parser = _add_act(acts, "add", run_add_account, about)
    _add_roles(parser)
    parser.add_argument(
        "--display-name", default="", metavar="TEXT", help="what stands under decisions; default: NAME"
    )
    _add_generate(parser)


def run_add_account(options: Namespace) -> int:
    """Make an account."""
    from heritage_color.accounts import steps

    password = _new_password(options.generate)
    steps.add_account(
        site_settings(),
        options.name,
        options.roles,
        password,
        display_name=options.display_name,
        temporary=options.generate,
        by=login_name(),
    )
    return _say_password(password, options.generate)


def run_list_accounts(options: Namespace) -> int:
    """List accounts with their roles."""
    from heritage_color.accounts import steps
    from heritage_color.accounts.account import accounts_as_text

    accounts = steps.list_accounts(site_settings())
    rows = [
        {name: value for name, value in vars(account).items() if name != "generation"}  # which only sessions need
        for account in accounts
    ]
    show({"accounts": rows}, accounts_as_text(accounts), options.json)
    return DONE


def run_set_roles(options: Namespace) -> int:
    """Give an account other roles."""
    from heritage_color.accounts import steps

    print(counts(steps.set_roles(site_settings(), options.name, options.roles, login_name())))
    return DONE


def run_set_password(options: Namespace) -> int:
    """Give an account another password."""
    from heritage_color.accounts import steps

    password = _new_password(options.generate)
    steps.set_password(site_settings(), options.name, password, options.generate, login_name())
    return _say_password(password, options.generate)


def _new_password(generate: bool) -> str:
    """A random password, or one that is asked for at a terminal, or the first line of standard input."""
    import getpass

    from heritage_color.accounts import passwords

    if generate:
        return passwords.generate()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != password:
        raise AccountError("The two passwords differ. Nothing was changed.")
    return password


def _say_password(password: str, generated: bool) -> int:
    print(f"Password, shown this once: {password}" if generated else "Done.")
    return DONE


def run_disable(options: Namespace) -> int:
    """Close an account."""
    return _set_disabled(options.name, True)


def run_enable(options: Namespace) -> int:
    """Open an account again."""
    return _set_disabled(options.name, False)


def _set_disabled(name: str, disabled: bool) -> int:
    from heritage_color.accounts import steps

    print(counts(steps.set_disabled(site_settings(), name, disabled, login_name())))
    return DONE
