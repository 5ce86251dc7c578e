"""XMP sidecars: which picture each describes, and what they ask for that the picture does not show. Pure.

Adobe's programs name a sidecar after the stem, `plate.xmp`, which all files of that stem share unless it names one
ending (XMP Specification, part 2: photoshop:SidecarForExtension); darktable after the file, `plate.tif.xmp`, and for
a second version of it `plate_01.tif.xmp`.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from heritage_color.images import formats
from heritage_color.scans.arrival.names import alike, printable
from heritage_color.scans.decoding.messages import Metadata, text_of
from heritage_color.scans.reporting.reasons import Finding, finding
from heritage_color.scans.reporting.report import Delivered

FOR_EXTENSION = "Xmp.photoshop.SidecarForExtension"
VERSION = re.compile(r"(.+)_\d\d(\.[^./]+)\.xmp", re.IGNORECASE)
EDGES = {"Left": 0.0, "Top": 0.0, "Right": 1.0, "Bottom": 1.0}  # crs:CropLeft and so on, of a picture without a crop
ORIENTATIONS = ("1", "2", "3", "4", "5", "6", "7", "8")
OPERATION = re.compile(r"(Xmp\.darktable\.history\[\d+\]/darktable:)operation")
CUTTING = ("crop", "clipping", "ashift", "rotatepixels")  # darktable's modules that cut or turn
LONGEST = 20  # characters of an ending in a sentence


def match(pictures: list[Delivered], sidecars: list[Delivered]) -> list[Finding]:
    """Give pictures their sidecars; returns findings on those that describe none, or not the only one."""
    by_name = {alike(sidecar.name): sidecar for sidecar in sidecars}
    used: set[int] = set()
    findings = []
    for picture in pictures:
        named = [by_name[name] for name in _names(picture.name) if name in by_name]
        meant = [sidecar for sidecar in named if _is_meant(sidecar, picture)]
        used |= {id(sidecar) for sidecar in meant}
        readable = [sidecar for sidecar in meant if sidecar.picture]
        picture.sidecar = next(iter(readable), None)
        findings += [
            finding("sidecar-second", second.name, other=picture.name, first=readable[0].name)
            for second in readable[1:]
        ]
    stems = {alike(name) for picture in pictures for name in (picture.name, _stem(picture.name))}
    return findings + [_without_picture(sidecar, stems) for sidecar in sidecars if id(sidecar) not in used]


def _names(picture: str) -> list[str]:
    """Names of a picture's sidecar: scan.tif.xmp before scan.xmp."""
    return [alike(f"{picture}.xmp"), alike(f"{_stem(picture)}.xmp")]


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _is_meant(sidecar: Delivered, picture: Delivered) -> bool:
    """Return whether a sidecar of the right name is that of this file and not of another of its stem."""
    named = _extension(sidecar)
    if not named or alike(sidecar.name) == alike(f"{picture.name}.xmp"):
        return True
    suffix = PurePosixPath(picture.name).suffix.lower()
    known = formats.by_suffix(f".{named}")
    return suffix == f".{named}" or (known in formats.SUPPORTED and known is formats.by_suffix(suffix))


def _extension(sidecar: Delivered) -> str:
    return text_of(tags_of(sidecar), FOR_EXTENSION).strip(" .").lower()


def _without_picture(sidecar: Delivered, stems: set[str]) -> Finding:
    version = VERSION.fullmatch(sidecar.name)
    if version and alike(version[1] + version[2]) in stems:
        return finding("sidecar-version", sidecar.name, other=version[1] + version[2])
    if alike(_stem(sidecar.name)) in stems:
        return finding("sidecar-elsewhere", sidecar.name, suffix=printable(_extension(sidecar)[:LONGEST]))
    return finding("sidecar-without-picture", sidecar.name)


def tags_of(file: Delivered | None) -> Metadata:
    """Return the embedded metadata of a picture, or the properties of a sidecar, by name."""
    return file.picture.metadata if file and file.picture else {}


def not_shown(scan: Delivered) -> Iterator[Finding]:
    """Findings on a crop or a turn that stands beside a picture, or in it, and that its samples do not show."""
    beside = f"its sidecar {scan.sidecar.name}" if scan.sidecar else ""
    for source, tags in ((beside, tags_of(scan.sidecar)), ("its own XMP", tags_of(scan))):
        crop = _crop(tags)
        if crop:
            yield finding("sidecar-crop", scan.name, source=source, found=crop)
    turned = text_of(tags_of(scan.sidecar), "Xmp.tiff.Orientation")
    stored = text_of(tags_of(scan), "orientation", "1")
    if scan.picture and turned in ORIENTATIONS and turned != stored:
        both = f"orientation {turned} there, {stored} in the file"
        yield finding("sidecar-turn", scan.name, source=beside, found=both)


def _crop(tags: Metadata) -> str:
    """Return what a raw developer would cut away, in words; empty where it is nothing, or done already."""
    has_crop = text_of(tags, "Xmp.crs.HasCrop").lower()
    if text_of(tags, "Xmp.crs.AlreadyApplied").lower() != "true" and has_crop != "false":
        edges = {name: _number(text_of(tags, f"Xmp.crs.Crop{name}"), edge) for name, edge in EDGES.items()}
        angle = _number(text_of(tags, "Xmp.crs.CropAngle"), 0.0)
        if edges != EDGES or angle:
            shown = ", ".join(f"{name.lower()} {value:.0%}" for name, value in edges.items())
            return f"{shown}, turned by {angle:g} degrees" if angle else shown
        if has_crop == "true":
            return "its edges are not told"
    return _crop_of_darktable(tags)


def _number(value: str, otherwise: float) -> float:
    try:
        return float(value) if value else otherwise
    except ValueError:
        return otherwise


def _crop_of_darktable(tags: Metadata) -> str:
    operations = [(OPERATION.fullmatch(name), str(step)) for name, step in tags.items()]
    steps = [(operation[1], step) for operation, step in operations if operation]
    cutting = sorted({step for place, step in steps if step in CUTTING and tags.get(f"{place}enabled", "1") == "1"})
    return f"darktable's {' and '.join(cutting)}" if cutting else ""
