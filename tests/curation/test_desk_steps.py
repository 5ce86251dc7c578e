"""The desk's decisions in a real catalog: by two, sent back, undone, in bulk; and the queue that follows them."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from catalog_rows import add_colorization, add_model, add_museum, add_scan, insert

from heritage_color.curation import four_eyes, steps
from heritage_color.curation.decisions import Decision
from heritage_color.curation.steps import BulkUndone
from heritage_color.errors import ColorizedAlready, CurationError
from heritage_color.publish import steps as publishing
from heritage_color.publish.steps import Published
from heritage_color.rating import steps as rating

ADA, BOB = ("Ada Curator", 1), ("Bob Curator", 2)


@pytest.fixture
def picture(site):
    """One undecided colorization, balanced, by fusion-lite."""
    return add_museum(site, 1)[0]


def approve(site, picture, by=ADA, note=""):
    return steps.decide(site, picture, "approved", "plausible", note, *by)


def send_back(site, picture, preset="vivid", by=ADA):
    return steps.decide(site, picture, "sent back", "another-preset", "", *by, "fusion-lite", preset)


def states(rows):
    return {row["colorization_id"]: row["state"] for row in rows("select colorization_id, state from review_queue")}


# ------------------------------------------------------------------ four eyes


def test_where_four_eyes_are_asked_for_the_second_curator_makes_it_approved(site, picture, rows):
    four_eyes.ask_for_four_eyes(site, "", True, *ADA)
    assert approve(site, picture).verdict == "approved once"
    assert publishing.publish(site).published == 0
    assert approve(site, picture, BOB).verdict == "approved"
    assert (publishing.publish(site).published, states(rows)) == (1, {picture: "published"})


def test_one_account_is_never_both_pairs_of_eyes_whatever_name_it_takes(site, picture):
    four_eyes.ask_for_four_eyes(site, "", True, *ADA)
    approve(site, picture)
    assert approve(site, picture, ("Another Name", 1)).verdict == "approved once"
    assert approve(site, picture, ("Another Name", 2)).verdict == "approved"


def test_names_tell_curators_apart_where_there_are_no_accounts(site, picture):
    four_eyes.ask_for_four_eyes(site, "", True, *ADA)
    found = [approve(site, picture, (name, None)).verdict for name in ("Ada", "ADA", "Bob")]
    assert found == ["approved once", "approved once", "approved"]


def test_an_approval_that_was_undone_is_nobodys_second(site, picture):
    four_eyes.ask_for_four_eyes(site, "", True, *ADA)
    approve(site, picture)
    second = approve(site, picture, BOB)
    assert steps.undo(site, second.decision_id, *BOB).verdict == "approved once"
    assert approve(site, picture, ADA, "Still good.").verdict == "approved once"


def test_four_eyes_of_one_collection_leave_the_others_alone(site):
    plain = add_colorization(site, add_scan(site, "plain", collection="Postcards"))
    guarded = add_colorization(site, add_scan(site, "guarded", collection="Portraits"))
    assert four_eyes.ask_for_four_eyes(site, "Portraits", True, *ADA)
    assert [approve(site, one).verdict for one in (plain, guarded)] == ["approved", "approved once"]
    assert [rule.collection for rule in four_eyes.list_four_eyes(site)] == ["Portraits"]


def test_each_change_of_the_rule_is_an_event_and_asking_again_is_none(site, rows):
    asked = (True, True, False, False, True)
    changes = [four_eyes.ask_for_four_eyes(site, "Portraits", each, *ADA) for each in asked]
    assert changes == [True, False, True, False, True]
    events = rows("select outcome from events where detail ->> 'collection' = 'Portraits' order by event_id")
    assert [row["outcome"] for row in events] == ["four eyes asked for", "four eyes ended", "four eyes asked for"]


def test_the_catalog_itself_refuses_an_approval_by_one(site, picture):
    four_eyes.ask_for_four_eyes(site, "", True, *ADA)
    with pytest.raises(psycopg2.errors.CheckViolation, match="two different curators"):
        insert(
            site, "decisions", "decision_id",
            colorization_id=picture, verdict="approved", reason="plausible", curator="Ada Curator",
        )  # fmt: skip


def test_what_was_approved_before_the_rule_stays_published(site, picture):
    approve(site, picture)
    four_eyes.ask_for_four_eyes(site, "", True, *BOB)
    assert publishing.publish(site).published == 1


# ------------------------------------------------------------------ sent back


def test_what_is_sent_back_is_queued_with_the_other_preset_and_leaves_the_queue(site, picture, rows):
    send_back(site, picture)
    assert rows("select scan_id, preset, state from colorization_jobs") == [
        {"scan_id": 1, "preset": "vivid", "state": "waiting"}
    ]
    assert states(rows) == {picture: "sent back"}


def test_sending_back_twice_is_one_decision_and_one_job(site, picture, rows):
    assert [send_back(site, picture).new for _ in range(2)] == [1, 0]
    assert len(rows("select * from colorization_jobs")) == 1
    assert send_back(site, picture, "faithful").new == 1


def test_what_was_colorized_so_already_is_not_asked_for_again(site, picture, rows):
    other = add_colorization(site, 1, "vivid", model_id=champion(site))
    with pytest.raises(ColorizedAlready, match=f"Colorization {other} was made so already"):
        send_back(site, picture)
    assert rows("select * from decisions") == []


def champion(site) -> int:
    """The model that fusion-lite colours with here: the installed weights."""
    from heritage_color.colorize import steps as colorize

    return colorize.enqueue(site, "fusion-lite", "faithful").model_id


@pytest.mark.parametrize(
    ("verdict", "reason", "method", "preset"),
    [
        ("sent back", "another-preset", "", ""),
        ("approved", "plausible", "fusion-lite", "vivid"),
        ("sent back", "another-preset", "crayon", "vivid"),
        ("sent back", "another-preset", "fusion-lite", "loud"),
    ],
)
def test_sending_back_names_a_method_and_a_preset_and_only_that_does(
    site, picture, rows, verdict, reason, method, preset
):
    with pytest.raises(CurationError, match="method"):
        steps.decide(site, picture, verdict, reason, "", *ADA, method, preset)
    assert rows("select * from decisions") == []


def test_what_was_published_and_is_sent_back_leaves_the_index_with_the_next_run(site, picture, rows):
    approve(site, picture)
    publishing.publish(site)
    send_back(site, picture)
    assert publishing.publish(site) == Published(0, withdrawn=1, new=0)
    assert rows("select detail ->> 'reason' as reason from events where event_type = 'deaccession'") == [
        {"reason": "sent back"}
    ]


# ------------------------------------------------------------------- undoing


def test_undoing_the_only_decision_leaves_the_picture_undecided_with_both_rows_and_events(site, picture, rows):
    first = approve(site, picture)
    assert steps.undo(site, first.decision_id, *BOB).verdict == "undecided"
    assert states(rows) == {picture: "undecided"}
    assert rows("select verdict, undone_by from decisions order by decision_id") == [
        {"verdict": "approved", "undone_by": None},
        {"verdict": "undecided", "undone_by": "Bob Curator"},
    ]
    events = rows("select agent, outcome from events where event_type = 'appraisal' order by event_id")
    assert [(row["agent"], row["outcome"]) for row in events] == [
        ("Ada Curator", "approved"),
        ("Bob Curator", "undecided"),
    ]


def test_undoing_restores_the_decision_before_with_its_curator_and_moment(site, picture, rows):
    approve(site, picture)
    before = rows("select curator, reason, decided_at from current_decisions")
    second = steps.decide(site, picture, "rejected", "dull", "", *BOB)
    steps.undo(site, second.decision_id, *BOB)
    assert rows("select curator, reason, decided_at from current_decisions") == before


def test_undoing_what_undid_brings_it_back(site, picture, rows):
    first = approve(site, picture)
    undone = steps.undo(site, first.decision_id, *ADA)
    assert steps.undo(site, undone.decision_id, *ADA).verdict == "approved"
    assert states(rows) == {picture: "approved"}


def test_a_decision_that_another_came_after_is_not_undone(site, picture):
    first = approve(site, picture)
    steps.decide(site, picture, "rejected", "dull", "", *BOB)
    with pytest.raises(CurationError, match="decided anew since"):
        steps.undo(site, first.decision_id, *ADA)


def test_an_approval_that_was_undone_leaves_the_public_and_can_come_back(site, picture, rows):
    first = approve(site, picture)
    publishing.publish(site)
    steps.undo(site, first.decision_id, *ADA)
    assert publishing.publish(site) == Published(0, withdrawn=1, new=0)
    approve(site, picture)
    assert publishing.publish(site) == Published(1, withdrawn=0, new=1)
    assert len(rows("select * from events where event_type = 'publication'")) == 2


def test_undoing_a_sending_back_takes_the_waiting_job_along_and_redoing_asks_again(site, picture, rows):
    sent = send_back(site, picture)
    undone = steps.undo(site, sent.decision_id, *ADA)
    assert rows("select * from colorization_jobs") == []
    steps.undo(site, undone.decision_id, *ADA)
    assert (len(rows("select * from colorization_jobs")), states(rows)) == (1, {picture: "sent back"})


def test_a_job_that_somebody_began_is_left_to_end(site, picture, rows):
    sent = send_back(site, picture)
    rows("update colorization_jobs set state = 'claimed', lease_until = now() + interval '1 hour', lane = 'x'")
    steps.undo(site, sent.decision_id, *ADA)
    assert len(rows("select * from colorization_jobs")) == 1


# ---------------------------------------------------------------------- bulk


def decide_many(site, pictures, seen=0, by=ADA, key=None, **decision):
    wanted = Decision(
        **{"verdict": "rejected", "reason": "dull", "note": ""} | decision, curator=by[0], account_id=by[1]
    )
    return steps.decide_many(site, key or str(uuid.uuid4()), pictures, wanted, seen)


def test_a_decision_on_many_tells_how_many_and_which_were_skipped_and_why(site, rows):
    pictures = add_museum(site, 4)
    steps.flag_do_not_colorize(site, 2, "sacred object", "Ada Curator")
    steps.decide(site, pictures[2], "rejected", "dull", "", *ADA)
    approve(site, pictures[3], BOB)
    result = decide_many(site, [*pictures, 404])
    assert (result.asked, result.decided) == (5, 1)
    assert [(skipped.colorization_id, skipped.sentence) for skipped in result.skipped] == [
        (2, "Colorization 2 was withdrawn and can no longer be decided on."),
        (3, "It stands so already."),
        (4, "Bob Curator decided on it meanwhile: approved."),
        (404, "There is no colorization 404."),
    ]
    assert states(rows) == {1: "rejected", 2: "withdrawn", 3: "rejected", 4: "approved"}


def test_what_the_page_showed_of_others_may_be_decided_otherwise(site, rows):
    (only,) = add_museum(site, 1)
    seen = approve(site, only, BOB).decision_id
    assert decide_many(site, [only], seen).decided == 1


def test_the_same_form_sent_twice_is_one_bulk(site, rows):
    pictures, key = add_museum(site, 2), str(uuid.uuid4())
    assert decide_many(site, pictures, key=key) == decide_many(site, pictures, key=key)
    assert len(rows("select * from decisions")) == 2


def test_a_bulk_is_undone_but_for_what_was_decided_anew_since(site, rows):
    pictures = add_museum(site, 3)
    approve(site, pictures[0])
    done = decide_many(site, pictures, seen=10)
    approve(site, pictures[2], BOB)
    assert steps.undo_many(site, str(done.bulk_id), *ADA) == BulkUndone(undone=2, left=1)
    assert states(rows) == {1: "approved", 2: "undecided", 3: "approved"}
    assert steps.undo_many(site, str(done.bulk_id), *ADA) == BulkUndone(undone=0, left=3)


def test_many_are_sent_back_at_once(site, rows):
    pictures = add_museum(site, 2)
    wanted = {"verdict": "sent back", "reason": "another-preset", "method": "fusion-lite", "preset": "vivid"}
    assert decide_many(site, pictures, **wanted).decided == 2
    assert len(rows("select * from colorization_jobs where state = 'waiting'")) == 2


@pytest.mark.parametrize("count", [0, 201])
def test_a_bulk_is_of_1_to_200(site, count):
    with pytest.raises(CurationError, match="1 to 200"):
        decide_many(site, list(range(1, count + 1)))


def test_what_the_model_is_too_unsure_of_is_approved_by_itself_only(site):
    sure, unsure = (
        add_colorization(site, add_scan(site, name), unsure_p95=p95, unsure_from=0.6)
        for name, p95 in (("sure", 0.59), ("unsure", 0.6))
    )
    done = decide_many(site, [sure, unsure], verdict="approved", reason="plausible")
    assert (done.decided, [skipped.colorization_id for skipped in done.skipped]) == (1, [unsure])
    assert "too unsure of its colours" in done.skipped[0].sentence
    assert approve(site, unsure).verdict == "approved"


def test_what_the_model_is_too_unsure_of_can_be_rejected_among_many(site):
    unsure = add_colorization(site, add_scan(site, "unsure"), unsure_p95=0.7, unsure_from=0.6)
    assert decide_many(site, [unsure], verdict="rejected", reason="other", note="Clouds.").decided == 1


# ------------------------------------------------------------------ the queue


def test_the_queue_follows_every_table_that_it_is_made_of(site, picture, rows):
    rows("update colorizations set unsure_p95 = 0.4")
    campaign = rating.queue(site, "spring", 5).campaign_id
    item = rows("select item_id from campaign_items where campaign_id = %s", [campaign])[0]["item_id"]
    for score in (1, 5):
        rating.vote(site, item, uuid.uuid4(), score, uuid.uuid4())
    rating.score(site)
    rater = rows("select rater_id from raters limit 1")[0]["rater_id"]
    insert(site, "skips", "item_id", item_id=item, rater_id=rater, reason="It shows my family.")
    rows("update scans set collection = 'Portraits'")
    row = rows("select score, spread, flags, unsure, collection, simulated from review_queue")[0]
    assert row.pop("spread") == pytest.approx(8**0.5)
    assert row == {"score": 3.0, "flags": 1, "unsure": 0.4, "collection": "Portraits", "simulated": False}


def test_the_kept_queue_is_what_would_be_computed_anew(site, rows):
    pictures = add_museum(site, 4)
    add_colorization(site, 1, "vivid", model_id=add_model(site))
    rating.queue(site, "spring", 5)
    rating.simulate(site, "spring", 6)
    rating.score(site)
    approve(site, pictures[0])
    publishing.publish(site)
    decide_many(site, pictures[1:3])
    steps.flag_do_not_colorize(site, 4, "sacred object", "Ada Curator")
    kept = rows("select * from review_queue order by colorization_id")
    rows("update review_queue set state = 'undecided', score = null, spread = null, interval_width = null")
    rows("select refresh_review(array(select colorization_id from colorizations))")
    assert rows("select * from review_queue order by colorization_id") == kept


def test_decisions_of_one_moment_come_one_after_another_and_none_is_lost(site, picture, rows):
    notes = [f"note {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda note: approve(site, picture, note=note), notes))
    assert sorted(row["note"] for row in rows("select note from decisions")) == notes
    keys = [row["event_key"] for row in rows("select event_key from events where event_type = 'appraisal'")]
    assert sorted(keys) == [f"appraisal/{picture}/{number}" for number in range(1, 9)]
