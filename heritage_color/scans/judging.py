"""Judges pictures by what takes more than the file to be seen: its profile, its role, and the other pictures."""

from heritage_color.images import likeness
from heritage_color.keys import Sha256, Word
from heritage_color.scans.decoding.policies import Profile, compare_with_profile
from heritage_color.scans.isolating import Isolated
from heritage_color.scans.reporting.reasons import finding
from heritage_color.scans.reporting.report import Delivered

Profiles = dict[Word, Profile]  # by collection; the one of all others under ""


def compare_with_profiles(pictures: list[Delivered], profiles: Profiles) -> None:
    """Findings on scans whose headers are not as the profile of their collection wants them."""
    for scan in (picture for picture in pictures if picture.role == "scan"):
        collection = scan.row["collection"] if scan.row else ""
        scan.profile = profiles.get(collection, profiles[""])
        with Isolated(scan.findings, scan.name):
            notes = compare_with_profile(scan.profile, scan.picture) if scan.picture else []
            scan.findings += [note.of(scan.name) for note in notes]


def apply_severities(pictures: list[Delivered], profiles: Profiles) -> None:
    """Turn warnings into errors where a picture's profile asks for it; done before and after references are judged."""
    for picture in pictures:
        picture.findings = (picture.profile or profiles[""]).severe(picture.findings)


def profiles_used(pictures: list[Delivered]) -> list[Profile]:
    """The profiles that scans were compared with, each once."""
    used = {picture.profile.sha256: picture.profile for picture in pictures if picture.profile}
    return sorted(used.values(), key=lambda profile: profile.name)


def judge_pictures(pictures: list[Delivered], listed_at_all: bool) -> None:
    """Findings that need more than one picture, or its role, to be seen.

    Where checksums are `listed_at_all`, an accepted picture without one that was verified is noted.
    """
    _judge_scans([picture for picture in pictures if picture.role == "scan"])
    for picture in pictures if listed_at_all else ():
        if picture.sha256 and not picture.verified and picture.accepted:
            code = "checksum-unverified" if picture.listed else "checksum-unlisted"
            picture.findings.append(finding(code, picture.name))


def _judge_scans(scans: list[Delivered]) -> None:
    first: dict[Sha256, Delivered] = {}
    for scan in scans:
        if scan.picture and scan.picture.colour:
            scan.findings.append(finding("already-colour", scan.name))
        if scan.picture and scan.picture.looks_like:
            scan.findings.append(finding(scan.picture.looks_like, scan.name))
        if scan.accepted and (other := first.setdefault(scan.sha256 or "", scan)) is not scan:
            scan.findings.append(finding("same-picture-twice", scan.name, other=other.name))
    _note_likenesses(list(first.values()))


def _note_likenesses(scans: list[Delivered]) -> None:
    """A finding on each scan that looks like an earlier one of the delivery; each names one other, the nearest."""
    album = likeness.Album[Delivered]()
    for scan in scans:
        hashed = scan.picture and scan.picture.likeness
        if not hashed:
            continue
        near = album.nearest(hashed)
        if near and near.picture and near.picture.likeness:
            distance = likeness.distance(hashed, near.picture.likeness)
            scan.findings.append(finding("looks-like-another", scan.name, other=near.name, distance=distance))
        album.add(hashed, scan)
