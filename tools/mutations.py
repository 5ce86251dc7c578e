"""What the tests of a room let pass: `make mutations ROOM=heritage_color/publish TESTS=tests/publish`.

mutmut changes one thing at a time in a copy of the tree, in a temporary folder, and runs the tests over each change.
Each change that no test noticed is printed, then the counts: read them, and write a test for each that changes what
the room does. ROOM and TESTS are files or folders, several if need be; a test may be one of a file, as pytest names
it. Tests without services take a second a mutant, others half a minute. What a test runs in a process of its own is
not changed. mutmut is in no lock file: the first run installs it into a folder of its own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from heritage_color.settings import ROOT

VERSION = "3.8.1"
PROGRAM = ROOT / "build" / f"mutmut-{VERSION}"
# All diffs in one process: `mutmut show` starts anew, and reads all again, for each
SHOW = """
import sys
from mutmut.__main__ import get_diff_for_mutant
for name in sys.argv[1:]:
    print("#", name, get_diff_for_mutant(name), sep="\\n")
"""
CAUGHT = ("killed", "timeout", "caught by type check")


def main() -> None:
    """Run the mutations and print what survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="+", help="files or folders to change, such as heritage_color/publish")
    parser.add_argument("--tests", nargs="+", required=True, help="files or folders of tests that ought to notice")
    arguments = parser.parse_args()
    install()
    with tempfile.TemporaryDirectory(prefix="heritage-mutations-") as folder:
        copy_tree(Path(folder), arguments.rooms, arguments.tests)
        _python(Path(folder), "-m", "mutmut", "run", "--max-children", "1", stdout=sys.stderr)
        print(report(Path(folder)))


def install() -> None:
    """mutmut, where it is not there yet."""
    if not PROGRAM.exists():
        partial = PROGRAM.with_name(f"{PROGRAM.name}.partial")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(partial)]
        subprocess.run([*pip, f"mutmut=={VERSION}"], check=True)
        partial.rename(PROGRAM)


def copy_tree(folder: Path, rooms: list[str], tests: list[str]) -> None:
    """The files of the repository, also those not yet committed, and mutmut's settings among the project's."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    with (folder / "pyproject.toml").open("a") as file:
        file.write(configuration(rooms, tests, sorted({name.split("/")[0] for name in names if name})))


def configuration(rooms: list[str], tests: list[str], copied: list[str]) -> str:
    """The section `tool.mutmut` of pyproject.toml. Tests find the whole tree beside what is changed."""
    only = [room if room.endswith(".py") else f"{room.rstrip('/')}/*" for room in rooms]
    also = [name for name in copied if name not in ("heritage_color", "pyproject.toml", ".git")]
    return (
        f'\n[tool.mutmut]\nsource_paths = ["heritage_color"]\nonly_mutate = {only}\n'
        f"pytest_add_cli_args_test_selection = {tests}\nalso_copy = {also}\n"
    )


def report(folder: Path) -> str:
    """The counts, and the changes that no test noticed."""
    lines = _python(folder, "-m", "mutmut", "results", "--all", "true", stdout=subprocess.PIPE).splitlines()
    states = dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)
    counts = Counter(states.values())
    survivors = [name for name, state in states.items() if state == "survived"]
    caught = sum(counts.pop(state, 0) for state in CAUGHT)
    others = "".join(f", {number} {state}" for state, number in sorted(counts.items()))
    diffs = _python(folder, "-c", SHOW, *survivors, stdout=subprocess.PIPE) if survivors else ""
    return f"{diffs}\n{len(states)} mutants: {caught} killed{others}"


def _python(folder: Path, *arguments: str, stdout: object) -> str:
    """What it wrote, where `stdout` is a pipe. Ends this program where it fails; it has said why."""
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, stdout=stdout, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout or ""


if __name__ == "__main__":
    main()
