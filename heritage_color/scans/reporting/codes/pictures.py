"""Reason codes of files and of the pictures in them."""

from heritage_color.images.formats import REMEDIES
from heritage_color.keys import Code
from heritage_color.scans.reporting.reason import ERROR, WARNING, Reason

KIND = "{file} is {format}."
PROFILE = "{file} has {found}; the profile {profile} wants {wanted}."
PICTURES: dict[Code, Reason] = {
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
    # the technical profile: header facts only
    "profile-resolution": Reason(WARNING, PROFILE, "Scan it so, or correct the resolution in its header."),
    "profile-bits": Reason(WARNING, PROFILE, "Scan it so; converting the file adds nothing."),
    "profile-colour-space": Reason(WARNING, PROFILE, "Scan it so; converting the file adds nothing."),
    "profile-icc": Reason(WARNING, PROFILE, "Have the scanner embed the profile of its colours."),
    "profile-format": Reason(WARNING, PROFILE, "Have the scanner write this format."),
    "profile-compression": Reason(WARNING, PROFILE, "Have the scanner write it so; what JPEG lost stays lost."),
    "profile-dimensions": Reason(WARNING, PROFILE, "Scan it so, or deliver the master and not a derivative."),
}
