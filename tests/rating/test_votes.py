"""Vote tables as they come from spreadsheets and scripts."""

import pytest

from heritage_color.errors import RatingError
from heritage_color.rating.exchange.votes import read_votes


def table(tmp_path, content: bytes):
    path = tmp_path / "votes.csv"
    path.write_bytes(content)
    return read_votes(path)


GOOD = [("p1", "anna", 4), ("p2", "anna", 5)]


@pytest.mark.parametrize(
    "content",
    [
        b"picture,rater,score\np1,anna,4\np2,anna,5\n",
        b"\xef\xbb\xbfpicture;rater;score\r\np1;anna;4\r\np2;anna;5,0\r\n",
        b"Rater\tScore \tPICTURE\tnote\nanna\t4.0\tp1\tfine\nanna\t5\tp2\t\n\n",
        "picture,rater,score\rp1,anna,4\rp2,anna,5".encode("utf-16"),
        b'"picture","rater","score"\n"p1","anna","4"\n"p2","anna","5"\n',
    ],
)
def test_tables_of_all_kinds_are_read(tmp_path, content):
    assert table(tmp_path, content) == (GOOD, [])


def test_names_from_old_spreadsheets_are_read(tmp_path):
    assert table(tmp_path, "picture,rater,score\np1,Zoë,4\n".encode("cp1252"))[0] == [("p1", "Zoë", 4)]


def test_every_fault_is_found_with_its_row_and_the_good_rows_go_on(tmp_path):
    rows = ["picture,rater,score", "p1,anna,4", "p1,ben,6", ",carl,3", "p1,,3", "p1,anna,2", "p1,dora,4.5", "p1,eve"]
    votes, findings = table(tmp_path, "\n".join(rows).encode())
    assert votes == [("p1", "anna", 4)]
    assert [(finding.row, finding.code) for finding in findings] == [
        (3, "score-invalid"),
        (4, "id-missing"),
        (5, "id-missing"),
        (6, "vote-repeated"),
        (7, "score-invalid"),
        (8, "score-invalid"),
    ]


def test_a_repeated_vote_names_the_row_of_the_first(tmp_path):
    _, findings = table(tmp_path, b"picture,rater,score\np1,anna,4\np1,anna,4\n")
    assert "in row 2" in findings[0].sentence


def test_a_missing_column_is_named(tmp_path):
    votes, findings = table(tmp_path, b"picture,score\np1,4\n")
    assert votes == []
    assert "rater is missing, found picture, score" in findings[0].sentence


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "column-missing"), (b"\0\0\xff\xfe", "column-missing"), (b"picture,rater,score\n\n", "no-votes")],
)
def test_a_table_without_votes_says_so(tmp_path, content, code):
    assert [finding.code for finding in table(tmp_path, content)[1]] == [code]


def test_an_open_quote_does_not_swallow_the_rows_below(tmp_path):
    votes, findings = table(tmp_path, b'picture,rater,score\n"p0,anna,3\np1,anna,4\np2,anna,5\n')
    assert votes == GOOD
    assert findings[0].row == 2


def test_a_row_of_a_megabyte_is_refused_not_crashed_on(tmp_path):
    _, findings = table(tmp_path, b"picture,rater,score\n" + b"x" * 1_000_000 + b",anna,3\n")
    assert [finding.code for finding in findings] == ["id-missing"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RatingError, match=r"absent\.csv cannot be read: No such file"):
        read_votes(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("picture,rater,score,Score\np1,anna,4,1\n", "column-repeated"),
        ("picture,rater,score\np1,an\u200bna,4\n", "id-invisible"),
    ],
)
def test_what_would_be_guessed_at_or_counted_twice_is_named(tmp_path, content, code):
    votes, findings = table(tmp_path, content.encode())
    assert (votes, [finding.code for finding in findings]) == ([], [code])


def test_excels_first_line_and_remarks_over_several_lines_are_read(tmp_path):
    content = 'sep=;\r\npicture;rater;score;remark\r\np1;anna;4;"too\r\ngreen"\r\np2;anna;5,0;"\r\n'
    assert table(tmp_path, content.encode()) == (GOOD, [])
