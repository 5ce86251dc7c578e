"""Which photographs a model learns from and which are held back: never two views of one work on both sides. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from heritage_color.errors import DeliveryError
from heritage_color.keys import Column, Identifier, ObjectKey, Sha256

Work = str  # one object that was photographed, perhaps in several views
Side = str  # "train" or "val"

HELD_BACK = 0.1  # of the works, to validate and to benchmark on
WORK_COLUMN = "work"  # of the delivery's manifest: what the museum itself says belongs together
# The part of an identifier that tells views of one work apart, after its number: 4711a, 4711-2, 4711_recto
PART = re.compile(r"(?<=\d)([-_. /]\d{1,3}|[-_. /]?(recto|verso|front|back|detail|[a-z]))$", re.IGNORECASE)


@dataclass(frozen=True)
class ColourReference:
    """A colour photograph of the catalog and the scan that it is the truth of."""

    scan_id: int
    identifier: Identifier
    collection: str
    sha256: Sha256
    object_key: ObjectKey = ""
    date_created: str = ""
    rights: str = ""
    further_columns: Mapping[Column, str] = field(default_factory=dict)
    do_not_colorize: bool = False

    @property
    def work(self) -> Work:
        """What it shows a view of: the column `work` of its manifest, else its collection and identifier's stem."""
        columns = {name.strip().casefold(): value.strip() for name, value in self.further_columns.items()}
        if columns.get(WORK_COLUMN):
            return f"work {columns[WORK_COLUMN].casefold()}"
        return f"{self.collection}/{PART.sub('', self.identifier)}".casefold()


def groups(references: Iterable[ColourReference]) -> dict[Sha256, Work]:
    """Return the group of each photograph: works that share a photograph are one group, named by the first."""
    works: dict[Sha256, list[Work]] = {}
    for reference in references:
        works.setdefault(reference.sha256, []).append(reference.work)
    first = {work: work for shared in works.values() for work in shared}

    def root(work: Work) -> Work:
        while first[work] != work:
            work = first[work]
        return work

    for shared in works.values():
        lowest, *others = sorted({root(work) for work in shared})
        first.update(dict.fromkeys(others, lowest))
    return {sha256: root(shared[0]) for sha256, shared in works.items()}


def split(references: Sequence[ColourReference]) -> dict[Sha256, Side]:
    """Return the side of each photograph, `train` or `val`; the same for the same works, on every machine.

    A photograph of a scan that must not be colorized is left out, also where an open scan shows it too.
    Raises DeliveryError where there are not two works to tell apart.
    """
    closed = {reference.sha256 for reference in references if reference.do_not_colorize}
    group = groups(reference for reference in references if reference.sha256 not in closed)
    places = {work: place(work) for work in set(group.values())}
    if len(places) < 2:
        raise DeliveryError(
            "Training needs colour photographs of two works at least, one of them to validate on; the catalog has "
            f"those of {len(places)}. Deliver colour references, or name a folder of photographs."
        )
    first, *_, last = sorted(places, key=lambda work: places[work])  # of few works, too, one is on each side
    held_back = {first} | {work for work in places if places[work] < HELD_BACK} - {last}
    return {sha256: "val" if work in held_back else "train" for sha256, work in group.items()}


def place(work: Work) -> float:
    """Return a work's place in 0..1, from its name alone."""
    return int(hashlib.sha256(work.encode()).hexdigest()[:12], 16) / 16**12
