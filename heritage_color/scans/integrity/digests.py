"""The checksum algorithms that lists name: what they are called, how long they are, and which are computed here."""

import functools
import hashlib
import re
import zlib
from collections.abc import Callable
from typing import Protocol

from heritage_color.keys import Algorithm

# By number of hexadecimal digits: first what such a digest mostly is, then what else it may be
CANDIDATES = {
    32: ("md5",),
    40: ("sha1", "ripemd160"),
    56: ("sha224", "sha3_224", "sha512_224"),
    64: ("sha256", "sha3_256", "blake2b-256", "blake2s", "sha512_256", "sm3"),
    96: ("sha384", "sha3_384", "blake2b-384"),
    128: ("sha512", "blake2b", "sha3_512"),
}
USUAL = {digits: names[0] for digits, names in CANDIDATES.items()}
DIGITS = {"crc32": 8} | {name: digits for digits, names in CANDIDATES.items() for name in names}
# What lists name besides, and this archive does not compute; 0: of several lengths
OTHERS = {
    "blake3": 64, "xxh32": 8, "xxh64": 16, "xxh3": 16, "xxh128": 32, "md2": 32, "md4": 32, "tiger": 48,
    "whirlpool": 128, "tth": 39, "ed2k": 32, "aich": 32, "has160": 40, "gost94": 64, "gost12256": 64,
    "gost12512": 128, "edonr256": 64, "edonr512": 128, "snefru128": 32, "snefru256": 64, "crc32c": 8, "adler32": 8,
    "haval": 0, "skein": 0, "shake128": 0, "shake256": 0,
}  # fmt: skip
SPELT = {  # without signs, as tools write them: coreutils, OpenSSL 3, BSD, RHash, xxHash, TeraCopy, Total Commander
    "sha2224": "sha224", "sha2256": "sha256", "sha2384": "sha384", "sha2512": "sha512",
    "sha512224": "sha512_224", "sha2512224": "sha512_224", "sha512t224": "sha512_224",
    "sha512256": "sha512_256", "sha2512256": "sha512_256", "sha512t256": "sha512_256",
    "sha3224": "sha3_224", "sha3256": "sha3_256", "sha3384": "sha3_384", "sha3512": "sha3_512",
    "rmd160": "ripemd160", "rmd": "ripemd160", "ripemd": "ripemd160", "crc": "crc32", "sfv": "crc32",
    "b3": "blake3", "tigerhash": "tiger", "gost": "gost94",
}  # fmt: skip
FAMILIES = {
    "sha": ("sha1", "sha224", "sha256", "sha384", "sha512"),
    "sha2": ("sha224", "sha256", "sha384", "sha512"),
    "sha3": ("sha3_224", "sha3_256", "sha3_384", "sha3_512"),
    "blake2": ("blake2b", "blake2s", "blake2b-256", "blake2b-384"),
    "xxh": ("xxh32", "xxh64", "xxh128"),
    "xxhash": ("xxh32", "xxh64", "xxh128"),
}
BLAKE2 = re.compile(r"(?:b2|blake2b|(blake2s))(\d{3})?")
LONGEST = {"blake2b": 128, "blake2s": 64}  # digits; shorter ones are digests of their own kind
# The same in the names of lists and columns: B2SUMS, checksums.sha3-256, plates_md5.csv
WORDS = (
    r"md[-_]?[245]|sha[-_]?3([-_]?(224|256|384|512))?|sha[-_]?(2[-_]?)?512[-_t/]?(224|256)"
    r"|sha([-_]?(2[-_]?)?(1|2|224|256|384|512))?|blake[-_]?2[bs]?([-_]?\d{3})?|blake[-_]?3"
    r"|(ripemd|rmd)[-_]?160|crc[-_]?32c?|xxh(ash|[-_]?(3|32|64|128))?|sm3|whirlpool|tiger"
)
_IN_NAMES = re.compile(
    rf"(?<![a-z0-9])({WORDS})(?=([-_]?sums?)?(?![a-z0-9]))|\b(b2|b3)(?=[-_]?sums?\b)|(?<=\.)(sfv|b2|b3)$",
    re.IGNORECASE,
)
SHOWN = {
    "ripemd160": "RIPEMD-160", "sha1": "SHA-1", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384",
    "sha512": "SHA-512", "sha512_224": "SHA-512/224", "sha512_256": "SHA-512/256", "tiger": "Tiger",
    "whirlpool": "Whirlpool", "gost94": "GOST", "haval": "HAVAL", "skein": "Skein",
}  # fmt: skip


class Running(Protocol):
    """A digest of bytes that come block by block, as hashlib has it."""

    def update(self, block: bytes, /) -> None:
        """Go on with further bytes."""

    def hexdigest(self) -> str:
        """Return the digest of all bytes so far, in hexadecimal digits."""


class _Crc32:
    """CRC-32 as hashlib would have it."""

    def __init__(self) -> None:
        self.value = 0

    def update(self, block: bytes) -> None:
        """Go on with further bytes."""
        self.value = zlib.crc32(block, self.value)

    def hexdigest(self) -> str:
        """Eight hexadecimal digits."""
        return f"{self.value:08x}"


def new(name: Algorithm) -> Running:
    """Return a running digest with `update` and `hexdigest`. Raises ValueError for what is not computed here."""
    family, _, bits = name.partition("-")
    if name == "crc32":
        return _Crc32()
    if bits and family in LONGEST:
        make: Callable[..., Running] = getattr(hashlib, family)
        return make(digest_size=int(bits) // 8, usedforsecurity=False)
    return hashlib.new(name, usedforsecurity=False)


@functools.cache
def is_computed(name: str) -> bool:
    """Return whether this machine computes an algorithm: RIPEMD-160 and SM3 depend on its OpenSSL."""
    try:
        return name not in OTHERS and new(name) is not None
    except ValueError:
        return False


def candidates(digits: int) -> tuple[str, ...]:
    """The algorithms computed here whose digests have so many digits; the usual one comes first."""
    return tuple(name for name in CANDIDATES.get(digits, ()) if is_computed(name))


def is_word(word: str) -> bool:
    """Return whether a word is the name of an algorithm, or of a family of them."""
    plain = _plain(word)
    names = (DIGITS, OTHERS, SPELT, FAMILIES)
    return BLAKE2.fullmatch(plain) is not None or any(plain in table for table in names)


def word_is_computed(word: str) -> bool:
    """Return whether a word names an algorithm, or a family of them, that is computed here."""
    return any(is_computed(name) for digits in (8, *CANDIDATES) for name in told(word, digits))


def not_computed(word: str) -> str:
    """The algorithm that a word means, where it is one that is not computed here; else nothing."""
    name = SPELT.get(_plain(word), _plain(word))
    return name if name in OTHERS else ""


def word_in(name: str) -> str:
    """The algorithm that the name of a list or column tells, as it stands there; empty where it tells none."""
    words = [match[0] for match in _IN_NAMES.finditer(name)]
    return words[-1] if words else ""


def told(word: str, digits: int) -> tuple[str, ...]:
    """The algorithms that a word may mean, by the number of digits; those that nobody here computes count, too."""
    plain = _plain(word)
    match = BLAKE2.fullmatch(plain)
    if match:
        return _blake2("blake2s" if match[1] else "blake2b", int(match[2] or 0), digits)
    names = FAMILIES.get(plain) or (SPELT.get(plain, plain),)
    lengths = DIGITS | OTHERS
    return tuple(name for name in names if lengths.get(name) in (digits, 0))


def _plain(word: str) -> str:
    return re.sub("[^a-z0-9]", "", word.lower())


def _blake2(family: str, bits: int, digits: int) -> tuple[str, ...]:
    if digits > LONGEST[family] or digits % 2 or not digits or bits not in (0, 4 * digits):
        return ()
    return (family if digits == LONGEST[family] else f"{family}-{4 * digits}",)


def shown(name: str) -> str:
    """An algorithm's name as people write it."""
    if name in SHOWN:
        return SHOWN[name]
    family, dash, bits = name.replace("_", "-").partition("-")
    return (family.upper() if not family.startswith("blake2") else f"BLAKE2{family[-1]}") + dash + bits
