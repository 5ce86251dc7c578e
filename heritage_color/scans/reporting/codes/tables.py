"""Reason codes of manifests, their rows and the colour truths that they name."""

from heritage_color.keys import Code
from heritage_color.scans.reporting.reason import ERROR, WARNING, Reason

TABLES: dict[Code, Reason] = {
    # manifest.csv as a whole
    "manifest-unreadable": Reason(
        ERROR,
        "{file} cannot be taken in, because {source} cannot be read: {why}.",
        "Save it as CSV in UTF-8, with one header in its first row.",
    ),
    "manifest-stray": Reason(
        ERROR,
        "{file} looks like a manifest, and is not read: {why}.",
        "Save it as CSV under the name manifest.csv, or remove it from the delivery.",
    ),
    "manifest-not-read": Reason(
        ERROR,
        "{file} stays out, as {other} may speak of it and is not read: {why}.",
        "Save the manifest as CSV under the name manifest.csv, and remove what else looks like one.",
    ),
    "column-near": Reason(WARNING, "{file} has a column {found}, which was read as `{column}`.", "Name it so."),
    "column-unnamed": Reason(
        WARNING,
        "{file} has cells in column {column}, which has no heading; they are kept, and nothing is read of them.",
        "Name the column, or empty it.",
    ),
    "column-checksums": Reason(
        WARNING,
        "{file} has checksums in a column {found}, which is not read: nothing was verified by them.",
        "Call the column `checksum`.",
    ),
    "column-unclear": Reason(
        ERROR,
        "{file} stays out, as {source} has a column {found}, which is nearly `{column}`.",
        "Give the column its right name, or quite another.",
    ),
    "sign-invisible": Reason(
        WARNING,
        "{file} has invisible characters in column {column}: {found}.",
        "It was read without them; type the cell anew.",
    ),
    "manifest-encoding": Reason(
        WARNING, "{file} is not in UTF-8; it was read as Windows-1252.", "Check the accents, and save it as UTF-8."
    ),
    "manifest-empty": Reason(WARNING, "{file} has no rows.", "Add a row for each picture, or leave it out."),
    # rows of manifest.csv
    "row-too-long": Reason(
        ERROR, "{file} has a row of {found} cells under {expected} columns.", "Put quotes around cells with commas."
    ),
    "row-cut": Reason(
        ERROR,
        "{file} has a row that ends early, and row {below} below it names no file: it may be the rest of it.",
        "Put quotes around cells with line breaks.",
    ),
    "row-without-file": Reason(ERROR, "{file} has a row that names no file.", "Fill in its `file`, or remove it."),
    "row-repeated": Reason(WARNING, "{file} has the same row twice, in row {other} too.", "Remove one of them."),
    "row-twice": Reason(
        ERROR, "{file} has two rows that differ, this one and row {other}.", "Keep the row that is right."
    ),
    "file-missing": Reason(
        ERROR, "{file} is named in {source}, but was not delivered.", "Deliver it, or correct the name."
    ),
    "path-outside": Reason(
        ERROR, "{file} in {source} leads out of its folder.", "Name files relative to the folder of the manifest."
    ),
    "name-differs": Reason(
        WARNING, "{file} is written as {other} in {source}.", "It was matched; write names exactly."
    ),
    "not-in-manifest": Reason(
        ERROR, "{file} has no row in manifest.csv, so nothing is known of its rights.", "Add a row for it."
    ),
    "duplicate-identifier": Reason(
        ERROR, "{file} has the identifier {identifier}, which {other} has too.", "Give each picture its own."
    ),
    "identifier-taken": Reason(
        ERROR,
        "{file} has the identifier {identifier}, under which the archive holds another picture.",
        "Give it its own, or ask the archive to replace that picture.",
    ),
    "replaces-unclear": Reason(
        WARNING,
        "{file} is to replace {found}, and {count} files of that path or identifier are owed.",
        "Name the refused file as its report does; write delivery/path where several deliveries owe one.",
    ),
    "rights-missing": Reason(
        WARNING, "{file} has no rights statement.", "Name one of rightsstatements.org or creativecommons.org."
    ),
    "rights-https": Reason(
        WARNING,
        "{file} names its rights with https:; the URI of the statement begins with http:.",
        "It is stored with http:.",
    ),
    "bad-rights": Reason(
        ERROR,
        "{file} has rights that are no known URI: {found}.",
        "Use e.g. http://rightsstatements.org/vocab/NoC-US/1.0/ or a licence of http://creativecommons.org.",
    ),
    "bad-date": Reason(
        WARNING,
        "{file} has a date in {source} that is not EDTF: {found} {why}.",
        "Write 1912, 1912-05, 1912~, 191X or 1910/1915.",
    ),
    "bad-flag": Reason(
        ERROR, "{file} has {found} in `do_not_colorize`.", "Write yes or no; in doubt the picture stays out."
    ),
    "do-not-colorize-without-reason": Reason(
        ERROR, "{file} is flagged do_not_colorize without a reason.", "Fill in `do_not_colorize_reason`."
    ),
    "reason-without-flag": Reason(
        ERROR,
        "{file} has a reason not to be colorized in {source}, and no yes or no in `do_not_colorize`.",
        "Write yes there; or no, and the picture is colorized.",
    ),
    "reason-beside-no": Reason(
        WARNING,
        "{file} has a reason not to be colorized in {source}, and no in `do_not_colorize`, which counts.",
        "Write yes if it is meant, or empty the reason.",
    ),
    "bad-checksum": Reason(
        ERROR,
        "{file} has a checksum in manifest.csv that is none: {found}.",
        "Use e.g. SHA-256, or name another: sha3-256:...",
    ),
    # colour truths
    "reference-missing": Reason(
        ERROR,
        "{file} is named as the reference of {other}, but was not delivered.",
        "Deliver it with its scan, or empty the cell.",
    ),
    "reference-is-scan": Reason(
        ERROR,
        "{file} is named as the reference of {other}, but is itself a scan of this delivery.",
        "Name the picture's true colour, and give it no row of its own.",
    ),
    "reference-size": Reason(
        ERROR,
        "{file} is {found} pixels, its scan {other} is {expected}; figures need the same size.",
        "Deliver the reference at the size of its scan, cut alike.",
    ),
    "reference-grey": Reason(
        ERROR, "{file} is named as a colour reference, but is grey.", "Deliver the picture in its true colour."
    ),
    "reference-without-scan": Reason(
        ERROR, "{file} is the reference of scans that were all refused.", "Redeliver it together with its scan."
    ),
    "reference-refused": Reason(
        WARNING, "{file} is taken in without its reference {other}, which was refused.", "Redeliver both."
    ),
}
