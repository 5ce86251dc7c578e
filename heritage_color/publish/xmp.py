"""The XMP packet of a published picture: what it is, from what and how it was made, who approved it."""

from xml.sax.saxutils import escape, quoteattr

from heritage_color.publish.labels import DIGITAL_SOURCE_TYPE, plain

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
 xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
{properties}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def of_original(record: dict) -> bytes:
    """Packet of an original's JPEG, from the record of `manifests.describe`."""
    return _packet([*_description(record), _language("dc:description", f"Original photograph {record['identifier']}")])


def of_colorization(record: dict) -> bytes:
    """Packet of a colorization's JPEG: the label, IPTC's AI properties (2025.1), the original, and the history."""
    model, decision = record["model"], record["decision"]
    made = f"preset {model['preset']}; weights SHA-256 {model['weights_sha256']}"
    agent = f"{model['method']} {model['version']}"
    approval = f"{decision['reason']}; decided by {decision['curator']}"
    return _packet(
        [
            *_description(record),
            _language("dc:description", record["label"]),
            _text("dc:source", record["identifier"]),
            _text("Iptc4xmpExt:DigitalSourceType", DIGITAL_SOURCE_TYPE),
            _text("Iptc4xmpExt:AISystemUsed", model["method"]),
            _text(
                "Iptc4xmpExt:AISystemVersionUsed", f"{model['version']} (weights SHA-256 {model['weights_sha256']})"
            ),
            _text("xmp:CreatorTool", f"Heritage Color, {agent}"),
            _derived_from(record["original"]["master_sha256"]),
            _history(
                [
                    {
                        "action": "converted",
                        "when": record["colorized_at"],
                        "softwareAgent": agent,
                        "parameters": made,
                    },
                    {"action": decision["verdict"], "when": decision["decided_at"], "parameters": approval},
                ]
            ),
        ]
    )


def _description(record: dict) -> list[str]:
    """Properties that original and colorization share; empty ones are left out."""
    given = [
        _text("dc:identifier", record["identifier"]),
        _language("dc:title", record["title"]),
        _list("dc:creator", "Seq", record["creator"]),
        _language("dc:rights", record["rights"]),
        _list("dc:publisher", "Bag", record["institution"]),
    ]
    return [item for item in given if item]


def _packet(properties: list[str]) -> bytes:
    return PACKET.format(properties="\n".join(item for item in properties if item)).encode()


def _text(name: str, value: str) -> str:
    return f"<{name}>{escape(plain(value))}</{name}>" if plain(value) else ""


def _language(name: str, value: str) -> str:
    entry = f'<rdf:li xml:lang="x-default">{escape(plain(value))}</rdf:li>'
    return f"<{name}><rdf:Alt>{entry}</rdf:Alt></{name}>" if plain(value) else ""


def _list(name: str, kind: str, value: str) -> str:
    entry = f"<rdf:li>{escape(plain(value))}</rdf:li>"
    return f"<{name}><rdf:{kind}>{entry}</rdf:{kind}></{name}>" if plain(value) else ""


def _derived_from(sha256: str) -> str:
    return f'<xmpMM:DerivedFrom stRef:documentID="sha256:{sha256}"/>'


def _history(events: list[dict[str, str]]) -> str:
    entries = (" ".join(f"stEvt:{key}={quoteattr(plain(value))}" for key, value in event.items()) for event in events)
    lines = "".join(f"<rdf:li {entry}/>" for entry in entries)
    return f"<xmpMM:History><rdf:Seq>{lines}</rdf:Seq></xmpMM:History>"
