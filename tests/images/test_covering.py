"""The rows of the matrix have every pair of values that can be together, and no row breaks a rule."""

import itertools

from covering import Axes, chosen, covering, pairs, without

VALUES = {
    "colour": ("grey", "RGB", "inks"),
    "bits": (1, 8, 16),
    "codec": ("none", "fax", "JPEG"),
    "planar": (False, True),
}
RULES = [
    lambda codec, bits, colour: codec != "fax" or (bits == 1 and colour == "grey"),
    lambda codec, bits: codec != "JPEG" or bits == 8,
    lambda colour, planar: colour != "grey" or not planar,
    lambda bits, planar: bits > 1 or not planar,
]


def every_row():
    """Every row that the rules allow, by trying all."""
    rows = [dict(zip(VALUES, values, strict=True)) for values in itertools.product(*VALUES.values())]
    return [
        row for row in rows if all(rule(**{name: row[name] for name in rule.__code__.co_varnames}) for rule in RULES)
    ]


def of(rows):
    return {pair for row in rows for pair in pairs(row)}


def test_every_pair_that_can_be_is_there_and_no_other():
    rows, impossible = covering(Axes(VALUES, RULES))
    everything = every_row()
    assert of(rows) == of(everything)
    assert set(impossible) == set(Axes(VALUES, []).choices(2)) - of(everything)
    assert all(row in everything for row in rows)
    assert len(rows) < len(everything)


def test_rows_are_the_same_each_time():
    assert covering(Axes(VALUES, RULES)) == covering(Axes(VALUES, RULES))


def test_the_opposite_of_a_rule_keeps_what_it_forbids():
    rows, _ = covering(Axes(VALUES, [without(RULES[1])]), 1)
    assert rows
    assert all(row["codec"] == "JPEG" and row["bits"] != 8 for row in rows)


def test_a_few_rows_keep_the_pairs_of_some_axes():
    rows, _ = covering(Axes(VALUES, RULES))
    few = chosen(rows, ("bits", "planar"))
    assert len(few) < len(rows)
    wanted, found = ({pair for pair in of(some) if {"bits", "planar"} == dict(pair).keys()} for some in (rows, few))
    assert found == wanted
