"""Reason codes of viruses, checksums, archives and bags: whether what came is what was sent."""

from heritage_color.keys import Code
from heritage_color.scans.reporting.reason import ERROR, WARNING, Reason

WHOLENESS: dict[Code, Reason] = {
    # the virus scan
    "virus-found": Reason(
        ERROR,
        "{file} holds what the virus scanner knows as {signature}; it was not opened.",
        "Clean the computer it came from, and deliver a file that was made anew.",
    ),
    "virus-scan-failed": Reason(
        ERROR,
        "{file} got no verdict from the virus scanner ({why}); it was not opened.",
        "Look at clamd's log, and deliver it again.",
    ),
    "virus-not-scanned": Reason(
        WARNING,
        "{file} was not scanned for viruses: {why}.",
        "Scan it elsewhere, or raise the limits of clamd and HERITAGE_VIRUS_SCAN_BYTES.",
    ),
    # checksums
    "checksum-mismatch": Reason(
        ERROR, "{file} has another checksum ({found}) than {source} lists ({expected}).", "Copy it again."
    ),
    "checksum-missing-file": Reason(
        ERROR, "{file} is listed in {source}, but was not delivered.", "Deliver it, or take it off the list."
    ),
    "checksum-missing-system-file": Reason(
        WARNING, "{file} is listed in {source}, and was left behind on the way.", "Nothing is lost: a system wrote it."
    ),
    "checksum-absolute-path": Reason(
        ERROR,
        "{file} names a path on another machine, and it is not clear which file here it means: {path}.",
        "List paths relative to the delivery's folder.",
    ),
    "checksum-algorithm": Reason(
        ERROR,
        "{file} lists {count} checksums by {algorithm}, an algorithm that is not known here: they are not verified.",
        "List SHA-256, SHA-512, SHA-3, BLAKE2 or MD5.",
    ),
    "checksum-algorithm-unknown": Reason(
        ERROR,
        "{file} does not say by which algorithm it was made, and none of {count} checksums fits its file by {tried}.",
        "Name the algorithm in the list's name, as in checksums.sha256. If it is one of these, copy the files again.",
    ),
    "checksum-line-unreadable": Reason(
        ERROR, "{file} has a line that is no checksum: {text}.", "Write `<checksum>  <file>` as sha256sum does."
    ),
    "checksum-file-empty": Reason(
        ERROR, "{file} lists no checksum, so nothing could be verified.", "Make it again, e.g. with sha256sum."
    ),
    "checksum-unverified": Reason(
        WARNING,
        "{file} is listed with a checksum that could not be compared, so its transfer is not verified.",
        "List it by an algorithm that is known here, and name that in the list.",
    ),
    "checksum-unlisted": Reason(
        WARNING, "{file} is in no checksum list, so its transfer is not verified.", "List all files of a delivery."
    ),
    # archives and bags
    "archive-damaged": Reason(
        ERROR,
        "{file} cannot be unpacked, so all of it stays out: {why}.",
        "Pack it as zip, tar or tar.gz, and copy it again.",
    ),
    "archive-part": Reason(
        ERROR,
        "{file} is a part of a split archive, so all of it stays out.",
        "Put its parts together into one archive, or deliver the folder itself.",
    ),
    "archive-kind": Reason(
        ERROR,
        "{file} is {format}, which is not unpacked, so all of it stays out.",
        "Deliver the folder itself, or pack it as zip, tar or tar.gz.",
    ),
    "archive-encrypted": Reason(
        ERROR, "{file} is locked with a password, so all of it stays out.", "Pack it again without one."
    ),
    "archive-too-many": Reason(
        ERROR, "{file} holds more than {limit} entries, so all of it stays out.", "Deliver it in parts."
    ),
    "archive-bomb": Reason(
        ERROR,
        "{file} unpacks to more than {ratio} times its size, so all of it stays out.",
        "Deliver the folder itself, or pack it without compression.",
    ),
    "entry-outside": Reason(
        ERROR, "{file} has a name that leads out of the delivery.", "Pack files with names relative to its folder."
    ),
    "entry-twice": Reason(
        ERROR, "{file} is packed twice, and nobody knows which one counts; both stay out.", "Pack the right one only."
    ),
    "entry-unwritable": Reason(ERROR, "{file} cannot be unpacked: {why}.", "Give it a shorter, simpler name."),
    "entry-method": Reason(
        ERROR,
        "{file} is packed by the method {method}, which is not unpacked here.",
        "Pack it by the method Deflate, or deliver the folder itself.",
    ),
    "entry-damaged": Reason(ERROR, "{file} is damaged in its archive: {why}.", "Pack and copy it again."),
    "hard-link": Reason(
        ERROR, "{file} is packed as a link to {other}; links are not followed.", "Pack the file itself."
    ),
    "bag-declaration": Reason(
        ERROR, "{file} does not declare a bag as RFC 8493 asks: {why}.", "Make the bag again with a BagIt tool."
    ),
    "bag-without-manifest": Reason(
        ERROR, "{file} is in a bag without a payload manifest, so nothing was verified.", "Make the bag again."
    ),
    "bag-unlisted": Reason(
        ERROR, "{file} is in the bag, but not in its {source}.", "Make the bag again with this file."
    ),
    "bag-outside": Reason(
        ERROR, "{file} lists {name}, which does not lie in the bag's payload.", "Make the bag again with a BagIt tool."
    ),
    "bag-listed-twice": Reason(ERROR, "{file} lists {name} twice.", "Make the bag again with a BagIt tool."),
    "bag-listed-again": Reason(
        WARNING, "{file} lists {name} twice.", "Both lines were compared; BagIt 1.0 forbids a second one."
    ),
    "bag-algorithm": Reason(
        WARNING,
        "{file} lists {count} checksums by {algorithm}, an algorithm that is not known here.",
        "Nothing was verified by it; the bag's other manifest was.",
    ),
    "bag-inside": Reason(
        WARNING,
        "{file} is a bag inside the delivery: its payload is taken in and verified, its {count} tag files stay out.",
        "Deliver bags one by one, and what they say of themselves is kept, too.",
    ),
    "bag-fetch-unreadable": Reason(
        ERROR, "{file} has a line that names no file of the payload: {text}.", "Make the bag again with a BagIt tool."
    ),
    "bag-fetch": Reason(
        ERROR,
        "{file} names {count} files to be fetched from elsewhere that are not here; nothing is ever fetched.",
        "Deliver the bag with all its files.",
    ),
    "bag-oxum": Reason(
        ERROR, "{file} promises a payload of {expected}, the bag holds {found}.", "Copy the bag again in full."
    ),
}
