"""Votes that go out: the same in CSV and Parquet, under pseudonyms of one export, in a bag that validates."""

import csv
import io
import json
import tracemalloc
import uuid

import bagit
import pytest
from catalog_rows import add_museum
from hypothesis import given
from hypothesis import strategies as some
from pyarrow import parquet

from benchmarks.exchange import fill
from heritage_color import db
from heritage_color.cli.commands import DONE, REFUSED
from heritage_color.cli.main import main
from heritage_color.errors import DeliveryError, RatingError
from heritage_color.preservation import targets
from heritage_color.rating import steps
from heritage_color.rating.exchange import codebook, exporting

WORDS = ["NA", "N/A", "#N/A", "NULL", "null", "nan", "NaN", "-nan", "None", "", " ", "true", "007", "1e5", '"', "a,b"]
OTHERS = {"integer": 7, "number": 0.5, "boolean": "true", "date": "1912-05-03"}
TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)


@pytest.fixture
def campaign(site, rows):
    """Three pictures with votes of four raters, one of them simulated, one vote screened and one taken back."""
    add_museum(site, 3)
    steps.queue(site, "spring", 9)
    items = [row["item_id"] for row in rows("select item_id from campaign_items order by colorization_id")]
    for number, scores in enumerate([(5, 4, 1), (4, 4, 2), (5, 2, 1), (3, 3, 3)]):
        who = uuid.UUID(int=number)
        for item, score in zip(items, scores, strict=True):
            steps.vote(site, item, who, score, uuid.uuid4(), simulated=number == 3)
    rows("update ratings set screened_by = 'too-fast' where rater_id = %s and score = 1", [str(uuid.UUID(int=0))])
    rows("update ratings set undone_at = now() where rater_id = %s and score = 2", [str(uuid.UUID(int=1))])
    rows("update scans set title = %s, collection = 'A, \"quoted\" box' where scan_id = 1", ["=1+1\nGlass plate"])
    return site


def table(bag, name) -> list[dict]:
    with (bag / "data" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_bag_validates_and_holds_every_standing_vote(campaign, tmp_path):
    counts = exporting.export(campaign, "spring", tmp_path / "out")
    bagit.Bag(str(tmp_path / "out")).validate()
    votes = table(tmp_path / "out", "votes")
    assert (counts.votes, counts.raters, counts.items, len(votes)) == (11, 4, 3, 11)
    assert [row["screened_by"] for row in votes if row["counted"] == "false"] == ["too-fast"]
    assert sum(row["simulated"] == "true" for row in votes) == 3


def test_parquet_holds_what_the_csv_holds(campaign, tmp_path):
    exporting.export(campaign, "spring", tmp_path / "out")
    for name in codebook.TABLES:
        rows = parquet.read_table(tmp_path / "out" / "data" / f"{name}.parquet").to_pylist()
        as_text = [{key: _text(value) for key, value in row.items()} for row in rows]
        assert as_text == [{key: _text(value) for key, value in row.items()} for row in table(tmp_path / "out", name)]


def twice(place, name, cells) -> tuple[list, list]:
    """A table with each of some texts in all its text columns and nothing elsewhere missing: its CSV, its Parquet."""
    bag = targets.Folder(place)
    kinds = [column.kind for column in codebook.TABLES[name]]
    rows = [tuple(cell if kind == "text" else OTHERS[kind] for kind in kinds) for cell in cells]
    exporting.write_table(bag, name, iter([rows]))
    exporting.write_parquet(bag, name)
    data = bag.partial / "data"
    as_csv = list(csv.reader(io.StringIO((data / f"{name}.csv").read_bytes().decode(), newline="")))[1:]
    return as_csv, [list(row.values()) for row in parquet.read_table(data / f"{name}.parquet").to_pylist()]


@pytest.mark.parametrize("name", codebook.TABLES)
def test_words_that_programs_take_for_nothing_are_the_same_texts_in_csv_and_parquet(tmp_path, name):
    as_csv, as_parquet = twice(tmp_path / "bag", name, WORDS)
    text = [column.kind == "text" for column in codebook.TABLES[name]]
    for word, *both in zip(WORDS, as_csv, as_parquet, strict=True):
        csv_cells, parquet_cells = ([cell for cell, here in zip(row, text, strict=True) if here] for row in both)
        assert csv_cells == [word] * sum(text)
        assert parquet_cells == [word or None] * sum(text)  # an empty cell is a missing one, as the codebook says


@given(cells=some.lists(TEXT, min_size=1, max_size=9))
def test_any_text_is_the_same_in_csv_and_parquet(tmp_path_factory, cells):
    as_csv, as_parquet = twice(tmp_path_factory.mktemp("export") / "bag", "items", cells)
    assert [row[2] for row in as_csv] == cells
    assert [row[2] for row in as_parquet] == [cell or None for cell in cells]


def test_a_title_that_says_null_is_a_title(campaign, rows, tmp_path):
    rows("update scans set title = 'NULL', collection = 'NA' where scan_id = 2")
    exporting.export(campaign, "spring", tmp_path / "out")
    for told in (
        table(tmp_path / "out", "items"),
        parquet.read_table(tmp_path / "out/data/items.parquet").to_pylist(),
    ):
        assert ("NULL", "NA") in [(row["title"], row["collection"]) for row in told]


def _text(value):
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text.removesuffix(".0")


def test_results_are_the_scores_that_the_catalog_computes(campaign, rows, tmp_path):
    steps.score(campaign)
    exporting.export(campaign, "spring", tmp_path / "out")
    told = sorted(
        (row["simulated"] == "true", int(row["votes"]), float(row["mos"]), float(row["low"]), float(row["high"]))
        for row in table(tmp_path / "out", "results")
    )
    computed = sorted(
        tuple(row.values()) for row in rows("select simulated, votes, mos, low, high from opinion_scores")
    )
    assert [row[:2] for row in told] == [row[:2] for row in computed]
    assert [row[2:] for row in told] == [pytest.approx(row[2:], abs=1e-6) for row in computed]


def test_every_column_has_its_line_in_the_codebook_and_every_query_its_columns(campaign, tmp_path):
    exporting.export(campaign, "spring", tmp_path / "out")
    page = (tmp_path / "out" / "data" / "codebook.md").read_text()
    for name, columns in codebook.TABLES.items():
        header = (tmp_path / "out" / "data" / f"{name}.csv").open().readline().strip().split(",")
        assert header == [column.name for column in columns]
        assert all(f"| `{column}` |" in page for column in header)
    with db.connect(campaign) as connection, connection.cursor() as cursor:
        for name in ("votes", "raters", "items"):
            cursor.execute(
                getattr(db.queries("rating/exchange"), f"export_{name}").sql, {"campaign_id": 1, "salt": "00"}
            )
            assert [column.name for column in cursor.description] == [one.name for one in codebook.TABLES[name]]


def test_the_codebook_tells_method_question_consent_and_what_screening_set_aside(campaign, tmp_path):
    exporting.export(campaign, "spring", tmp_path / "out")
    page = (tmp_path / "out" / "data" / "codebook.md").read_text()
    assert "- **Question**: How natural do the colours of this picture look?" in page
    assert "- **Consent version**: 1" in page
    assert "| too-fast | no | 1 |" in page
    assert "| taken back by the rater | no | 1 |" in page
    facts = json.loads((tmp_path / "out" / "data" / "codebook.json").read_text())
    assert (facts["campaign"]["method"], facts["tables"]["votes"]["rows"]) == ("acr", 11)


def test_two_exports_share_no_pseudonym_unless_they_share_a_salt(campaign, tmp_path):
    def raters(name, **more):
        exporting.export(campaign, "spring", tmp_path / name, **more)
        return {row["rater"] for row in table(tmp_path / name, "raters")}

    assert raters("one").isdisjoint(raters("two"))
    assert raters("three", salt="of the year 2026") == raters("four", salt="of the year 2026")


def test_no_id_of_a_rater_and_no_time_of_day_leaves_the_house(campaign, rows, tmp_path):
    exporting.export(campaign, "spring", tmp_path / "out")
    content = b"".join(
        path.read_bytes() for path in (tmp_path / "out" / "data").iterdir() if path.suffix != ".parquet"
    )
    secret = [str(row["rater_id"]) for row in rows("select rater_id from raters")]
    secret += [f"{row['voted_at']:%H:%M:%S}" for row in rows("select voted_at from ratings")]
    assert [word for word in secret if word.encode() in content] == []


def test_a_place_that_is_taken_and_a_campaign_that_is_not_there_are_refused(campaign, tmp_path):
    with pytest.raises(DeliveryError, match="is there already"):
        exporting.export(campaign, "spring", tmp_path)
    with pytest.raises(RatingError, match="no campaign 'summer'"):
        exporting.export(campaign, "summer", tmp_path / "out")


def test_memory_does_not_grow_with_the_votes(site):
    fill(site, "small", 12_000, 200)
    fill(site, "large", 60_000, 200)
    assert 3 * peak_of(site, "small") > 2 * peak_of(site, "large")


def test_a_download_that_is_slow_holds_no_snapshot_of_the_catalog(campaign, rows):
    blocks = exporting.stream(campaign, "spring")
    assert next(blocks)
    held = "select state from pg_stat_activity where datname = current_database() and backend_xmin is not null"
    assert rows(f"{held} and pid <> pg_backend_pid()") == []
    blocks.close()


def peak_of(site, name) -> int:
    """Most bytes that Python held while a campaign streamed by."""
    tracemalloc.start()
    try:
        assert sum(len(block) for block in exporting.stream(site, name)) > 12_000
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_commands_send_out_take_in_and_erase(campaign, environment, tmp_path, capsys):
    assert main(["votes", "export", "spring", str(tmp_path / "out")]) == DONE
    assert "votes 11, raters 4" in capsys.readouterr().out
    sent = str(tmp_path / "out" / "data" / "votes.csv")
    assert main(["votes", "import", sent, "--name", "of ours"]) == DONE
    (tmp_path / "bad.csv").write_text("stimulus,rater,score\na,1,7\n,2,3\n")
    assert main(["votes", "import", str(tmp_path / "bad.csv"), "--name", "bad"]) == REFUSED
    said = capsys.readouterr().err
    assert "bad.csv, row 2, column score: A score must lie from 1 to 5" in said
    assert "bad.csv, row 3, column stimulus" in said
    assert main(["votes", "erase", str(uuid.UUID(int=0))]) == DONE
    assert "votes 3, pictures 3" in capsys.readouterr().out
