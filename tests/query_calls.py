"""Which named queries the Python files use, read from their text. A name that nothing is done with is not a use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"^-- name: *(\w+)", re.MULTILINE)
Uses = Iterator[tuple[str, str, int]]


def named(folder: Path) -> dict[str, set[str]]:
    """The names of the queries of each file below a folder; a file is called by its path, without .sql."""
    return {
        path.relative_to(folder).with_suffix("").as_posix(): set(NAME.findall(path.read_text()))
        for path in sorted(folder.rglob("*.sql"))
    }


def calls(path: Path, rooms: dict[str, set[str]]) -> Uses:
    """Each use of a query in a file: its room, its name, its line. A file gives a name to the queries of one room."""
    tree = ast.parse(path.read_text())
    holders = _holders(tree)
    idle = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in idle and (room := _room(node.value, holders)):
            yield room, node.attr, node.lineno
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "getattr"
            and (room := _room(node.args[0], holders))
        ):
            yield from ((room, name, node.lineno) for name in rooms[room] if _fits(node.args[1], name))


def other_spellings(path: Path) -> list[int]:
    """Lines that ask for queries, or name one, otherwise than by `queries = db.queries("room")` at the top."""
    tree = ast.parse(path.read_text())
    holders = _holders(tree)
    at_top = {id(node.value.func) for node in tree.body if isinstance(node, ast.Assign) and _asked_room(node.value)}
    asked = [node for node in ast.walk(tree) if _is_accessor(node) and id(node) not in at_top]
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_getattr(node)]
    return [node.lineno for node in asked] + [node.lineno for node in named if _room(node.args[0], holders)]


def _is_accessor(node: ast.AST) -> bool:
    """Whether this is `db.queries`."""
    return isinstance(node, ast.Attribute) and node.attr == "queries" and getattr(node.value, "id", "") == "db"


def _is_getattr(call: ast.Call) -> bool:
    return getattr(call.func, "id", "") == "getattr"


def _holders(tree: ast.AST) -> dict[str, str]:
    """The rooms that the names of a file stand for."""
    return {
        target.id: room
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and (room := _asked_room(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _asked_room(value: ast.expr) -> str | None:
    """The room of `db.queries("room")`."""
    asks = isinstance(value, ast.Call) and _is_accessor(value.func)
    return ast.literal_eval(value.args[0]) if asks else None


def _room(node: ast.expr, holders: dict[str, str]) -> str | None:
    """The room of `db.queries("room")`, or of a name that stands for it."""
    return holders.get(node.id) if isinstance(node, ast.Name) else _asked_room(node)


def _fits(name: ast.expr, query: str) -> bool:
    """Whether `getattr(queries, name)` may mean a query: a literal, or an f-string whose literal parts it has."""
    parts = name.values if isinstance(name, ast.JoinedStr) else [name]
    pattern = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)
    return re.fullmatch(pattern, query) is not None
