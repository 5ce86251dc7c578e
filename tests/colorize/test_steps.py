"""The queue and its lanes, over a real catalog and a real S3 server."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import pyvips
import rich_metadata
from catalog_rows import add_scan, insert, picture
from damaging import overwrite

from heritage_color.archive import open_archive
from heritage_color.colorize import making, queue, steps
from heritage_color.colorize.lane import Lane
from heritage_color.colorize.steps import Drained
from heritage_color.errors import FixityError
from heritage_color.lab import rgb_to_lab
from heritage_color.methods.baselines import Tint
from heritage_color.methods.colorizer import Prediction
from heritage_color.methods.names import METHODS
from heritage_color.methods.weights import read_card
from heritage_color.store import Store
from heritage_color.train import registering


def test_a_lane_colorizes_all_and_a_second_run_adds_nothing(tinted, rows):
    for number in range(5):
        add_scan(tinted, f"photo-{number}")
    assert steps.enqueue(tinted).new == 5
    assert steps.drain(tinted) == Drained(colorized=5, refused=0)
    assert steps.enqueue(tinted).new == 0
    assert steps.drain(tinted) == Drained(colorized=0, refused=0)
    assert rows("select count(*) as n from events where event_type = 'derivation'")[0]["n"] == 5


def test_what_is_stored_has_the_checksum_of_its_row(tinted, rows):
    add_scan(tinted)
    steps.enqueue(tinted)
    steps.drain(tinted)
    row = rows("select * from colorizations")[0]
    store = Store(tinted)
    assert store.digest(tinted.archive_bucket, row["object_key"]) == row["sha256"]
    assert store.read(tinted.archive_bucket, row["preview_key"])[:2] == b"\xff\xd8"


def test_a_tag_that_is_lost_is_kept_with_the_colorization_and_its_event(tinted, rows, tmp_path):
    master = rich_metadata.with_a_tag_outside(tmp_path / "master.tif")
    with open_archive(tinted) as archive:
        key, sha256, _ = archive.deposit("masters", master, "image/tiff", ".tif")
    add_scan(tinted, object_key=key, sha256=sha256, bytes=master.stat().st_size)
    steps.enqueue(tinted)
    assert steps.drain(tinted) == Drained(colorized=1, refused=0)
    said = ["master.tif has tags that were not carried over: Exif.Image.ImageDescription."]
    assert rows("select settings->'warnings' as said from colorizations") == [{"said": said}]
    assert rows("select detail->'warnings' as said from events where event_type = 'derivation'") == [{"said": said}]


class Unsure(Tint):
    """The tint method, that says it is the less sure the further to the right."""

    def reading(self, answers, preset):
        """As the tint method, with an uncertainty."""
        ab = super().reading(answers, preset).ab
        return Prediction(ab, np.broadcast_to(np.linspace(0, 1, ab.shape[2]), ab.shape[:3]))


def test_the_map_of_uncertainty_is_stored_with_its_row(tinted, rows, monkeypatch):
    monkeypatch.setitem(METHODS, "tint", f"{__name__}:Unsure")
    monkeypatch.setitem(sys.modules, __name__, sys.modules[Unsure.__module__])
    add_scan(tinted)
    steps.enqueue(tinted)
    steps.drain(tinted)
    row = rows("select uncertainty_key, settings, unsure_p95, unsure_from, too_unsure from colorizations")[0]
    stored = pyvips.Image.new_from_buffer(Store(tinted).read(tinted.archive_bucket, row["uncertainty_key"]), "")
    assert (stored.bands, stored.format, stored.height) == (1, "uchar", 384)
    assert np.diff(stored.numpy().mean(0)[::16]).min() > 0
    assert 0.4 < row["settings"]["uncertainty"] < 0.6
    assert 0.9 < row["unsure_p95"] < 1
    assert (row["unsure_from"], row["too_unsure"]) == (None, False)  # no card, no threshold: nothing is held back


def test_a_method_that_cannot_tell_leaves_no_map(tinted, rows):
    add_scan(tinted)
    steps.enqueue(tinted)
    steps.drain(tinted)
    assert rows("select uncertainty_key, settings->'uncertainty' as mean from colorizations") == [
        {"uncertainty_key": None, "mean": None}
    ]


def test_a_colour_original_is_refused_with_its_reason_even_where_nobody_flagged_it(tinted, rows):
    scene = picture("colour").astype(int)
    scene[:, ::2, 0] += 80
    add_scan(tinted, image=pyvips.Image.new_from_array(scene.clip(0, 255).astype(np.uint8)))
    steps.enqueue(tinted)
    assert steps.drain(tinted) == Drained(colorized=0, refused=1)
    assert "already in colour" in rows("select sentence from colorization_jobs")[0]["sentence"]
    assert rows("select detail from events")[0]["detail"]["reason"] == "already-colour"


def test_a_tint_and_a_frame_are_recorded_with_the_colorization_and_its_event(tinted, rows):
    grey = picture("toned", 340, 256, colour=False) * 0.8
    toned = np.clip(grey * [1.15, 1.0, 0.75], 0, 255)
    toned[:20], toned[-20:], toned[:, :20], toned[:, -20:] = 2, 2, 2, 2
    add_scan(tinted, image=pyvips.Image.new_from_array(toned.astype(np.uint8)))
    steps.enqueue(tinted)
    steps.drain(tinted)
    facts = rows("select settings from colorizations")[0]["settings"]
    assert (facts["tint"]["kind"], facts["tint"]["neutralised"]) == ("sepia", True)
    assert 0.25 < facts["frame"] < 0.35
    assert rows("select detail from events where outcome = 'colorized'")[0]["detail"]["tint"] == facts["tint"]


def test_flagged_scans_never_enter_the_queue(tinted, rows):
    add_scan(tinted, do_not_colorize=True, do_not_colorize_reason="sacred")
    assert steps.enqueue(tinted).new == 0


def test_a_scan_flagged_while_its_colour_is_being_made_gets_none(tinted, rows, tmp_path):
    scan = add_scan(tinted)
    steps.enqueue(tinted)
    with open_archive(tinted) as archive:
        (job,) = queue.claim(archive, "worker")
        lane = Lane(archive, tmp_path)
        (picture,) = making.colour(Tint(), [making.look(lane, job)])
        rows("update scans set do_not_colorize = true, do_not_colorize_reason = 'veto' where scan_id = %s", [scan])
        making.keep(lane, picture)
    assert rows("select count(*) as n from colorizations")[0]["n"] == 0


def test_what_is_no_picture_is_refused_with_a_sentence_and_the_others_go_on(tinted, rows, tmp_path):
    (tmp_path / "master.tif").write_bytes(b"no picture")
    with open_archive(tinted) as archive:
        key, sha256, _ = archive.deposit("masters", tmp_path / "master.tif", "image/tiff", ".tif")
    bad, good = add_scan(tinted, "bad", object_key=key, sha256=sha256, bytes=10), add_scan(tinted, "good")
    steps.enqueue(tinted)
    assert steps.drain(tinted) == Drained(colorized=1, refused=1)
    sentences = {row["scan_id"]: row["sentence"] for row in rows("select scan_id, sentence from colorization_jobs")}
    assert "cannot be read" in sentences[bad]
    assert sentences[good] is None


def test_two_lanes_share_the_queue_and_nothing_is_done_twice(tinted, environment_of, rows):
    for number in range(12):
        add_scan(tinted, f"photo-{number}")
    steps.enqueue(tinted)
    lanes = [_lane(environment_of(tinted), name) for name in ("one", "two")]
    assert [lane.wait(120) for lane in lanes] == [0, 0]
    assert rows("select count(*) as n, count(distinct scan_id) as scans from colorizations") == [
        {"n": 12, "scans": 12}
    ]


def test_a_killed_lanes_claims_return_when_their_lease_ends(tinted, environment_of, rows):
    for number in range(30):
        add_scan(tinted, f"photo-{number}")
    short = replace(tinted, lease_seconds=1)
    steps.enqueue(short)
    lane = _lane(environment_of(short), "killed")
    while not rows("select 1 from colorizations") and lane.poll() is None:
        time.sleep(0.02)
    os.kill(lane.pid, signal.SIGKILL)
    lane.wait(10)
    rows("update colorization_jobs set lane = 'another machine' where state = 'claimed'")
    steps.drain(short)
    states = rows("select state, count(*) as n from colorization_jobs group by state")
    assert states == [{"state": "done", "n": 30}]
    assert rows("select count(*) as n from colorizations")[0]["n"] == 30


def test_claims_of_a_dead_process_of_this_machine_are_taken_at_once(tinted, rows):
    add_scan(tinted)
    steps.enqueue(tinted)
    ended = subprocess.Popen(["true"])
    ended.wait()
    lane = f"{socket.gethostname()}/{ended.pid}/lane 1"
    rows("update colorization_jobs set state = 'claimed', lane = %s, lease_until = now() + interval '1 hour'", [lane])
    assert steps.drain(tinted) == Drained(colorized=1, refused=0)


def test_a_lane_that_is_late_does_not_claim_anew_what_it_works_on(tinted, rows):
    add_scan(tinted)
    steps.enqueue(tinted)
    with open_archive(tinted) as archive:
        first = queue.claim(archive, "late")
        rows("update colorization_jobs set lease_until = now() - interval '1 hour'")
        assert (len(first), queue.claim(archive, "late"), len(queue.claim(archive, "another"))) == (1, [], 1)


def test_a_lane_that_works_long_keeps_its_claims(tinted, rows, tmp_path):
    for number in range(2):
        add_scan(tinted, f"photo-{number}")
    steps.enqueue(tinted)
    with open_archive(replace(tinted, lease_seconds=0)) as archive:
        claims = queue.claim(archive, "slow")
    with open_archive(tinted) as archive:
        making.fetch(Lane(archive, tmp_path), claims[0])
        assert rows("select bool_and(lease_until > now() + interval '1 minute') as kept from colorization_jobs")[0][
            "kept"
        ]


def test_a_picture_that_kills_its_worker_is_set_aside_after_three_attempts(tinted, rows):
    add_scan(tinted)
    steps.enqueue(tinted)
    rows("update colorization_jobs set state = 'claimed', attempts = 3, lease_until = now() - interval '1 second'")
    assert steps.drain(tinted) == Drained(colorized=0, refused=0)
    assert rows("select state, sentence from colorization_jobs")[0]["state"] == "failed"
    assert steps.enqueue(tinted).new == 0


def test_jobs_of_weights_that_were_replaced_are_refused_and_newer_ones_go_on(tinted, rows):
    add_scan(tinted)
    steps.enqueue(tinted)
    other = Tint()
    other.constant = other.constant + 20
    other.save(tinted.weights / "tint.safetensors")
    steps.enqueue(tinted)
    assert steps.drain(tinted) == Drained(colorized=1, refused=1)
    refused = rows("select sentence from colorization_jobs where state = 'refused'")
    assert "no longer installed" in refused[0]["sentence"]


def promoted(museum, folder, ab) -> int:
    """A tint of the registry, put in the champion's place as a person's move would."""
    method = Tint()
    method.constant = np.array(ab, np.float32)
    method.save(folder / "tint.safetensors")
    model_id = registering.register(museum, folder / "tint.safetensors").model_id
    registering.judge(museum, model_id, {"rows": {"grey/-": {}, "tint/vivid": {}}, "skin_tone": [1], "era": [1]})
    insert(
        museum, "champion_moves", "move_id",
        method="tint", kind="promotion", model_id=model_id, approved_by="test", why="test", figures={},
    )  # fmt: skip
    return model_id


def mean_ab(museum, key: str) -> np.ndarray:
    """The mean chroma of a stored picture."""
    image = pyvips.Image.new_from_buffer(Store(museum).read(museum.archive_bucket, key), "")
    return rgb_to_lab(image.numpy() / 255)[..., 1:].mean((0, 1))


def test_the_champion_colours_where_there_is_one(tinted, tmp_path, rows):
    add_scan(tinted)
    model_id = promoted(tinted, tmp_path / "new", (-12, 20))
    own = replace(tinted, home=tmp_path / "elsewhere")
    assert steps.enqueue(own).model_id == model_id
    assert steps.drain(own) == Drained(colorized=1, refused=0)
    (row,) = rows("select model_id, object_key from colorizations")
    assert row["model_id"] == model_id
    assert mean_ab(own, row["object_key"]) == pytest.approx([-12, 20], abs=1)


def test_a_champion_needs_no_installed_weights(tinted, tmp_path):
    add_scan(tinted)
    promoted(tinted, tmp_path / "new", (-12, 20))
    bare = replace(tinted, weights=tmp_path / "nothing", home=tmp_path / "home")
    steps.enqueue(bare)
    assert steps.drain(bare) == Drained(colorized=1, refused=0)


def test_a_damaged_copy_of_the_champion_is_fetched_anew(tinted, tmp_path):
    promoted(tinted, tmp_path / "new", (-12, 20))
    own = replace(tinted, home=tmp_path / "home")
    weights = read_card(tmp_path / "new" / "tint.safetensors").sha256
    steps.load_model(own, "tint", weights)
    (copy,) = (tmp_path / "home").rglob("*.safetensors")
    copy.write_bytes(b"torn")
    assert steps.load_model(own, "tint", weights).constant == pytest.approx([-12, 20])
    assert {path.name for path in copy.parent.iterdir()} == {"tint.safetensors", "tint.json"}


def test_a_damaged_champion_in_the_archive_colours_nothing(tinted, tmp_path, rows):
    add_scan(tinted)
    promoted(tinted, tmp_path / "new", (-12, 20))
    own = replace(tinted, home=tmp_path / "home")
    key = rows("select weights_key from models where weights_key is not null")[0]["weights_key"]
    overwrite(own, key, b"other weights")
    steps.enqueue(own)
    with pytest.raises(FixityError, match=key):
        steps.drain(own)
    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


def test_jobs_of_replaced_weights_that_the_registry_keeps_are_done(tinted, tmp_path, rows):
    add_scan(tinted)
    first = registering.register(tinted, tinted.weights / "tint.safetensors").model_id
    assert steps.enqueue(tinted).model_id == first
    other = Tint()
    other.constant = other.constant + 20
    other.save(tinted.weights / "tint.safetensors")
    own = replace(tinted, home=tmp_path / "home")
    second = steps.enqueue(own).model_id
    assert steps.drain(own) == Drained(colorized=2, refused=0)
    assert {row["model_id"] for row in rows("select model_id from colorizations")} == {first, second}


def _lane(environment: dict, name: str) -> subprocess.Popen:
    code = f"""
from heritage_color import settings
from heritage_color.archive import open_archive
from heritage_color.colorize import steps
steps.drain(settings.read(), {name!r})"""
    return subprocess.Popen([sys.executable, "-c", code], env=environment)
