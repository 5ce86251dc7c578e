"""Tables of pairs and of Turing tests on disk, and what the command makes of them."""

import json

import pytest

from heritage_color.cli.commands import DONE, REFUSED
from heritage_color.cli.main import main
from heritage_color.rating.exchange.comparisons import read_pairs, read_trials


@pytest.fixture
def table(tmp_path):
    """Writes a table and gives its path."""

    def write(text):
        (tmp_path / "table.csv").write_text(text)
        return tmp_path / "table.csv"

    return write


def test_pairs_are_read_with_their_winner_or_a_tie(table):
    pairs, findings = read_pairs(table("rater;left;right;won\nr;a;b;a\nr;a;b;b\nr;b;a;tie\n\n"))
    assert pairs == [("a", "b", 1.0), ("a", "b", 0.0), ("b", "a", 0.5)]
    assert findings == []


def test_trials_are_read_with_any_yes_or_no(table):
    trials, findings = read_trials(table("fooled,picture,rater\nYes,a,r\n0,a,s\ntrue,b,r\n"))
    assert trials == [("a", "r", True), ("a", "s", False), ("b", "r", True)]
    assert findings == []


@pytest.mark.parametrize(
    ("read", "text", "code", "row"),
    [
        (read_pairs, "left,right,won\na,a,a\n", "id-missing", 2),
        (read_pairs, "left,right,won\na,b,a\na,b,c\n", "answer-invalid", 3),
        (read_pairs, "left,right\na,b\n", "column-missing", 1),
        (read_trials, "picture,rater,fooled\na,r,perhaps\n", "answer-invalid", 2),
        (read_trials, "picture,rater,fooled\na\n", "id-missing", 2),
        (read_trials, "picture,rater,fooled\n", "no-votes", 1),
    ],
)
def test_a_row_that_is_none_is_named_with_its_number(table, read, text, code, row):
    findings = read(table(text))[1]
    assert [(finding.code, finding.row) for finding in findings] == [(code, row)]


def test_the_command_gives_strengths_of_pairs(table, capsys):
    votes = table("left,right,won\na,b,a\na,b,a\na,b,b\nc,d,c\nc,d,\n")
    assert main(["opinion", str(votes), "--method", "pairs"]) == REFUSED
    printed = capsys.readouterr()
    assert [line.split()[0] for line in printed.out.splitlines()[1:5]] == ["a", "b", "c", "d"]
    assert "never compared" in printed.out
    assert "always won" in printed.out
    assert "row 6" in printed.err


def test_the_command_gives_the_fooling_rate(table, capsys):
    trials = table("picture,rater,fooled\n" + "".join(f"p{n % 3},r{n % 4},{n % 2}\n" for n in range(24)))
    assert main(["opinion", str(trials), "--method", "turing", "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["rate"] == 0.5
    main(["opinion", str(trials), "--method", "turing"])
    assert "Taken for real: 50.0%" in capsys.readouterr().out
