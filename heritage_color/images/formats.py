"""File formats are taken in, or refused by their name and with a remedy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A file format; `media_type` is empty where we do not take it, and `code` is then the reason of its refusal.

    Suffixes that other programs use, too, such as .hdr and .img, are left out: there the content alone decides.
    """

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    code: str = "unsupported"

    @property
    def supported(self) -> bool:
        """Tell whether a scan of this format is taken in."""
        return self.media_type != ""

    @property
    def suffix(self) -> str:
        """Return the one suffix under which the archive stores it."""
        return self.suffixes[0]

    @property
    def remedy(self) -> str:
        """Say what to deliver instead of a file of this format."""
        return REMEDIES[self.code]


REMEDIES = {
    "unsupported": "Export it as TIFF, JPEG, PNG, JPEG 2000 or WebP.",
    "camera-raw": "Develop it to TIFF, and deliver that; keep the raw file.",
    "film-frame": "Deliver it as TIFF of 16 bits, with the density or light that its values stand for in a profile.",
    "instrument-picture": "Deliver it as TIFF of 16 bits, scaled and upright as its own program shows it.",
    "document": "Take each picture out of it as it is stored, not rendered, and deliver it as TIFF or JPEG.",
    "moving-picture": "Deliver the frames that are photographs as TIFF; this archive keeps no film.",
    "archive-inside": "Unpack it, and deliver its files.",
}


def _all(code: str, *kinds: tuple[str, str]) -> tuple[Format, ...]:
    """Make formats that are refused for one reason, each of its name and its suffixes with spaces between."""
    return tuple(Format(name, "", tuple(suffixes.split()), code) for name, suffixes in kinds)


TIFF = Format("a TIFF file", "image/tiff", (".tif", ".tiff"))
JPEG = Format("a JPEG file", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"))
PNG = Format("a PNG file", "image/png", (".png", ".apng"))
JPEG2000 = Format("a JPEG 2000 file", "image/jp2", (".jp2", ".j2k", ".jpx", ".jpf", ".j2c", ".jpc", ".jph", ".jhc"))
WEBP = Format("a WebP file", "image/webp", (".webp",))
PICTURES = GIF, BMP, PSD, PNM, HEIF, JPEG_XL, OPENEXR, JPEG_XR, RADIANCE, PFM, SGI, TGA, XCF, JPM, ICON = _all(
    "unsupported",
    ("a GIF file", ".gif"),
    ("a BMP file", ".bmp .dib .rle"),
    ("a Photoshop document", ".psd .psb"),
    ("a PNM file", ".pgm .ppm .pbm .pnm .pam"),
    ("a HEIF or AVIF file", ".heic .heif .hif .avif"),
    ("a JPEG XL file", ".jxl"),
    ("an OpenEXR file", ".exr"),
    ("a JPEG XR file", ".jxr .wdp .hdp"),
    ("a Radiance HDR file", ".rgbe"),
    ("a PFM file", ".pfm"),
    ("an SGI file", ".sgi .rgb .rgba .bw"),
    ("a TGA file", ".tga .targa .icb .vda .vst"),
    ("a GIMP file", ".xcf"),
    ("a JPM file, whose pages are made of masks and layers (JPEG 2000, part 6)", ".jpm"),
    ("an icon", ".ico .icns .cur"),
)
RARE = PHOTO_CD, PCX, SUN, DDS, QOI, MNG, JBIG2, MRSID, ECW, ILBM, PICT, METAFILE, SVG, XPM, MIFF, VIPS = _all(
    "unsupported",
    ("a Kodak Photo CD file", ""),
    ("a PCX file", ".pcx .dcx"),
    ("a Sun raster file", ".ras .sun"),
    ("a DDS file", ".dds"),
    ("a QOI file", ".qoi"),
    ("a MNG or JNG file", ".mng .jng"),
    ("a JBIG2 file", ".jb2 .jbig2"),
    ("a MrSID file", ".sid"),
    ("an ECW file", ".ecw"),
    ("an IFF picture", ".iff .ilbm .lbm"),
    ("a Macintosh PICT file", ".pct .pict"),
    ("a Windows metafile", ".wmf .emf"),
    ("an SVG drawing", ".svg .svgz"),
    ("an X pixmap", ".xpm .xbm"),
    ("an ImageMagick MIFF file", ".miff"),
    ("a libvips file", ".vips"),
)
OF_PROGRAMS = LAYERED, FLASHPIX, COREL, PTM, FLIF, BPG, SCITEX, IMAGINE = _all(
    "unsupported",
    ("a painting program's layered file", ".kra .ora .procreate .afphoto .clip .psp .pspimage"),
    ("a FlashPix file", ".fpx"),
    ("a CorelDRAW or Corel Photo-Paint file", ".cdr .cpt"),
    ("a texture map of many lights (PTM)", ".ptm"),
    ("a FLIF file", ".flif"),
    ("a BPG file", ".bpg"),
    ("a Scitex CT file", ".sct"),
    ("an ERDAS IMAGINE file", ""),
)
(CAMERA_RAW,) = _all(
    "camera-raw",
    (
        "a camera's raw file",
        ".dng .nef .cr2 .cr3 .arw .orf .rw2 .raf .pef .srw .3fr .iiq .mos .cap .eip .nrw .sr2 .srf .dcr .kdc .mef"
        " .erf .rwl .gpr .fff .x3f .mrw .crw .raw .ari .r3d",
    ),
)
FILM_FRAMES = DPX, CINEON = _all("film-frame", ("a DPX file", ".dpx"), ("a Cineon file", ".cin"))
OF_INSTRUMENTS = FITS, DICOM, NIFTI, NITF, MICROSCOPE, HDF5 = _all(
    "instrument-picture",
    ("a FITS file", ".fits .fit .fts .fz"),
    ("a DICOM file", ".dcm .dicom"),
    ("a NIfTI file", ".nii"),
    ("a NITF file", ".ntf .nitf"),
    ("a microscope's file", ".czi .lif .nd2 .vsi .oir"),
    ("an HDF5 file", ".h5 .hdf5"),
)
DOCUMENTS = PDF, DJVU, POSTSCRIPT, LAYOUT, EPUB = _all(
    "document",
    ("a PDF document", ".pdf"),
    ("a DjVu document", ".djvu .djv"),
    ("a PostScript or EPS file", ".ps .eps .epsf .epsi"),
    ("a page layout of InDesign or QuarkXPress", ".indd .qxp .qxd"),
    ("an EPUB book", ".epub"),
)
FILMS = MOTION_JPEG2000, FILM = _all(
    "moving-picture",
    ("a film in Motion JPEG 2000", ".mj2 .mjp2"),
    ("a film or video", ".mp4 .m4v .mov .avi .mkv .webm .mxf .mpg .mpeg .vob .m2ts .mts .wmv .flv .dv .3gp .ogv .asf"),
)
(ARCHIVE,) = _all(
    "archive-inside",
    ("an archive", ".zip .tar .tgz .gz .7z .rar .bz2 .tbz2 .xz .txz .zst .lzh .sit .sitx .cab .iso .dmg .z"),
)
SUPPORTED = (TIFF, JPEG, PNG, JPEG2000, WEBP)
FORMATS = (
    *SUPPORTED, CAMERA_RAW, *PICTURES, *RARE, *OF_PROGRAMS, *FILM_FRAMES, *OF_INSTRUMENTS, *DOCUMENTS, *FILMS, ARCHIVE
)  # fmt: skip


def by_suffix(suffix: str) -> Format | None:
    """Return the format that a suffix such as `.TIF` promises."""
    return next((known for known in FORMATS if suffix.lower() in known.suffixes), None) if suffix else None
