"""The XMP packet of a published picture: what it is, from what and how it was made, who approved it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from heritage_color.colorize.sources import DIGITAL_SOURCE_TYPE
from heritage_color.publish.labels import plain
from heritage_color.publish.records import Described

if TYPE_CHECKING:
    import exiv2

Property = tuple[str, "exiv2.XmpValue"]


def of_original(described: Described) -> bytes:
    """Packet of an original's JPEG."""
    return _packet(
        [*_shared(described), *_in_languages("dc.description", f"Original photograph {described.identifier}")]
    )


def of_colorization(described: Described, master_sha256: str) -> bytes:
    """Packet of a colorization's JPEG: the label, IPTC's AI properties (2025.1), the original, and the history."""
    model = described.model
    weights = f"weights SHA-256 {model.weights_sha256}"
    return _packet(
        [
            *_shared(described),
            *_in_languages("dc.description", described.label),
            *_text("dc.source", described.identifier),
            *_text("iptcExt.DigitalSourceType", DIGITAL_SOURCE_TYPE),
            *_text("iptcExt.AISystemUsed", model.method),
            *_text("iptcExt.AISystemVersionUsed", f"{model.version} ({weights})"),
            *_text("xmp.CreatorTool", f"Heritage Color, {model.method} {model.version}"),
            *_text("xmpMM.DerivedFrom/stRef:documentID", f"sha256:{master_sha256}"),
            *_history(described, f"preset {model.preset}; {weights}"),
        ]
    )


def _shared(described: Described) -> Iterator[Property]:
    """Yield properties of original and colorization alike; empty ones are left out."""
    yield from _text("dc.identifier", described.identifier)
    yield from _in_languages("dc.title", described.title)
    yield from _list("dc.creator", "Seq", described.creator)
    yield from _in_languages("dc.rights", described.rights)
    yield from _list("dc.publisher", "Bag", described.institution)


def _history(described: Described, made: str) -> Iterator[Property]:
    """Yield the two steps by which the picture came to be public: coloured, and approved."""
    import exiv2

    model, decision = described.model, described.decision
    approval = f"{decision.reason}; decided by {decision.curator}"
    steps = (
        ("converted", described.colorized_at, f"{model.method} {model.version}", made),
        (decision.verdict, decision.decided_at, "", approval),
    )
    empty = exiv2.XmpTextValue("")
    empty.setXmpArrayType(exiv2.XmpValue.XmpArrayType.xaSeq)
    yield "Xmp.xmpMM.History", empty
    for number, step in enumerate(steps, 1):
        for name, value in zip(("action", "when", "softwareAgent", "parameters"), step, strict=True):
            yield from _text(f"xmpMM.History[{number}]/stEvt:{name}", value)


def _packet(properties: list[Property]) -> bytes:
    """The packet as bytes, read-only: without room for changes in place."""
    import exiv2

    packet, flags = exiv2.XmpData(), exiv2.XmpParser.XmpFormatFlags
    for name, value in properties:
        packet.add(exiv2.XmpKey(name), value)
    code, text = exiv2.XmpParser.encode(packet, flags.useCompactFormat | flags.readOnlyPacket, 0)
    if code:
        raise ValueError(f"exiv2 writes no XMP of these properties (code {code}).")
    return str(text).encode()


def _text(name: str, value: str) -> Iterator[Property]:
    import exiv2

    if plain(value):
        yield f"Xmp.{name}", exiv2.XmpTextValue(plain(value))


def _in_languages(name: str, value: str) -> Iterator[Property]:
    """A text in no language that we know of, as XMP's default."""
    import exiv2

    if plain(value):
        texts = exiv2.LangAltValue()
        texts["x-default"] = plain(value)
        yield f"Xmp.{name}", texts


def _list(name: str, kind: str, value: str) -> Iterator[Property]:
    """Yield a list of one entry, ordered (Seq) or not (Bag)."""
    import exiv2

    if plain(value):
        yield f"Xmp.{name}", exiv2.XmpArrayValue([plain(value)], getattr(exiv2.TypeId, f"xmp{kind}"))
