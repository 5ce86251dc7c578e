"""Finds the files that the lines of a list mean: names of other systems, other folders and other machines."""

import posixpath
import re
from collections import Counter
from functools import cached_property
from pathlib import PurePosixPath

from heritage_color.keys import FileName
from heritage_color.scans.arrival import names
from heritage_color.scans.arrival.names import printable
from heritage_color.scans.integrity import digests
from heritage_color.scans.integrity.comparing import TRIES, fits
from heritage_color.scans.integrity.listed import Listed
from heritage_color.scans.reporting.report import Delivered

CODE_PAGES = ("cp1252", "cp850", "cp437")  # of Windows and of its console: lists that are not in UTF-8
ABSOLUTE = re.compile(r"[A-Za-z]:[/\\]|[/\\]")


class Shelf:
    """The files of a delivery by name, as lists spell it."""

    def __init__(self, files: list[Delivered], lists: set[str]):
        self.exact = {names.plain(file.name): file for file in files}
        self.loose = {names.alike(file.name): file for file in files}
        self.lists = lists

    def match(self, source: str, lines: list[Listed], exact: bool) -> list[tuple[Listed, Delivered | None]]:
        """The files that the lines of a list mean; lines that mean lists are left out.

        `sha256sum * > list` lists the list itself, which was not finished then.
        """
        files = [self.find(source, line.name, exact) for line in lines]
        if not exact:
            ends = self._by_ends(source, lines, elsewhere=not any(files))
            files = [
                file or ends.get(line.name) or self._by_stem(source, line.name)
                for line, file in zip(lines, files, strict=True)
            ]
        pairs = zip(lines, files, strict=True)
        return [(line, file) for line, file in pairs if not file or file.name not in self.lists]

    def _by_stem(self, source: str, name: str) -> Delivered | None:
        """The file that the lone digest in plate.md5 means: the only one beside it that is called plate."""
        path = PurePosixPath(source)
        if path.stem != name:
            return None
        files = self._stems.get(names.plain(path.with_suffix("").as_posix()), [])
        return files[0] if len(files) == 1 else None

    @cached_property
    def _stems(self) -> dict[FileName, list[Delivered]]:
        stems: dict[FileName, list[Delivered]] = {}
        for name, file in self.exact.items():
            if file.name not in self.lists and PurePosixPath(name).suffix.lower() != ".xmp":
                stems.setdefault(PurePosixPath(name).with_suffix("").as_posix(), []).append(file)
        return stems

    def find(self, source: str, name: str, exact: bool = False) -> Delivered | None:
        """The file that a name means: beside its list, unless `exact`, or below the delivery's folder."""
        folder = PurePosixPath(source).parent
        for spelling in _spellings(name):
            beside = () if exact else (posixpath.normpath(folder / spelling),)
            for candidate in (*beside, PurePosixPath(spelling).as_posix()):
                if file := self._get(candidate):
                    return file
        return None

    def _get(self, name: str) -> Delivered | None:
        shown = printable(name)
        return self.exact.get(names.plain(shown)) or self.loose.get(names.alike(shown))

    def _by_ends(self, source: str, lines: list[Listed], elsewhere: bool) -> dict[FileName, Delivered]:
        """Files by paths of another machine that end in their whole names. Where two paths mean one file, none does.

        A list that was made in another folder has no path that counts here (`elsewhere`): its paths are taken so
        only where one of the files is the one that was listed.
        """
        foreign = [line for line in lines if elsewhere or ABSOLUTE.match(line.name)]
        meant = {name: self._by_end(source, name) for name in dict.fromkeys(line.name for line in foreign)}
        times = Counter(id(file) for file in meant.values() if file)
        ends = {name: file for name, file in meant.items() if file and times[id(file)] == 1}
        absolute = any(ABSOLUTE.match(name) for name in ends)
        return ends if absolute or _one_fits([line for line in foreign if line.name in ends][:TRIES], ends) else {}

    def _by_end(self, source: str, path: str) -> Delivered | None:
        steps = [step for step in re.split(r"[/\\]", path) if step not in ("", ".", "..")]
        ends = ("/".join(steps[start:]) for start in range(len(steps)))
        return next((file for end in ends if (file := self.find(source, end))), None)


def _one_fits(lines: list[Listed], files: dict[FileName, Delivered]) -> bool:
    computed = [line for line in lines if digests.is_computed(line.algorithm)]
    return any(fits(line, files[line.name], (line.algorithm, *line.others)) for line in computed)


def _spellings(name: str) -> list[str]:
    """A name as it stands, as Windows writes folders, and as code pages have accents that are not UTF-8."""
    raw = name.encode("utf-8", "surrogateescape") if not name.isascii() else b""
    strange = (
        [raw.decode(page, "replace") for page in CODE_PAGES] if any("\udc80" <= c <= "\udcff" for c in name) else []
    )
    texts = (name, name.strip(), *strange)
    return list(dict.fromkeys(text for plain in texts for text in (plain, plain.replace("\\", "/"))))
