"""`python -m benchmarks.bags FOLDER`: whether each bag below a folder is valid, and why not; pictures do not matter.

In the Library of Congress' conformance suite a bag's folder lies in one that says what it is: valid, warning (valid),
invalid, linux-only or windows-only (invalid). Where the verdict is another the line begins with `!!`, and the
exit code is 1.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from heritage_color.errors import DeliveryError
from heritage_color.scans.arrival import names
from heritage_color.scans.decoding import decode
from heritage_color.scans.integrity import bags, verifying
from heritage_color.scans.reporting.reason import ERROR
from heritage_color.scans.reporting.reasons import Finding
from heritage_color.scans.reporting.report import Delivered

EXPECTED = {"valid": True, "warning": True, "invalid": False, "linux-only": False, "windows-only": False}


def judge(folder: Path) -> list[Finding]:
    """What is wrong with a bag. Raises DeliveryError where a folder is none."""
    if not bags.is_bag(folder):
        raise DeliveryError(f"{folder.name} has no {bags.DECLARATION}.")
    bag = bags.read_bag(folder)
    algorithms = verifying.algorithms_of([line for _, line in bag.lines]) | {"sha256"}
    entries = [entry for entry in names.walk(folder / bags.PAYLOAD) if entry.kind == "file"]
    files = [Delivered(one.path, one.name, one.size, decode.digest(one.path, algorithms)) for one in entries]
    _, _, found = verifying.verify(bag.lines, files, set(), exact=True)
    found += bag.findings + bag.check_payload(files)
    return [*found, *(fault for file in files for fault in file.findings)]


def folders(top: Path) -> list[Path]:
    """The bags below a folder: those that declare themselves, and those whose folder says what they are."""
    declared = {path.parent for path in top.rglob(bags.DECLARATION)}
    meant = {path for path in top.rglob("*") if path.is_dir() and path.parent.name in EXPECTED}
    inside = {one for one in declared if any(other in one.parents for other in declared | meant)}
    return sorted((declared | meant) - inside)


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each bag, then how many were what."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    top = parser.parse_args(arguments).folder
    counts: Counter[tuple[str, str]] = Counter()
    differing = 0
    for folder in folders(top):
        try:
            why = [f"{fault.code} {fault.file}" for fault in judge(folder) if fault.severity == ERROR]
        except DeliveryError as error:
            why = [str(error)]
        expected = EXPECTED.get(folder.parent.name)
        wrong = expected is not None and expected == bool(why)
        differing += wrong
        verdict = "invalid" if why else "valid"
        counts[folder.parent.name if expected is not None else "", verdict] += 1
        print("!!" if wrong else "  ", folder.relative_to(top), verdict, "; ".join(why[:3]))
    for (meant, verdict), count in sorted(counts.items()):
        print(f"{count:4} {verdict}" + (f" of {meant}" if meant else ""))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
