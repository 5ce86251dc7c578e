"""Near-duplicates in a real catalog: found through the index, decided by curators, and what a decision does."""

import numpy as np
import psycopg2
import pytest
import pyvips
import skimage.data
from catalog_rows import add_colorization, add_model, add_scan, deposit, insert
from damaging import overwrite

from heritage_color import db
from heritage_color.colorize import queue as colorize_queue
from heritage_color.colorize import steps as colorize
from heritage_color.errors import CurationError
from heritage_color.images import likeness
from heritage_color.likeness import steps
from heritage_color.store import Store


def add_photograph(site, identifier: str, samples: np.ndarray, **columns) -> int:
    """A scan whose preview shows these samples; returns its id."""
    preview = deposit(site, "previews", pyvips.Image.new_from_array(samples), ".jpg")["object_key"]
    return add_scan(site, identifier, preview_key=preview, **columns)


@pytest.fixture
def museum(site):
    """Five scans: a photograph, its darker copy at half the size, two others, and the blank back of one."""
    camera = skimage.data.camera()
    add_photograph(site, "camera", camera)
    add_photograph(site, "coins", skimage.data.coins())
    add_photograph(site, "camera-again", (camera[::2, ::2] * 0.8).astype(np.uint8))
    add_photograph(site, "moon", skimage.data.moon())
    add_photograph(site, "back", np.full((200, 300), 230, np.uint8))
    return site


@pytest.fixture
def pair(museum, rows):
    """The number of the pair that is found among them."""
    steps.find(museum)
    return rows("select likeness_id from likenesses")[0]["likeness_id"]


def queue(site, rows) -> set[int]:
    colorize.enqueue(site, "fusion-lite")
    return {row["scan_id"] for row in rows("select scan_id from colorization_jobs")}


def test_old_scans_get_likenesses_and_what_looks_alike_is_queued(museum, rows):
    assert steps.find(museum) == steps.Found(4, 1, 0, 4, 1)
    (found,) = rows("select scan_id, other_scan_id, distance, state from likenesses")
    assert (found["scan_id"], found["other_scan_id"], found["state"]) == (1, 3, "open")
    assert found["distance"] <= likeness.MOST_DISTANCE
    event = rows("select outcome, detail from events where scan_id = 3")[0]
    assert (event["outcome"], event["detail"]["scan"]) == ("looks alike", 1)


def test_a_second_run_finds_nothing_new_and_a_later_copy_is_found(museum, rows):
    steps.find(museum)
    assert steps.find(museum) == steps.Found(0, 0, 0, 0, 0)
    add_photograph(museum, "moon-again", skimage.data.moon()[::3, ::3])
    assert steps.find(museum) == steps.Found(1, 0, 0, 1, 1)
    assert [row["other_scan_id"] for row in rows("select other_scan_id from likenesses order by 1")] == [3, 6]


def test_a_run_that_is_broken_off_is_gone_on_with(museum, monkeypatch):
    monkeypatch.setattr(steps, "LOT", 2)
    seen = steps.see_all(museum)
    next(seen)
    seen.close()
    assert steps.find(museum) == steps.Found(2, 1, 0, 4, 1)


def test_damaged_and_lost_previews_are_set_aside_and_tried_again(museum, rows):
    first, second = (row["preview_key"] for row in rows("select preview_key from scans order by scan_id limit 2"))
    good = Store(museum).read(museum.archive_bucket, first)
    overwrite(museum, first, b"torn")
    Store(museum).delete(museum.archive_bucket, second)
    assert steps.find(museum) == steps.Found(2, 1, 2, 2, 0)
    told = rows("select scan_id, sentence from set_aside where stage = 'likeness' order by scan_id")
    assert [row["scan_id"] for row in told] == [1, 2]
    assert second in told[1]["sentence"]
    overwrite(museum, first, good)
    assert steps.find(museum) == steps.Found(1, 0, 1, 1, 1)
    assert rows("select scan_id from set_aside") == [{"scan_id": 2}]


def near(own: int, flipped: list[int]) -> int:
    """A signed likeness with some bits turned."""
    return likeness.signed(f"{(own ^ sum(1 << bit for bit in flipped)) % 2**64:016x}")


def test_the_index_finds_exactly_what_is_within_the_distance(site):
    chance = np.random.default_rng(5)
    own = int(chance.integers(0, 2**63))
    distances = [*range(likeness.MOST_DISTANCE + 4)] * 3
    for number, distance in enumerate(distances):
        flipped = [int(bit) for bit in chance.permutation(64)[:distance]]
        insert(site, "scan_likenesses", "scan_id", scan_id=add_scan(site, f"{number}"), likeness=near(own, flipped))
    with db.connect(site) as connection:
        found = steps.look_up(connection, near(own, []), most=100)
    assert [row.distance for row in found] == sorted(one for one in distances if one <= likeness.MOST_DISTANCE)


def test_of_one_scan_the_nearest_become_pairs_however_often_it_came(site, rows):
    for number in range(steps.MOST_PAIRS + 3):
        scan = add_scan(site, f"{number}")
        flipped = list(range(number % 9))
        insert(site, "scan_likenesses", "scan_id", scan_id=scan, likeness=near(2**62 + 12345, flipped))
    rows("update scan_likenesses set compared_at = now() where scan_id > 1")
    assert steps.find(site).found == steps.MOST_PAIRS
    assert rows("select max(distance) as farthest from likenesses") == [{"farthest": 6}]  # of 0 1 1 2 2 3 3 4 5 6 7 8


def test_the_look_up_reads_the_indexes_and_not_the_table(site, rows):
    rows("alter table scan_likenesses drop constraint scan_likenesses_scan_id_fkey")
    rows("""insert into scan_likenesses (scan_id, likeness)
        select n, hashint8extended(n, 7) from generate_series(1, 50000) n""")
    connection = psycopg2.connect(site.database)
    connection.autocommit = True  # PostgreSQL vacuums outside transactions only, and by itself a while after
    connection.cursor().execute("vacuum analyze scan_likenesses")
    connection.close()
    with db.connect(site) as connection, connection.cursor() as cursor:
        cursor.execute(f"explain {steps.queries.like_scans.sql}", vars(steps.choice(12345)))
        plan = "\n".join(row["QUERY PLAN"] for row in cursor.fetchall())
    assert plan.count("Index Only Scan using scan_likenesses_band_") == 5
    assert "Seq Scan" not in plan


def test_the_same_picture_is_colorized_once_under_the_number_that_was_kept(museum, pair, rows):
    insert(museum, "colorization_jobs", "scan_id", scan_id=3, model_id=add_model(museum), preset="vivid")
    assert steps.decide_pair(museum, pair, "same picture", 1, "Ada") == steps.Decided(1)
    assert rows("select linked_scan_id, curator from likenesses") == [{"linked_scan_id": 3, "curator": "Ada"}]
    assert queue(museum, rows) == {1, 2, 4, 5}
    assert {row["scan_id"] for row in rows("select scan_id from scans")} == {1, 2, 3, 4, 5}


def test_what_a_lane_has_in_hand_is_not_recorded_once_its_scan_is_linked(museum, pair, rows):
    model = add_model(museum)
    insert(museum, "colorization_jobs", "scan_id", scan_id=3, model_id=model, preset="vivid", state="claimed",
        lane="a", lease_until="2999-01-01")  # fmt: skip
    steps.decide_pair(museum, pair, "same picture", 1, "Ada")
    written = {"object_key": "a", "preview_key": "b", "original_preview_key": "c", "uncertainty_key": None}
    facts = {
        "sha256": "0" * 64,
        "media_type": "image/png",
        "bytes": 1,
        "settings": db.json({}),
        "unsure_p95": None,
        "unsure_from": None,
    }
    with db.connect(museum) as connection:
        this = {"lane": "a", "scan_id": 3, "model_id": model, "preset": "vivid"}
        assert colorize_queue.queries.record_colorization(connection, **this, **written, **facts) is None
    assert rows("select * from colorizations") == []


def test_what_was_colorized_before_stays(museum, pair, rows):
    add_colorization(museum, 3)
    steps.decide_pair(museum, pair, "same picture", 1, "Ada")
    assert rows("select withdrawn_at from colorizations") == [{"withdrawn_at": None}]


def test_a_decision_can_be_taken_back_and_the_newest_holds(museum, pair, rows):
    for state, kept in (("same picture", 1), ("same picture", 3), ("different", None), ("open", None)):
        assert steps.decide_pair(museum, pair, state, kept, "Ada") == steps.Decided(1)
        assert steps.decide_pair(museum, pair, state, kept, "Berta") == steps.Decided(0)
    (now,) = rows("select state, kept_scan_id, decisions, curator from likenesses")
    assert tuple(now.values()) == ("open", None, 4, "Ada")
    assert queue(museum, rows) == {1, 2, 3, 4, 5}
    told = rows("select outcome from events where scan_id = 3 and event_type = 'appraisal' order by event_id")
    assert [row["outcome"] for row in told] == [
        "same picture", "same picture", "different pictures", "likeness open again",
    ]  # fmt: skip


def test_a_picture_is_never_left_without_a_scan_to_colorize(museum, pair, rows):
    other = insert(museum, "likenesses", "likeness_id", scan_id=2, other_scan_id=3, distance=8)
    third = insert(museum, "likenesses", "likeness_id", scan_id=1, other_scan_id=2, distance=8)
    steps.decide_pair(museum, pair, "same picture", 1, "Ada")
    steps.decide_pair(museum, other, "same picture", 3, "Ada")
    with pytest.raises(CurationError, match="coins is linked to camera already"):
        steps.decide_pair(museum, third, "same picture", 2, "Ada")
    steps.decide_pair(museum, third, "same picture", 1, "Ada")
    assert queue(museum, rows) == {1, 4, 5}


def test_do_not_colorize_is_not_passed_by_under_another_number(museum, pair, rows):
    rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'Sacred.' where scan_id = 1")
    with pytest.raises(CurationError, match="camera is flagged “do not colorize”"):
        steps.decide_pair(museum, pair, "same picture", 3, "Ada")
    assert steps.decide_pair(museum, pair, "same picture", 1, "Ada") == steps.Decided(1)
    assert queue(museum, rows) == {2, 4, 5}


@pytest.mark.parametrize(
    ("state", "kept", "curator", "sentence"),
    [
        ("alike", None, "Ada", "open, same picture, different"),
        ("same picture", None, "Ada", "which of the two"),
        ("same picture", 2, "Ada", "which of the two"),
        ("different", None, " ", "name of its curator"),
    ],
)
def test_half_a_decision_is_refused_in_a_sentence(museum, pair, rows, state, kept, curator, sentence):
    with pytest.raises(CurationError, match=sentence):
        steps.decide_pair(museum, pair, state, kept, curator)
    assert rows("select state, decisions from likenesses") == [{"state": "open", "decisions": 0}]


def test_an_unknown_pair_is_refused(site):
    with pytest.raises(CurationError, match="no pair 7"):
        steps.decide_pair(site, 7, "different", None, "Ada")


def test_the_catalog_itself_refuses_half_a_decision(museum, pair, rows):
    with pytest.raises(psycopg2.errors.CheckViolation):
        rows("update likenesses set state = 'same picture', curator = 'Ada', decided_at = now(), decisions = 1")
    with pytest.raises(psycopg2.errors.CheckViolation):
        rows("update likenesses set state = 'different'")
