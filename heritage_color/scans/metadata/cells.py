"""What the cells of a manifest's row may hold: a flag, rights, a date, a checksum."""

import re

from heritage_color.keys import FileName
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.integrity.listed import listed_in_cell
from heritage_color.scans.metadata import dates
from heritage_color.scans.metadata.manifest import NO, YES, Row
from heritage_color.scans.reporting.reasons import Finding, finding

NOTHING = frozenset({"-", "–", "—", "/", "n/a", "none"})  # how people leave a cell empty
# The twelve statements of rightsstatements.org (vocabulary 1.0) and Creative Commons' licences and public domain tools
RIGHTS_STATEMENTS = (
    "InC|InC-OW-EU|InC-EDU|InC-NC|InC-RUU|NoC-CR|NoC-NC|NoC-OKLR|NoC-US|CNE|UND|NKC"
)  # fmt: skip
RIGHTS = re.compile(
    rf"https?://(www\.)?(rightsstatements\.org/vocab/({RIGHTS_STATEMENTS})/1\.0/?"
    r"|creativecommons\.org/(licenses/(by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)/[0-9]\.[0-9](/[a-z]{2,3})?"
    r"|publicdomain/(zero|mark)/1\.0)/?(deed\.[a-z-]+)?)"
)


def check_cells(row: Row, file: FileName) -> list[Finding]:
    """Findings on the values of one row, whose picture is `file`."""
    return [*_check_flag(row, file), *_check_rights(row, file), *_check_date(row, file), *_check_digest(row, file)]


def _check_flag(row: Row, file: FileName) -> list[Finding]:
    flag = row["do_not_colorize"]
    if flag.lower() not in YES | NO:
        return [finding("bad-flag", file, row.number, found=printable(flag))]
    reason = row["do_not_colorize_reason"]
    if bool(reason) == row.do_not_colorize or (not flag and reason.lower() in NOTHING):
        return []
    if row.do_not_colorize:
        return [finding("do-not-colorize-without-reason", file, row.number)]
    return [finding("reason-beside-no" if flag else "reason-without-flag", file, row.number, source=row.source)]


def _check_rights(row: Row, file: FileName) -> list[Finding]:
    rights = row["rights"]
    if not rights:
        return []  # the picture itself may name them: describing.py looks
    if not RIGHTS.fullmatch(rights):
        return [finding("bad-rights", file, row.number, found=printable(rights))]
    return [finding("rights-https", file, row.number)] if rights.startswith("https:") else []


def _check_date(row: Row, file: FileName) -> list[Finding]:
    why = dates.fault(row["date"]) if row["date"] else ""
    return (
        [finding("bad-date", file, row.number, found=printable(row["date"]), source=row.source, why=why)]
        if why
        else []
    )


def _check_digest(row: Row, file: FileName) -> list[Finding]:
    if not row["checksum"] or listed_in_cell(file, row["checksum"], row.number):
        return []
    return [finding("bad-checksum", file, row.number, found=printable(row["checksum"]))]
