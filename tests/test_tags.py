"""Proposed tags in a real catalog: made once per scan and model, decided by curators, found by what was accepted."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import psycopg2
import pytest
from catalog_rows import add_scan, insert
from damaging import overwrite

from heritage_color import settings
from heritage_color.catalog import tags
from heritage_color.curation import tags as curation
from heritage_color.errors import CurationError, WeightsError
from heritage_color.methods.cards import Card
from heritage_color.tagging import cgan, labels, proposing

MODEL = "7a65" * 16


def make_tagger(folder, seed: int) -> str:
    """Weights of an untrained tagger with thirty tags in a folder; their SHA-256."""
    known = labels.vocabulary([(f"tag {number}",) for number in range(30)], fewest=1)
    draw = np.random.default_rng(seed)
    generator = cgan.build_generator(1280, 8, 0.01)
    arrays = {proposing.GENERATOR + weight.path: weight.numpy() for weight in generator.weights}
    whole = {"mean": np.zeros(1280), "scale": np.ones(1280), "vectors": draw.standard_normal((30, 8))}
    return proposing.Tagger(arrays | whole, known, Card(width=0.01)).save(proposing.weight_file(folder))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A folder with a tagging model."""
    folder = tmp_path_factory.mktemp("weights")
    make_tagger(folder, 1)
    return folder


@pytest.fixture
def museum(site, weights):
    """A museum with a tagging model and five scans."""
    for number in range(5):
        add_scan(site, f"photo-{number}")
    return replace(site, weights=weights, claim_size=2)


def propose(site, scan: int, tag: str, votes: int = 60, model: str = MODEL) -> None:
    """A proposal, written straight into the catalog."""
    insert(site, "tag_proposals", "tag", scan_id=scan, model_sha256=model, tag=tag, votes=votes)


def test_every_scan_gets_proposals_once_and_a_second_run_adds_nothing(museum, rows):
    assert tags.propose_tags(museum) == tags.Tagged(5, 0)
    first = rows("select * from tag_proposals order by scan_id, tag")
    assert tags.propose_tags(museum) == tags.Tagged(0, 0)
    assert rows("select * from tag_proposals order by scan_id, tag") == first
    assert {row["scan_id"] for row in first} == {1, 2, 3, 4, 5}
    assert {row["model_sha256"] for row in first} == {proposing.installed(museum.weights)}


def test_proposing_is_an_event_of_the_scan_under_the_models_name(museum, rows):
    tags.propose_tags(museum)
    events = rows("select agent, outcome, detail from events where scan_id = 1")
    votes = {row["tag"]: row["votes"] for row in rows("select tag, votes from tag_proposals where scan_id = 1")}
    agent = f"tagging {proposing.installed(museum.weights)[:12]}"
    assert events == [{"agent": agent, "outcome": "tags proposed", "detail": votes}]


def test_a_run_that_is_broken_off_between_two_scans_is_gone_on_with(museum, rows):
    outcomes = tags.tag_all(museum, proposing.load_tagger(museum.weights))
    next(outcomes)
    outcomes.close()
    assert rows("select count(distinct scan_id) as scans from tag_proposals")[0]["scans"] == 2
    assert tags.propose_tags(museum) == tags.Tagged(3, 0)


def test_a_run_killed_in_the_middle_leaves_whole_scans_and_the_next_finishes(museum, rows):
    environment = {**os.environ, **settings.to_environment(replace(museum, claim_size=1))}
    code = "from heritage_color import settings; from heritage_color.catalog import tags\n"
    run = subprocess.Popen([sys.executable, "-c", f"{code}tags.propose_tags(settings.read())"], env=environment)
    while not rows("select 1 as one from tag_proposals") and run.poll() is None:
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL)
    run.wait(10)
    tags.propose_tags(museum)
    done = rows("select scan_id, count(*) as tags from tag_proposals group by scan_id")
    assert (len(done), rows("select count(*) as n from events")[0]["n"]) == (5, 5)


def test_locked_scans_are_left_alone_and_damaged_previews_stop_nobody(museum, rows):
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'sacred' where scan_id = 2")
    key = rows("select preview_key from scans where scan_id = 1")[0]["preview_key"]
    overwrite(museum, key, b"torn")
    assert tags.propose_tags(museum) == tags.Tagged(3, 1)
    assert {row["scan_id"] for row in rows("select scan_id from tag_proposals")} == {3, 4, 5}


def test_without_a_model_the_run_says_what_is_missing(museum, tmp_path):
    with pytest.raises(WeightsError, match="No weights at"):
        tags.propose_tags(replace(museum, weights=tmp_path))


def test_a_decision_is_an_event_with_its_curator_and_the_same_again_adds_nothing(site, rows):
    propose(site, add_scan(site), "harbour")
    assert curation.decide_tag(site, 1, "harbour", "accepted", "Ada Curator")
    assert not curation.decide_tag(site, 1, "harbour", "accepted", "Grace Curator")
    (event,) = rows("select agent, outcome, detail from events")
    assert (event["agent"], event["outcome"]) == ("Ada Curator", "tag accepted")
    assert event["detail"] == {"tag": "harbour", "votes": 60, "model_sha256": MODEL}


def test_the_newest_decision_holds_and_the_older_ones_stay(site, rows):
    propose(site, add_scan(site), "harbour")
    for state in ("accepted", "refused", "accepted"):
        curation.decide_tag(site, 1, "harbour", state, "Ada Curator")
    assert rows("select tag, state, curator from scan_tags") == [
        {"tag": "harbour", "state": "accepted", "curator": "Ada Curator"}
    ]
    assert rows("select count(*) as n from events")[0]["n"] == 3


@pytest.mark.parametrize(
    ("tag", "state", "curator", "sentence"),
    [
        ("harbour", "proposed", "Ada", "accepted or refused"),
        ("harbour", "accepted", " ", "name of its curator"),
        ("desert", "accepted", "Ada", "No model proposed the tag 'desert'"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(site, tag, state, curator, sentence):
    propose(site, add_scan(site), "harbour")
    with pytest.raises(CurationError, match=sentence):
        curation.decide_tag(site, 1, tag, state, curator)


def test_a_newer_model_takes_the_place_of_what_nobody_decided_and_of_nothing_else(site, rows):
    add_scan(site)
    for tag in ("harbour", "ship", "desert"):
        propose(site, 1, tag)
    curation.decide_tag(site, 1, "harbour", "accepted", "Ada Curator")
    curation.decide_tag(site, 1, "desert", "refused", "Ada Curator")
    with_newer = "insert into tag_proposals select 1, %s, tag, 90 from unnest(%s) as tag"
    rows(with_newer, ["beef" * 16, ["harbour", "desert", "quay"]])
    now = {row["tag"]: (row["state"], row["model_sha256"][:4]) for row in rows("select * from scan_tags")}
    assert now == {"harbour": ("accepted", "7a65"), "desert": ("refused", "7a65"), "quay": ("proposed", "beef")}


def test_proposals_and_decisions_are_never_changed(site, rows):
    propose(site, add_scan(site), "harbour")
    curation.decide_tag(site, 1, "harbour", "accepted", "Ada Curator")
    for change in ("update tag_proposals set votes = 1", "delete from tag_decisions"):
        with pytest.raises(psycopg2.errors.RestrictViolation, match="append-only"):
            rows(change)
