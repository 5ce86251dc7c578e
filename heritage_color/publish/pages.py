"""The static gallery: one page, no scripts, relative addresses, so that it opens from any bucket, host or folder."""

from collections.abc import Sequence
from html import escape

from heritage_color.keys import ObjectKey, Word
from heritage_color.publish.records import Entry, File, Opinion, PublicIndex, Tombstone

# The colours and fonts of the web application: dark ink on warm paper, pictures on a mat
STYLE = """
:root { --paper: #f7f2e8; --mat: #ebe3d3; --ink: #241d15; --line: #d9cdb8; --link: #7c2d1e;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, Georgia, serif; }
body { font: 1rem/1.6 var(--serif); color: var(--ink); background: var(--paper); margin: 0 auto; padding: 1.5rem 1rem;
  max-width: 80rem; }
h1, h2 { font-weight: 400; line-height: 1.2; overflow-wrap: anywhere; }
h1 { font-size: 2.1rem; margin: 0 0 .5rem; } h2 { font-size: 1.5rem; margin: 0 0 .75rem; }
header p { max-width: 42rem; } a { color: var(--link); }
article { border-top: 1px solid var(--line); padding: 2rem 0; }
.pair { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
figure { margin: 0; } figure > a { display: block; background: var(--mat); padding: 1rem; }
img { max-width: 100%; height: auto; display: block; margin: 0 auto; }
figcaption, summary, dl, details p { font: .9rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
figcaption { margin-top: .5rem; }
.mark { border: 1px solid; border-radius: .2rem; padding: 0 .3rem; font-weight: 600; }
.warning { border-left: .3rem solid #b35900; padding-left: .6rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; } a, summary { padding: .25rem 0; } summary { cursor: pointer; }
@media (max-width: 40rem) { dl { grid-template-columns: minmax(0, 1fr); } }
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{institution}: colorized photographs</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<header>
<h1>{institution}: colorized photographs</h1>
<p>Each picture stands beside its original, and the original is the historical record. The colours were added by a
model; they are its guess. <a href="index.json">Data (JSON)</a></p>
</header>
<main>
{pictures}{withdrawn}
</main>
</body>
</html>
"""

PICTURE = """<article id="{anchor}">
<h2>{heading}</h2>{warning}
<div class="pair">
<figure>
<a href="{original_key}"><img src="{original_gallery}" width="{original_width}" height="{original_height}"
 loading="lazy" alt="{original_text}"></a>
<figcaption><span class="mark">Original</span> {identifier}{origin}</figcaption>
</figure>
<figure>
<a href="{colour_key}"><img src="{colour_gallery}" width="{colour_width}" height="{colour_height}"
 loading="lazy" alt="{alternative_text}"></a>
<figcaption><span class="mark">AI modified</span> {label}</figcaption>
</figure>
</div>
<details><summary>How this picture was made</summary>
<dl>
{facts}
</dl>
<p>Full size: <a href="{original_key}" download="{original_name}">original</a>,
<a href="{colour_key}" download="{colour_name}">colorized</a>, <a href="{manifest}">record</a></p>
</details>
</article>"""


def gallery(index: PublicIndex) -> str:
    """Return the page of an index. Everything that came from outside is escaped."""
    pictures = "\n".join(_picture(entry) for entry in index.pictures)
    return PAGE.format(
        institution=escape(index.institution),
        style=STYLE,
        pictures=pictures or "<p>Nothing is published yet.</p>",
        withdrawn=_withdrawn(index.withdrawn),
    )


def _withdrawn(tombstones: Sequence[Tombstone]) -> str:
    """Return what stood here once, with date and reason: an identifier never leads to nothing."""
    if not tombstones:
        return ""
    entries = [
        f"<dt>{escape(stone.identifier)}</dt>"
        f"<dd>Withdrawn on {escape(stone.withdrawn_at[:10])}: {escape(stone.reason)}</dd>"
        for stone in tombstones
    ]
    return '\n<article id="withdrawn">\n<h2>No longer shown</h2>\n<dl>\n' + "\n".join(entries) + "\n</dl>\n</article>"


def anchor(manifest_key: ObjectKey) -> str:
    """Return the place of a picture on the page, by the key of its manifest."""
    return manifest_key.rsplit("/", 1)[-1].removesuffix(".json")[:16]


def _picture(entry: Entry) -> str:
    origin = (entry.creator, entry.date_created, entry.rights)
    warning = f'\n<p class="warning">{escape(entry.content_warning)}</p>' if entry.content_warning else ""
    return PICTURE.format(
        anchor=anchor(entry.manifest),
        heading=escape(entry.title or entry.identifier),
        warning=warning,
        origin="".join(f", {escape(part)}" for part in origin if part),
        facts="\n".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in _facts(entry)),
        manifest=escape(entry.manifest),
        identifier=escape(entry.identifier),
        label=escape(entry.label),
        alternative_text=escape(entry.alternative_text),
        original_text=escape(entry.original_text),
        **_file("original", entry.original),
        **_file("colour", entry.colour),
    )


def _file(name: str, file: File) -> dict[Word, str]:
    return {
        f"{name}_key": escape(file.key),
        f"{name}_gallery": escape(file.gallery_key),
        f"{name}_name": escape(file.download_name),
        f"{name}_width": str(int(file.width)),
        f"{name}_height": str(int(file.height)),
    }


def _facts(entry: Entry) -> list[tuple[str, str]]:
    model, decision, opinion = entry.model, entry.decision, entry.opinion
    facts = [
        ("Model", f"{model.method} {model.version}, preset {model.preset}"),
        ("Weights", f"SHA-256 {model.weights_sha256}"),
        ("Approved", f"{decision.decided_at[:10]} by {decision.curator}, reason: {decision.reason}"),
        ("Original", f"SHA-256 {entry.original.master_sha256}"),
    ]
    scores = (("Naturalness", opinion.human), ("Naturalness, simulated raters", opinion.simulated))
    return facts + [(voters, _score(figures)) for voters, figures in scores if figures]


def _score(figures: Opinion) -> str:
    interval = f"95% interval {figures.low:.2f} to {figures.high:.2f}"
    return f"{figures.mos:.2f} of 5 ({interval}, {figures.votes} votes)"
