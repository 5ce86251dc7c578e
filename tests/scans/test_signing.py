"""A report is signed off once, by name, and says so in every form."""

import csv
import io
import json

import pytest
from scan_pictures import save

from heritage_color import db
from heritage_color.cli.commands import DONE
from heritage_color.cli.main import main
from heritage_color.errors import DeliveryError
from heritage_color.scans import steps
from heritage_color.scans.reporting import printing, recalling, signing
from heritage_color.scans.reporting.rework import Changed


@pytest.fixture
def delivered(site, tmp_path):
    """The number of a delivery of one sound and one refused file."""
    save(tmp_path / "glass" / "a.png")
    (tmp_path / "glass" / "b.png").write_text("no picture")
    return steps.ingest(site, tmp_path / "glass").delivery_id


def recalled(site, delivery_id):
    with db.connect(site) as connection:
        return recalling.report_of(connection, delivery_id)


def test_a_report_is_signed_off_once_with_an_event(site, delivered, rows):
    assert "signed_off" not in recalled(site, delivered).as_json()
    assert signing.sign_off(site, delivered, " Anna ") == Changed(1)
    assert signing.sign_off(site, delivered, "Berta") == Changed(0)
    assert rows("select signed_by, owed from sign_offs") == [{"signed_by": "Anna", "owed": 1}]
    (event,) = rows("select agent, outcome, detail from events where event_key like 'sign-off/%'")
    assert event == {"agent": "Anna", "outcome": "accepted", "detail": {"report": "signed off", "owed": 1}}


@pytest.mark.parametrize("form", ["text", "json", "csv", "html"])
def test_every_form_of_the_report_says_who_signed_it(site, delivered, form):
    signing.sign_off(site, delivered, "=Anna")
    report = recalled(site, delivered)
    text = printing.render(report, form)
    if form == "json":
        assert json.loads(text)["signed_off"] == {
            "by": "=Anna",
            "at": report.signed.signed_at.isoformat(),
            "owed": 1,
        }
    elif form == "csv":
        assert list(csv.DictReader(io.StringIO(text)))[-1]["sentence"] == report.signed.sentence
    else:
        assert "Signed off by =Anna on 20" in text
        assert "UTC, with 1 file owed." in text


def test_only_what_was_taken_in_is_signed_and_only_by_name(site, delivered):
    with pytest.raises(DeliveryError, match="Delivery 99 is not taken in"):
        signing.sign_off(site, 99, "Anna")
    with pytest.raises(DeliveryError, match="by name"):
        signing.sign_off(site, delivered, " ")


def test_the_command_signs_too(site, delivered, monkeypatch, capsys):
    monkeypatch.setattr("heritage_color.cli.scans.site_settings", lambda: site)
    assert main(["sign-off", str(delivered), "--by", "Anna"]) == DONE
    assert f"Delivery {delivered}: Signed off by Anna on " in capsys.readouterr().out
