"""Public records as JSON, and back: what one version wrote another reads."""

import json
from dataclasses import replace

import pytest
from test_pages import PICTURE

from heritage_color.curation.annotations import AnnotationPage
from heritage_color.publish.documents import from_json, to_json
from heritage_color.publish.records import Entry, Manifest, PublicIndex, Tombstone

INDEX = PublicIndex("Muséum", (PICTURE,), (Tombstone("NEP-2", "2026-03-04T05:06:07Z", "asked for"),))


def test_an_index_comes_back_as_it_was_written():
    assert from_json(PublicIndex, to_json(INDEX)) == INDEX


def test_one_record_is_one_sequence_of_bytes_in_utf8_with_sorted_names():
    content = to_json(INDEX)
    assert content == (json.dumps(json.loads(content), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    assert "Muséum".encode() in content


def test_what_is_none_by_default_is_left_out_and_what_may_be_none_is_said():
    manifest = Manifest(
        **{name: value for name, value in vars(PICTURE).items() if name != "manifest"},
        place="",
        collection="",
        institution="Museum",
        digital_source_type="",
        colorized_at="2026-01-01T00:00:00Z",
    )
    document = json.loads(to_json(manifest))
    assert "notes" not in document
    assert document["opinion"]["human"] is None
    assert from_json(Manifest, to_json(manifest)) == manifest
    noted = replace(manifest, notes=AnnotationPage("a context", "urn:x/notes", "AnnotationPage", ()))
    assert json.loads(to_json(noted))["notes"]["@context"] == "a context"
    assert from_json(Manifest, to_json(noted)) == noted


def test_names_that_a_later_version_writes_are_passed_over_and_one_that_is_lacking_is_named():
    document = json.loads(to_json(PICTURE))
    assert from_json(Entry, json.dumps(document | {"from the future": 1}).encode()) == PICTURE
    del document["label"]
    with pytest.raises(KeyError, match="label"):
        from_json(Entry, json.dumps(document).encode())


def test_an_index_without_tombstones_is_one_of_an_earlier_version():
    document = json.loads(to_json(replace(INDEX, withdrawn=())))
    del document["withdrawn"]
    assert from_json(PublicIndex, json.dumps(document).encode()) == replace(INDEX, withdrawn=())
