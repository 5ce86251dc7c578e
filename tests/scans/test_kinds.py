"""Every kind of file is known by its bytes, whatever its name, and has its own sentence and remedy."""

import io
import struct
import zipfile

import imagecodecs
import numpy as np
import pytest
from PIL import Image
from scan_pictures import codes, colour, manifest, save

from heritage_color.images import formats, recognition
from heritage_color.images.reading import opening
from heritage_color.images.refusals import Limits
from heritage_color.scans.arrival import companions
from heritage_color.scans.check import check_delivery
from heritage_color.scans.decoding import decode
from heritage_color.settings import Settings


def boxes(major, *compatible):
    """A file that begins with a box of brands."""
    content = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", len(content) + 4) + content + bytes(40)


def jp2(brand):
    """The beginning of a file of the JPEG 2000 family."""
    return b"\0\0\0\x0cjP  \r\n\x87\n" + struct.pack(">I4s4sI4s", 20, b"ftyp", brand, 0, brand) + bytes(40)


def at(place, mark):
    """Zeros, and a mark at a place."""
    return bytes(place) + mark + bytes(40)


def zipped(*entries):
    """A ZIP of names and texts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in entries:
            packed.writestr(name, text)
    return file.getvalue()


TGA = struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 4, 3, 24, 0) + bytes(36)
KINDS = {
    "film.dpx": (b"SDPX" + bytes(60), "film-frame", "DPX"),
    "little-endian.dpx": (b"XPDS" + bytes(60), "film-frame", "DPX"),
    "film.cin": (b"\x80\x2a\x5f\xd7" + bytes(60), "film-frame", "Cineon"),
    "little-endian.cin": (b"\xd7\x5f\x2a\x80" + bytes(60), "film-frame", "Cineon"),
    "plate.fits": (b"SIMPLE  =                    T".ljust(2880) + bytes(40), "instrument-picture", "FITS"),
    "header-only.fit": (b"SIMPLE  =                    T".ljust(2880), "instrument-picture", "FITS"),
    "x-ray": (at(128, b"DICM"), "instrument-picture", "DICOM"),
    "without-preamble.dcm": (b"\x08\0\5\0" + bytes(60), "instrument-picture", "DICOM"),
    "head.nii": (at(344, b"n+1\0"), "instrument-picture", "NIfTI"),
    "aerial.ntf": (b"NITF02.1003" + bytes(60), "instrument-picture", "NITF"),
    "slide.czi": (b"ZISRAWFILE" + bytes(60), "instrument-picture", "microscope"),
    "album.pdf": (b"%PDF-1.4\n%\xe2\xe3", "document", "PDF"),
    "behind-a-header.pdf": (bytes(128) + b"%PDF-1.7\n", "document", "PDF"),
    "book.djvu": (b"AT&TFORM\0\0\0\x10DJVM", "document", "DjVu"),
    "page.ps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "document", "PostScript"),
    "page.eps": (b"\xc5\xd0\xd3\xc6" + bytes(60), "document", "EPS"),
    "page.indd": (b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5" + bytes(60), "document", "InDesign"),
    "book.epub": (zipped(("mimetype", "application/epub+zip")), "document", "EPUB"),
    "photo.pcd": (at(2048, b"PCD_IPI"), "unsupported", "Photo CD"),
    "photo.jxr": (b"II\xbc\x01" + bytes(60), "unsupported", "JPEG XR"),
    "light.hdr": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\x80\x80", "unsupported", "Radiance"),
    "light.rgbe": (b"#?RGBE\n\n-Y 1 +X 1\n\x80\x80", "unsupported", "Radiance"),
    "light.pfm": (b"Pf\n4 3\n-1.0\n" + bytes(48), "unsupported", "PFM"),
    "old.sgi": (b"\x01\xda\0\2\0\2" + bytes(60), "unsupported", "SGI"),
    "old.tga": (TGA, "unsupported", "TGA"),
    "newer-tga": (TGA + bytes(8) + b"TRUEVISION-XFILE.\0", "unsupported", "TGA"),
    "layers.xcf": (b"gimp xcf file\0" + bytes(60), "unsupported", "GIMP"),
    "layers.kra": (zipped(("mimetype", "application/x-krita")), "unsupported", "painting"),
    "pages.jpm": (jp2(b"jpm "), "unsupported", "JPM"),
    "scan.pgm": (b"P5\n# made by a scanner\n4 3\n255\n" + bytes(12), "unsupported", "PNM"),
    "scan.pbm": (b"P4\n8 1\n\xff", "unsupported", "PNM"),
    "plain.pbm": (b"P1\n2 1\n0 1\n", "unsupported", "PNM"),
    "scan.pam": (b"P7\nWIDTH 4\nHEIGHT 3\nDEPTH 1\nMAXVAL 255\nENDHDR\n", "unsupported", "PNM"),
    "of-windows.bmp": (b"BM" + bytes(12) + b"\x28\0\0\0" + bytes(40), "unsupported", "BMP"),
    "of-os2.bmp": (b"BM" + bytes(8) + b"\x1a\0\0\0\x0c\0\0\0" + bytes(40), "unsupported", "BMP"),
    "several-of-os2.bmp": (b"BA" + bytes(12) + b"BM" + bytes(40), "unsupported", "BMP"),
    "of-a-phone.hif": (boxes(b"mif1", b"heic"), "unsupported", "HEIF"),
    "by-compatible-brand.heic": (boxes(b"abcd", b"miaf"), "unsupported", "HEIF"),
    "jpeg-inside.heif": (boxes(b"jpeg", b"mif1"), "unsupported", "HEIF"),
    "picture.avif": (boxes(b"avio", b"avif"), "unsupported", "HEIF or AVIF"),
    "small.ico": (b"\0\0\1\0\1\0\x10\x10\0\0\1\0" + bytes(60), "unsupported", "icon"),
    "small.icns": (b"icns\0\0\1\0" + bytes(60), "unsupported", "icon"),
    "old.pcx": (b"\x0a\5\1\x08" + bytes(60), "unsupported", "PCX"),
    "fax.jb2": (b"\x97JB2\r\n\x1a\n" + bytes(60), "unsupported", "JBIG2"),
    "map.sid": (b"msid\1\0" + bytes(60), "unsupported", "MrSID"),
    "drawing.svg": (b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="x">', "unsupported", "SVG"),
    "old.pict": (at(522, b"\0\x11\2\xff"), "unsupported", "PICT"),
    "amiga.iff": (b"FORM\0\0\0\x40ILBMBMHD" + bytes(40), "unsupported", "IFF"),
    "many-lights.ptm": (b"PTM_1.2\nPTM_FORMAT_LRGB\n4\n3\n" + bytes(40), "unsupported", "PTM"),
    "prepress.sct": (b" " * 80 + b"CT" + bytes(60), "unsupported", "Scitex"),
    "of-a-satellite.img": (b"EHFA_HEADER_TAG\0" + bytes(60), "unsupported", "ERDAS"),
    "canon.cr3": (boxes(b"crx ", b"isom"), "camera-raw", "raw"),
    "canon.tif": (b"II*\0\x10\0\0\0CR\2\0" + bytes(60), "camera-raw", "raw"),
    "phase one.tif": (b"II*\0\x10\0\0\0IIIITwaR" + bytes(60), "camera-raw", "raw"),
    "phase one of old.tif": (b"MM\0*\0\0\0\x10MMMMRawT" + bytes(60), "camera-raw", "raw"),
    "fuji.raf": (b"FUJIFILMCCD-RAW 0201" + bytes(60), "camera-raw", "raw"),
    "olympus.orf": (b"IIRO\x08\0\0\0" + bytes(60), "camera-raw", "raw"),
    "olympus-2.orf": (b"IIRS\x08\0\0\0" + bytes(60), "camera-raw", "raw"),
    "olympus-3.orf": (b"MMOR\0\0\0\x08" + bytes(60), "camera-raw", "raw"),
    "panasonic.rw2": (b"IIU\0\x18\0\0\0" + bytes(60), "camera-raw", "raw"),
    "sigma.x3f": (b"FOVb\0\0\3\0" + bytes(60), "camera-raw", "raw"),
    "minolta.mrw": (b"\0MRM\0\0\1\0" + bytes(60), "camera-raw", "raw"),
    "canon.crw": (b"II\x1a\0\0\0HEAPCCDR" + bytes(60), "camera-raw", "raw"),
    "nikon.nef": (b"II*\0\x08\0\0\0" + bytes(60), "camera-raw", "raw"),
    "phase-one.eip": (zipped(("0.IIQ", "II*")), "camera-raw", "raw"),
    "unknown.kdc": (b"\x07\x91" + bytes(60), "camera-raw", "raw"),
    "movie.mj2": (jp2(b"mjp2"), "moving-picture", "Motion JPEG 2000"),
    "movie.mp4": (boxes(b"isom", b"mp42"), "moving-picture", "film"),
    "movie.mov": (b"\0\0\0\x08wide\0\0\0\0mdat" + bytes(40), "moving-picture", "film"),
    "movie.avi": (b"RIFF\0\0\1\0AVI LIST" + bytes(40), "moving-picture", "film"),
    "movie.mkv": (b"\x1a\x45\xdf\xa3" + bytes(60), "moving-picture", "film"),
    "movie.mxf": (b"\x06\x0e\x2b\x34\x02\x05\x01\x01" + bytes(60), "moving-picture", "film"),
    "movie.mpg": (b"\0\0\1\xba" + bytes(60), "moving-picture", "film"),
    "movie.m2ts": ((b"G" + bytes(187)) * 4, "moving-picture", "film"),
    "box.zip": (zipped(("a.tif", "x")), "archive-inside", "archive"),
    "box.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "archive-inside", "archive"),
    "box.rar": (b"Rar!\x1a\x07\x01\0" + bytes(60), "archive-inside", "archive"),
    "box.tar": (at(257, b"ustar\0"), "archive-inside", "archive"),
    "box.tar.gz": (b"\x1f\x8b\x08" + bytes(60), "archive-inside", "archive"),
    "box.z01": (b"PK\x07\x08PK\x03\x04" + bytes(60), "archive-inside", "archive"),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_known_by_its_bytes(name):
    content, code, word = KINDS[name]
    suffix = name[name.rfind(".") :] if "." in name else ""
    found = recognition.by_content(content[: recognition.HEAD_BYTES], suffix)
    if name == "newer-tga":  # it tells itself at its end only, which `sniff` reads
        assert (found, recognition.may_be_tga(content)) == (None, True)
        return
    assert (found.code, found.supported, word in found.name) == (code, False, True)


WRITTEN = {
    "AVIF": "HEIF or AVIF", "BMP": "BMP", "DDS": "DDS", "EPS": "EPS", "GIF": "GIF", "ICNS": "icon", "ICO": "icon",
    "PCX": "PCX", "PDF": "PDF", "PPM": "PNM", "QOI": "QOI", "SGI": "SGI", "TGA": "TGA", "XBM": "X pixmap",
}  # fmt: skip


MODES = {"XBM": ("1",), "QOI": ("RGB",), "DDS": ("RGB", "L"), "EPS": ("RGB", "L"), "SGI": ("RGB", "L")}


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_other_programs_write_is_known_under_every_ending(tmp_path, kind):
    for mode in MODES.get(kind, ("RGB", "L", "1")):
        for name in ("a", "a.tif", f"a.{kind.lower()}"):
            Image.fromarray(colour()).convert(mode).save(tmp_path / name, format=kind)
            assert WRITTEN[kind] in opening.sniff(tmp_path / name).name


@pytest.mark.parametrize(("codec", "word"), [("jpegxr", "JPEG XR"), ("jpegxl", "JPEG XL"), ("rgbe", "Radiance")])
def test_what_codecs_write_is_known(tmp_path, codec, word):
    samples = colour().astype("float32") if codec == "rgbe" else colour()
    (tmp_path / "a.tif").write_bytes(getattr(imagecodecs, f"{codec}_encode")(samples))
    assert word in opening.sniff(tmp_path / "a.tif").name


def test_a_stereo_card_of_another_program_is_named(tmp_path):
    save(tmp_path / "card.mpo", colour(1), save_all=True, append_images=[Image.fromarray(colour(2))])
    assert ("card.mpo", "several-pictures") in codes(check_delivery(tmp_path, Settings()))


BY_NAME_ONLY = (
    "without-preamble.dcm",
    "old.tga",
    "nikon.nef",
    "phase-one.eip",
    "unknown.kdc",
    "layers.kra",
    "prepress.sct",
)


@pytest.mark.parametrize("suffix", ["as it is", ".tif", ""])
def test_every_kind_is_refused_by_its_name_counted_and_owed(tmp_path, suffix):
    folder = tmp_path / "delivery"
    save(folder / "sound.tif")
    expected = {}
    for name, (content, code, word) in KINDS.items():
        if suffix == "as it is" or name not in BY_NAME_ONLY:
            file = folder / (name if suffix == "as it is" else name.replace(".", "-") + suffix)
            file.write_bytes(content)
            expected[file.name] = (code, word)
    report = check_delivery(folder, Settings())
    refusals = {one.file: one for one in report.findings if one.severity == "error"}
    assert {name: refusals[name].code for name in expected} == {name: code for name, (code, _) in expected.items()}
    assert [name for name, (_, word) in expected.items() if word not in refusals[name].sentence] == []
    assert (report.files, report.accepted, report.refused) == (len(expected) + 1, 1, len(expected))


@pytest.mark.parametrize("name", ["film.dpx", "plate.fits", "album.pdf", "movie.mj2", "fuji.raf", "box.zip", "x-ray"])
def test_a_kind_alone_or_named_in_the_manifest_is_refused_by_its_name(tmp_path, name):
    content, code, word = KINDS[name]
    (tmp_path / name).write_bytes(content)
    for named in (False, True):
        report = check_delivery(manifest(tmp_path, {"file": name}) if named else tmp_path, Settings())
        (fault,) = report.findings
        assert (fault.file, fault.code, report.refused, report.clean) == (name, code, 1, False)
        assert word in fault.sentence
        assert fault.sentence.endswith(formats.REMEDIES[code])


NO_PICTURES = {
    "P1-notes.txt": b"P1 was broken in 1912, and mended",
    "P4-notes.txt": b"P4 12 14 are missing",
    "about-pdf.txt": b"They begin with %PDF-1.4, as we know.",
    "icons.txt": b"icns are kept elsewhere",
    "box.txt": b"BM is for Berg, Maria",
    "list.txt": "Größen in Zentimetern".encode(),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_a_text_is_no_picture_whatever_it_begins_with(tmp_path, name):
    save(tmp_path / "a.tif")
    (tmp_path / name).write_bytes(NO_PICTURES[name])
    report = check_delivery(tmp_path, Settings())
    assert (codes(report), report.files, report.clean) == ([(name, "text-unread")], 1, True)


SIGNED = b"\0" * 36 + b"acsp" + bytes(100)


def test_a_drawing_from_a_stranger_is_not_rendered(tmp_path):
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="20" height="20"/></svg>'
    (tmp_path / "a.svg").write_text(drawing)
    assert not decode.save_thumbnail(tmp_path / "a.svg", tmp_path / "small.jpg", Limits(10**7, 2**32))
    assert decode.save_thumbnail(save(tmp_path / "a.gif"), tmp_path / "small.jpg", Limits(10**7, 2**32))


BESIDE = {
    "notes.txt": (b"Box 3 was wet.", "text-unread", "text"),
    "notes": (b"Box 3 was wet.", "text-unread", "text"),
    "of-windows.txt": ("Größe".encode("cp1252"), "text-unread", "text"),
    "letter.docx": (zipped(("[Content_Types].xml", "<a/>")), "text-unread", "text"),
    "letter.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "text-unread", "text"),
    "inventory.xlsx": (zipped(("[Content_Types].xml", "<a/>")), "sheet-unread", "manifest.csv"),
    "inventory.csv": (b"a;b\n", "sheet-unread", "manifest.csv"),
    "inventory.xlsb": (zipped(("[Content_Types].xml", "<a/>")), "sheet-unread", "manifest.csv"),
    "inventory.psv": (b"a|b\n", "sheet-unread", "manifest.csv"),
    "mets.xml": (b'<?xml version="1.0"?><mets xmlns="http://www.loc.gov/METS/">', "description-unread", "METS"),
    "alto.xml": (b'<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">', "description-unread", "ALTO"),
    "utf16.xml": ('<?xml version="1.0"?><lido xmlns="http://www.lido-schema.org">'.encode("utf-16"),
                  "description-unread", "LIDO"),
    "other.xml": (b'<?xml version="1.0"?><a/>', "description-unread", "XML"),
    "iiif.json": (b'{"@context": "x"}', "description-unread", "JSON"),
    "a.tif.pp3": (b"[Version]\n", "recipe-unapplied", "RawTherapee"),
    "a.tif.dop": (b"Sidecar = {\n", "recipe-unapplied", "DxO"),
    "a.cos": (b"<SL>", "recipe-unapplied", "Capture One"),
    "a.on1": (b"{}", "recipe-unapplied", "ON1"),
    "a.pts": (b"# ptGui project file", "recipe-unapplied", "PTGui"),
    "scanner.icc": (SIGNED, "colour-unapplied", "ICC profile"),
    "renamed": (SIGNED, "colour-unapplied", "ICC profile"),
    "camera.dcp": (b"IIRC\x08\0\0\0" + bytes(40), "colour-unapplied", "camera profile"),
    "R190808.it8": (b"IT8.7/2\nORIGINATOR", "colour-unapplied", "target"),
    "target.txt": (b"CGATS.17\nORIGINATOR", "colour-unapplied", "target"),
    "target.ti3": (b"CTI3\n", "colour-unapplied", "target"),
    "ColorChecker.cht": (b"BOXES 33\n", "colour-unapplied", "target"),
    "interview.wav": (b"RIFF\0\0\1\0WAVEfmt " + bytes(40), "sound-unread", "sound"),
    "interview.mp3": (b"\xff\xfb\x90\0" + bytes(40), "sound-unread", "sound"),
    "interview.m4a": (boxes(b"M4A ", b"isom"), "sound-unread", "sound"),
    "interview.flac": (b"fLaC" + bytes(40), "sound-unread", "sound"),
    "program.exe": (b"MZ\x90\0" + bytes(40), "unknown-file", "stays out"),
}  # fmt: skip


def test_what_lies_beside_pictures_has_a_sentence_by_its_kind(tmp_path):
    save(tmp_path / "a.tif")
    for name, (content, _, _) in BESIDE.items():
        (tmp_path / name).write_bytes(content)
    report = check_delivery(tmp_path, Settings())
    found = {one.file: one for one in report.findings}
    assert {name: one.code for name, one in found.items()} == {name: code for name, (_, code, _) in BESIDE.items()}
    assert [name for name, (_, _, word) in BESIDE.items() if word not in found[name].sentence] == []
    assert (report.files, report.accepted, report.clean) == (1, 1, True)


NAMED = {"interview.wav": "a sound recording", "inventory.csv": "a spreadsheet", "mets.xml": "a METS file"}


@pytest.mark.parametrize("name", NAMED)
def test_what_the_manifest_names_as_a_scan_is_told_by_its_kind(tmp_path, name):
    (tmp_path / name).write_bytes(BESIDE[name][0])
    report = check_delivery(manifest(tmp_path, {"file": name}), Settings())
    sentences = {one.code: one.sentence for one in report.findings}
    assert (NAMED[name] in sentences["not-a-scan"], report.refused) == (True, 1)


def test_what_cannot_be_read_is_known_by_its_name():
    assert companions.kind_of(b"", ".wav") == ("sound-unread", {})


def multi_picture(tmp_path, second: bytes, kind: int = 0):
    """A JPEG with a second one behind it, and the index of both (CIPA DC-007)."""
    first = save(tmp_path / "first.jpg").read_bytes()
    tags = struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, 2)
    tags += struct.pack("<HHII", 0xB002, 7, 32, 50)
    size = 8 + 2 + len(tags) + 4 + 32
    offset = len(first) + 4 + 4 + size - (2 + 4 + 4)  # from the byte order mark
    entries = struct.pack("<IIIHH", 0x030000, len(first), 0, 0, 0)
    entries += struct.pack("<IIIHH", kind, len(second), offset, 0, 0)
    index = b"II*\0\x08\0\0\0" + struct.pack("<H", 3) + tags + bytes(4) + entries
    segment = b"\xff\xe2" + struct.pack(">H", 2 + 4 + len(index)) + b"MPF\0" + index
    path = tmp_path / "delivery" / "card.jpg"
    path.parent.mkdir()
    path.write_bytes(first[:2] + segment + first[2:] + second)
    return path.parent


VIEWS = {0: "two views", 0x020002: "views of a stereo picture", 0x020001: "panorama"}


@pytest.mark.parametrize("kind", VIEWS)
def test_the_second_view_of_a_stereo_card_is_named(tmp_path, kind):
    second = save(tmp_path / "second.jpg").read_bytes()
    (fault,) = check_delivery(multi_picture(tmp_path, second, kind), Settings()).findings
    assert (fault.code, fault.severity) == ("several-pictures", "warning")
    assert VIEWS[kind] in fault.sentence


NO_SECOND = {
    "a gain map": (b"\xff\xe1\0\x20http://ns.adobe.com/xap/1.0/\0hdrgm:Version", 0),
    "a gain map of ISO 21496": (b"\xff\xe2\0\x24urn:iso:std:iso:ts:21496:-1\0\0\0\0\0", 0),
    "a thumbnail": (b"", 0x010001),
}


@pytest.mark.parametrize("what", NO_SECOND)
def test_what_is_no_second_picture_is_not_named(tmp_path, what):
    description, kind = NO_SECOND[what]
    second = save(tmp_path / "second.jpg").read_bytes()
    assert (
        check_delivery(multi_picture(tmp_path, second[:2] + description + second[2:], kind), Settings()).findings == []
    )


def test_the_gain_map_of_an_ultra_hdr_photograph_is_no_second_picture(tmp_path):
    light = np.ones((64, 64, 4), np.float16)
    light[..., :3] = np.linspace(0, 4, 64)[:, None, None]  # up to four times white
    (tmp_path / "a.jpg").write_bytes(imagecodecs.ultrahdr_encode(light))
    assert (tmp_path / "a.jpg").read_bytes().count(b"MPF\0") == 1
    assert "several-pictures" not in dict(codes(check_delivery(tmp_path, Settings()))).values()


def test_a_second_picture_that_was_cut_off_is_not_named(tmp_path):
    assert check_delivery(multi_picture(tmp_path, b""), Settings()).findings == []


def test_an_animated_png_is_named(tmp_path):
    further = Image.fromarray(colour(2))
    save(tmp_path / "a.png", colour(1), save_all=True, append_images=[further])
    assert ("a.png", "several-pictures") in codes(check_delivery(tmp_path, Settings()))


def test_an_animated_webp_is_named(tmp_path):
    save(tmp_path / "a.webp", colour(1), save_all=True, append_images=[Image.fromarray(colour(2))])
    assert ("a.webp", "several-pictures") in codes(check_delivery(tmp_path, Settings()))


def test_a_second_codestream_of_a_jpx_is_named(tmp_path):
    content = save(tmp_path / "a.jpx", format="JPEG2000").read_bytes()
    place = content.index(b"jp2c") - 4
    stream = content[place + 8 :]
    box = struct.pack(">I4s", len(stream) + 8, b"jp2c") + stream
    (tmp_path / "a.jpx").write_bytes(content[:place] + box + box)
    faults = [one for one in check_delivery(tmp_path, Settings()).findings if one.code == "several-pictures"]
    assert ["2 pictures, codestreams" in one.sentence for one in faults] == [True]


@pytest.mark.parametrize("begun", [b"<!---->", b"<!DOCTYPE svg[]>", b"<?a?>\n"])
def test_what_may_stand_before_a_drawing_is_read_in_one_way_only(begun: bytes) -> None:
    many = recognition.HEAD_BYTES // len(begun) - 1
    assert recognition.by_content(begun * many) is None
    assert recognition.by_content(begun * 3 + b"<svg>") is formats.SVG
