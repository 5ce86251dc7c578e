"""A veto of a community, walked through every stage: nothing happens to its scan meanwhile, and nothing is lost."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from catalog_rows import add_colorization, add_museum, add_reference, add_scan, approve

from heritage_color.archive import open_archive
from heritage_color.catalog import tags
from heritage_color.colorize import making, queue
from heritage_color.colorize import steps as colorize
from heritage_color.curation.steps import decide
from heritage_color.curation.vetoes import Wish, lift_veto, record_veto
from heritage_color.errors import CurationError
from heritage_color.likeness import steps as likeness
from heritage_color.metrics import steps as metrics
from heritage_color.preservation import steps as preservation
from heritage_color.publish.steps import publish
from heritage_color.rating import steps as rating
from heritage_color.rating.campaigns import serving
from heritage_color.rating.campaigns.offering import offered
from heritage_color.train import collecting

WISH = Wish("The Council of Elders", "The picture shows a burial.")
LATER = datetime.now(UTC).date() + timedelta(days=30)


def veto(site, scan_id: int, wish: Wish = WISH) -> uuid.UUID:
    """A veto that stands on a scan."""
    veto_id = uuid.uuid4()
    assert record_veto(site, veto_id, scan_id, wish, "Ada")
    return veto_id


def test_no_job_is_made_and_none_that_waits_is_claimed(tinted, rows):
    first, second = add_scan(tinted, "a"), add_scan(tinted, "b")
    veto(tinted, first)
    assert colorize.enqueue(tinted).new == 1
    veto(tinted, second)
    assert colorize.enqueue(tinted).open == 0
    assert colorize.drain(tinted).colorized == 0
    assert rows("select state::text, sentence from colorization_jobs") == [
        {"state": "waiting", "sentence": WISH.sentence}
    ]


def test_a_veto_while_a_lane_colours_says_one_sentence_and_it_is_made_afterwards(tinted, rows, monkeypatch):
    scan = add_scan(tinted)
    colorize.enqueue(tinted)
    vetoes, write = [], making.KEEPING[0]

    def interrupted(lane, coloured):
        vetoes.append(veto(tinted, scan))
        return write(lane, coloured)

    monkeypatch.setattr(making, "KEEPING", (interrupted, *making.KEEPING[1:]))
    colorize.drain(tinted)
    assert rows("select count(*) n from colorizations")[0]["n"] == 0
    assert rows("select state::text, sentence from colorization_jobs") == [
        {"state": "waiting", "sentence": WISH.sentence}
    ]
    monkeypatch.setattr(making, "KEEPING", (write, *making.KEEPING[1:]))
    lift_veto(tinted, vetoes[0], "The Council agreed.", "Ada")
    assert rows("select sentence from colorization_jobs") == [{"sentence": None}]
    assert colorize.drain(tinted).colorized == 1


def test_a_claim_passes_over_a_scan_with_a_veto(tinted):
    scan = add_scan(tinted)
    colorize.enqueue(tinted)
    veto(tinted, scan)
    with open_archive(tinted) as archive:
        assert queue.claim(archive, "lane") == []


def test_nobody_can_ask_for_another_colorization(tinted):
    picture = add_colorization(tinted, add_scan(tinted))
    veto(tinted, 1)
    with pytest.raises(CurationError, match="Council of Elders asked that this photograph not be coloured"):
        decide(tinted, picture, "sent back", "another-method", "", "Ada", None, "tint", "faithful")


def test_nothing_is_measured(site, rows):
    add_museum(site, 2)
    veto(site, 1)
    metrics.measure(site)
    assert rows("select distinct scan_id from measurements") == [{"scan_id": 2}]


def test_no_campaign_gets_its_pictures(site, rows):
    add_museum(site, 2)
    veto(site, 1)
    rating.queue(site, "spring")
    assert rows("select scan_id from campaign_items where role = 'ordinary'") == [{"scan_id": 2}]


def test_a_campaign_that_has_its_picture_shows_it_to_nobody_until_the_veto_ends(site, rows):
    add_museum(site, 1)
    rating.queue(site, "spring")
    rater = str(uuid.uuid4())
    handed = serving.next_items(site, rater, 1)
    assert len(handed) == 1
    number = veto(site, 1)
    assert serving.next_items(site, rater, 1) == serving.next_items(site, str(uuid.uuid4()), 1) == []
    assert offered(site, rater) == offered(site, None) == []
    lift_veto(site, number, "The Council agreed.", "Ada")
    assert serving.next_items(site, rater, 1) == handed


def test_what_is_public_leaves_the_gallery_and_comes_back_as_it_was(site, rows):
    for picture in add_museum(site, 2):
        approve(site, picture)
    publish(site)
    number = veto(site, 1)
    left = publish(site)
    assert (left.published, left.withdrawn) == (1, 1)
    assert publish(site).new == 0
    assert rows("select withdrawn_at from colorizations where scan_id = 1") == [{"withdrawn_at": None}]
    lift_veto(site, number, "The Council agreed.", "Ada")
    assert publish(site).published == 2
    veto(site, 1)
    assert publish(site).withdrawn == 1
    assert rows("select count(*) n from events where outcome = 'taken from the public index'")[0]["n"] == 2


def test_tags_and_training_pass_it_over_and_likenesses_do_not(site, rows, tmp_path):
    add_reference(site, "a", rights="public domain")
    veto(site, 1)
    assert tags.queries.count_untagged is not None
    with open_archive(site) as archive:
        assert tags.queries.count_untagged(archive.db, model_sha256="0" * 64) == 0
        closed = [row["do_not_colorize"] for row in collecting.queries.colour_references(archive.db)]
    assert closed == [True]
    likeness.find(site)
    assert rows("select count(*) n from scan_likenesses where scan_id = 1")[0]["n"] >= 0


def test_publishing_is_rung_for_at_once(site, rows):
    add_scan(site)
    veto(site, 1)
    assert rows("select bell from bells") == [{"bell": "VETO"}]


def test_it_ends_by_itself_after_its_last_day(tinted, rows):
    add_scan(tinted)
    veto(tinted, 1, Wish("The family", "In mourning.", LATER))
    assert colorize.enqueue(tinted).new == 0
    rows("update vetoes set last_day = current_date - 1")
    assert colorize.enqueue(tinted).new == 1
    assert colorize.drain(tinted).colorized == 1


def test_a_form_sent_twice_acts_once(site, rows):
    number = uuid.uuid4()
    add_scan(site)
    assert record_veto(site, number, 1, WISH, "Ada")
    assert not record_veto(site, number, 1, WISH, "Ada")
    assert lift_veto(site, number, "Agreed.", "Ada")
    assert not lift_veto(site, number, "Agreed.", "Ada")
    assert [row["outcome"] for row in rows("select outcome from events order by event_id")] == [
        "veto recorded",
        "veto lifted",
    ]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (Wish("", "why"), "who asked"),
        (Wish("who", " "), "why"),
        (Wish("who", "why", datetime(2000, 1, 1).date()), "is over"),
    ],
)
def test_what_lacks_is_named(site, wish, sentence):
    add_scan(site)
    with pytest.raises(CurationError, match=sentence):
        record_veto(site, uuid.uuid4(), 1, wish, "Ada")


def test_a_veto_after_the_export_is_there_in_a_catalog_that_is_made_again(site, rows, new_site, tmp_path):
    add_scan(site)
    preservation.export_catalog(site)
    lifted = veto(site, 1)
    veto(site, 1, Wish("The family", "In mourning.", LATER))
    lift_veto(site, lifted, "The Council agreed.", "Ada")
    before = rows("select veto_id, asked_by, reason, last_day, lifted_by, lifted_reason from vetoes order by asked_by")
    with open_archive(site) as archive, archive.db.cursor() as cursor:
        cursor.execute("delete from vetoes")
    from heritage_color.preservation import records

    with open_archive(site) as archive:
        assert records.recover(archive) == (3, [])
    assert (
        rows("select veto_id, asked_by, reason, last_day, lifted_by, lifted_reason from vetoes order by asked_by")
        == before
    )
