"""TIFF's tags have numbers, and so has what they may hold (TIFF 6.0, its supplements, libtiff's register)."""

from heritage_color.images.description import CMYK, GREY, LAB, LUMA, PALETTE, RGB

# Tags by their names in TIFF 6.0
NEW_SUBFILE_TYPE, SUBFILE_TYPE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
IMAGE_DESCRIPTION, ORIENTATION, SAMPLES, PLANAR, PAGE_NAME, RESOLUTION_UNIT = 270, 274, 277, 284, 285, 296
X_RESOLUTION, Y_RESOLUTION, MAX_SAMPLE, COLOR_MAP, TILE_WIDTH, INK_SET = 282, 283, 281, 320, 322, 332
PREDICTOR, INKS, EXTRA_SAMPLES, SAMPLE_FORMAT, COEFFICIENTS, SUBSAMPLING, REFERENCE_BLACK_WHITE = (
    317,
    334,
    338,
    339,
    529,
    530,
    532,
)
DEPTH, PHOTOSHOP, PROFILE, DNG_VERSION = 32997, 34377, 34675, 50706

REDUCED, MASK = 1, 4  # bits of NewSubfileType
OLD_TYPES = {2: REDUCED}  # of SubfileType, which it replaced
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB_COLOURS, INDEXED, TRANSPARENCY_MASK, SEPARATED, YCBCR, CIE_LAB, ICC_LAB = (
    0, 1, 2, 3, 4, 5, 6, 8, 9
)  # fmt: skip
PHOTOMETRICS = {
    WHITE_IS_ZERO: ("white is zero", GREY), BLACK_IS_ZERO: ("black is zero", GREY), RGB_COLOURS: ("RGB", RGB),
    INDEXED: ("palette", PALETTE), SEPARATED: ("separated", CMYK), YCBCR: ("YCbCr", LUMA),
    CIE_LAB: ("CIE Lab", LAB), ICC_LAB: ("ICC Lab", LAB),
}  # fmt: skip
# TIFF 6.0, its supplements and libtiff's register of tag 259
NAMES = {
    1: "none", 2: "CCITT", 3: "CCITT", 4: "CCITT", 5: "LZW", 6: "JPEG", 7: "JPEG", 8: "Deflate", 32771: "CCITT",
    32773: "PackBits", 32809: "ThunderScan", 32946: "Deflate", 33003: "JPEG 2000", 33005: "JPEG 2000",
    34712: "JPEG 2000", 34887: "LERC", 34925: "LZMA", 34927: "WebP", 34933: "PNG", 34934: "JPEG XR",
    22610: "JPEG XR", 50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip
OLD_JPEG, JPEG = 6, 7
PREDICTED = frozenset({"LZW", "Deflate", "LZMA", "Zstandard", "LERC"})  # in which libtiff follows tag 317
MOST_BITS = 16
