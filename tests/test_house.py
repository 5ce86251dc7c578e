"""The house in numbers: how long files are, how full folders; that rows have shapes, and names say what they hold."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

LINES_OF_A_FILE = 300
FILES_OF_A_FOLDER = 16
WORDED = 40  # returns and parameters, in the whole package, that are a bundle of values keyed by words
VAGUE = 0.01  # of all names that are bound
PRONOUNS = {
    *("found", "one", "this", "said", "own", "given", "wanted"),
    *("that", "these", "those", "it", "them", "ones", "such", "something"),
}
MAPPINGS = {"dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"}


@pytest.fixture(scope="module")
def trees(repository) -> dict:
    """The package's modules, parsed."""
    return {path: ast.parse(path.read_text()) for path in sorted((repository / "heritage_color").rglob("*.py"))}


def named(node: ast.expr) -> str:
    """The last part of a name, such as `Any` of `typing.Any`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def is_worded(annotation: ast.expr | None, documents: frozenset[str] = frozenset()) -> bool:
    """Whether a type is, or is made of, a bundle of values keyed by words: a record that nobody wrote down.

    That is `Any`, and a mapping without types, with plain words as keys, or with values of any kind; also where that
    has a name, one of `documents`. A look-up table is none: its values are of one kind, and its keys are of a type of
    heritage_color/keys.py, `dict[FileName, Sha256]`. What is in a `Callable` is somebody else's signature.
    """
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return is_worded(ast.parse(annotation.value, mode="eval").body, documents)
    if isinstance(annotation, ast.BinOp):
        return is_worded(annotation.left, documents) or is_worded(annotation.right, documents)
    if not isinstance(annotation, ast.Subscript):
        return annotation is not None and named(annotation) in MAPPINGS | {"Any"} | documents
    parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    if named(annotation.value) in MAPPINGS:
        mixed = named(parts[0]) == "str" or named(parts[-1]) == "object"
        return mixed or any(is_worded(part, documents) for part in parts)
    return named(annotation.value) not in ("Callable", "Literal") and any(is_worded(part, documents) for part in parts)


def documents_of(trees: dict) -> dict:
    """For each module the names that stand for a bundle there: those that it defines, and those that it imports."""
    defined = {module(path): bundles(tree) for path, tree in trees.items()}
    return {
        path: frozenset(
            defined[module(path)] | {name for place, name in imported(tree) if name in defined.get(place, ())}
        )
        for path, tree in trees.items()
    }


def module(path: Path) -> str:
    """The name of a module of the package."""
    parts = path.with_suffix("").parts
    return ".".join(parts[len(parts) - 1 - parts[::-1].index("heritage_color") :])


def bundles(tree: ast.Module) -> set[str]:
    """The names that a module gives to types of bundles."""
    values = {node.targets[0]: node.value for node in tree.body if isinstance(node, ast.Assign)}
    types = {name.id: value for name, value in values.items() if isinstance(name, ast.Name) and name.id.istitle()}
    return {name for name, value in types.items() if isinstance(value, ast.Subscript | ast.Name) and is_worded(value)}


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The modules and names that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def annotations(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr | None]:
    """The types of a function's parameters and of what it returns."""
    of = function.args
    further = [argument for argument in (of.vararg, of.kwarg) if argument]
    yield from (argument.annotation for argument in [*of.posonlyargs, *of.args, *of.kwonlyargs, *further])
    yield function.returns


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def bound(tree: ast.Module) -> Iterator[str]:
    """Every name that a module binds, once per place: parameters, targets, and names of errors."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def test_a_file_is_read_in_one_sitting(trees):
    lines = {path.name: len(path.read_text().splitlines()) for path in trees}
    assert {name: number for name, number in lines.items() if number > LINES_OF_A_FILE} == {}


def test_a_folder_is_seen_at_one_glance(trees, repository):
    files = Counter(str(path.parent.relative_to(repository)) for path in trees)
    assert {folder: number for folder, number in files.items() if number > FILES_OF_A_FOLDER} == {}


def test_queries_are_read_in_one_sitting(repository):
    files = sorted((repository / "sql" / "queries").rglob("*.sql"))
    lines = {path.name: len(path.read_text().splitlines()) for path in files}
    assert {name: number for name, number in lines.items() if number >= LINES_OF_A_FILE} == {}


def test_no_code_stands_in_the_first_file_of_a_package(trees):
    code = [
        str(path)
        for path, tree in trees.items()
        if path.name == "__init__.py" and any(not isinstance(node, ast.Expr) for node in tree.body)
    ]
    assert code == []


def test_rows_have_shapes(trees):
    documents = documents_of(trees)
    worded = [
        f"{path.name}:{function.lineno} {function.name}"
        for path, tree in trees.items()
        for function in functions(tree)
        for annotation in annotations(function)
        if is_worded(annotation, documents[path])
    ]
    assert len(worded) < WORDED, worded


@pytest.mark.parametrize(
    ("annotation", "worded"),
    [
        ("dict", True),
        ("list[dict[str, int]]", True),
        ("Mapping[str, object] | None", True),
        ("typing.Any", True),
        ("'list[Any]'", True),
        ("dict[Sha256, dict[str, int]]", True),
        ("dict[Column, object]", True),
        ("Json | None", True),
        ("dict[Sha256, FileName]", False),
        ("Callable[[dict], Any]", False),
        ("list[Scan]", False),
    ],
)
def test_what_counts_as_a_bundle_keyed_by_words(annotation, worded):
    assert is_worded(ast.parse(annotation, mode="eval").body, frozenset({"Json"})) is worded


def test_names_say_what_they_hold(trees):
    names = Counter(name for tree in trees.values() for name in bound(tree))
    vague = sum(names[word] for word in PRONOUNS)
    assert vague / names.total() < VAGUE, {word: names[word] for word in PRONOUNS if names[word]}
