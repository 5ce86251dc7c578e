"""How the photographs are named whose colours a picture got."""

from heritage_color.colorize.sources import SourceFacts, colours_of, credit


def photograph(**changed) -> SourceFacts:
    known = {"file": "b.jpg", "source": "", "rights": "", "sha256": "5eed", "distance": 0.2, "mirrored": False}
    return SourceFacts(**known | changed)


def test_a_photograph_is_named_with_its_source_and_rights_as_far_as_they_are_known():
    assert credit(photograph()) == "b.jpg"
    assert credit(photograph(rights="CC0")) == "b.jpg (CC0)"
    assert credit(photograph(source="NASA", rights="public domain")) == "b.jpg (NASA, public domain)"


def test_a_record_names_all_of_them_or_says_nothing():
    assert colours_of([photograph(), photograph(file="c.jpg")]) == "The colours are those of b.jpg; c.jpg."
    assert colours_of([]) == ""
