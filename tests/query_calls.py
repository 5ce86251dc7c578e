"""Which named queries the Python files use, read from their text. A name that nothing is done with is not a use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"^-- name: *(\w+)", re.MULTILINE)


def named(folder: Path) -> dict[str, set[str]]:
    """The names of the queries of each file below a folder; a file is called by its path, without .sql."""
    return {
        path.relative_to(folder).with_suffix("").as_posix(): set(NAME.findall(path.read_text()))
        for path in sorted(folder.rglob("*.sql"))
    }


def calls(path: Path, rooms: dict[str, set[str]]) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """Each use of a query in a file: the rooms that it may be of, its name, its line."""
    tree = ast.parse(path.read_text())
    holders = _holders(tree)
    idle = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in idle and (of := _rooms(node.value, holders)):
            yield tuple(sorted(of)), node.attr, node.lineno
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
            for room in _rooms(node.args[0], holders):
                for name in rooms[room] & _written_names(tree, node.args[1], rooms[room]):
                    yield (room,), name, node.lineno


def _holders(tree: ast.AST) -> dict[str, set[str]]:
    """The rooms that each name of a file may stand for: variables, and functions that return queries."""
    holders: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        for name, value in _bindings(node):
            if room := _asked_room(value):
                holders.setdefault(name, set()).add(room)
    return holders


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names that a statement binds, with their values."""
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=False))  # a starred target never holds queries
        yield from ((target.id, value) for target, value in pairs if isinstance(target, ast.Name))
    elif isinstance(node, ast.FunctionDef):
        yield from ((node.name, line.value) for line in node.body if isinstance(line, ast.Return) and line.value)


def _asked_room(value: ast.expr) -> str | None:
    """The room of `db.queries("room")` or `partial(db.queries, "room")`."""
    if not isinstance(value, ast.Call) or not value.args or not isinstance(value.args[-1], ast.Constant):
        return None
    asks = [value.func, *value.args[:-1]]
    return value.args[-1].value if any(ast.unparse(part) == "db.queries" for part in asks) else None


def _rooms(node: ast.expr, holders: dict[str, set[str]]) -> set[str]:
    """The rooms that an expression may stand for: `db.queries("room")`, `queries`, `queries()`."""
    if isinstance(node, ast.Call):
        room = _asked_room(node)
        return {room} if room else _rooms(node.func, holders) if isinstance(node.func, ast.Name) else set()
    return holders.get(node.id, set()) if isinstance(node, ast.Name) else set()


def _written_names(tree: ast.AST, name: ast.expr, known: set[str]) -> set[str]:
    """The queries that `getattr(queries, name)` may mean: those that the file writes, or that fit an f-string."""
    if isinstance(name, ast.JoinedStr):
        pattern = "".join(part.value if isinstance(part, ast.Constant) else ".+" for part in name.values)
        return {query for query in known if re.fullmatch(pattern, query)}
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
