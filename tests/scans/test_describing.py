"""What is known of a scan comes from the manifest, its sidecar and the file itself, in a stated order."""

import exiv2
import pytest
from scan_pictures import RIGHTS, codes, manifest, save

from heritage_color.images.metadata import embedded
from heritage_color.scans.check import check_delivery
from heritage_color.scans.metadata.describing import IPTC_TAGS, XMP_TAGS, read_tags
from heritage_color.settings import Settings
from heritage_color.store import Store

PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 photoshop:City="Bergen" photoshop:Country="Norway" photoshop:DateCreated="1912-05" xmpRights:WebStatement="{rights}">
<dc:title><rdf:Alt>
 <rdf:li xml:lang="x-default">{title}</rdf:li><rdf:li xml:lang="no">Torget</rdf:li>
</rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def write_tags(path, **groups):
    """Write EXIF, IPTC and XMP tags into a picture."""
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    for group, tags in groups.items():
        data = {"exif": image.exifData, "iptc": image.iptcData, "xmp": image.xmpData}[group]()
        for name, value in tags.items():
            data[name] = value
    image.writeMetadata()
    return path


def write_sidecar(path, title="Market square", rights=RIGHTS):
    path.write_text(PACKET.format(title=title, rights=rights))
    return path


@pytest.fixture
def delivery(tmp_path):
    """A folder with one picture that says nothing."""
    return save(tmp_path / "delivery" / "a.jpg").parent


def only(report):
    (picture,) = report.pictures
    return picture


def test_a_sidecar_describes_the_picture_beside_it(delivery):
    write_sidecar(delivery / "a.jpg.xmp")
    report = check_delivery(delivery, Settings())
    assert only(report).described == {
        "title": "Market square", "date": "1912-05", "place": "Bergen, Norway", "rights": RIGHTS
    }  # fmt: skip
    assert (set(only(report).sources.values()), report.findings, report.files) == ({"the sidecar"}, [], 1)


def test_the_order_is_manifest_sidecar_xmp_iptc_exif(delivery):
    write_tags(
        delivery / "a.jpg",
        exif={"Exif.Image.Artist": "Exif", "Exif.Image.ImageDescription": "Of the EXIF"},
        iptc={"Iptc.Application2.Byline": "Iptc", "Iptc.Application2.Caption": "Of the IPTC"},
        xmp={"Xmp.dc.creator": "Xmp", "Xmp.dc.title": "Of the XMP"},
    )
    write_sidecar(delivery / "a.xmp", title="Of the sidecar")
    picture = only(check_delivery(manifest(delivery, {"file": "a.jpg", "date": "1912~"}), Settings()))
    assert picture.sources == {
        "title": "the sidecar", "creator": "the file's XMP", "date": "manifest.csv", "place": "the sidecar",
        "rights": "manifest.csv", "description": "the file's IPTC",
    }  # fmt: skip
    assert (picture.described["title"], picture.described["creator"]) == ("Of the sidecar", "Xmp")


def test_a_conflict_is_shown_with_both_values_and_the_winner(delivery):
    write_tags(
        delivery / "a.jpg", iptc={"Iptc.Application2.ObjectName": "Harbour", "Iptc.Application2.Byline": "Berg"}
    )
    manifest(delivery, {"file": "a.jpg", "title": "Market", "creator": "BERG."})
    (fault,) = check_delivery(delivery, Settings()).findings
    assert (fault.code, fault.severity, fault.row) == ("metadata-conflict", "warning", 2)
    assert 'two values of title: "Market" in manifest.csv, and "Harbour" in the file\'s IPTC' in fault.sentence


@pytest.mark.parametrize(
    ("written", "date"), [("19120000", "1912"), ("19120500", "1912-05"), ("19120503", "1912-05-03")]
)
def test_zeros_of_an_iptc_date_stand_for_what_is_not_known(delivery, written, date):
    write_tags(delivery / "a.jpg", iptc={"Iptc.Application2.DateCreated": written})
    report = check_delivery(delivery, Settings())
    assert (only(report).described, report.findings) == ({"date": date}, [])


@pytest.mark.parametrize(
    ("tag", "date"),
    [
        ("1912-05-03T10:00:00+01:00", "1912-05-03"),
        ("1910-05-03/1912-06", "1910-05-03/1912-06"),
        ("[1912-05-03..1912-06-10]", "[1912-05-03..1912-06-10]"),
        ("0000-00-00", None),
    ],
)
def test_a_date_in_the_file_is_taken_whole_without_its_time_of_day(delivery, tag, date):
    write_tags(delivery / "a.jpg", xmp={"Xmp.photoshop.DateCreated": tag})
    report = check_delivery(delivery, Settings())
    assert (only(report).described.get("date"), report.findings) == (date, [])


def test_a_date_in_the_file_that_is_none_is_named(delivery):
    write_tags(delivery / "a.jpg", xmp={"Xmp.photoshop.DateCreated": "1912:05:03 10:00:00"})
    report = check_delivery(delivery, Settings())
    assert codes(report, "warning") == [("a.jpg", "bad-date")]
    assert "in the file's XMP that is not EDTF" in report.findings[0].sentence
    assert only(report).accepted


def test_what_iptc_cuts_and_less_exact_dates_are_no_conflicts(delivery):
    long = "The market square on a Saturday in spring, seen from the tower of the town hall"
    write_tags(delivery / "a.jpg", iptc={"Iptc.Application2.ObjectName": long[:64]})
    write_sidecar(delivery / "a.xmp", title=long)
    manifest(delivery, {"file": "a.jpg", "date": "191X"})
    assert check_delivery(delivery, Settings()).findings == []


def test_rights_of_the_file_count_only_as_a_known_uri(delivery):
    write_tags(delivery / "a.jpg", exif={"Exif.Image.Copyright": "(c) Berg"})
    manifest(delivery, {"file": "a.jpg", "rights": ""})
    assert codes(check_delivery(delivery, Settings())) == [("a.jpg", "rights-missing")]
    write_sidecar(delivery / "a.xmp", rights="https://creativecommons.org/licenses/by/4.0/")
    report = check_delivery(delivery, Settings())
    assert (only(report).described["rights"], report.findings) == ("http://creativecommons.org/licenses/by/4.0/", [])


def test_sidecars_that_describe_nothing_are_noted(delivery):
    write_sidecar(delivery / "lost.xmp")
    (delivery / "a.xmp").write_text("no packet")
    assert codes(check_delivery(delivery, Settings())) == [
        ("a.xmp", "sidecar-unreadable"),
        ("lost.xmp", "sidecar-without-picture"),
    ]


def test_entities_that_multiply_are_not_followed(delivery):
    entities = "".join(
        f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    packet = PACKET.format(title="&i;", rights=RIGHTS)
    (delivery / "a.xmp").write_text(f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}]>{packet}')
    assert codes(check_delivery(delivery, Settings())) == [("a.xmp", "sidecar-unreadable")]


def test_iptc_of_old_programs_and_repeated_names_are_kept(delivery):
    image = exiv2.ImageFactory.open(str(delivery / "a.jpg"))
    for name, value in [("ObjectName", "Café"), ("Byline", "Berg"), ("Byline", "Lund")]:
        datum = exiv2.Iptcdatum(exiv2.IptcKey(f"Iptc.Application2.{name}"))
        datum.setValue(exiv2.StringValue(value))
        image.iptcData().add(datum)
    image.writeMetadata()
    content = (delivery / "a.jpg").read_bytes()
    (delivery / "a.jpg").write_bytes(content.replace("Café".encode(), b"Caf\xe9 "))
    tags, trouble = embedded.read_embedded(delivery / "a.jpg")
    assert (read_tags(tags, IPTC_TAGS), trouble) == ({"title": "Café", "creator": "Berg; Lund"}, "")


def test_large_values_are_cut_with_a_note(delivery):
    tags, _ = embedded.read_embedded(write_tags(delivery / "a.jpg", xmp={"Xmp.dc.description": "x" * 30_000}))
    assert tags["Xmp.dc.description"].endswith("x… [cut, 30017 characters]")
    assert len(tags["Xmp.dc.description"]) <= embedded.LONGEST_VALUE
    assert read_tags(tags, XMP_TAGS)["description"].startswith("xxx")


def test_all_of_it_is_kept_for_ever(site, rows, delivery):
    from heritage_color.scans import steps

    write_tags(delivery / "a.jpg", exif={"Exif.Image.Artist": "Berg"})
    sidecar = write_sidecar(delivery / "a.xmp")
    steps.ingest(site, manifest(delivery, {"file": "a.jpg", "shelf mark": "B 12", "place": "Oslo"}))
    (scan,) = rows("select * from scans")
    assert (scan["title"], scan["creator"], scan["place"]) == ("Market square", "Berg", "Oslo")
    assert scan["described_by"]["creator"] == "the file's EXIF"
    assert (scan["embedded_metadata"]["Exif.Image.Artist"], scan["supplier_filename"]) == ("Berg", "a.jpg")
    assert scan["sidecar_metadata"]["Xmp.photoshop.City"] == "Bergen"
    assert Store(site).read(site.archive_bucket, scan["sidecar_key"]) == sidecar.read_bytes()
    (event,) = rows("select detail from events where event_type = 'ingestion'")
    assert event["detail"]["row"] == {"file": "a.jpg", "rights": RIGHTS, "place": "Oslo", "shelf_mark": "B 12"}


@pytest.mark.parametrize("column", ["supplier_filename", "embedded_metadata", "sidecar_metadata", "further_columns"])
def test_the_catalog_refuses_to_rewrite_what_came(site, rows, delivery, column):
    import psycopg2

    from heritage_color.scans import steps

    steps.ingest(site, delivery)
    with pytest.raises(psycopg2.errors.RestrictViolation, match="written once"):
        rows(f"update scans set {column} = '{{\"a\": 1}}' returning 1")


RECIPE = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
 xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:darktable="http://darktable.sf.net/" photoshop:City="Bergen" {properties}>{elements}</rdf:Description>
</rdf:RDF></x:xmpmeta>"""


def write_recipe(path, properties="", elements="", encoding="utf-8"):
    path.write_bytes(RECIPE.format(properties=properties, elements=elements).encode(encoding))
    return path


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_sidecar_is_read_in_every_encoding_of_xmp(delivery, encoding):
    write_recipe(delivery / "a.xmp", encoding=encoding)
    report = check_delivery(delivery, Settings())
    assert (only(report).described, report.findings) == ({"place": "Bergen"}, [])


@pytest.mark.parametrize("before", ['<?xml version="1.0" encoding="UTF-16"?>\n', "\n \n", "<!-- by hand -->\n"])
def test_what_xml_allows_before_the_packet_does_not_hide_it(delivery, before):
    (delivery / "a.xmp").write_text(before + RECIPE.format(properties="", elements=""), encoding="utf-16")
    assert only(check_delivery(delivery, Settings())).described == {"place": "Bergen"}


@pytest.mark.parametrize(("extension", "meant"), [("jpg", True), (".JPG", True), ("JPEG", True), ("NEF", False)])
def test_a_sidecar_says_for_which_file_of_its_stem_it_is(delivery, extension, meant):
    write_recipe(delivery / "a.xmp", f'photoshop:SidecarForExtension="{extension}"')
    report = check_delivery(delivery, Settings())
    assert only(report).described == ({"place": "Bergen"} if meant else {})
    assert codes(report) == ([] if meant else [("a.xmp", "sidecar-elsewhere")])


def test_of_two_files_of_one_stem_only_the_one_that_is_meant_is_described(delivery):
    save(delivery / "a.tif")
    write_recipe(delivery / "a.xmp", 'photoshop:SidecarForExtension="TIF"')
    report = check_delivery(delivery, Settings())
    assert {one.name: one.described for one in report.pictures} == {"a.jpg": {}, "a.tif": {"place": "Bergen"}}
    assert report.findings == []


def test_a_second_sidecar_and_that_of_a_second_version_are_named(delivery):
    write_sidecar(delivery / "a.jpg.xmp")
    write_recipe(delivery / "a.xmp")
    write_recipe(delivery / "a_01.jpg.xmp")
    report = check_delivery(delivery, Settings())
    assert codes(report) == [("a.xmp", "sidecar-second"), ("a_01.jpg.xmp", "sidecar-version")]
    assert only(report).described["place"] == "Bergen, Norway"


CROP = 'crs:CropTop="0.1" crs:CropLeft="0.2" crs:CropBottom="0.9" crs:CropRight="0.8"'
WHOLE = 'crs:CropTop="0" crs:CropLeft="0" crs:CropBottom="1" crs:CropRight="1"'
STEP = (
    '<darktable:history><rdf:Seq><rdf:li darktable:operation="{}" darktable:enabled="{}"/></rdf:Seq>'
    "</darktable:history>"
)
RECIPES = {
    "a crop": (f'crs:HasCrop="True" {CROP}', "", ["left 20%, top 10%, right 80%, bottom 90%"]),
    "a crop without a flag": (CROP, "", ["left 20%"]),
    "a crop without edges": ('crs:HasCrop="True"', "", ["its edges are not told"]),
    "an angle": (f'crs:HasCrop="True" {WHOLE} crs:CropAngle="-1.5"', "", ["turned by -1.5 degrees"]),
    "a crop that was applied": (f'crs:HasCrop="True" {CROP} crs:AlreadyApplied="True"', "", []),
    "a crop that was taken back": (f'crs:HasCrop="False" {CROP}', "", []),
    "the whole picture": (f'crs:HasCrop="False" {WHOLE}', "", []),
    "a turn": ('tiff:Orientation="6"', "", ["orientation 6 there, 1 in the file"]),
    "upright": ('tiff:Orientation="1"', "", []),
    "no orientation": ('tiff:Orientation="of a camera"', "", []),
    "no number": ('crs:CropTop="high"', "", []),
    "darktable's crop": ("", STEP.format("crop", 1), ["darktable's crop"]),
    "darktable's crop, off": ("", STEP.format("crop", 0), []),
    "darktable's exposure": ("", STEP.format("exposure", 1), []),
}


@pytest.mark.parametrize("what", RECIPES)
def test_a_crop_or_a_turn_that_the_picture_does_not_show_is_told(delivery, what):
    properties, elements, told = RECIPES[what]
    write_recipe(delivery / "a.xmp", properties, elements)
    report = check_delivery(delivery, Settings())
    sentences = [one.sentence for one in report.findings]
    assert [part in sentence for part, sentence in zip(told, sentences, strict=True)] == [True] * len(told)
    assert report.accepted == 1


def test_a_crop_in_the_pictures_own_xmp_is_told_too(delivery):
    write_tags(delivery / "a.jpg", xmp={"Xmp.crs.HasCrop": "True", "Xmp.crs.CropTop": "0.25"})
    (fault,) = check_delivery(delivery, Settings()).findings
    assert (fault.code, "its own XMP" in fault.sentence, "top 25%" in fault.sentence) == ("sidecar-crop", True, True)


def test_a_turn_that_the_picture_shows_is_none(delivery):
    write_tags(delivery / "a.jpg", exif={"Exif.Image.Orientation": "6"})
    write_recipe(delivery / "a.xmp", 'tiff:Orientation="6"')
    assert check_delivery(delivery, Settings()).findings == []
