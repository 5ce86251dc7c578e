"""Measuring what stands in the catalog: no figure without its truth, and nothing measured twice."""

import psycopg2
import pytest
import pyvips
from catalog_rows import add_colorization, add_museum, add_scan, deposit, insert, picture
from damaging import overwrite

from heritage_color.metrics import steps
from heritage_color.metrics.definitions import METRICS
from heritage_color.store import Store

WITHOUT_TRUTH = {"colourfulness", "lightness_error"}


def add_reference(site, scan_id: int, width: int = 96) -> int:
    """A colour truth of a scan, of its size unless told otherwise; returns the scan's id."""
    file = deposit(site, "references", pyvips.Image.new_from_array(picture(f"truth {scan_id}", width)), ".png")
    return insert(site, "colour_references", "scan_id", scan_id=scan_id, media_type="image/png", **file)


@pytest.fixture
def museum(site):
    """The colorizations of two scans: the first has a colour truth, the second none."""
    scans = [add_scan(site, name) for name in ("with-truth", "without-truth")]
    add_reference(site, scans[0])
    return [add_colorization(site, scan) for scan in scans]


def figures_of(rows, colorization_id: int) -> dict[str, float]:
    """Figures of a colorization by name."""
    found = rows("select metric, value from measurements where colorization_id = %s", (colorization_id,))
    return {row["metric"]: row["value"] for row in found}


def record(site, colorization_id: int, scan_id: int, **columns):
    """Write a PSNR past the step, straight into the catalog."""
    columns = {"metric": "psnr_rgb", "needs_reference": True, "value": 33, **columns}
    return insert(site, "measurements", "metric", colorization_id=colorization_id, scan_id=scan_id, **columns)


def key_of(rows, colorization_id: int) -> str:
    """The key of a colorization's derivative."""
    return rows("select object_key from colorizations where colorization_id = %s", [colorization_id])[0]["object_key"]


def scan_of(rows, colorization_id: int) -> int:
    return rows("select scan_id from colorizations where colorization_id = %s", (colorization_id,))[0]["scan_id"]


def test_only_a_colorization_with_a_truth_gets_a_psnr(site, museum, rows):
    assert steps.measure(site) == steps.Measured(measured=2, with_truth=1, equal=0, unmeasurable=[])
    with_truth, without = (figures_of(rows, colorization) for colorization in museum)
    assert 5 < with_truth["psnr_rgb"] < 60
    assert without.keys() == WITHOUT_TRUTH
    told = rows("select colorization_id, detail from events where outcome = 'measured' order by event_id")
    assert [(act["colorization_id"], act["detail"]["figures"]) for act in told] == [
        (museum[0], pytest.approx(with_truth)),
        (museum[1], pytest.approx(without)),
    ]


def test_every_figure_that_needs_a_truth_is_recorded_beside_it(site, museum, rows):
    steps.measure(site)
    assert {metric.name for metric in METRICS if metric.needs_reference} <= figures_of(rows, museum[0]).keys()


def test_the_catalog_holds_the_definitions(site, museum, rows):
    steps.measure(site)
    held = {row["metric"]: row["definition"] for row in rows("select metric, definition from metrics")}
    assert held == {metric.name: metric.definition for metric in METRICS}


def test_measuring_twice_adds_nothing(site, museum, rows):
    steps.measure(site)
    before = rows("select * from measurements order by colorization_id, metric")
    assert steps.measure(site).measured == 0
    assert rows("select * from measurements order by colorization_id, metric") == before


def test_a_truth_that_comes_later_is_measured_then(site, museum, rows):
    steps.measure(site)
    add_reference(site, scan_of(rows, museum[1]))
    assert steps.measure(site).with_truth == 1
    assert "psnr_rgb" in figures_of(rows, museum[1])


def test_a_truth_of_another_size_is_told_and_the_rest_is_measured(site, rows):
    scan = add_scan(site, "cropped")
    add_reference(site, scan, width=80)
    colorization = add_colorization(site, scan)
    told = steps.measure(site).unmeasurable
    assert len(told) == 1
    assert "its truth 80 x 64" in told[0]
    assert figures_of(rows, colorization).keys() == WITHOUT_TRUTH


def test_a_colorization_that_equals_its_truth_is_counted_for_it_has_no_psnr(site, rows):
    scan = add_scan(site, "exact")
    add_reference(site, scan)
    colorization = add_colorization(site, scan, image=pyvips.Image.new_from_array(picture(f"truth {scan}")))
    assert steps.measure(site) == steps.Measured(measured=1, with_truth=1, equal=1, unmeasurable=[])
    found = figures_of(rows, colorization)
    assert ("psnr_rgb" in found, found["mse_rgb"]) == (False, 0)


def test_a_damaged_object_costs_no_other_picture_its_figures_and_is_measured_when_it_is_repaired(site, rows, tmp_path):
    missing, exchanged, good = add_museum(site)
    kept = [key_of(rows, colorization) for colorization in (missing, exchanged, good)]
    store, bucket = Store(site), site.archive_bucket
    copies = [store.fetch(bucket, key, tmp_path / str(number)) for number, key in enumerate(kept)]
    store.delete(bucket, kept[0])
    overwrite(site, kept[1], copies[2].read_bytes())
    result = steps.measure(site)
    assert (result.measured, len(result.unmeasurable)) == (1, 2)
    assert [key in sentence for key, sentence in zip(kept, result.unmeasurable, strict=False)] == [True, True]
    assert [figures_of(rows, each).keys() for each in (missing, exchanged, good)] == [set(), set(), WITHOUT_TRUTH]
    told = rows("select sentence from set_aside where stage = 'metrics' order by colorization_id")
    assert [f": {row['sentence']}" in text for row, text in zip(told, result.unmeasurable, strict=True)] == [
        True,
        True,
    ]
    for key, copy in zip(kept, copies, strict=True):
        store.restore(bucket, key, copy, "image/tiff")
    assert steps.measure(site) == steps.Measured(measured=2, with_truth=0, equal=0, unmeasurable=[])
    assert rows("select * from set_aside") == []


def test_without_its_master_a_colorization_is_not_measured_and_the_others_are(site, museum, rows):
    (master,) = rows("select object_key as key from scans where scan_id = %s", [scan_of(rows, museum[0])])
    Store(site).delete(site.archive_bucket, master["key"])
    result = steps.measure(site)
    assert (result.measured, len(result.unmeasurable)) == (1, 1)
    assert master["key"] in result.unmeasurable[0]


def test_a_truth_that_is_gone_is_told_and_the_rest_is_measured(site, museum, rows):
    (truth,) = rows("select object_key as key from colour_references")
    Store(site).delete(site.archive_bucket, truth["key"])
    result = steps.measure(site)
    assert (result.measured, result.with_truth) == (2, 0)
    assert result.unmeasurable[0].startswith(
        f"Scan {scan_of(rows, museum[0])} was not measured against its reference: {truth['key']} of the archive"
    )


def test_the_methods_own_uncertainty_is_recorded(site, rows):
    colorization = add_colorization(site, add_scan(site), settings={"uncertainty": 0.25})
    steps.measure(site)
    assert figures_of(rows, colorization)["uncertainty"] == 0.25


def test_what_was_withdrawn_is_not_measured(site, museum, rows):
    rows("update colorizations set withdrawn_at = now() where colorization_id = %s", (museum[0],))
    assert steps.measure(site).measured == 1


def test_the_database_refuses_a_psnr_without_a_truth(site, museum, rows):
    steps.measure(site)
    scan = scan_of(rows, museum[1])
    with pytest.raises(psycopg2.errors.CheckViolation, match="no_metric_without_truth"):
        record(site, museum[1], scan)
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        record(site, museum[1], scan, reference_scan_id=scan)


def test_the_database_refuses_a_psnr_against_another_scans_truth(site, museum, rows):
    steps.measure(site)
    other = scan_of(rows, museum[0])
    with pytest.raises(psycopg2.errors.CheckViolation, match="no_metric_without_truth"):
        record(site, museum[1], scan_of(rows, museum[1]), reference_scan_id=other)


def test_the_database_refuses_a_psnr_that_claims_to_need_no_truth(site, museum, rows):
    steps.measure(site)
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        record(site, museum[1], scan_of(rows, museum[1]), needs_reference=False)
