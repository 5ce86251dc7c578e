"""One damaged item never stops a stage: the others are done, it is told, and it is done once it is repaired."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pyvips
from catalog_rows import add_colorization, add_reference, approve, picture
from test_tags import make_tagger

from heritage_color.catalog import steps as catalog
from heritage_color.catalog import tags
from heritage_color.colorize import steps as colorize
from heritage_color.errors import FixityError, HeritageError
from heritage_color.likeness import steps as likeness
from heritage_color.methods.baselines import Tint
from heritage_color.metrics import steps as metrics
from heritage_color.preservation import auditing
from heritage_color.preservation import steps as preservation
from heritage_color.publish import steps as publishing
from heritage_color.rating import steps as rating
from heritage_color.store import Store
from heritage_color.train import collecting

MISSING, EXCHANGED, TOO_LARGE, GOOD = range(1, 5)  # the numbers of the four scans
MASTERS = "select object_key from scans order by scan_id"
PREVIEWS = "select preview_key as object_key from scans order by scan_id"
COLORIZATIONS = "select object_key from colorizations where preset = 'balanced' order by scan_id"
REFERENCES = "select object_key from colour_references order by scan_id"


@dataclass(frozen=True)
class Stage:
    """A stage that goes through items, as this test sees it.

    `objects` is the query for the objects that are damaged, in the order of their scans. `run` runs the stage once,
    with settings and a folder of its own. `done` is the query for the scans that it has done, or finds them in the
    folder; `told` that for the others, with the sentence that the catalog has for each.
    """

    objects: str
    run: Callable
    done: str | Callable
    told: str = "select scan_id, sentence from set_aside order by scan_id"


def audit(site, folder):
    """Read all again, and raise the alarm."""
    auditing.audit_fixity(site, older_than_days=0)
    auditing.raise_alarm(site)


def colour_all(site, folder):
    """Queue all in another preset than that of the museum's colorizations, and colour them."""
    colorize.enqueue(site, preset="vivid")
    return colorize.drain(site)


def collected(rows, folder) -> list[int]:
    """The scans whose true colours were collected."""
    names = {path.stem for path in (folder / "photographs").rglob("*.jpg")}
    return [row["scan_id"] for row in rows("select scan_id, sha256 from colour_references") if row["sha256"] in names]


def bagged(rows, folder) -> list[int]:
    """The scans whose masters lie in the bag, finished or not."""
    names = {path.parent.name for path in folder.glob("bag*/data/*/*.tif")}
    return [row["scan_id"] for row in rows("select scan_id, identifier from scans") if row["identifier"] in names]


STAGES = {
    "fixity": Stage(
        MASTERS,
        audit,
        "select scan_id from events where event_type = 'fixity check' and outcome = 'intact'"
        " and detail ->> 'object_key' in (select object_key from scans)",
        "select scan_id, object_key as sentence from scans where not fixity_intact"
        " union select scan_id, sentence from set_aside order by scan_id",
    ),
    "likeness": Stage(PREVIEWS, lambda site, _: likeness.find(site), "select scan_id from scan_likenesses"),
    "tags": Stage(PREVIEWS, lambda site, _: tags.propose_tags(site), "select distinct scan_id from tag_proposals"),
    "colorize": Stage(
        MASTERS,
        colour_all,
        "select scan_id from colorizations where preset = 'vivid'",
        "select scan_id, sentence from colorization_jobs where state = 'failed' order by scan_id",
    ),
    "metrics": Stage(
        COLORIZATIONS, lambda site, _: metrics.measure(site), "select distinct scan_id from measurements"
    ),
    "rating": Stage(
        REFERENCES,
        lambda site, _: rating.queue(site, "spring", method="acr-hr"),
        "select scan_id from colour_references where preview_key is not null",
    ),
    "publish": Stage(
        COLORIZATIONS,
        lambda site, _: publishing.publish(site),
        "select scan_id from publications join colorizations using (colorization_id)",
    ),
    "train.collect": Stage(
        REFERENCES, lambda site, folder: collecting.collect(site, folder / "photographs"), collected
    ),
    "bag": Stage(MASTERS, lambda site, folder: preservation.bag(site, ["all"], folder / "bag"), bagged),
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A folder with the tint method and a small tagging model."""
    folder = tmp_path_factory.mktemp("weights")
    make_tagger(folder, 1)
    Tint().save(folder / "tint.safetensors")
    return folder


@pytest.fixture
def museum(site, weights):
    """Four scans with true colours, each with an approved colorization."""
    for number in range(MISSING, GOOD + 1):
        grey, coloured = (picture(f"photo-{number}", 320, 240, colour) for colour in (False, True))
        scan = add_reference(site, f"photo-{number}", image=pyvips.Image.new_from_array(grey))
        approve(site, add_colorization(site, scan, image=pyvips.Image.new_from_array(coloured + 1)))
    return replace(site, weights=weights, method="tint", claim_size=4)


@pytest.fixture
def memory(monkeypatch):
    """The keys of objects for which this machine has no memory."""
    keys, stream = set(), Store.stream

    def read(store, bucket, key):
        if key in keys:
            raise MemoryError
        return stream(store, bucket, key)

    monkeypatch.setattr(Store, "stream", read)
    return keys


def run(stage: Stage, site, folder: Path) -> str:
    """Run a stage once; what it says, in its result, its error and the report."""
    try:
        said = str(stage.run(site, folder))
    except HeritageError as error:
        said = str(error)
    return said + catalog.report_text(site)


def done(stage: Stage, rows, folder: Path) -> list[int]:
    """The scans that a stage has done, sorted."""
    if callable(stage.done):
        return sorted(stage.done(rows, folder))
    return sorted({row["scan_id"] for row in rows(stage.done)})


def write(site, key: str, content: bytes) -> None:
    """Exchange the bytes under a key."""
    Store(site).client.put_object(Bucket=site.archive_bucket, Key=key, Body=content)


@pytest.mark.parametrize("name", STAGES)
def test_the_others_are_done_and_the_damaged_are_told_and_tried_again(name, museum, memory, rows, tmp_path):
    stage, store = STAGES[name], Store(museum)
    keys = [row["object_key"] for row in rows(stage.objects)]
    good = [store.read(museum.archive_bucket, key) for key in keys]
    store.delete(museum.archive_bucket, keys[0])
    write(museum, keys[1], good[3])
    memory.add(keys[2])
    report = run(stage, museum, tmp_path)
    assert done(stage, rows, tmp_path) == [GOOD]
    told = rows(stage.told)
    assert [row["scan_id"] for row in told] == [MISSING, EXCHANGED, TOO_LARGE]
    assert all(row["sentence"] in report for row in told)
    assert keys[0] in told[0]["sentence"]
    assert keys[1] in told[1]["sentence"]

    memory.clear()
    for key, content in zip(keys, good, strict=True):
        write(museum, key, content)
    run(stage, museum, tmp_path)
    assert done(stage, rows, tmp_path) == [MISSING, EXCHANGED, TOO_LARGE, GOOD]
    assert rows(stage.told) == []


def test_the_catalog_is_exported_whatever_is_damaged(museum, rows):
    for row in rows(f"({MASTERS}) union all ({PREVIEWS})"):
        Store(museum).delete(museum.archive_bucket, row["object_key"])
    assert preservation.export_catalog(museum).rows > 20


def test_a_server_that_is_away_is_nobodys_damage(museum, rows, tmp_path):
    away = replace(museum, s3_endpoint="http://127.0.0.1:9")
    for stage in STAGES.values():
        with pytest.raises(HeritageError, match="does not answer") as caught:
            stage.run(away, tmp_path)
        assert not isinstance(caught.value, FixityError)
    assert rows("select * from set_aside") == []
