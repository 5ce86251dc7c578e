"""Vote tables of other laboratories: read kindly, refused with every fault, and never counted as ours."""

import csv
import io
import json
import uuid

import pytest
from catalog_rows import add_museum
from hypothesis import given
from hypothesis import strategies as some

from heritage_color.cli.commands import DONE
from heritage_color.cli.main import main
from heritage_color.errors import RatingError
from heritage_color.rating import steps
from heritage_color.rating.campaigns import lifecycle
from heritage_color.rating.exchange import exporting, importing, tables_of_others
from heritage_color.rating.exchange.cells import MISSING
from heritage_color.rating.exchange.foreign_table import Aside
from heritage_color.rating.exchange.long_tables import Chosen

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
    table = tables_of_others.read_table(written(content), rows=rows)
    assert (sorted(table.votes), table.missing, table.findings) == (VOTES, 1, [])


def test_all_faults_are_found_in_one_pass_with_row_and_column(written):
    content = "stimulus,ann,bob,ann,\na,5,six,1,\n,4,4,4,\nb,9,3.5,,\nc,1,2,3,4,5\na,4,,,\n"
    found = tables_of_others.read_table(written(content)).findings
    assert [(one.row, one.column, one.code) for one in found] == [
        (1, "ann", "column-repeated"),
        (2, "bob", "score-invalid"),
        (3, "stimulus", "name-invalid"),
        (4, "ann", "score-off-scale"),
        (4, "bob", "score-invalid"),
        (5, "", "row-too-wide"),
        (6, "ann", "vote-repeated"),
    ]
    assert all(one.sentence.endswith(".") for one in found)


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
    assert [one.code for one in tables_of_others.read_table(written(content)).findings] == [code]


def test_a_declared_scale_is_put_on_ours_on_a_straight_line(written):
    table = tables_of_others.read_table(written("stimulus,rater,score\na,1,0\na,2,50,\na,3,100\n"), (0, 100))
    assert [vote[3] for vote in table.votes] == [1, 3, 5]
    turned = tables_of_others.read_table(written("stimulus,rater,score\na,1,1\na,2,7\n"), (7, 1))
    assert [vote[3] for vote in turned.votes] == [5, 1]


def test_an_imported_campaign_has_statistics_and_leaves_ours_alone(site, rows, written):
    result = importing.take_in(site, written("item,rater,score,repetition\na,1,5,1\na,1,3,2\na,2,4,1\n"), "lab")
    assert (result.new, result.votes, result.findings) == (3, 3, [])
    (score,) = rows("select stimulus, votes, mos, low < mos and mos < high as holds from imported_scores")
    assert tuple(score.values()) == ("a", 2, 4.0, True)  # the mean of 5 and 3 is one vote
    steps.score(site)
    assert rows("select * from opinion_scores union all select * from opinion_scores") == []
    assert rows("select * from ratings") == []
    assert lifecycle.open_campaigns(site) == []


def test_the_same_file_again_adds_nothing_and_another_under_its_name_is_refused(site, rows, written):
    importing.take_in(site, written(LONG), "lab")
    assert importing.take_in(site, written(LONG), "lab").new == 0
    with pytest.raises(RatingError, match="'lab' already"):
        importing.take_in(site, written(LONG.replace("5", "4")), "lab")
    assert len(rows("select * from imported_votes")) == 3
    with pytest.raises(RatingError, match=r"pass on the file lab\.csv"):
        exporting.check(site, "lab")


def test_a_table_with_one_fault_is_not_taken_in_by_half(site, rows, written):
    result = importing.take_in(site, written(LONG + "c,1,8\n"), "lab")
    assert ([one.row for one in result.findings], result.new) == ([6], 0)
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
    assert (result.votes, result.left_out) == (8, 4)
    with (tmp_path / "out" / "data" / "results.csv").open() as file:
        sent = {row["item"]: row for row in csv.DictReader(file) if row["simulated"] == "false"}
    for row in rows("select * from imported_scores"):
        told = sent.pop(row["stimulus"])
        assert int(told["votes"]) == row["votes"]
        for name in ("mos", "low", "high", "sos"):
            assert float(told[name] or "nan") == pytest.approx(row[name] or float("nan"), abs=1e-6, nan_ok=True)
    assert sent == {}


# Six stimuli by eight raters on a slider, as the ITU's reference programs write a matrix
MATRIX = [[(17 * (row + 1) * (column + 3)) % 1000 / 10 for column in range(8)] for row in range(6)]


def matrix(separator=",", point=".", first=()):
    lines = [separator.join(f"{value:.1f}".replace(".", point) for value in row) for row in MATRIX]
    lines[3] = separator.join([*lines[3].split(separator)[:3], "nan", *lines[3].split(separator)[4:]])
    return "\n".join([*first, *lines]) + "\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(matrix(), id="commas"),
        pytest.param(matrix(";", ","), id="semicolons and decimal commas"),
        pytest.param(matrix("\t"), id="tabs"),
        pytest.param(matrix("   "), id="spaces"),
        pytest.param(matrix(first=["sep=,"]), id="Excel's own first line"),
        pytest.param("\ufeff" + matrix().replace("\n", "\r\n"), id="mark and line ends of Windows"),
        pytest.param(matrix().encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param(matrix().replace("\n", ",\n"), id="an empty column at the end"),
    ],
)
def test_a_matrix_without_header_keeps_its_first_row_of_votes(written, content):
    table = tables_of_others.read_table(written(content), (0, 100), "stimuli")
    assert (table.findings, table.rows, table.missing, len(table.votes)) == ([], 6, 1, 47)
    assert len({vote[0] for vote in table.votes}) == 6
    assert len({vote[1] for vote in table.votes}) == 8
    worst_row = min(table.votes, key=lambda vote: vote[3])
    assert worst_row[3] == pytest.approx(1 + 4 * min(min(row) for row in MATRIX) / 100)
    assert table.layout == "a row per stimulus, a column per rater, no header"


@pytest.mark.parametrize(
    ("content", "heading"),
    [
        pytest.param("p1,5,4,5\np2,3,3,1\n", "named", id="names of rows, and a score that stands twice"),
        pytest.param("p1,74.7,84.3\np2,3,3\n", "named", id="names of rows, and broken scores"),
        pytest.param("clip,1,2,3\np1,5,4,5\n", "header", id="raters that are counted"),
        pytest.param("p1,1,2,3\np2,5,4,5\n", "header-unclear", id="scores that count up by chance"),
        pytest.param("p1,1,2,3,4,5,6\np2,5,4,5,1,1,1\n", "header", id="more raters than scores"),
        pytest.param(",0,1,2\np1,5,4,5\n", "header", id="an empty corner, as pandas leaves it"),
        pytest.param("clip,12,15,18\np1,5,4,5\n", "header-unclear", id="numbers that are names or scores"),
        pytest.param("1,2,3\n5,4,5\n", "header-unclear", id="a first row that counts"),
        pytest.param("1,5,4\n2,3,3\n3,4,4\n", "header-unclear", id="a first column that counts"),
        pytest.param("5,x,4\n3,3,3\n", "header-unclear", id="one cell that is no number"),
        pytest.param("p1,nan,nan\np2,3,3\n", "header-unclear", id="only missing scores"),
        pytest.param("0,12,15\n1,5,4\n2,3,3\n", "header-unclear", id="numbered rows and columns"),
    ],
)
def test_a_first_row_of_numbers_is_scores_or_header_and_no_guess_loses_votes(written, content, heading):
    table = tables_of_others.read_table(written(content), (0, 100), "stimuli")
    if heading == "header-unclear":
        assert [(one.code, one.row) for one in table.findings] == [("header-unclear", 1)]
        assert "header" in table.findings[0].sentence
        return
    lines = content.count("\n") - (heading == "header")
    assert (table.findings, table.rows, len(table.votes)) == ([], lines, lines * content.split("\n")[0].count(","))


AVRATE = """user_ID,stimuli_ID,stimuli_file,rating_type,rating,timestamp
1,-1,,user_registered,-1,2026-05-03 10:00
1,0,./photos/a.jpg,acr,4,2026-05-03 10:01
1,0,./photos/a.jpg,ww,1280,2026-05-03 10:01
1,0,./photos/a.jpg,start_timestamp,"Sun, 03 May 2026 10:00:50 GMT",2026-05-03 10:01
1,0,./photos/a.jpg,pi,1,2026-05-03 10:01
1,1,./photos/b.jpg,acr,-1,2026-05-03 10:02
2,1,./photos/b.jpg,acr,2,2026-05-03 10:09
2,-1,,user_done,-1,2026-05-03 10:10
"""


def test_avrates_ratings_are_read_and_what_it_notes_beside_them_is_named(written):
    table = tables_of_others.read_table(written(AVRATE))
    assert table.findings == []
    assert table.votes == [("./photos/a.jpg", "1", 1, 4.0), ("./photos/b.jpg", "2", 1, 2.0)]
    assert (table.rows, table.left_out, table.missing) == (8, 5, 1)
    told = {one.reason: one.rows for one in table.told()}
    assert told["has no score"] == "7"  # acr_with_skip writes -1 for Skip
    assert told["is what AVrate notes beside the ratings (user_registered)"] == "2"
    assert sum(one.count for one in table.told()) + len(table.votes) == table.rows


def test_of_several_kinds_of_avrates_ratings_one_is_chosen(written):
    rows = "1,0,a.jpg,range_sharpness,70,t\n1,0,a.jpg,range_colour,40,t\n2,0,a.jpg,range_colour,60,t\n"
    path = written(AVRATE.split("\n")[0] + "\n" + rows)
    found = tables_of_others.read_table(path, (0, 100)).findings
    assert [one.code for one in found] == ["ratings-unclear"]
    assert "range_colour, range_sharpness" in found[0].sentence
    table = tables_of_others.read_table(path, (0, 100), chosen=Chosen(score="range_colour"))
    assert [vote[1:] for vote in table.votes] == [("1", 1, 2.6), ("2", 1, 3.4)]
    assert table.told() == [Aside("is a rating of another kind (range_sharpness)", 1, "2")]


WEBMUSHRA = """session_test_id,email,age,session_uuid,trial_id,rating_stimulus,rating_score,rating_time,rating_comment
prints,ann@example.org,30,u-1,box1,reference,100,9000,
prints,ann@example.org,30,u-1,box1,C1,50,8000,"too green,
in the shadows"
prints,,,u-2,box1,C1,0,7000,"a ""quote"" here"
prints,,,u-2,box2,C1,75,7000,
"""


def test_webmushras_results_are_read_with_its_own_scale_and_remarks_of_several_lines(written):
    table = tables_of_others.read_table(written(WEBMUSHRA))
    assert (table.findings, table.scale, table.rows) == ([], (0, 100), 4)
    assert table.votes == [
        ("box1/reference", "u-1", 1, 5.0),
        ("box1/C1", "u-1", 1, 3.0),
        ("box1/C1", "u-2", 1, 1.0),
        ("box2/C1", "u-2", 1, 4.0),
    ]


def test_rows_that_webmushra_wrote_below_the_header_of_other_questions_are_named(written):
    narrow, wide = "prints,u-3,box1,C1,100,7000,\n", "prints,x,y,z,u-4,box1,C1,100,7000,\n"
    found = tables_of_others.read_table(written(WEBMUSHRA + narrow + wide)).findings
    assert [(one.row, one.code) for one in found] == [(7, "row-too-narrow"), (8, "row-too-wide")]


def test_webmushras_likert_scales_want_to_know_who_the_rater_is(written):
    content = "session_test_id,email,trial_id,stimuli_rating,stimuli,rating_time\nprints,ann,box1, 4 ,C1,900\n"
    assert [one.code for one in tables_of_others.read_table(written(content)).findings] == ["column-missing"]
    table = tables_of_others.read_table(written(content), chosen=Chosen(rater="email"))
    assert (table.votes, table.findings) == ([("box1/C1", "ann", 1, 4.0)], [])


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("session_test_id,email,trial_id,choice_reference,choice_non_reference,choice_answer", "--method pairs"),
        ("session_test_id,trial_id,rating_reference_score,rating_non_reference_score", "--score"),
    ],
)
def test_results_of_webmushra_that_are_no_single_scores_are_refused_by_kind(written, header, word):
    (found,) = tables_of_others.read_table(written(f"{header}\na,b,c,d,e,f\n")).findings
    assert (found.code, word in found.sentence) == ("layout-unknown", True)


def test_columns_are_chosen_by_name(written):
    content = "photo;who;naturalness;sharpness\na;1;5;1\na;2;4;2\nb;1;2;3\nb;2;;4\n"
    chosen = Chosen("Photo", "who", "naturalness")
    assert tables_of_others.read_table(written(content), chosen=chosen).votes == VOTES
    for wrong in (chosen._replace(score="colour"), chosen._replace(rater="")):
        assert [one.code for one in tables_of_others.read_table(written(content), chosen=wrong).findings] == [
            "column-missing"
        ]


def test_two_columns_that_could_be_the_score_are_not_guessed_at(written):
    content = "stimulus,rater,score,vote\na,1,5,1\n"
    (found,) = tables_of_others.read_table(written(content)).findings
    assert (found.code, "score and vote" in found.sentence) == ("column-unclear", True)
    assert tables_of_others.read_table(written(content), chosen=Chosen(score="vote")).votes == [("a", "1", 1, 1.0)]
    (found,) = tables_of_others.read_table(written("stimulus,rater,score,score\na,1,5,1\n")).findings
    assert found.code == "column-unclear"


def test_a_name_with_a_sign_that_nobody_sees_is_no_second_rater_in_silence(written):
    (found,) = tables_of_others.read_table(written("stimulus,rater,\u200bscore\na,ann,5\na,ann\u200b,4\n")).findings
    assert (found.row, found.code, "u200b" in found.sentence) == (3, "name-invalid", True)


@pytest.mark.parametrize("cell", MISSING)
def test_every_spelling_of_nothing_is_a_missing_score(written, cell):
    table = tables_of_others.read_table(written(f"stimulus,rater,score\na,1,5\na,2,{cell.upper()}\n"))
    assert (len(table.votes), table.missing, table.findings) == (1, 1, [])


def test_rows_and_columns_without_any_score_are_named(written):
    table = tables_of_others.read_table(written("stimulus,ann,bob\na,5,\nb,,NA\n"))
    told = [(one.rows, one.reason) for one in table.told()]
    assert told == [("3", "has no score"), ("1", "names 'bob', whose column has no score")]


def test_a_score_below_a_column_without_a_name_is_not_dropped(written):
    found = tables_of_others.read_table(written("stimulus,ann,\na,5,4\n")).findings
    assert [(one.row, one.code) for one in found] == [(2, "row-too-wide")]


def test_a_scale_without_an_end_is_refused(site, written):
    with pytest.raises(RatingError, match="finite"):
        importing.take_in(site, written(LONG), "lab", (0, float("inf")))


def test_the_command_names_the_rows_that_are_no_votes(environment, written, capsys):
    command = ["votes", "import", str(written(AVRATE)), "--name", "lab", "--json"]
    assert main(command) == DONE
    out, err = capsys.readouterr()
    assert {name: json.loads(out)[name] for name in ("rows", "votes", "left_out", "missing")} == {
        "rows": 8, "votes": 2, "left_out": 5, "missing": 1,
    }  # fmt: skip
    assert "lab.csv, row 7: has no score; no vote." in err


CELL = some.one_of(
    some.sampled_from([*MISSING, "5", "1", "3,0", "4.0", "6", "0", "five", "-1", "1e999", "=1+1", "٣", "\u200b", '"']),
    some.text(some.characters(exclude_categories=["Cs"]), max_size=6),
)


def as_csv(rows, separator) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode()


@given(
    rows=some.lists(some.tuples(CELL, CELL, CELL, CELL), max_size=8),
    separator=some.sampled_from(",;\t"),
    extra=some.sampled_from(["counted", "simulated", "repetition", "remark"]),
)
def test_every_row_of_a_long_table_is_a_vote_or_named(tmp_path_factory, rows, separator, extra):
    path = tmp_path_factory.mktemp("lab") / "lab.csv"
    path.write_bytes(as_csv([("stimulus", "rater", "score", extra), *rows], separator))
    table = tables_of_others.read_table(path)
    refused = {one.row for one in table.findings if one.code != "no-votes"}
    assert len(table.votes) + table.missing + table.left_out + len(refused) == table.rows
    assert sum(map(len, table.aside.values())) == table.missing + table.left_out


@given(
    scores=some.lists(some.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    names=some.lists(some.text("abcdefgh", min_size=1, max_size=3), min_size=3, max_size=3, unique=True),
)
def test_every_cell_of_a_wide_table_is_a_vote_missing_or_named(tmp_path_factory, scores, names):
    path = tmp_path_factory.mktemp("lab") / "lab.csv"
    rows = [("stimulus", *names), *([f"p{place}", *cells] for place, cells in enumerate(scores))]
    path.write_bytes(as_csv(rows, ","))
    table = tables_of_others.read_table(path)
    refused = [one for one in table.findings if one.column in names]
    assert len(table.votes) + table.missing + len(refused) == 3 * table.rows == 3 * len(scores)


@given(some.binary(max_size=300))
def test_no_bytes_stop_the_reader(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("lab") / "lab.csv"
    path.write_bytes(content)
    for rows in ("", *tables_of_others.LAYOUTS):
        table = tables_of_others.read_table(path, (0, 100), rows)
        assert table.votes or table.findings or table.missing


def test_of_many_rows_the_command_names_the_first_and_json_all(environment, rows, written, capsys):
    lines = [f"p{place},1,{'5' if place % 2 else ''}" for place in range(100)]
    command = ["votes", "import", str(written("\n".join(["stimulus,rater,score", *lines]))), "--name", "lab"]
    assert main([*command, "--json"]) == DONE
    out, err = capsys.readouterr()
    assert json.loads(out)["aside"][0]["rows"].split(", ") == [str(row) for row in range(2, 101, 2)]
    assert err.endswith("38, 40 and 30 more places, which --json names: has no score; no vote.\n")
    (kept,) = rows("select imported_from->'aside' as aside from campaigns")
    assert kept["aside"] == [{"reason": "has no score", "count": 50}]


@pytest.mark.parametrize("flag", ["FALSCH", "faux", "Nein", "no", "0"])
def test_a_spreadsheets_own_word_for_false_leaves_a_row_out(written, flag):
    table = tables_of_others.read_table(written(f"stimulus,rater,score,counted\na,1,5,WAHR\na,2,4,{flag}\n"))
    assert (table.findings, table.votes, table.left_out) == ([], [("a", "1", 1, 5.0)], 1)


@pytest.mark.parametrize("column", ["counted", "simulated"])
def test_a_row_that_says_neither_yes_nor_no_is_a_fault(written, column):
    table = tables_of_others.read_table(written(f"stimulus,rater,score,{column}\na,1,5,maybe\na,2,4,\n"))
    assert [(one.row, one.column, one.code) for one in table.findings] == [(2, column, "flag-unclear")]


@pytest.mark.parametrize(
    "name", ["Mean", "MOS", "average score", "Std.Dev.", "Summe", "Mittelwert", "Standard deviation"]
)
def test_a_row_or_column_of_figures_is_no_stimulus_and_no_rater(written, name):
    below = tables_of_others.read_table(written(f"stimulus,anna,ben\na,5,4\n{name},5,4\n"))
    beside = tables_of_others.read_table(written(f"stimulus,anna,{name}\na,5,4\nb,3,3\n"))
    assert [(one.code, one.row) for one in below.findings] == [("no-votes", 3)]
    assert [(one.code, one.column) for one in beside.findings] == [("no-votes", name)]


def test_people_are_called_max_and_min(written):
    table = tables_of_others.read_table(written("stimulus,Max,Min,N\na,5,4,3\n"))
    assert (table.findings, len(table.votes)) == ([], 3)


@pytest.mark.parametrize("begin", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_spreadsheets_own_file_is_refused_as_one(written, begin):
    table = tables_of_others.read_table(written(begin + bytes(range(256)), "votes.xlsx"))
    assert [(one.code, "CSV" in one.sentence) for one in table.findings] == [("layout-unknown", True)]
