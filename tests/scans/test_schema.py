"""The published schema of manifest.csv says what the code says, and the template is a sound manifest."""

import json

import pytest
from jsonschema import Draft202012Validator

from heritage_color.cli.commands import DONE, WRONG
from heritage_color.cli.main import main
from heritage_color.scans.metadata import manifest, schema
from heritage_color.scans.metadata.cells import check_cells

SOUND = {"file": "a.tif", "rights": "http://rightsstatements.org/vocab/InC/1.0/"}


@pytest.fixture(scope="module")
def validator():
    known = json.loads(schema.schema_text())
    Draft202012Validator.check_schema(known)
    return Draft202012Validator(known)


def test_the_schema_knows_every_column_and_lets_others_pass(validator):
    assert set(schema.COLUMNS) == set(manifest.COLUMNS) == set(validator.schema["properties"])
    assert validator.is_valid(SOUND | {"shelf_mark": "B 12"})


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"date": "1912-05"},
        {"date": "ca. 1912"},
        {"date": "1912-13"},
        {"date": "[1667..1672]"},
        {"date": "1912?-06-~11"},
        {"date": "1950S2"},
        {"date": "١٩١٢"},
        {"date": "1912-05-03T25:00:00"},
        {"date": "/"},
        {"rights": "public domain"},
        {"do_not_colorize": "Yes", "do_not_colorize_reason": "Sacred"},
        {"do_not_colorize": "TRUE"},
        {"do_not_colorize": "no", "do_not_colorize_reason": "Sacred"},
        {"do_not_colorize_reason": "Sacred"},
        {"do_not_colorize": "", "do_not_colorize_reason": ""},
        {"do_not_colorize": "perhaps"},
        {"checksum": "SHA-1: " + "A1" * 20},
        {"checksum": "123"},
    ],
)
def test_schema_and_check_agree(validator, cells):
    row = manifest.Row(2, SOUND | cells, {})
    assert validator.is_valid(SOUND | cells) == (check_cells(row, "a.tif") == [])


def test_the_schema_has_a_version_and_a_name_of_no_machine(validator):
    said = json.loads(schema.schema_text())
    assert said["$id"] == f"urn:heritage-color:manifest-row:{said['version']}"
    assert not any(name in json.dumps(said) for name in ("localhost", "127.0.0.1"))


def test_the_template_is_a_manifest_without_a_fault(tmp_path, validator):
    assert main(["template", "--out", str(tmp_path / "manifest.csv")]) == DONE
    given = manifest.read_manifest(tmp_path / "manifest.csv")
    (row,) = given.rows
    assert (given.findings, check_cells(row, row["file"]), row.further) == ((), [], {})
    assert validator.is_valid(row.cells)


def test_the_template_does_not_write_over_a_manifest(tmp_path, capsys):
    (tmp_path / "manifest.csv").write_text("mine")
    assert main(["template", "--out", str(tmp_path / "manifest.csv")]) == WRONG
    assert (tmp_path / "manifest.csv").read_text() == "mine"
    assert "manifest.csv cannot be written: File exists" in capsys.readouterr().err
