"""Tints are named and taken out, lost contrast is given back to the method; the master's lightness is not touched."""

import numpy as np
import pytest

from heritage_color import lab
from heritage_color.colorize.tint import BLACK, MOST, WHITE, stretched, tint_of
from heritage_color.demo import samples

GREY = np.linspace(0.02, 0.98, 64 * 96).reshape(64, 96)


def lab_of(rgb: np.ndarray) -> np.ndarray:
    return lab.rgb_to_lab(np.clip(rgb, 0, 1).astype(np.float32))


def old_paper() -> np.ndarray:
    """A print (64, 96, 3) whose blacks are neutral and whose lights are yellow."""
    return GREY[..., None] * (1 - GREY[..., None] * [0.0, 0.06, 0.3])


def test_grey_has_no_tint():
    assert tint_of(lab_of(np.repeat(GREY[..., None], 3, 2))).facts(None) == {
        "kind": "none", "ab": [0.0, 0.0], "neutralised": False, "stretched": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("print_", "kind"),
    [(samples.tone(GREY, None), "sepia"), (old_paper(), "yellowed"), (GREY[..., None] ** [1.5, 1.1, 0.8], "other")],
)
def test_toned_silver_old_paper_and_cyanotypes_are_told_apart(print_, kind):
    tint = tint_of(lab_of(print_))
    assert (tint.kind, tint.facts(None)["neutralised"]) == (kind, True)
    assert np.hypot(*tint.ab) > 3


def test_lightness_of_a_toned_print_is_that_of_the_untoned_one():
    toned = lab_of(samples.tone(GREY, None))[..., 0]
    assert np.abs(toned - lab.grey_to_lightness(GREY)).max() < 0.5


def test_a_faded_print_is_seen_with_full_contrast():
    faded = lab.grey_to_lightness(samples.fade(GREY, None))
    seen, contrast = stretched(faded, np.ones_like(faded))
    assert np.percentile(seen, [0.5, 99.5]) == pytest.approx([BLACK, WHITE], abs=0.1)
    assert contrast == pytest.approx(np.percentile(faded, [0.5, 99.5]), abs=0.1)


def test_full_contrast_is_left_as_it_is():
    full = np.linspace(0, 100, 4096, dtype=np.float32).reshape(64, 64)
    seen, contrast = stretched(full, np.ones_like(full))
    assert seen is full
    assert contrast is None


def test_what_lies_in_the_frame_does_not_count():
    lightness = np.full((64, 64), 2, np.float32)
    lightness[8:-8, 8:-8] = np.linspace(40, 70, 48)
    _, contrast = stretched(lightness, (lightness > 10).astype(np.float32))
    assert contrast == pytest.approx((40, 70), abs=1)


@pytest.mark.parametrize("level", [0, 20, 50, 90, 100])
def test_a_picture_of_nearly_one_shade_stays_about_as_light_and_is_not_torn_apart(level):
    flat = np.clip(level + np.random.default_rng(1).normal(0, 1, (64, 64)), 0, 100).astype(np.float32)
    seen, _ = stretched(flat, np.ones_like(flat))
    assert seen.std() <= MOST * flat.std() * 1.01
    assert abs(seen.mean() - level) < 6


@pytest.mark.parametrize(("rows", "kind"), [(1, "none"), (3, "sepia")])
def test_a_hundredth_of_the_pixels_does_not_make_a_tint(rows, kind):
    grey = np.tile(np.float32([60, 0, 0]), (100, 100, 1))
    grey[:rows] = [20, 15, 30]
    assert tint_of(grey).kind == kind


def test_a_recorded_tint_has_one_digit():
    tint = tint_of(lab_of(samples.tone(GREY, None)))
    assert tint.ab == (round(tint.ab[0], 1), round(tint.ab[1], 1))
    assert tint.ab != (round(tint.ab[0]), round(tint.ab[1]))


def test_dust_and_scratches_are_seen_as_black_and_white():
    lightness = np.linspace(40, 70, 4096, dtype=np.float32).reshape(64, 64)
    lightness[0, :4], lightness[-1, -4:] = 0, 100
    seen, contrast = stretched(lightness, np.ones_like(lightness))
    assert (seen.min(), seen.max(), seen.dtype) == (0, 100, np.float32)
    assert contrast == (round(contrast[0], 1), round(contrast[1], 1))


def test_a_scan_without_any_photograph_is_judged_whole():
    lightness = np.linspace(40, 70, 4096, dtype=np.float32).reshape(64, 64)
    assert stretched(lightness, np.zeros_like(lightness))[1] == stretched(lightness, np.ones_like(lightness))[1]
