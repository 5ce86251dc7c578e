"""Pre-flight of a delivery: every fault in one pass, nothing written. Ingest takes in what this lets pass."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from heritage_color import progress
from heritage_color.errors import DeliveryError
from heritage_color.images import formats, likeness
from heritage_color.images.reading import opening
from heritage_color.scans.arrival import companions, names, receiving, virus
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.arrival.receiving import Received
from heritage_color.scans.arrival.virus import Scan
from heritage_color.scans.decoding import decode, policies
from heritage_color.scans.decoding.policies import Profile
from heritage_color.scans.decoding.workers import Workers
from heritage_color.scans.integrity import bags_inside, checksums, verifying
from heritage_color.scans.integrity.bags import PAYLOAD, is_bag
from heritage_color.scans.integrity.bags_inside import Inside
from heritage_color.scans.integrity.listed import Listed
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.metadata import describing, joining, manifests
from heritage_color.scans.metadata.manifest import Manifest
from heritage_color.scans.metadata.manifests import Stray
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered, Report, second_readings
from heritage_color.settings import Settings


@dataclass
class _Contents:
    """A delivery's entries, by what they are for."""

    pictures: list[Entry]
    xmp: list[Entry]
    lists: list[Entry]
    sidecars: list[Entry]
    others: list[Entry]
    manifests: list[Manifest]
    strays: list[Stray]
    inside: Inside


Answers = Mapping[Path, dict]  # of the decoding process, by file
ODD = ("link", "special", "refused")  # kinds of entries that are no files to read
WITHHELD = "withheld"  # kind of a file that the virus scan keeps from being opened: only its digests are made


def check(delivery: Path | str, settings: Settings) -> Report:
    """The report on a delivery of any shape. Raises DeliveryError where there is none, or no picture in it."""
    with receiving.receive(settings, delivery) as received:
        return examine(received, settings)


def examine(received: Received, settings: Settings, known: Answers | None = None) -> Report:
    """The report on a delivery that was received. Raises DeliveryError where there is no picture in it.

    Where `known` is given, only files take part whose answers it holds, and none of them is decoded again.
    """
    viruses = virus.scan(settings, _files(received)) if known is None else virus.recall(known)
    if received.fault:
        return _refused_whole(received, received.fault, viruses)
    profiles = policies.load(settings.profile)
    contents = _sort(received, known, viruses)
    bags = [received.bag, *contents.inside.bags]
    lists = [(entry, *_list(entry)) for entry in contents.lists if entry.kind == "file"]
    lines = [(entry.name, line) for entry, listed, _ in lists for line in listed]
    of_bags = [line for bag in bags for line in bag.lines]
    of_all = [line for _, line in lines + of_bags] + verifying.lines_of_rows(contents.manifests)
    files = _examine(contents, settings, verifying.algorithms_of(of_all), known)
    _note_unscanned(files, viruses)
    pictures, rest = files[: len(contents.pictures)], files[len(contents.pictures) :]
    general = [fault for _, _, faults in lists for fault in faults] + _other_findings(contents)
    general += [stray.finding for stray in contents.strays] + [fault for bag in bags for fault in bag.findings]
    general += _found_beside(received, viruses)
    listed, verified = sum(bag.listed for bag in bags), sum(bag.verified for bag in bags)
    with _all_or_none(pictures):
        general += joining.join(contents.manifests, pictures)
        manifests.refuse_unread(contents.strays, pictures)
        general += describing.describe(pictures, rest[: len(contents.xmp)])
        for number, fitting, faults in _verify(lines, of_bags, files, contents):
            listed, verified, general = listed + number, verified + fitting, general + faults
        general += [fault for bag in bags for fault in bag.check_payload(files)]
        _compare(pictures, profiles)
        _judge_pictures(pictures, listed_at_all=bool(lists or listed))
        _apply_severities(pictures, profiles)
        joining.check_references(pictures)
        _apply_severities(pictures, profiles)
    fingerprint = _fingerprint(files, {entry.name for entry in contents.sidecars if _comes_and_goes(entry)})
    general = profiles[""].severe(general + _faults_of_others(rest))
    compared, name = _compared_with(pictures), names.printable(received.name)
    report = Report(name, pictures, general, fingerprint, listed, verified, profiles=compared, viruses=viruses)
    report.second_readings = second_readings(pictures, profiles.values())
    return report


def _comes_and_goes(entry: Entry) -> bool:
    return names.is_sidecar(entry) and not names.is_manifest(entry)


def _list(entry: Entry) -> tuple[list[Listed], list[Finding]]:
    """The lines of a checksum list, and findings on what is none of them."""
    faults: list[Finding] = []
    with Isolated(faults, entry.name):
        return checksums.read(entry.path, entry.name)
    return [], faults


@contextmanager
def _all_or_none(pictures: list[Delivered]) -> Iterator[None]:
    """What goes wrong over all pictures at once, and befell none of them alone, keeps all of them out."""
    with Isolated() as place:
        yield
    for one in pictures if place.error else ():
        one.findings.append(finding("internal-fault", one.name, error=place.error))


def _verify(lines, of_bags, files: list[Delivered], contents: _Contents) -> Iterator[tuple[int, int, list[Finding]]]:
    """How many checksums lists, bags and manifests have, how many were verified, and what is wrong."""
    yield verifying.verify(lines, files, {entry.name for entry in contents.lists})
    yield verifying.verify(of_bags, files, set(), exact=True)
    yield verifying.verify_rows(files)


def _files(received: Received) -> list[Path]:
    """The ordinary files of a delivery, those beside a bag's payload too; or the archive that stays out whole."""
    if received.fault:
        return [received.folder]
    return [entry.path for entry in names.walk(_root(received)) if entry.kind == "file"]


def _root(received: Received) -> Path:
    """The delivery's folder, or the bag whose payload that is."""
    root = received.folder.parent
    return root if received.folder.name == PAYLOAD and is_bag(root) else received.folder


def _found_beside(received: Received, viruses: Scan) -> list[Finding]:
    """What the virus scan has against files beside a bag's payload, which stay out anyway."""
    root = _root(received)
    beside = [path for path in viruses.verdicts if not path.is_relative_to(received.folder)]
    named = [(names.printable(path.relative_to(root).as_posix()), viruses.verdicts[path]) for path in beside]
    return [finding(code, name, **facts) for name, (code, facts) in named]


def _note_unscanned(files: list[Delivered], viruses: Scan) -> None:
    """Findings on files that are read though nobody has scanned them."""
    for one in files:
        verdict = viruses.verdicts.get(one.path)
        if verdict and not virus.is_withheld(verdict):
            one.findings.append(finding(verdict[0], one.name, **verdict[1]))


def _refused_whole(received: Received, fault: Finding, viruses: Scan) -> Report:
    """The report on an archive that stays out whole: it counts as one file."""
    path = received.folder
    digests = decode.digest(path, ["sha256"])
    name = names.printable(received.name)
    verdict = viruses.verdicts.get(path)
    found = [finding(verdict[0], name, **verdict[1])] if verdict else []
    archive = Delivered(path, name, path.stat().st_size, digests, findings=[fault, *found])
    return Report(name, [archive], [], _fingerprint([archive], set()), viruses=viruses)


def content_of(entry: Entry) -> str:
    """As what a file is decoded while nothing else of its delivery is known: picture, sidecar, or "" for neither."""
    if not entry.size or names.is_sidecar(entry) or checksums.is_checksum_file(entry.path):
        return ""
    return "sidecar" if names.is_xmp(entry) else "picture"


def _sort(received: Received, known: Answers | None, viruses: Scan) -> _Contents:
    found = (_judged(entry, viruses) for entry in names.walk(received.folder))
    entries = [*(entry for entry in found if known is None or entry.path in known), *received.refused]
    given = manifests.read_all(received, entries)
    named = {names.alike(name) for name in joining.named(given)}
    places: dict[str, list[Entry]] = {"pictures": [], "xmp": [], "lists": [], "sidecars": [], "others": []}
    strays, inside = manifests.strays(received, entries), bags_inside.find(entries)
    others = {stray.name for stray in strays}
    for entry in entries:
        is_tag = entry.name in inside.tags and entry.kind != WITHHELD
        place = "sidecars" if is_tag else _place(entry, named)
        places["others" if entry.name in others else place].append(entry)
    if not places["pictures"] and not received.refused:
        raise DeliveryError(f"{received.name} holds no picture. A delivery is a folder with scans in it.")
    return _Contents(manifests=given, strays=strays, inside=inside, **places)


def _judged(entry: Entry, viruses: Scan) -> Entry:
    """The entry, kept from being opened where the virus scan says so: refused as pictures are, whatever it is."""
    verdict = viruses.verdicts.get(entry.path)
    if verdict is None or not virus.is_withheld(verdict):
        return entry
    return replace(entry, kind=WITHHELD, fault=finding(verdict[0], entry.name, **verdict[1]))


def _place(entry: Entry, named: set[str]) -> str:
    if entry.kind == WITHHELD:
        return "pictures"
    if names.is_sidecar(entry):
        return "sidecars"
    if entry.kind == "file" and checksums.is_checksum_file(entry.path):
        return "lists"
    if names.is_xmp(entry) and entry.kind == "file":
        return "xmp"
    known = formats.by_suffix(entry.path.suffix) or names.alike(entry.name) in named
    if known or _sniff(entry):
        return "pictures"
    return "lists" if _holds_checksums(entry) else "others"


def _holds_checksums(entry: Entry) -> bool:
    """Whether a file is a list of checksums, though its name does not say so."""
    try:
        return entry.kind == "file" and checksums.looks_like_list(entry.path)
    except OSError:
        return False


def _sniff(entry: Entry) -> bool:
    """Whether a file's first bytes are a picture's; where that raises anything, the decoding process shall say."""
    with Isolated(file=entry.name):
        try:
            return entry.kind == "file" and opening.sniff(entry.path) is not None
        except OSError:
            return False
    return True


def _examine(contents: _Contents, settings: Settings, algorithms: set[str], known: Answers | None) -> list[Delivered]:
    """All files with their digests: pictures first, and decoded, then their sidecars, then ordinary ones besides."""
    rest = [entry for entry in contents.lists + contents.sidecars + contents.others if entry.kind == "file"]
    todo = [(entry, "picture") for entry in contents.pictures] + [(entry, "sidecar") for entry in contents.xmp]
    todo += [(entry, "") for entry in rest]
    if known is not None:
        return [_delivered(entry, _answer(known, entry, content)) for entry, content in todo]
    with Workers(settings, algorithms) as workers:
        readable = [(entry, content) for entry, content in todo if entry.kind in ("file", WITHHELD)]
        asked = [(entry.path, content if entry.size and entry.kind == "file" else "") for entry, content in readable]
        answers = progress.track(workers.examine_all(asked), "checking", len(asked))
        return [_delivered(entry, next(answers) if entry.kind in ("file", WITHHELD) else {}) for entry, _ in todo]


def _answer(known: Answers, entry: Entry, content: str) -> dict:
    """What is known of a file; of one that is no picture and no sidecar of its delivery, only its digests."""
    answer = known.get(entry.path, {})
    return answer if content else {"digests": answer.get("digests", {})}


def _delivered(entry: Entry, answer: dict) -> Delivered:
    digests = answer.get("digests", {})
    findings: list[Finding] = []
    with Isolated(findings, entry.name):
        findings += [*names.check_name(entry), *_entry_findings(entry, digests)]
        if not any(one.severity == "error" for one in findings):
            findings += [_noted(entry, code, facts) for code, facts in answer.get("notes", ())]
    return Delivered(entry.path, entry.name, entry.size, digests, answer.get("picture"), findings=findings)


def _noted(entry: Entry, code: str, facts: dict) -> Finding:
    """A finding of the decoding process; of a sound or a text that manifest.csv names as a scan, what it is."""
    words = companions.words_for(entry.path) if code == "not-a-picture" else ""
    return finding("not-a-scan", entry.name, format=words) if words else finding(code, entry.name, **facts)


def _entry_findings(entry: Entry, digests: dict) -> list[Finding]:
    if entry.fault:
        return [entry.fault]
    if entry.kind != "file":
        return [finding("symlink" if entry.kind == "link" else "not-a-file", entry.name)]
    if "trouble" in digests:
        return [finding("unreadable-file", entry.name, why=digests["trouble"])]
    return [] if entry.size else [finding("empty", entry.name)]


def _other_findings(contents: _Contents) -> list[Finding]:
    """Findings on entries that are no pictures, and on names that collide."""
    odd = [entry for entry in contents.lists + contents.sidecars + contents.others if entry.kind in ODD]
    found = [fault for entry in odd for fault in _entry_findings(entry, {})]
    found += [
        finding("unreadable-file", one.name, why="the folder is locked") for one in contents.others if _locked(one)
    ]
    strays = {stray.name for stray in contents.strays}
    files = [entry for entry in contents.others if entry.kind == "file" and entry.name not in strays]
    for entry in files:
        with Isolated(found, entry.name):
            found.append(companions.note(entry))
    found += [fault for one in contents.manifests for fault in one.findings]
    return found + names.check_collisions(entry.name for entry in contents.pictures)


def _locked(entry: Entry) -> bool:
    return entry.kind == "locked"


def _faults_of_others(files: list[Delivered]) -> list[Finding]:
    """What checksums and reading say against files that are no pictures; an empty one is no fault there."""
    return [fault for file in files for fault in file.findings if fault.code not in ("empty", "name-not-portable")]


def _compare(pictures: list[Delivered], profiles: dict[str, Profile]) -> None:
    """Findings on scans whose headers are not as the profile of their collection wants them."""
    for one in (one for one in pictures if one.role == "scan"):
        collection = one.row["collection"] if one.row else ""
        one.profile = profiles.get(collection, profiles[""])
        with Isolated(one.findings, one.name):
            faults = policies.check(one.profile, one.picture) if one.picture else []
            one.findings += [finding(code, one.name, **facts) for code, facts in faults]


def _apply_severities(pictures: list[Delivered], profiles: dict[str, Profile]) -> None:
    """Make errors of the warnings that a picture's profile does not suffer; before and after references are judged."""
    for one in pictures:
        one.findings = (one.profile or profiles[""]).severe(one.findings)


def _compared_with(pictures: list[Delivered]) -> list[Profile]:
    """The profiles that scans were compared with, each once."""
    found = {one.profile.sha256: one.profile for one in pictures if one.profile}
    return sorted(found.values(), key=lambda one: one.name)


def _judge_pictures(pictures: list[Delivered], listed_at_all: bool) -> None:
    """Findings that need more than one picture, or its role, to be seen."""
    first: dict[str, Delivered] = {}
    for one in (one for one in pictures if one.role == "scan"):
        if one.picture and one.picture["colour"]:
            one.findings.append(finding("already-colour", one.name))
        if one.picture and one.picture.get("looks_like"):
            one.findings.append(finding(one.picture["looks_like"], one.name))
        if one.accepted and first.setdefault(one.sha256 or "", one) is not one:
            one.findings.append(finding("same-picture-twice", one.name, other=first[one.sha256 or ""].name))
    _note_likenesses(list(first.values()))
    for one in pictures if listed_at_all else ():
        if one.sha256 and not one.verified and one.accepted:
            one.findings.append(finding("checksum-unverified" if one.listed else "checksum-unlisted", one.name))


def _note_likenesses(scans: list[Delivered]) -> None:
    """A finding on each scan that looks like an earlier one of the delivery; each names one other, the nearest."""
    album = likeness.Album()
    for scan in scans:
        own = scan.picture and scan.picture["likeness"]
        if not own:
            continue
        near = album.nearest(own)
        if near:
            distance = likeness.distance(own, near.picture["likeness"])
            scan.findings.append(finding("looks-like-another", scan.name, other=near.name, distance=distance))
        album.add(own, scan)


def _fingerprint(files: Iterable[Delivered], left_out: set[str]) -> str:
    """SHA-256 over names and checksums of all files but those that a system leaves behind by itself."""
    lines = sorted(f"{file.name}\0{file.sha256 or ''}\n" for file in files if file.name not in left_out)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
