"""What a prediction was computed with, as the catalog keeps it."""

import os

import pytest

from heritage_color.colorize import computing


@pytest.mark.parametrize(
    ("cpuinfo", "found"),
    [
        ("processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2 avx512f\n", "avx512f"),
        ("flags\t\t: fpu sse4_2 avx avx2\nbugs\t\t: avx512f\n", "avx2"),
        ("Features\t: fp asimd evtstrm\n", "asimd"),
        ("", None),
    ],
)
def test_the_widest_instructions_are_what_the_kernel_tells(cpuinfo, found):
    assert computing.widest(cpuinfo) == found


def test_cores_are_those_that_the_process_may_use():
    found = computing.facts()
    assert 1 <= found["cores"] <= os.cpu_count()
    assert found["tensorflow"].count(".") == 2
