"""Vote tables of other laboratories: read kindly, refused with every fault, and never counted as ours."""

import csv
import uuid

import pytest
from catalog_rows import add_museum

from heritage_color.errors import RatingError
from heritage_color.rating import campaigns, exporting, importing, steps, tables_of_others

LONG = "stimulus,rater,score\na,1,5\na,2,4\nb,1,2\nb,2,NA\n"
VOTES = [("a", "1", 1, 5.0), ("a", "2", 1, 4.0), ("b", "1", 1, 2.0)]


@pytest.fixture
def written(tmp_path):
    """A function that writes a table and returns its file."""

    def write(content, name="lab.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(LONG, "", id="long"),
        pytest.param(
            "\ufeff" + LONG.replace(",", ";").replace("\n", "\r\n"), "", id="long, as a spreadsheet saves it"
        ),
        pytest.param("Stimulus\t1\t2\na\t5\t4\nb\t2\t\n", "", id="a row per stimulus"),
        pytest.param("subject,a,b\n1,5,2\n2,4,n/a\n", "", id="a row per rater"),
        pytest.param("clip,1,2,\n\na,5,4,\nb,2\n", "stimuli", id="a row per stimulus, as said"),
        pytest.param(("rater;a;b\r1;5;2\r2;4;-\r").encode("utf-16"), "", id="UTF-16, old line ends"),
    ],
)
def test_tables_of_every_shape_are_the_same_votes(written, content, rows):
    table = tables_of_others.read(written(content), rows=rows)
    assert (sorted(table.votes), table.missing, table.findings) == (VOTES, 1, [])


def test_all_faults_are_found_in_one_pass_with_row_and_column(written):
    content = "stimulus,ann,bob,ann,\na,5,six,1,\n,4,4,4,\nb,9,3.5,,\nc,1,2,3,4,5\na,4,,,\n"
    found = tables_of_others.read(written(content)).findings
    assert [(one["row"], one["column"], one["code"]) for one in found] == [
        (1, "ann", "column-repeated"),
        (2, "bob", "score-invalid"),
        (3, "stimulus", "name-invalid"),
        (4, "ann", "score-off-scale"),
        (4, "bob", "score-invalid"),
        (5, "", "row-too-wide"),
        (6, "ann", "vote-repeated"),
    ]
    assert all(one["sentence"].endswith(".") for one in found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("", "layout-unknown", id="empty"),
        pytest.param("x,y\n1,2\n", "layout-unknown", id="nothing says what is what"),
        pytest.param("stimulus,rater,score\n", "no-votes", id="only a header"),
        pytest.param(f"stimulus,1\na,{'9' * 200_000}\n", "row-too-long", id="an endless row"),
        pytest.param("stimulus,rater,score\na,1,1e999\n", "score-invalid", id="infinite"),
        pytest.param("stimulus,rater,score\na,1,=2+3\n", "score-invalid", id="a formula"),
        pytest.param("stimulus,rater,score,repetition\na,1,2,first\n", "repetition-invalid", id="no repetition"),
        pytest.param(b"\x00\xff\xfe\x80PK\x03\x04", "layout-unknown", id="not a table at all"),
    ],
)
def test_hostile_and_broken_tables_are_refused_with_a_reason(written, content, code):
    assert [one["code"] for one in tables_of_others.read(written(content)).findings] == [code]


def test_a_declared_scale_is_put_on_ours_on_a_straight_line(written):
    table = tables_of_others.read(written("stimulus,rater,score\na,1,0\na,2,50,\na,3,100\n"), (0, 100))
    assert [vote[3] for vote in table.votes] == [1, 3, 5]
    turned = tables_of_others.read(written("stimulus,rater,score\na,1,1\na,2,7\n"), (7, 1))
    assert [vote[3] for vote in turned.votes] == [5, 1]


def test_an_imported_campaign_has_statistics_and_leaves_ours_alone(site, rows, written):
    result = importing.take_in(site, written("item,rater,score,repetition\na,1,5,1\na,1,3,2\na,2,4,1\n"), "lab")
    assert (result["new"], result["votes"], result["findings"]) == (3, 3, [])
    (score,) = rows("select stimulus, votes, mos, low < mos and mos < high as holds from imported_scores")
    assert tuple(score.values()) == ("a", 2, 4.0, True)  # the mean of 5 and 3 is one vote
    steps.score(site)
    assert rows("select * from opinion_scores union all select * from opinion_scores") == []
    assert rows("select * from ratings") == []
    assert campaigns.open_campaigns(site) == []


def test_the_same_file_again_adds_nothing_and_another_under_its_name_is_refused(site, rows, written):
    importing.take_in(site, written(LONG), "lab")
    assert importing.take_in(site, written(LONG), "lab")["new"] == 0
    with pytest.raises(RatingError, match="'lab' already"):
        importing.take_in(site, written(LONG.replace("5", "4")), "lab")
    assert len(rows("select * from imported_votes")) == 3
    with pytest.raises(RatingError, match=r"pass on the file lab\.csv"):
        exporting.check(site, "lab")


def test_a_table_with_one_fault_is_not_taken_in_by_half(site, rows, written):
    result = importing.take_in(site, written(LONG + "c,1,8\n"), "lab")
    assert ([one["row"] for one in result["findings"]], result["new"]) == ([6], 0)
    assert rows("select * from campaigns") == []


def test_what_goes_out_comes_in_again_the_same(site, rows, tmp_path):
    add_museum(site, 3)
    steps.queue(site, "spring", 9)
    for number in range(4):
        who = uuid.UUID(int=number)
        for item in rows("select item_id, row_number() over (order by item_id) as place from campaign_items"):
            score = 1 + (number * 2 + item["place"]) % 5
            steps.vote(site, item["item_id"], who, score, uuid.uuid4(), simulated=number == 3)
    rows("update ratings set screened_by = 'too-fast' where rater_id = %s and score = 2", [str(uuid.UUID(int=0))])
    exporting.export(site, "spring", tmp_path / "out")
    result = importing.take_in(site, tmp_path / "out" / "data" / "votes.csv", "spring of ours")
    assert (result["votes"], result["left_out"]) == (8, 4)
    with (tmp_path / "out" / "data" / "results.csv").open() as file:
        sent = {row["item"]: row for row in csv.DictReader(file) if row["simulated"] == "false"}
    for row in rows("select * from imported_scores"):
        told = sent.pop(row["stimulus"])
        assert int(told["votes"]) == row["votes"]
        for name in ("mos", "low", "high", "sos"):
            assert float(told[name] or "nan") == pytest.approx(row[name] or float("nan"), abs=1e-6, nan_ok=True)
    assert sent == {}
