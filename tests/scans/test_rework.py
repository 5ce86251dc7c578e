"""What was refused stays owed until a later delivery replaces it, by rules that are stated, or somebody waives it."""

import csv
import io
import json

import pytest
from catalog_rows import insert
from scan_pictures import manifest, save

from heritage_color import db
from heritage_color.cli.commands import DONE, REFUSED
from heritage_color.cli.main import main
from heritage_color.errors import DeliveryError
from heritage_color.scans import steps
from heritage_color.scans.reporting import printing, rework
from heritage_color.scans.reporting.rework import Changed


def deliver(site, folder, *rows, broken=()):
    """Take in a delivery of these rows, whose files are sound but for those that are `broken`."""
    for row in rows:
        save(folder / row["file"])
    for name in broken:
        (folder / name).write_text(f"{name} is no picture")
    return steps.ingest(site, manifest(folder, *rows))


@pytest.fixture
def owing(site, tmp_path):
    """A delivery `first` that owes plates/1.tif with the identifier A 1, and 2.tif without one."""
    folder = tmp_path / "first"
    rows = [{"file": "plates/1.tif", "identifier": "A 1"}, {"file": "2.tif"}, {"file": "sound.tif"}]
    return deliver(site, folder, *rows, broken=("plates/1.tif", "2.tif")).delivery_id


def states(site):
    return {debt.path: debt.state for debt in rework.debts(site)}


def test_what_is_refused_is_owed_with_its_reason(site, owing):
    assert states(site) == {"plates/1.tif": "owed", "2.tif": "owed"}
    (one, _) = sorted(rework.debts(site, owing), key=lambda debt: debt.path, reverse=True)
    assert (one.codes, one.identifier) == (["not-a-picture"], "A 1")
    assert one.sentence == f"plates/1.tif of delivery {owing} (first) is still owed: refused: not a picture."


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"file": "x.tif", "replaces": "plates/1.tif"}, "replaces"),
        ({"file": "x.tif", "replaces": "A 1"}, "replaces"),
        ({"file": "x.tif", "replaces": "first/plates/1.tif"}, "replaces"),
        ({"file": "x.tif", "identifier": "A 1"}, "identifier"),
        ({"file": "plates/1.tif"}, "file name"),
    ],
)
def test_a_later_file_replaces_it_by_the_first_rule_that_fits(site, owing, tmp_path, row, rule):
    later = deliver(site, tmp_path / "second", row).delivery_id
    (debt,) = [debt for debt in rework.debts(site) if debt.state == "replaced"]
    assert (debt.path, debt.replaced_in, debt.replaced_by, debt.answered_by) == (
        "plates/1.tif", later, row["file"], rule,
    )  # fmt: skip
    assert f"was replaced by {row['file']} of delivery {later} (second)" in debt.sentence


@pytest.mark.parametrize("row", [{"file": "plates/1.tif", "identifier": "B 7"}, {"file": "other.tif"}])
def test_what_contradicts_or_only_comes_later_replaces_nothing(site, owing, tmp_path, row):
    deliver(site, tmp_path / "second", row)
    assert states(site) == {"plates/1.tif": "owed", "2.tif": "owed"}


def test_a_path_that_two_deliveries_owe_is_linked_only_where_the_row_says_to_which(site, owing, tmp_path, rows):
    deliver(site, tmp_path / "second", {"file": "2.tif", "identifier": "C 2"}, broken=("2.tif",))
    deliver(site, tmp_path / "also", {"file": "x/2.tif"}, broken=("x/2.tif",))
    rows("update debts set path = '2.tif', identifier = '' where path = 'x/2.tif'")
    deliver(site, tmp_path / "third", {"file": "2.tif"}, {"file": "y.tif", "replaces": "2.tif"})
    assert {debt.state for debt in rework.debts(site)} == {"owed"}
    (said,) = rows("select file, sentence from findings where code = 'replaces-unclear'")
    assert (said["file"], "2 files of that path" in said["sentence"]) == ("y.tif", True)
    deliver(site, tmp_path / "fourth", {"file": "z.tif", "replaces": "also/2.tif"})
    assert [debt.delivery for debt in rework.debts(site) if debt.state == "replaced"] == ["also"]


def test_a_row_that_replaces_nothing_is_taken_in_with_a_warning(site, tmp_path, rows):
    assert deliver(site, tmp_path / "second", {"file": "x.tif", "replaces": "plates/9.tif"}).accepted == 1
    (said,) = rows("select severity, sentence from findings")
    assert said["severity"] == "warning"
    assert said["sentence"].startswith("x.tif is to replace plates/9.tif, and 0 files")


def test_refused_again_is_one_more_try_and_owed_once(site, owing, tmp_path):
    second = deliver(site, tmp_path / "second", {"file": "1.tif", "identifier": "A 1"}, broken=("1.tif",))
    assert states(site) == {"plates/1.tif": "owed", "2.tif": "owed"}
    (debt,) = rework.debts(site, second.delivery_id)
    assert (debt.delivery_id, debt.tried_as, debt.tried_in) == (owing, "1.tif", second.delivery_id)
    assert debt.sentence.endswith("brought 1.tif for it, refused, too.")
    deliver(site, tmp_path / "third", {"file": "1.tif", "identifier": "A 1"})
    assert states(site) == {"plates/1.tif": "replaced", "2.tif": "owed"}


def test_an_identifier_that_was_the_fault_links_nothing(site, tmp_path):
    first = {"file": "a.tif", "identifier": "A 1"}
    deliver(site, tmp_path / "first", first)
    deliver(site, tmp_path / "second", {"file": "b.tif", "identifier": "A 1"})
    assert deliver(site, tmp_path / "third", first, {"file": "more.tif"}).duplicates == 1
    assert states(site) == {"b.tif": "owed"}


def test_what_the_manifest_names_and_nobody_delivered_is_owed_too(site, tmp_path):
    for name in ("first", "second"):
        save(tmp_path / name / f"{name}.tif")
        steps.ingest(site, manifest(tmp_path / name, {"file": f"{name}.tif"}, {"file": "lost.tif"}))
    (debt,) = rework.debts(site)
    assert (debt.path, debt.delivery, debt.missing) == ("lost.tif", "first", True)
    assert debt.sentence.endswith("is still owed: it did not come.")
    deliver(site, tmp_path / "third", {"file": "lost.tif"})
    assert states(site) == {"lost.tif": "replaced"}


def test_a_second_run_changes_nothing(site, owing, tmp_path, rows):
    deliver(site, tmp_path / "second", {"file": "x.tif", "identifier": "A 1"})
    before = rows("select * from debt_states order by path"), rows("select count(*) from events")
    for name in ("first", "second"):
        assert steps.ingest(site, tmp_path / name).new == 0
    assert (rows("select * from debt_states order by path"), rows("select count(*) from events")) == before


def test_a_debt_is_waived_with_a_reason_and_owed_again(site, owing, rows):
    assert rework.waive(site, owing, "2.tif", "The plate broke.", "Ada") == Changed(1)
    assert rework.waive(site, owing, "2.tif", "Another reason.", "Berta") == Changed(0)
    (debt,) = [debt for debt in rework.debts(site) if debt.state == "waived"]
    assert debt.sentence == f"2.tif of delivery {owing} (first) is owed no longer, says Ada: The plate broke."
    assert rework.take_back(site, owing, "2.tif", "Berta") == Changed(1)
    assert states(site)["2.tif"] == "owed"
    told = rows("select agent, outcome from events where agent in ('Ada', 'Berta') order by event_id")
    assert told == [{"agent": "Ada", "outcome": "waived"}, {"agent": "Berta", "outcome": "owed"}]


def test_a_waived_file_that_comes_after_all_is_a_file_like_others(site, owing, tmp_path):
    rework.waive(site, owing, "plates/1.tif", "Lost.", "Ada")
    assert deliver(site, tmp_path / "second", {"file": "1.tif", "identifier": "A 1"}).accepted == 1
    assert states(site)["plates/1.tif"] == "waived"


def test_a_link_that_was_wrong_is_taken_apart(site, owing, tmp_path):
    deliver(site, tmp_path / "second", {"file": "2.tif"})
    assert states(site)["2.tif"] == "replaced"
    assert rework.take_back(site, owing, "2.tif", "Ada") == Changed(1)
    assert states(site)["2.tif"] == "owed"
    deliver(site, tmp_path / "third", {"file": "two.tif", "replaces": "2.tif"})
    assert states(site)["2.tif"] == "replaced"


def uploaded_by(site, person, folder):
    """Say that a delivery's folder was handed in by a person."""
    with db.connect(site) as connection:
        found = db.queries("accounts").find_account(connection, name=person)
    new = {"name": person, "display_name": person, "roles": "{digitizer}"}
    account = found["account_id"] if found else insert(site, "accounts", "account_id", **new)
    insert(
        site, "uploads", "upload_id", name=folder.name, uploader=person, account_id=account, source=str(folder),
        state="finished", closed_at="2026-11-28",
    )  # fmt: skip


def test_what_different_people_uploaded_does_not_answer_for_each_other(site, owing, tmp_path):
    for person, name in (("Anna", "first"), ("Bert", "second"), ("Anna", "third")):
        uploaded_by(site, person, tmp_path / name)
    deliver(site, tmp_path / "second", {"file": "2.tif"}, {"file": "1.tif", "replaces": "plates/1.tif"})
    assert set(states(site).values()) == {"owed"}
    deliver(site, tmp_path / "third", {"file": "2.tif"})
    assert states(site)["2.tif"] == "replaced"
    deliver(site, tmp_path / "by-courier", {"file": "plates/1.tif"})
    assert states(site)["plates/1.tif"] == "replaced"


def test_what_cannot_be_waived_is_said_in_a_sentence(site, owing, tmp_path):
    with pytest.raises(DeliveryError, match="carries a reason"):
        rework.waive(site, owing, "2.tif", " ", "Ada")
    with pytest.raises(DeliveryError, match=r"owes no 9\.tif"):
        rework.waive(site, owing, "9.tif", "Why not.", "Ada")
    deliver(site, tmp_path / "second", {"file": "2.tif"})
    with pytest.raises(DeliveryError, match="is replaced, and not owed"):
        rework.waive(site, owing, "2.tif", "Why not.", "Ada")


def test_the_report_of_ingest_says_in_every_form_what_is_owed_and_what_was_replaced(site, owing, tmp_path):
    save(tmp_path / "second" / "x.tif")
    (tmp_path / "second" / "=1.tif").write_text("no picture")
    folder = manifest(tmp_path / "second", {"file": "x.tif", "identifier": "A 1"}, {"file": "=1.tif"})
    report, _ = steps.take_in(site, folder)
    text, page = printing.render(report, "text"), printing.render(report, "html")
    for part in ("=1.tif of delivery 2 (second) is still owed", "plates/1.tif of delivery 1 (first) was replaced by"):
        assert part in text
        assert part in page
    found = json.loads(printing.render(report, "json"))["debts"]
    assert [(one["path"], one["state"]) for one in found] == [("plates/1.tif", "replaced"), ("=1.tif", "owed")]
    lines = list(csv.DictReader(io.StringIO(printing.render(report, "csv"))))
    assert [(line["file"], line["severity"]) for line in lines[-2:]] == [
        ("plates/1.tif", "replaced"), ("'=1.tif", "owed"),
    ]  # fmt: skip


def test_the_command_lists_what_all_deliveries_owe(environment, owing, tmp_path, capsys):
    deliver(environment, tmp_path / "second", {"file": "x.tif", "identifier": "A 1"})
    capsys.readouterr()
    assert main(["owed"]) == DONE
    assert capsys.readouterr().out == f"2.tif of delivery {owing} (first) is still owed: refused: not a picture.\n"
    assert main(["owed", "--json", "--everything", "--delivery", str(owing)]) == DONE
    found = json.loads(capsys.readouterr().out)["debts"]
    assert {(one["path"], one["state"]) for one in found} == {("2.tif", "owed"), ("plates/1.tif", "replaced")}
    main(["owed", "--format", "csv"])
    (line,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (line["delivery"], line["path"], line["codes"]) == ("first", "2.tif", "not-a-picture")


def test_ingest_writes_its_report_where_it_is_told(environment, tmp_path, capsys):
    save(tmp_path / "first" / "sound.tif")
    (tmp_path / "first" / "2.tif").write_text("no picture")
    report = tmp_path / "report.html"
    assert main(["ingest", str(tmp_path / "first"), "--out", str(report)]) == REFUSED
    assert "2.tif of delivery 1 (first) is still owed: refused: not a picture." in report.read_text()
