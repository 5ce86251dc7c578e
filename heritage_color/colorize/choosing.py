"""Chooses the pictures to be coloured among the files of folders by their content, as pre-flight does."""

from dataclasses import dataclass, field
from pathlib import Path

from heritage_color.errors import DeliveryError
from heritage_color.images import formats
from heritage_color.images.reading import opening
from heritage_color.scans.arrival import names
from heritage_color.scans.arrival.names import Entry
from heritage_color.scans.reporting.reasons import finding

SHOWN = 5  # names of files that are left aside
UNREAD_MANIFEST = "{name} is not read here: what it forbids, such as do_not_colorize, only ingest knows."


@dataclass
class Choice:
    """Files to be coloured; a sentence for each that was refused; names of files that are no pictures; remarks."""

    pictures: list[Path] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    left_aside: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """Sentences on what was neither coloured nor refused."""
        if not self.left_aside:
            return self.remarks
        shown = ", ".join(self.left_aside[:SHOWN])
        further = len(self.left_aside) - SHOWN
        return [*self.remarks, f"Left aside, as no pictures: {shown}{f' and {further} more' if further > 0 else ''}."]


def choose(paths: list[Path]) -> Choice:
    """Files as they are named, and all pictures below folders. Raises DeliveryError where there is none at all."""
    choice = Choice()
    for path in paths:
        if not path.exists():
            raise DeliveryError(f"There is nothing at {path}.")
        if path.is_file():
            _place(choice, path, path.name, named=True)
            continue
        for entry in names.walk(path):
            _sort(choice, entry)
    if not choice.pictures and not choice.refused:
        raise DeliveryError(f"There is no picture in {', '.join(map(str, paths))}.")
    return choice


def stem(path: Path) -> str:
    """Return the name of a picture's result without its ending: only what formats use is taken for an ending."""
    return path.stem if formats.by_suffix(path.suffix) else path.name


def _sort(choice: Choice, entry: Entry) -> None:
    """Place an entry of a folder; what systems leave in it is not worth a word."""
    if names.is_manifest(entry):
        choice.remarks.append(UNREAD_MANIFEST.format(name=entry.name))
    elif entry.kind == "locked":
        choice.refused.append(finding("unreadable-file", entry.name, why="the folder is locked").sentence)
    elif entry.path.is_file() and not names.is_sidecar(entry):
        _place(choice, entry.path, entry.name, named=False)
    elif not entry.path.is_file() and formats.by_suffix(entry.path.suffix):
        code = "symlink" if entry.kind == "link" else "not-a-file"  # a link that leads nowhere
        choice.refused.append(finding(code, entry.name).sentence)


def _place(choice: Choice, path: Path, name: str, named: bool) -> None:
    try:
        kind = opening.sniff(path)
    except OSError as error:
        choice.refused.append(finding("unreadable-file", name, why=error.strerror or str(error)).sentence)
        return
    if kind and kind.supported:
        choice.pictures.append(path)
    elif kind:
        choice.refused.append(finding(kind.code, name, format=kind.name).sentence)
    elif named or formats.by_suffix(path.suffix):
        choice.refused.append(finding("not-a-picture", name).sentence)
    else:
        choice.left_aside.append(name)
