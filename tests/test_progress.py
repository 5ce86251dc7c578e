"""Progress: on the screen of a person, in the log of a task."""

import logging

import pytest

from heritage_color import progress


@pytest.fixture
def impatient(monkeypatch):
    """Every item counts as slow."""
    monkeypatch.setattr(progress, "QUIET_SECONDS", -1)
    monkeypatch.setattr(progress, "LOG_SECONDS", -1)


def test_a_person_reads_it_on_standard_error(impatient, capsys):
    assert list(progress.track("ab", "colorize", 2)) == ["a", "b"]
    assert "colorize: 2 of 2" in capsys.readouterr().err


def test_where_a_log_listens_it_is_told_there_and_not_as_an_error(impatient, capsys, caplog):
    with caplog.at_level(logging.INFO):
        list(progress.track("ab", "colorize", 2))
    assert caplog.messages[-1].startswith("colorize: 2 of 2")
    assert capsys.readouterr().err == ""
