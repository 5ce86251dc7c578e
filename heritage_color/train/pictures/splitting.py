"""Which photographs a model learns from and which are held back: never two views of one work on both sides. Pure."""

import hashlib
import re
from collections.abc import Iterable

from heritage_color.errors import DeliveryError

HELD_BACK = 0.1  # of the works, to validate and to benchmark on
WORK_COLUMN = "work"  # of the delivery's manifest: what the museum itself says belongs together
# The part of an identifier that tells views of one work apart, after its number: 4711a, 4711-2, 4711_recto
PART = re.compile(r"(?<=\d)([-_. /]\d{1,3}|[-_. /]?(recto|verso|front|back|detail|[a-z]))$", re.IGNORECASE)


def work_of(row: dict) -> str:
    """What a scan shows a view of: the column `work` of its manifest, else its collection and identifier's stem.

    The row has `identifier`, `collection` and `further_columns`.
    """
    named = {name.strip().casefold(): value for name, value in row["further_columns"].items()}.get(WORK_COLUMN, "")
    if named.strip():
        return f"work {named.strip().casefold()}"
    return f"{row['collection']}/{PART.sub('', row['identifier'])}".casefold()


def groups(rows: Iterable[dict]) -> dict[str, str]:
    """The group of each photograph, by `sha256`: works that share a photograph are one group, named by the first."""
    works: dict[str, list[str]] = {}
    for row in rows:
        works.setdefault(row["sha256"], []).append(work_of(row))
    first = {work: work for shared in works.values() for work in shared}

    def root(work: str) -> str:
        while first[work] != work:
            work = first[work]
        return work

    for shared in works.values():
        lowest, *others = sorted({root(work) for work in shared})
        first.update(dict.fromkeys(others, lowest))
    return {sha256: root(shared[0]) for sha256, shared in works.items()}


def split(rows: list[dict]) -> dict[str, str]:
    """`train` or `val` for each photograph, by `sha256`; the same for the same works, on every machine.

    A photograph of a scan that must not be colorized is left out, also where an open scan shows it too.
    Raises DeliveryError where there are not two works to tell apart.
    """
    closed = {row["sha256"] for row in rows if row["do_not_colorize"]}
    group = groups(row for row in rows if row["sha256"] not in closed)
    places = {name: place(name) for name in set(group.values())}
    if len(places) < 2:
        raise DeliveryError(
            "Training needs colour photographs of two works at least, one of them to validate on; the catalog has "
            f"those of {len(places)}. Deliver colour references, or name a folder of photographs."
        )
    first, *_, last = sorted(places, key=lambda name: places[name])  # of few works, too, one is on each side
    held_back = {first} | {name for name in places if places[name] < HELD_BACK} - {last}
    return {sha256: "val" if name in held_back else "train" for sha256, name in group.items()}


def place(name: str) -> float:
    """A work's place in 0..1, from its name alone."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:12], 16) / 16**12
