"""Reason codes are stable, used, and explained to those who deliver."""

import re
import string

import pytest

from heritage_color.scans.reporting.reasons import REASONS, finding
from heritage_color.scans.reporting.titles import TITLES


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs" / "deliveries.md").read_text()


@pytest.fixture(scope="module")
def code(repository):
    folders = [repository / "heritage_color" / name for name in ("scans", "images")]
    files = [path for folder in folders for path in folder.rglob("*.py") if path.parent.name != "codes"]
    return "\n".join(path.read_text() for path in files)


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_is_explained_in_the_page_for_suppliers(page, name):
    reason = REASONS[name]
    plain = page.replace("&lt;", "<").replace("&gt;", ">").replace("\\|", "|")
    assert f"| `{name}` | {reason.severity} | {reason.sentence} | {reason.remedy} |" in plain


def test_the_page_knows_no_other_reason(page):
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \| (?:error|warning)", page, re.MULTILINE)) == set(REASONS)


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_is_given_somewhere(code, name):
    assert f'"{name}"' in code


@pytest.mark.parametrize("name", REASONS)
def test_every_reason_makes_whole_sentences(name):
    reason = REASONS[name]
    wanted = {part for text in (reason.sentence, reason.remedy) for _, part, _, _ in string.Formatter().parse(text)}
    facts = dict.fromkeys(wanted - {None, "file"}, "X")
    sentence = finding(name, "a.tif", 7, **facts).sentence
    assert sentence.startswith("a.tif ")
    assert "(row 7)" in sentence
    assert sentence.endswith(".")


def test_every_reason_has_a_title_in_words_and_no_title_is_left_over():
    assert set(TITLES) == set(REASONS)
    assert len(set(TITLES.values())) == len(TITLES)
