"""Every reason code of pre-flight: its severity, its sentence and its remedy, in one table.

Codes are stable: reports, the catalog's findings, quarantine events and docs/deliveries.md all use them.
"""

from dataclasses import asdict, dataclass

from heritage_color.images.formats import REMEDIES

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Reason:
    """Why something was refused (`error`) or noted (`warning`). `{file}` and other facts fill the sentence."""

    severity: str
    sentence: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """One fault of a delivery: the file, the row of manifest.csv or of a checksum file if any, code and sentence."""

    file: str
    row: int | None
    code: str
    severity: str
    sentence: str
    remedy: str = ""

    @property
    def fault(self) -> str:
        """The sentence without its remedy."""
        return self.sentence.removesuffix(self.remedy).rstrip()

    def as_json(self) -> dict:
        """The finding as the report's JSON shows it; the remedy is the end of its sentence."""
        return {name: value for name, value in asdict(self).items() if name != "remedy"}


def finding(code: str, file: str, row: int | None = None, **facts) -> Finding:
    """A finding with the code's sentence and remedy, filled with the file's name, the row and further facts."""
    reason = REASONS[code]
    sentence, remedy = (text.format(file=file, **facts) for text in (reason.sentence, reason.remedy))
    if row:
        sentence = f"{sentence.removesuffix('.')} (row {row})."
    return Finding(file, row, code, reason.severity, f"{sentence} {remedy}", remedy)


def recalled(file: str, row: int | None, code: str, severity: str, sentence: str) -> Finding:
    """A finding as the catalog keeps it: with its remedy, which no fact changes, apart again."""
    remedy = REASONS[code].remedy if code in REASONS else ""
    return Finding(file, row, code, severity, sentence, remedy if sentence.endswith(remedy) else "")


KIND = "{file} is {format}."
PROFILE = "{file} has {found}; the profile {profile} wants {wanted}."
REASONS = {
    # the file itself
    "empty": Reason(ERROR, "{file} is empty: it has no bytes.", "Copy it again from the scanner's disk."),
    "unreadable-file": Reason(ERROR, "{file} cannot be read: {why}.", "Allow reading it, or copy it again."),
    "symlink": Reason(ERROR, "{file} is a symbolic link; links are not followed.", "Deliver the file itself."),
    "not-a-file": Reason(ERROR, "{file} is a device, pipe or socket.", "Deliver ordinary files only."),
    "name-unsafe": Reason(
        ERROR, "{file} has control characters or bytes that are not UTF-8 in its name.", "Rename it, and redeliver."
    ),
    "name-not-portable": Reason(
        WARNING, "{file} has a name that not every system can hold: {why}.", "Letters, digits, - _ . travel safely."
    ),
    "name-collision": Reason(
        WARNING, "{file} differs from {other} in letter case or accents' encoding only.", "Rename one of the two."
    ),
    "not-a-picture": Reason(ERROR, "{file} is not a picture, whatever its name says.", "Deliver the picture itself."),
    "not-a-scan": Reason(ERROR, "{file} is named as a scan, but is {format}.", "Name the scan itself in its row."),
    "unsupported": Reason(ERROR, KIND, REMEDIES["unsupported"]),
    "camera-raw": Reason(ERROR, KIND, REMEDIES["camera-raw"]),
    "film-frame": Reason(ERROR, KIND, REMEDIES["film-frame"]),
    "instrument-picture": Reason(ERROR, KIND, REMEDIES["instrument-picture"]),
    "document": Reason(ERROR, KIND, REMEDIES["document"]),
    "moving-picture": Reason(ERROR, KIND, REMEDIES["moving-picture"]),
    "archive-inside": Reason(
        ERROR, "{file} is {format}; archives inside a delivery are not unpacked.", REMEDIES["archive-inside"]
    ),
    "unsupported-depth": Reason(
        ERROR, "{file} has {found} samples.", "Export it with whole numbers of 8 or 16 bits per channel."
    ),
    "unsupported-sign": Reason(
        ERROR,
        "{file} has signed samples of {bits} bits, and nobody can tell which of them is black.",
        "Export it with unsigned samples, the darkest as 0.",
    ),
    "unsupported-colours": Reason(
        ERROR, "{file} has its colours as {found}, which is not taken.", "Export it in grey, RGB, CMYK or CIE Lab."
    ),
    "unsupported-inks": Reason(
        ERROR,
        "{file} is separated into {found} that are not the four of CMYK.",
        "Convert it to RGB through the profile of its inks.",
    ),
    "unsupported-compression": Reason(
        ERROR,
        "{file} is compressed by a method that is not taken: {found}.",
        "Save it without compression or with LZW; its samples stay as they are.",
    ),
    "unlike-its-tags": Reason(
        ERROR,
        "{file} is {expected} by its tags, and {found} as it was decoded.",
        "Open it in the program that wrote it, and save it as plain TIFF.",
    ),
    "samples-set-aside": Reason(
        WARNING,
        "{file} has further samples that are neither colour nor transparency: {found}.",
        "The picture is read without them; an infrared channel or a saved selection is kept in the master only.",
    ),
    "photometric-missing": Reason(
        WARNING,
        "{file} does not say what its samples stand for; they are read as {taken}.",
        "Look at it, and have the scanner write PhotometricInterpretation.",
    ),
    "significant-bits": Reason(
        WARNING,
        "{file} says that {bits} bits of its {stored} are significant; its light is read by these.",
        "Look at it, and export it with samples that fill their bits.",
    ),
    "light-left-aside": Reason(
        WARNING,
        "{file} is read as if it had no profile, because {what}.",
        "Look at it, and export it with a profile that fits, or in sRGB, if it is too dark or too light.",
    ),
    "predictor-left-aside": Reason(
        WARNING,
        "{file} says that its samples are differences (tag 317), beside {compression} as compression, where libtiff "
        "reads no differences: it was read as it stands.",
        "Look at it; if it is streaked, export it again with LZW or Deflate, or without the tag.",
    ),
    "brightest-sample": Reason(
        WARNING,
        "{file} says that its brightest sample is {found} of {most}, which readers disregard: it may appear too dark.",
        "Look at it, and export it with samples that fill their bits.",
    ),
    "transparent-throughout": Reason(
        WARNING,
        "{file} is transparent throughout, so nothing but white is seen of it.",
        "Export it without its alpha channel.",
    ),
    "directories-broken": Reason(
        WARNING,
        "{file} has a list of directories that {why}; the pictures before that are read.",
        "Save it again as a TIFF of one picture.",
    ),
    "disguised": Reason(
        WARNING, "{file} is {format}, unlike what its name says.", "It is kept as what it is; correct its name."
    ),
    "truncated": Reason(ERROR, "{file} ends before its picture does.", "Copy it again; the transfer was cut short."),
    "damaged": Reason(ERROR, "{file} cannot be decoded: {why}.", "Scan or export it again."),
    "readers-disagree": Reason(
        ERROR,
        "{file} is read differently by two readers, and nobody knows which is right: {first}, {second}.",
        "Export it as a plain TIFF: grey or RGB, 8 or 16 bits, one picture, no further channels.",
    ),
    "one-reader": Reason(
        WARNING, "{file} is read by {reader} alone: {why}.", "Look at it; a plain TIFF would be read by two."
    ),
    "decoder-complaint": Reason(
        WARNING, "{file} was decoded in full, with a complaint: {why}.", "Look at it; export it again if it is wrong."
    ),
    "too-many-pixels": Reason(
        ERROR, "{file} is {width} x {height} pixels, over the limit of {limit}.", "Deliver it smaller, or in parts."
    ),
    "too-slow": Reason(
        ERROR, "{file} was still decoding after {seconds} s and was given up.", "Export it again, more simply."
    ),
    "too-much-memory": Reason(
        ERROR, "{file} needs more than {limit} of memory to decode, or breaks the decoder.", "Export it as tiled TIFF."
    ),
    "several-pages": Reason(
        WARNING,
        "{file} has {pages} pages; only page {shown}, the largest, is shown and colorized.",
        "Deliver each page by itself.",
    ),
    "several-pictures": Reason(
        WARNING,
        "{file} holds {count} pictures, {kind}; only the first is shown and colorized.",
        "Deliver the others as files of their own.",
    ),
    "metadata-unreadable": Reason(
        WARNING, "{file} has embedded metadata that cannot be read: {why}.", "The picture is taken in without them."
    ),
    "metadata-conflict": Reason(
        WARNING,
        "{file} has two values of {field}: {found} in {source}, and {other} in {other_source}.",
        "The first counts, by the order manifest.csv, sidecar, XMP, IPTC, EXIF; correct the one that is wrong.",
    ),
    "sidecar-unreadable": Reason(
        WARNING,
        "{file} is a sidecar that cannot be read: {why}.",
        "Write it again as XMP; its picture does not need it.",
    ),
    "sidecar-without-picture": Reason(
        WARNING, "{file} is a sidecar without its picture beside it.", "Deliver both, named alike, or remove it."
    ),
    "sidecar-second": Reason(
        WARNING, "{file} is a second sidecar of {other}; {first} counts.", "Bring both together into one."
    ),
    "sidecar-version": Reason(
        WARNING,
        "{file} is the sidecar of a further version of {other}, and is not read.",
        "Export that version as a picture of its own if it counts.",
    ),
    "sidecar-elsewhere": Reason(
        WARNING,
        "{file} says that it describes a file that ends in .{suffix} (photoshop:SidecarForExtension), "
        "so it describes no picture here.",
        "If it does, name it after its picture, such as plate.tif.xmp.",
    ),
    "sidecar-crop": Reason(
        WARNING,
        "{file} has a crop in {source} that the picture does not show: {found}.",
        "The whole picture is taken; export it cropped if the crop counts.",
    ),
    "sidecar-turn": Reason(
        WARNING,
        "{file} is turned in {source}, and the picture does not show it: {found}.",
        "The picture is taken as it stands; export it turned if it lies on its side.",
    ),
    "already-colour": Reason(
        WARNING,
        "{file} is already in colour: it is kept in the archive, and refused for colorization.",
        "If it is a toned or stained black-and-white picture, deliver it saved in grey.",
    ),
    "looks-like-negative": Reason(
        WARNING,
        "{file} looks like a negative: light and dark seem to be exchanged.",
        "If it is one, deliver its positive: colours on a negative are wrong.",
    ),
    "looks-like-page": Reason(
        WARNING,
        "{file} looks like a page of text.",
        "If it is one, flag it do_not_colorize: colour adds nothing to a text.",
    ),
    "same-picture-twice": Reason(
        WARNING, "{file} is byte for byte the same as {other}.", "It is stored once; check whether a scan is missing."
    ),
    "looks-like-another": Reason(
        WARNING,
        "{file} looks like {other}: of the 64 bits of their likeness {distance} differ.",
        "If both are one photograph, deliver the better scan only, and check whether another scan is missing.",
    ),
    "internal-fault": Reason(
        ERROR, "{file} met a fault of the archive itself: {error}.", "Report it with this sentence and the file."
    ),
    "unknown-file": Reason(WARNING, "{file} is not a picture and stays out.", "Remove it from the delivery."),
    "text-unread": Reason(
        WARNING, "{file} is a text that is not read.", "What it says of the pictures belongs in manifest.csv."
    ),
    "sheet-unread": Reason(
        WARNING, "{file} is a spreadsheet that is not read.", "If it describes the pictures, save it as manifest.csv."
    ),
    "description-unread": Reason(
        WARNING,
        "{file} is {format}, and is not read.",
        "Bring what it says of the pictures into manifest.csv or XMP sidecars.",
    ),
    "recipe-unapplied": Reason(
        WARNING,
        "{file} keeps what {program} does to a picture; none of it is applied.",
        "Where it counts, as a crop does, export the picture with it.",
    ),
    "colour-unapplied": Reason(
        WARNING,
        "{file} is {format}; it is applied to nothing, and stays out.",
        "Embed its profile in each scan, and keep it beside your masters.",
    ),
    "sound-unread": Reason(
        WARNING, "{file} is a sound recording and stays out.", "Keep it where sound is archived; here are photographs."
    ),
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
    # the technical profile: header facts only
    "profile-resolution": Reason(WARNING, PROFILE, "Scan it so, or correct the resolution in its header."),
    "profile-bits": Reason(WARNING, PROFILE, "Scan it so; converting the file adds nothing."),
    "profile-colour-space": Reason(WARNING, PROFILE, "Scan it so; converting the file adds nothing."),
    "profile-icc": Reason(WARNING, PROFILE, "Have the scanner embed the profile of its colours."),
    "profile-format": Reason(WARNING, PROFILE, "Have the scanner write this format."),
    "profile-compression": Reason(WARNING, PROFILE, "Have the scanner write it so; what JPEG lost stays lost."),
    "profile-dimensions": Reason(WARNING, PROFILE, "Scan it so, or deliver the master and not a derivative."),
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
