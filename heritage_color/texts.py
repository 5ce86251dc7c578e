"""Texts of strangers: how they are encoded, and the shapes that values of settings have."""

import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from heritage_color.keys import Word

# What libpq takes apart as it was meant (PostgreSQL, "Connection URIs"): a password may hold neither / nor @, and
# each % begins two hexadecimal digits. libpq itself repeats what it cannot read, password and all.
_WORD = r"(?:[^\s/@:%]|%[0-9A-Fa-f]{2})*"
_AFTER_COLON = r"(?:[^\s/@%]|%[0-9A-Fa-f]{2})*"
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:,\[\]]*)(?::\d{1,5})?"
_NAME = r"(?:/(?:[^\s/?#@%]|%[0-9A-Fa-f]{2})*)?(?:\?\S*)?"
_DATABASE = rf"postgres(?:ql)?://(?:{_WORD}(?::{_AFTER_COLON})?@)?{_HOST}(?:,{_HOST})*{_NAME}"
_DRIVER = r"postgres(?:ql)?(\+[a-z0-9_]+)://"  # as SQLAlchemy and Airflow write it
_BUCKET = r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}"  # what boto3 lets through; servers differ in what they make
_REGION = r"(?![0-9]+$)(?!-)[A-Za-z0-9-]{0,63}(?<!-)"  # as botocore has it
_SCANNER = r"/.*|[^\s/@]+:[0-9]{1,5}"

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Text(NamedTuple):
    """A text as it was read; `guessed` where it has no mark and is no UTF-8, so that it may be read wrongly."""

    text: str
    guessed: bool = False


def encoding_of(content: bytes, otherwise: str = "utf-8-sig") -> str:
    """The encoding that a text's first bytes tell: UTF-16 where they are its mark."""
    return "utf-16" if content.startswith(UTF16_MARKS) else otherwise


def read_text(content: bytes) -> Text:
    """A table or a list as programs write them: UTF-16 with its mark, UTF-8 with one or without, else Windows-1252."""
    try:
        return Text(content.decode(encoding_of(content), "replace" if content.startswith(UTF16_MARKS) else "strict"))
    except UnicodeDecodeError:
        return Text(content.decode("cp1252", "replace"), guessed=True)


def _database(text: str) -> str:
    """PostgreSQL's address; or libpq's pairs, host=... dbname=..."""
    if driver := re.match(_DRIVER, text):
        raise ValueError(f"must begin with postgresql://, without the driver of other programs ({driver[1]})")
    if not re.fullmatch(_DATABASE, text) and ("://" in text or "=" not in text):
        raise ValueError(
            "must be an address such as postgresql://user:password@host:5432/name; in user and password, "
            "/ is written %2F, @ %40, % %25, # %23, : %3A and a space %20"
        )
    return text


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # the port is no number, or a bracket is open
        whole = False
    if not whole or re.search(r"[\s@]", text):
        raise ValueError("must be an address such as http://host:8333, without user and password")
    return text


def _matching(pattern: str, must: str) -> Callable[[str], str]:
    """Return the form of a text that a pattern describes as a whole."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text, re.DOTALL):
            raise ValueError(must)
        return text

    return check


def _networks(text: str) -> str:
    """Addresses and networks; never a network of all addresses, which would believe everybody."""
    try:
        whole = all(ipaddress.ip_network(part.strip()).prefixlen for part in text.split(","))
    except ValueError:
        whole = False
    if not whole:
        raise ValueError("must be addresses or networks, parted by commas, such as 10.0.0.5,172.16.0.0/12")
    return text


def _zone(text: str) -> str:
    """Return the name of a time zone of the IANA's database."""
    if text not in zoneinfo.available_timezones():
        raise ValueError("must be the name of a time zone, such as Europe/Vienna or Asia/Kathmandu")
    return text


# What a value of the settings must look like: each returns the text, or raises ValueError that says what it must be
FORMS: Mapping[Word, Callable[[str], str]] = {
    "database": _database,
    "address": _address,
    "bucket": _matching(_BUCKET, "must be the name of a bucket: letters, digits, dots and hyphens"),
    "region": _matching(_REGION, "must be the name of a region: letters, digits and hyphens"),
    "prefix": _matching(rf"s3://{_BUCKET}(/.*)?", "must be an address such as s3://bucket/inbox"),
    "scanner": _matching(_SCANNER, "must be a socket's path such as /run/clamav/clamd.ctl, or host:port"),
    "networks": _networks,
    "zone": _zone,
}
