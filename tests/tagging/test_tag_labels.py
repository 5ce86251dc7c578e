"""The tag file and its vocabulary."""

import pytest

from heritage_color.errors import DeliveryError
from heritage_color.tagging import labels

TAGGED = {
    "a.jpg": ("animal", "dog"),
    "b.jpg": ("animal", "dog", "dalmatian"),
    "c.jpg": ("building",),
    "d.jpg": ("animal", "bird"),
}


def test_a_tag_file_is_read_as_it_was_written(tmp_path):
    labels.write_tags(tmp_path / "tags.csv", TAGGED)
    assert labels.read_tags(tmp_path / "tags.csv") == TAGGED
    assert (tmp_path / "tags.csv").read_text().splitlines()[1] == "a.jpg,animal;dog"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("name,words\na.jpg,dog\n", "needs the columns file and tags"), ("file,tags\n,dog\n", "row 2: a row names")],
)
def test_a_table_of_another_kind_is_refused_with_the_remedy(tmp_path, text, sentence):
    (tmp_path / "tags.csv").write_text(text)
    with pytest.raises(DeliveryError, match=sentence):
        labels.read_tags(tmp_path / "tags.csv")


def test_the_vocabulary_holds_what_enough_photographs_carry_the_frequent_first():
    known = labels.vocabulary(TAGGED.values(), fewest=1)
    assert known.tags == ("animal", "dog", "bird", "building", "dalmatian")
    assert known.counts.tolist() == [3, 2, 1, 1, 1]
    assert known.levels.tolist() == [1, 2, 2, 1, 3]
    assert labels.vocabulary(TAGGED.values(), fewest=2).tags == ("animal", "dog")


def test_too_few_tags_are_nothing_to_learn_from():
    with pytest.raises(DeliveryError, match="nothing to tell apart"):
        labels.vocabulary(TAGGED.values(), fewest=3)


def test_tags_outside_the_vocabulary_are_left_aside():
    known = labels.vocabulary(TAGGED.values(), fewest=2)
    assert known.matrix([("dog", "unknown"), ()]).tolist() == [[False, True], [False, False]]


def test_only_tagged_files_of_the_folder_are_taken(tmp_path):
    (tmp_path / "b.jpg").write_bytes(b"")
    assert labels.of_folder(tmp_path, TAGGED) == {tmp_path / "b.jpg": TAGGED["b.jpg"]}
    with pytest.raises(DeliveryError, match="names are relative to it"):
        labels.of_folder(tmp_path / "elsewhere", TAGGED)
