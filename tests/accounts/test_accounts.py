"""Accounts: names, passwords, roles, and the administrator who cannot be lost."""

import io
import json
import threading

import pytest

from heritage_color import db
from heritage_color.accounts import passwords, steps
from heritage_color.cli.commands import DONE, WRONG
from heritage_color.cli.main import main
from heritage_color.errors import AccountError

PASSWORD = "glass plate 1911"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashes of the same kind that take no time."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def typed(monkeypatch):
    """A function that lets the command line read a line from standard input."""
    return lambda line: monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))


def test_a_password_is_stored_as_an_argon2id_hash_that_only_it_fits(site, rows):
    steps.add_account(site, "ada", ["curator"], PASSWORD)
    (row,) = rows("select hash from account_passwords")
    assert row["hash"].startswith("$argon2id$v=19$")
    assert PASSWORD not in row["hash"]
    assert steps.check_password(site, "ada", PASSWORD).display_name == "ada"
    assert steps.check_password(site, "ada", PASSWORD + " ") is None
    assert steps.check_password(site, "nobody", PASSWORD) is None


@pytest.mark.parametrize("again", ["ADA", "ada ", "Ada"])
def test_a_name_is_one_account_in_capitals_and_small_letters(site, again):
    steps.add_account(site, "ada", ["curator"], PASSWORD)
    with pytest.raises(AccountError, match="There is an account"):
        steps.add_account(site, again, ["administrator"], PASSWORD)
    assert steps.check_password(site, again, PASSWORD)


def test_letters_with_accents_are_the_same_in_capitals_and_however_they_are_composed(site):
    steps.add_account(site, "Zoë", ["curator"], PASSWORD)
    assert steps.check_password(site, "ZOE\u0308", PASSWORD)


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("a\nb", PASSWORD), ("ada", "short")])
def test_names_that_cannot_be_typed_and_short_passwords_are_refused(site, rows, name, password):
    with pytest.raises(AccountError):
        steps.add_account(site, name, ["curator"], password)
    assert rows("select * from accounts") == []


def test_an_unknown_role_is_refused_with_the_known_ones(site):
    with pytest.raises(AccountError, match="rater, digitizer, curator, scheduler, administrator, found 'king'"):
        steps.add_account(site, "ada", ["king"], PASSWORD)


@pytest.mark.parametrize(
    "loss", [lambda site: steps.set_disabled(site, "grace"), lambda site: steps.set_roles(site, "grace", ["curator"])]
)
def test_the_last_administrator_stays(site, loss):
    steps.add_account(site, "grace", ["administrator"], PASSWORD)
    steps.add_account(site, "closed", ["administrator"], PASSWORD)
    steps.set_disabled(site, "closed")
    with pytest.raises(AccountError, match="only administrator"):
        loss(site)
    steps.set_disabled(site, "closed", False)
    assert loss(site).changed == 1


def test_two_administrators_who_close_each_other_at_once_leave_one(site, rows):
    for name in ("grace", "joan"):
        steps.add_account(site, name, ["administrator"], PASSWORD)
    refused = []

    def close(name):
        try:
            steps.set_disabled(site, name)
        except AccountError:
            refused.append(name)

    both = [threading.Thread(target=close, args=[name]) for name in ("grace", "joan")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(refused) == 1
    assert [row["name"] for row in rows("select name from accounts where disabled_at is null")] == refused


def test_the_first_account_is_made_once(site, rows):
    assert steps.add_first(site, "grace", "x") is True
    assert steps.add_first(site, "eve", "x") is False
    assert [row["name"] for row in rows("select name from accounts")] == ["grace"]


def test_the_export_that_is_kept_for_ever_holds_accounts_and_no_password(site):
    with db.connect(site) as connection:
        exported = {table["name"]: table for table in db.queries("preservation").tables(connection)}
    assert "accounts" in exported
    assert not any("hash" in table["columns"].split(",") for table in exported.values())


def test_the_command_line_makes_lists_changes_and_closes_accounts(environment, capsys, typed):
    typed(PASSWORD)
    assert main(["account", "add", "ada", "--role", "curator", "--display-name", "Ada Byron"]) == DONE
    typed("another password")
    assert main(["account", "password", "Ada"]) == DONE
    assert main(["account", "role", "ada", "--role", "scheduler", "--role", "curator"]) == DONE
    assert main(["account", "disable", "ada"]) == DONE
    capsys.readouterr()
    main(["account", "list", "--json"])
    (account,) = json.loads(capsys.readouterr().out)["accounts"]
    assert (account["display_name"], account["roles"]) == ("Ada Byron", ["curator", "scheduler"])
    assert account["disabled_at"]
    assert steps.check_password(environment, "ada", "another password") is None  # closed
    assert main(["account", "enable", "ada"]) == DONE
    assert steps.check_password(environment, "ada", "another password")


def test_a_generated_password_is_shown_once_and_is_to_be_changed(environment, capsys):
    main(["account", "add", "ada", "--role", "curator", "--generate"])
    password = capsys.readouterr().out.split()[-1]
    assert steps.check_password(environment, "ada", password).temporary is True


def test_an_unknown_account_ends_with_a_sentence(environment, capsys):
    assert main(["account", "disable", "nobody"]) == WRONG
    assert "There is no account nobody" in capsys.readouterr().err
