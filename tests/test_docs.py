"""Documentation under test: what exists is described, what is described exists, links lead somewhere."""

import ast
import json
import re
import subprocess

import pytest

from tools import comparison
from tools import pages as generator

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
# Where packages come from and where this was written is nobody's business; [x] keeps the pattern from finding itself
PRIVATE = re.compile(r"(?<!no-emit-)(inde[x]-url|find-link[s])|python[h]osted\.org|pyp[i]\.org|/roo[t]/|/wor[k]/")
TEXT = {
    ".md",
    ".py",
    ".sql",
    ".yml",
    ".toml",
    ".txt",
    ".sh",
    ".json",
    ".html",
    ".css",
    ".js",
    ".template",
    ".Dockerfile",
    "",
}


DOTTED = re.compile(r"`(\w+(?:\.\w+)+)(?:\((.*?)\))?`")  # room.module.function, perhaps with its parameters
PLACE = re.compile(r"\b(?:heritage_color|dags|sql|benchmarks|tools|infra|tests)/[\w./*-]*[\w*]/?")


@pytest.fixture(scope="module")
def pages(repository):
    """Every page of documentation by its path in the repository."""
    files = [*repository.glob("*.md"), *(repository / "docs").rglob("*.md")]
    return {str(path.relative_to(repository)): path.read_text() for path in files}


def tracked(repository):
    """Files that are or would be part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=repository, capture_output=True
    )
    return [repository / name for name in listed.stdout.decode().split("\0") if name]


@pytest.mark.parametrize(
    "name", ["settings.md", "dags.md", "metrics.md", "decisions.md", "permissions.md", "manifest.schema.json"]
)
def test_generated_pages_are_what_the_code_says(repository, name):
    written = (repository / "docs" / name).read_text()
    assert written == generator.PAGES[name](), "Run .venv/bin/python -m tools.pages"


def test_every_dag_has_its_section(repository, pages):
    dags = {path.stem for path in (repository / "dags").glob("*.py")}
    assert dags == set(re.findall(r"^## (\w+)$", pages["docs/dags.md"], re.MULTILINE))


def test_every_reason_code_is_explained(pages):
    from heritage_color.scans.reporting.reasons import REASONS

    text = pages["docs/deliveries.md"]
    assert [code for code in REASONS if f"`{code}`" not in text] == []


def test_every_reason_of_the_gate_is_explained(pages):
    from heritage_color.train.registry import REASONS

    assert [code for code in REASONS if f"\n| `{code}` |" not in pages["docs/models.md"]] == []


def commands():
    """Every command of the command line by its name, as argparse parsers."""
    from heritage_color.cli.main import parser

    (subparsers,) = [action for action in parser()._actions if hasattr(action, "choices") and action.choices]
    return subparsers.choices


def options_of(command):
    """Every option of a command and of the acts below it."""
    own = {option for action in command._actions for option in action.option_strings}
    acts = [act for action in command._actions if isinstance(action.choices, dict) for act in action.choices.values()]
    return own.union(*map(options_of, acts))


def test_every_command_has_its_section_with_all_its_options(pages):
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", pages["docs/commands.md"], re.MULTILINE | re.DOTALL))
    assert set(sections) == set(commands())
    for name, command in commands().items():
        options = options_of(command) - {"-h", "--help"}
        assert {option for option in options if option not in sections[name]} == set(), name


def test_every_method_and_preset_is_described(pages):
    from heritage_color.methods.names import METHODS, PRESETS

    assert [name for name in (*METHODS, *PRESETS) if f"`{name}`" not in pages["docs/commands.md"]] == []


def test_every_exit_code_is_described(pages):
    from heritage_color.cli.commands import DONE, REFUSED, WRONG

    assert [code for code in (DONE, REFUSED, WRONG) if f"\n| {code} |" not in pages["docs/commands.md"]] == []


def test_every_link_to_a_file_leads_somewhere(repository, pages):
    broken = []
    for page, text in pages.items():
        for target in LINK.findall(text):
            if "://" not in target and not ((repository / page).parent / target).exists():
                broken.append(f"{page}: {target}")
    assert broken == []


def test_every_command_of_make_that_the_pages_name_exists(repository, pages):
    targets = set(re.findall(r"^([a-z-]+):", (repository / "Makefile").read_text(), re.MULTILINE))
    named = {name for text in pages.values() for name in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)}
    assert {"demo", "test"} <= named <= targets


def test_the_readme_fits_a_screen_and_shows_both_commands(pages):
    readme = pages["README.md"]
    assert readme.index("make demo") < readme.index("make test")
    assert "docs/images/before-after.jpg" in readme
    assert len(readme.splitlines()) <= 90


def test_no_file_tells_where_it_was_made_or_fetched(repository):
    files = tracked(repository)
    assert repository / "README.md" in files
    found = [
        f"{path.name}: {match[0]}"
        for path in files
        if path.suffix in TEXT and path.is_file()
        for match in PRIVATE.finditer(path.read_text(errors="replace"))
    ]
    assert found == []


def test_lock_files_pin_every_package_by_hash(repository):
    for name in ("requirements.txt", "requirements-test.txt", "infra/gpu-requirements.txt"):
        entries = re.split(r"\n(?=\S)", (repository / name).read_text().strip())
        assert [
            entry for entry in entries if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+.*--hash=sha256:", entry, re.S)
        ] == []


def test_the_comparison_measured_the_weights_that_are_shipped(repository, pages):
    from heritage_color.methods.names import BASELINES, METHODS

    measured = dict(re.findall(r"^\| `([\w-]+)` \| `([0-9a-f]{64})` \|$", pages["docs/comparison.md"], re.MULTILINE))
    cards = {name: repository / "heritage_color" / "weights" / f"{name}.json" for name in METHODS}
    shipped = {name: json.loads(card.read_text())["sha256"] for name, card in cards.items() if card.is_file()}
    assert measured == shipped, "Run python -m tools.comparison PHOTOS HERITAGE"
    rows = re.findall(r"^\| `([\w-]+)/[a-z-]+` \|", pages["docs/comparison.md"], re.MULTILINE)
    assert set(rows) == {*BASELINES, *shipped}


def test_methods_that_are_not_measured_anew_keep_their_rows_of_the_comparison(pages):
    page = pages["docs/comparison.md"]
    anew = re.sub(r"^\| `(cic|gist|learch|pix2pix).*\n", "", page, flags=re.MULTILINE)
    assert anew != page
    assert comparison.with_other_rows(anew, page) == page


def test_a_comparison_with_rows_of_other_photographs_is_refused(pages):
    page = pages["docs/comparison.md"]
    with pytest.raises(SystemExit, match="grey has other figures"):
        comparison.with_other_rows(re.sub(r"(`grey/-` \| )\d", r"\g<1>9", page), page)


def test_every_place_of_the_repository_that_the_pages_name_exists(repository, pages):
    named = {place for text in pages.values() for place in PLACE.findall(text)}
    assert "heritage_color/colorize/fade.py" in named
    assert sorted(place for place in named if not (any(repository.glob(place)) or has_module(repository, place))) == []


def has_module(repository, place):
    """Whether a path without a suffix, as in `heritage_color/errors`, is that of a module."""
    return (repository / f"{place}.py").is_file()


def named_functions(repository, pages):
    """Every `room.module.function` of the pages, with the parameters that stand behind it."""
    rooms = {path.stem for path in (repository / "heritage_color").iterdir()}
    columns = set(
        re.findall(r"^comment on column (\S+) is", (repository / "sql/schema.sql").read_text(), re.MULTILINE)
    )
    every = {match for text in pages.values() for match in DOTTED.findall(text)}
    named = {(name, said) for name, said in every if name.partition(".")[0] in rooms and name not in columns}
    return {(name, said) for name, said in named if name.rpartition(".")[2] not in ("json", "py", "safetensors")}


def defined(repository, name):
    """What a dotted name stands for: True for a folder, else the tree of a module or of what stands in one."""
    *above, last = name.split(".")
    place = repository.joinpath("heritage_color", *above)
    if (place / last).is_dir():
        return True
    if (place / f"{last}.py").is_file():
        return ast.parse((place / f"{last}.py").read_text())
    if not place.with_suffix(".py").is_file():
        return None
    top = ast.parse(place.with_suffix(".py").read_text()).body
    inside = [node for of_class in top if isinstance(of_class, ast.ClassDef) for node in of_class.body]
    return next((node for node in [*top, *inside] if last in names_of(node)), None)


def names_of(node):
    """What a statement at the top of a module defines."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {getattr(node, "name", None)} | {getattr(target, "id", None) for target in targets} - {None}


def test_every_function_that_the_pages_name_exists(repository, pages):
    named = {name for name, _ in named_functions(repository, pages)}
    assert {"publish.steps.publish", "rating.campaigns.drawing.draw", "db.keeping"} <= named
    assert sorted(name for name in named if defined(repository, name) is None) == []


def test_every_parameter_that_the_pages_name_is_one(repository, pages):
    wrong = []
    for name, said in named_functions(repository, pages):
        function = defined(repository, name)
        if said and isinstance(function, ast.FunctionDef) and not function.args.kwarg:
            of = function.args
            known = {argument.arg for argument in [*of.posonlyargs, *of.args, *of.kwonlyargs]}
            wrong += [f"{name}: {word}" for word in re.findall(r"\b[a-z]\w*(?==|,|$)", said) if word not in known]
    assert wrong == []
