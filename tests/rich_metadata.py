"""Masters that say much of themselves: EXIF, GPS, IPTC and XMP of every shape, in each format that is taken in."""

import exiv2
import imagecodecs
import numpy as np
import pyvips
import tifffile

from heritage_color.images.metadata import grafting

WIDTH, HEIGHT = 40, 30
PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:cc="http://creativecommons.org/ns#" xmlns:museum="http://museum.example/terms/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
 xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:terms="http://purl.org/dc/terms/" xmlns:qualifier="http://ns.adobe.com/xmp/Identifier/qual/1.0/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:iptcExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 museum:shelf="B 12 &amp; following" dc:source="Album 7, page 3" xmp:CreatorTool="VueScan 9.8" tiff:Orientation="6"
 photoshop:Instructions="Ask the family before printing"
 iptcExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/negativeFilm">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">House by the lake</rdf:li>
 <rdf:li xml:lang="ne">तालको घर</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>lakes</rdf:li><rdf:li>boats &lt;small&gt;</rdf:li></rdf:Bag></dc:subject>
<dc:creator><rdf:Seq><rdf:li>Anna Bergström</rdf:li><rdf:li>Ole Lund</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{long}</rdf:li></rdf:Alt></dc:description>
<cc:license rdf:resource="http://creativecommons.org/licenses/by/4.0/"/>
<terms:spatial xml:lang="ne">काठमाडौं</terms:spatial>
<museum:object rdf:parseType="Resource"><museum:number>7</museum:number><museum:parts><rdf:Seq>
 <rdf:li rdf:parseType="Resource"><museum:side>front</museum:side></rdf:li></rdf:Seq></museum:parts></museum:object>
<xmp:Identifier><rdf:Bag><rdf:li rdf:parseType="Resource"><rdf:value>NEP-42</rdf:value>
 <qualifier:Scheme>accession</qualifier:Scheme></rdf:li></rdf:Bag></xmp:Identifier>
<xmpMM:History><rdf:Seq><rdf:li stEvt:action="created" stEvt:when="2020-01-01T10:00:00"/></rdf:Seq></xmpMM:History>
<xmpMM:DerivedFrom stRef:documentID="xmp.did:raw" stRef:instanceID="xmp.iid:raw"/>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
EXIF = {
    "Exif.Image.Artist": "Anna Bergström", "Exif.Image.Make": "Phase One", "Exif.Image.Software": "VueScan 9.8",
    "Exif.Image.XPTitle": "72 0 228 0 117 0 115 0 0 0", "Exif.Image.0xa480": "<GDALMetadata/>",
    "Exif.Photo.UserComment": "charset=Unicode Hütte am See", "Exif.Photo.DateTimeOriginal": "2020:01:02 03:04:05",
    "Exif.Photo.FNumber": "28/10", "Exif.Photo.MakerNote": "65 66 67 68 69 70 71 72 73 74",
    "Exif.Photo.ColorSpace": "1",
    "Exif.GPSInfo.GPSLatitude": "60/1 23/1 1234/100", "Exif.GPSInfo.GPSLatitudeRef": "N",
    "Exif.GPSInfo.GPSProcessingMethod": "charset=Ascii MANUAL",
}  # fmt: skip
IPTC = [
    ("Envelope.CharacterSet", "\x1b%G"), ("Application2.Byline", "Anna Bergström"),
    ("Application2.Byline", "Ole Lund"),
    ("Application2.Caption", "Hütte am See. " * 100), ("Application2.SpecialInstructions", "Ask the family"),
    ("Application2.DateCreated", "1912-05-03"),
]  # fmt: skip
KINDS = ("tiff", "big-endian tiff", "bigtiff", "big-endian bigtiff", "jpeg", "png", "webp", "jpeg 2000")


def master(folder, kind: str, long: str = "A long text. " * 300):
    """A grey picture of a kind with all of these tags."""
    if kind.endswith("tiff"):
        return _tiff(folder, kind, long)
    path = folder / {"jpeg": "master.jpg", "png": "master.png", "webp": "master.webp", "jpeg 2000": "master.jp2"}[kind]
    if kind == "jpeg 2000":
        path.write_bytes(imagecodecs.jpeg2k_encode(np.full((HEIGHT, WIDTH), 99, np.uint8), codecformat="jp2"))
    else:
        (pyvips.Image.black(WIDTH, HEIGHT) + 99).cast("uchar").copy(interpretation="b-w").write_to_file(str(path))
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    fill(image, folder, long)
    image.writeMetadata()
    return path


def _tiff(folder, kind: str, long: str):
    """Through a block in memory: exiv2 writes into no BigTIFF."""
    path, order = folder / "master.tif", ">" if "endian" in kind else "<"
    samples = np.full((HEIGHT, WIDTH), 99, np.uint8)
    tifffile.imwrite(path, samples, byteorder=order, bigtiff="big" in kind.split()[-1], metadata=None)
    block = exiv2.ImageFactory.open(grafting.empty(order))
    block.readMetadata()
    fill(block, folder, long)
    block.writeMetadata()
    groups = grafting.read_block(bytes(block.io().mmap()))
    groups[0] = [entry for entry in groups[0] if entry.tag != grafting.WIDTH]
    grafting.graft(groups, path)
    return path


def fill(image, folder, long: str) -> None:
    """Give an exiv2 image all of these tags."""
    exif = image.exifData()
    for name, value in EXIF.items():
        exif[name] = value
    for name, value in IPTC:
        datum = exiv2.Iptcdatum(exiv2.IptcKey(f"Iptc.{name}"))
        datum.setValue(value)
        image.iptcData().add(datum)
    (folder / "packet.xmp").write_text(PACKET.format(long=long))
    packet = exiv2.ImageFactory.open(str(folder / "packet.xmp"))
    packet.readMetadata()
    image.setXmpData(packet.xmpData())


def with_a_tag_outside(path):
    """Write a BigTIFF whose Image Description lies behind the end of its file."""
    tifffile.imwrite(path, np.full((64, 64), 9, np.uint8), bigtiff=True, metadata=None, description="An old house")
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as tiff:
        place = tiff.pages[0].tags["ImageDescription"].offset + 12  # tag, type and count stand before the offset
    content[place : place + 8] = (10**6).to_bytes(8, "little")
    path.write_bytes(content)
    return path
