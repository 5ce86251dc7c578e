"""Whatever files, sidecars and archives hold: no traceback, and each delivered file is accounted for exactly once."""

import io
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from PIL import Image
from scan_pictures import colour, grey, save

from heritage_color.errors import DeliveryError
from heritage_color.images import formats, recognition, signatures
from heritage_color.images.metadata import embedded
from heritage_color.images.reading import frames, opening
from heritage_color.scans.arrival import companions, unpacking
from heritage_color.scans.arrival.landing import Bounds, Landing, Spoiled, split_name
from heritage_color.scans.check import check_delivery
from heritage_color.scans.decoding.messages import Picture
from heritage_color.scans.metadata import sidecars
from heritage_color.scans.reporting.report import Delivered
from heritage_color.settings import Settings

FEW = settings.default.max_examples // 10
CHANGES = some.lists(some.tuples(some.integers(0, 2**16), some.integers(0, 255)), max_size=6)
CUTS = some.one_of(some.none(), some.integers(0, 2**16))
MARKS = [mark.rjust(place + len(mark), b"\0") for place, mark, _ in signatures.SIGNATURES]
SUFFIXES = sorted({suffix for known in formats.FORMATS for suffix in known.suffixes} | {"", ".txt", ".xml", ".wav"})


def spoil(content: bytes, changes, cut) -> bytes:
    """Content with some bytes changed, and cut short."""
    spoiled = bytearray(content)
    for place, value in changes:
        if spoiled:
            spoiled[place % len(spoiled)] = value
    return bytes(spoiled[: cut % (len(spoiled) + 1)] if cut is not None else spoiled)


@given(some.sampled_from(MARKS) | some.just(b""), some.binary(max_size=200), some.sampled_from(SUFFIXES))
def test_any_bytes_under_any_name_have_one_kind(mark, rest, suffix):
    head = mark + rest
    found = recognition.by_content(head, suffix)
    assert found is None or found.supported or found.code in formats.REMEDIES
    assert companions.kind_of(head, suffix).of(f"a{suffix}").severity == "warning"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Sound pictures of the kinds that can hold several, by format."""
    folder = tmp_path_factory.mktemp("pictures")
    further = {"save_all": True, "append_images": [Image.fromarray(colour(2))]}
    options = {"a.jpg": {}, "a.png": further, "a.webp": further, "a.jp2": {}}
    content = {name: save(folder / name, colour(1), **given).read_bytes() for name, given in options.items()}
    index = b"\xff\xe2\0\x60MPF\0II*\0\x08\0\0\0\1\0\x02\xb0\7\0\x20\0\0\0\x1a\0\0\0\0\0\0\0" + bytes(62)
    content["a.mpo"] = content["a.jpg"][:2] + index + content["a.jpg"][2:]
    return content


@given(some.sampled_from(["a.jpg", "a.mpo", "a.png", "a.webp", "a.jp2"]), CHANGES, CUTS)
def test_pictures_are_counted_in_any_file(pictures, name, changes, cut):
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(spoil(pictures[name], changes, cut))
        found = opening.sniff(path)
        counted = frames.count_frames(path, found) if found else None
        assert counted is None or counted.count > 1


PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:HasCrop="True"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{turn}" crs:CropTop="{top}" crs:CropAngle="{angle}"/>
</rdf:RDF></x:xmpmeta>"""
WORDS = some.sampled_from(["0", "1", "6", "nan", "inf", "-1e999", "", "٣", "0,5", "&#x7;", "high"])


@given(
    WORDS, WORDS, WORDS, some.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32"]), CHANGES, CUTS
)  # fmt: skip
@example("6", "0.5", "1", "utf-8", [], None)
def test_any_sidecar_is_read_or_named(turn, top, angle, encoding, changes, cut):
    packet = PACKET.format(turn=turn, top=top, angle=angle).encode(encoding)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xmp"
        path.write_bytes(spoil(packet, changes, cut))
        tags, trouble = embedded.read_sidecar(path)
    assert bool(tags) != bool(trouble)
    scan = Delivered(Path("a.tif"), "a.tif", 1, picture=Picture("image/tiff", ".tif", {}))
    scan.sidecar = Delivered(Path("a.xmp"), "a.xmp", 1, picture=Picture("", ".xmp", tags))
    assert {one.code for one in sidecars.not_shown(scan)} <= {"sidecar-crop", "sidecar-turn"}


STEMS = some.sampled_from(["plate", "Plate", "plate_01", "plate.x", "box/plate"])
ENDINGS = some.sampled_from([".tif", ".TIF", ".jpg", ".nef", ""])
FILES = some.sets(some.builds("{}{}".format, STEMS, ENDINGS), max_size=6)
MEANT = some.dictionaries(
    some.builds("{}{}.xmp".format, STEMS, ENDINGS), some.sampled_from(["", "TIF", "jpg", "NEF", ".", "tiff"])
)


@given(FILES, MEANT)
def test_every_sidecar_describes_a_picture_or_is_named_once(files, meant):
    pictures = [Delivered(Path(name), name, 1) for name in sorted(files)]
    beside = [
        Delivered(Path(name), name, 1, picture=Picture("", ".xmp", {sidecars.FOR_EXTENSION: extension}))
        for name, extension in sorted(meant.items())
    ]
    found = sidecars.match(pictures, beside)
    described = {one.sidecar.name for one in pictures if one.sidecar}
    lost = [one.file for one in found if one.code != "sidecar-second"]
    second = {one.file for one in found if one.code == "sidecar-second"}
    assert sorted({*described, *second, *lost}) == sorted(meant)
    assert len(lost) == len(set(lost))
    assert not set(lost) & (described | second)


NAMES = some.sampled_from(["a.tif", "box/b.tif", "./a.tif", "../out.tif", "/etc/c.tif", "box", "é.tif", "x\0y", " "])
MEMBERS = some.lists(some.tuples(NAMES, some.binary(max_size=60)), max_size=5)


def packed(members, kind: str) -> bytes:
    """A ZIP, a tar or a tar in gzip of names and bytes."""
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return file.getvalue()
    with tarfile.open(fileobj=file, mode="w:gz" if kind == "tar.gz" else "w") as archive:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return file.getvalue()


KINDS = some.sampled_from(["zip", "tar", "tar.gz"])


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(MEMBERS, KINDS, CHANGES, CUTS)
def test_any_archive_is_unpacked_or_refused(members, kind, changes, cut):
    with TemporaryDirectory() as top:
        archive, folder = Path(top) / f"a.{kind}", Path(top) / "inside" / "out"
        folder.mkdir(parents=True)
        archive.write_bytes(spoil(packed(members, kind), changes, cut))
        landing = Landing(folder, Bounds(folder, archive.stat().st_size, 100), 100)
        try:
            unpacking.unpack(archive, landing)
        except (Spoiled, DeliveryError):
            return
        written = {path.resolve() for path in Path(top).rglob("*") if path.is_file()} - {archive.resolve()}
        assert written == {path.resolve() for path in landing.placed.values()}
        assert all(path.is_relative_to(folder.resolve()) for path in written)
        assert not set(landing.placed) & set(landing.refused)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(MEMBERS, KINDS)
def test_each_entry_of_a_sound_archive_comes_out_or_is_refused_once(members, kind):
    with TemporaryDirectory() as top:
        archive, folder = Path(top) / f"a.{kind}", Path(top) / "out"
        folder.mkdir()
        archive.write_bytes(packed(members, kind))
        landing = Landing(folder, Bounds(folder, 1000, 100), 100)
        unpacking.unpack(archive, landing)
    names = [name.split("\0")[0] for name, _ in members]  # both formats end a name there
    wanted = {"/".join(split_name(name) or [name]) for name in names}
    assert {*landing.placed, *landing.refused} == wanted


# fmt: off
CONTENTS = some.sampled_from([
    b"SDPX" + bytes(40), b"%PDF-1.4\n", b"P1 was broken", b"II*\0" + bytes(40), b"RIFF\0\0\0\0WAVEfmt ", bytes(20),
    b"<mets>", b"",
])
# fmt: on
DELIVERIES = some.dictionaries(
    some.sampled_from(["a.dpx", "b.tif", "c", "d.pdf", "e.xml", "f.wav", "box/g.jpg", "h.xmp", "i.zip"]), CONTENTS
)


@settings(max_examples=FEW)
@given(DELIVERIES, some.booleans())
@example({"a.dpx": b"SDPX" + bytes(40), "f.wav": b"", "h.xmp": b"<mets>", "d.pdf": b"P1 was broken"}, True)
def test_each_delivered_file_is_accounted_for_exactly_once(files, zipped):
    with TemporaryDirectory() as top:
        folder = Path(top) / "delivery"
        save(folder / "sound.tif", grey(1))
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        archive = Path(top) / "delivery.zip"
        whole = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        archive.write_bytes(packed([(str(path.relative_to(folder)), path.read_bytes()) for path in whole], "zip"))
        report = check_delivery(archive if zipped else folder, Settings(home=Path(top) / "home"))
    pictures = [one.name for one in report.pictures]
    beside = {one.file for one in report.general} - set(pictures)
    assert sorted([*pictures, *beside]) == sorted([*files, "sound.tif"])
    assert (report.accepted, report.accepted + report.refused) == (1, len(pictures))
