"""Pre-flight of a delivery: every fault in one pass, nothing written. Ingest takes in what this lets pass.

The order is that in which things become known: viruses, what each entry is for (contents.py), what each file holds
(examining.py); then what belongs together, manifests and pictures, sidecars and pictures, checksums and files; and at
last how the pictures look beside their profile and beside each other (judging.py).
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heritage_color.keys import FileName
from heritage_color.scans.arrival import names, receiving, verdicts, virus
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.arrival.verdicts import VirusScan
from heritage_color.scans.contents import Answers, Contents, ordinary_files, sort_entries
from heritage_color.scans.decoding import decode, policies
from heritage_color.scans.examining import faults_of_others, findings_beside, read_files
from heritage_color.scans.integrity import checksums, verifying
from heritage_color.scans.integrity.bags import PAYLOAD, Bag, is_bag
from heritage_color.scans.integrity.listed import Listed
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.judging import (
    Profiles,
    apply_severities,
    compare_with_profiles,
    judge_pictures,
    profiles_used,
)
from heritage_color.scans.metadata import describing, joining, manifests
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered, Report, second_readings
from heritage_color.settings import Settings


def check_delivery(delivery: Path | str, settings: Settings) -> Report:
    """Return the report on a delivery of any shape. Raises DeliveryError where there is none, or no picture in it."""
    with receiving.receive(settings, delivery) as received:
        return examine(received, settings)


def examine(received: Received, settings: Settings, known: Answers | None = None) -> Report:
    """The report on a delivery that was received. Raises DeliveryError where there is no picture in it.

    Where `known` is given, only files take part whose answers it holds, and none of them is decoded again.
    """
    viruses = virus.scan(settings, _files(received)) if known is None else verdicts.recall(known)
    if received.fault:
        return _refused_whole(received, received.fault, viruses)
    profiles = policies.load_profiles(settings.profile)
    contents = sort_entries(received, known, viruses)
    sums = _Sums.of(received, contents)
    files = read_files(contents, settings, sums.algorithms, known)
    _note_unscanned(files, viruses)
    pictures, rest = files[: len(contents.pictures)], files[len(contents.pictures) :]
    report = Report(
        names.printable(received.name),
        pictures,
        [*sums.findings, *findings_beside(contents), *_found_beside(received, viruses)],
        _fingerprint(files, contents.left_behind),
        viruses=viruses,
    )
    with _all_or_none(pictures):
        _join(report, contents, rest[: len(contents.xmp)])
        _verify(report, sums, files)
        _judge(report, profiles, listed_at_all=bool(contents.lists or report.listed))
    report.general = profiles[""].severe([*report.general, *faults_of_others(rest)])
    report.profiles = profiles_used(pictures)
    report.second_readings = second_readings(pictures, profiles.values())
    return report


@contextmanager
def _all_or_none(pictures: list[Delivered]) -> Iterator[None]:
    """What goes wrong over all pictures at once, and befell none of them alone, keeps all of them out."""
    with Isolated() as place:
        yield
    for picture in pictures if place.error else ():
        picture.findings.append(finding("internal-fault", picture.name, error=place.error))


def _join(report: Report, contents: Contents, xmp: list[Delivered]) -> None:
    """Give the pictures their rows and sidecars."""
    report.general += joining.join(contents.manifests, report.pictures)
    manifests.refuse_unread(contents.strays, report.pictures)
    report.general += describing.describe_scans(report.pictures, xmp)


def _judge(report: Report, profiles: Profiles, listed_at_all: bool) -> None:
    """Judge the pictures by their profiles and beside each other; references last, when all else is known of both."""
    compare_with_profiles(report.pictures, profiles)
    judge_pictures(report.pictures, listed_at_all)
    apply_severities(report.pictures, profiles)
    joining.check_references(report.pictures)
    apply_severities(report.pictures, profiles)


# ------------------------------------------------------------------------- checksums


@dataclass
class _Sums:
    """The checksums that came with a delivery: those of lists with the lists' names, of bags, and of manifests' rows.

    `findings` are those on the lists, the bags and the strays, files that may be lists or manifests and are unclear.
    """

    lists: set[FileName]
    listed: list[tuple[FileName, Listed]]
    bags: list[Bag]
    algorithms: set[str]
    findings: list[Finding]

    @classmethod
    def of(cls, received: Received, contents: Contents) -> "_Sums":
        bags = [received.bag, *contents.inside.bags]
        lists = [(entry.name, *_list(entry)) for entry in contents.lists if entry.kind == "file"]
        listed = [(name, line) for name, lines, _ in lists for line in lines]
        lines = [line for _, line in listed] + [line for bag in bags for _, line in bag.lines]
        algorithms = verifying.algorithms_of(lines + verifying.lines_of_rows(contents.manifests))
        faults = [fault for _, _, found_in in lists for fault in found_in] + [
            stray.finding for stray in contents.strays
        ]
        faults += [fault for bag in bags for fault in bag.findings]
        return cls({entry.name for entry in contents.lists}, listed, bags, algorithms, faults)


def _list(entry: Entry) -> tuple[list[Listed], list[Finding]]:
    """The lines of a checksum list, and findings on lines that cannot be read."""
    faults: list[Finding] = []
    with Isolated(faults, entry.name):
        return checksums.read_checksums(entry.path, entry.name)
    return [], faults


def _verify(report: Report, sums: _Sums, files: list[Delivered]) -> None:
    """Compare all checksums with those of the files; the report says how many there are, and how many fit."""
    report.listed = sum(bag.listed for bag in sums.bags)
    report.verified = sum(bag.verified for bag in sums.bags)
    of_bags = [line for bag in sums.bags for line in bag.lines]
    for compared in (
        verifying.verify(sums.listed, files, sums.lists),
        verifying.verify(of_bags, files, set(), exact=True),
        verifying.verify_rows(files),
    ):
        report.listed, report.verified = report.listed + compared.listed, report.verified + compared.verified
        report.general += compared.findings
    report.general += [fault for bag in sums.bags for fault in bag.check_payload(files)]


def _fingerprint(files: Iterable[Delivered], left_out: set[FileName]) -> str:
    """SHA-256 over names and checksums of all files but those that a system leaves behind by itself."""
    lines = sorted(f"{file.name}\0{file.sha256 or ''}\n" for file in files if file.name not in left_out)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


# --------------------------------------------------------------------------- viruses


def _files(received: Received) -> list[Path]:
    """The ordinary files of a delivery, those beside a bag's payload too; or the archive that stays out whole."""
    return [received.folder] if received.fault else ordinary_files(names.walk(_root(received)))


def _root(received: Received) -> Path:
    """The delivery's folder, or the bag whose payload that is."""
    root = received.folder.parent
    return root if received.folder.name == PAYLOAD and is_bag(root) else received.folder


def _found_beside(received: Received, viruses: VirusScan) -> Iterator[Finding]:
    """Yield what the virus scan says against files beside a bag's payload. They are not taken in anyway."""
    root = _root(received)
    for path, verdict in viruses.verdicts.items():
        if not path.is_relative_to(received.folder):
            yield verdict.of(names.printable(path.relative_to(root).as_posix()))


def _note_unscanned(files: list[Delivered], viruses: VirusScan) -> None:
    """Findings on files that are read though nobody has scanned them."""
    for file in files:
        verdict = viruses.verdicts.get(file.path)
        if verdict and not verdicts.is_withheld(verdict):
            file.findings.append(verdict.of(file.name))


def _refused_whole(received: Received, fault: Finding, viruses: VirusScan) -> Report:
    """The report on an archive that is refused as a whole; it counts as one file."""
    path, name = received.folder, names.printable(received.name)
    verdict = viruses.verdicts.get(path)
    findings = [fault, verdict.of(name)] if verdict else [fault]
    archive = Delivered(path, name, path.stat().st_size, decode.digest(path, ["sha256"]), findings=findings)
    return Report(name, [archive], [], _fingerprint([archive], set()), viruses=viruses)
