"""A schema written as SQL for people: types, tables with all that belongs to each, functions, views.

The text makes the same schema again. A function that triggers call stands with the first table that uses it. Names
that PostgreSQL would choose itself are left out, and so are casts of literals to text, which say nothing.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from heritage_color.catalog.schema import Column, Function, Index, Rule, Schema, Table, Trigger, View, Words

WIDTH = 119
HEAD = """\
-- The catalog's schema as it is today, for reading. `python -m heritage_color.catalog.schema` writes this file from a
-- database that has all migrations. `heritage-color migrate` applies sql/migrations, never this file.

set check_function_bodies = off;
"""
AUTOMATIC_NAMES = {"p": "{table}_pkey", "u": "{table}_{columns}_key", "f": "{table}_{columns}_fkey"}
SHORT_TYPES = (("timestamp with time zone", "timestamptz"), ("character(", "char("))

Related = TypeVar("Related", Table, View)


def as_sql(schema: Schema) -> str:
    """Return the whole text of sql/schema.sql."""
    return "\n".join(_blocks(schema))


def _blocks(schema: Schema) -> Iterator[str]:
    """The text in pieces that end with a line break each."""
    tables, views = _in_order(schema.tables), _in_order(schema.views)
    first_users = {trigger.calls: table for table in reversed(tables) for trigger in table.triggers}
    plain = [function for function in schema.functions if not function.of_trigger]
    yield HEAD
    yield _title("types")
    yield "\n".join(map(_words, schema.types))
    yield _title("functions that columns are computed with")
    yield from (_function(function) for function in plain if function.in_columns)
    for table in tables:
        yield _title(table.name)
        yield _table(table)
        yield from (_function(function) for function in schema.functions if first_users.get(function.name) is table)
        if table.triggers:
            yield _statements(table.triggers, "trigger", f" on {table.name}")
    yield _title("further functions")
    yield from (_function(function) for function in plain if not function.in_columns)
    yield _title("views")
    yield from map(_view, views)


def _in_order(relations: Sequence[Related]) -> list[Related]:
    """By name, but each after those that it needs."""
    by_name = {relation.name: relation for relation in relations}
    placed: dict[str, Related] = {}

    def place(relation: Related) -> None:
        for name in relation.needs:
            if name not in placed:
                place(by_name[name])
        placed.setdefault(relation.name, relation)

    for relation in relations:
        place(relation)
    return list(placed.values())


def _title(text: str) -> str:
    return f"-- {'-' * (WIDTH - 4 - len(text))} {text}\n"


def _words(words: Words) -> str:
    listed = [_literal(word) for word in words.words]
    text = f"create type {words.name} as enum ({', '.join(listed)});\n"
    if len(text) > WIDTH + 1:
        text = f"create type {words.name} as enum (\n    " + ",\n    ".join(listed) + "\n);\n"
    return text + _comment("type", words.name, words.comment)


def _function(function: Function) -> str:
    head = f"create function {function.name}({_lowered(function.arguments)})\n"
    kind = f"returns {_type(function.result)} language {function.language}{function.manner}"
    text = f"{head}{kind} as $${function.body}$$;\n"
    return text + _comment("function", function.name, function.comment)


def _view(view: View) -> str:
    return f"create view {view.name} as\n{_lowered(view.body)}\n" + _comment("view", view.name, view.comment)


def _table(table: Table) -> str:
    inline: dict[str, list[str]] = {column.name: [] for column in table.columns}
    for rule in filter(_is_inline, table.rules):
        inline[rule.columns[0]].append(_inline(rule))
    width = max(len(column.name) for column in table.columns)
    lines = [f"{column.name:<{width}}  {_column(column, inline[column.name])}" for column in table.columns]
    lines += [_rule(rule) for rule in table.rules if not _is_inline(rule)]
    text = f"create table {table.name} (\n    " + ",\n    ".join(lines) + "\n);\n"
    text += _comment("table", table.name, table.comment)
    for column in table.columns:
        text += _comment("column", f"{table.name}.{column.name}", column.comment)
    for rule in table.rules:
        text += _comment("constraint", f"{rule.name} on {table.name}", rule.comment)
    return text + ("\n" + _statements(table.indexes, "index") if table.indexes else "")


def _column(column: Column, rules: list[str]) -> str:
    """Return what stands behind a column's name."""
    words = [_type(column.type)]
    if column.required and not column.identity and "primary key" not in rules:
        words.append("not null")
    if column.identity:
        words.append(f"generated {'always' if column.identity == 'a' else 'by default'} as identity")
    elif column.generated:
        words.append(f"generated always as ({_flat(column.expression or '')}) stored")
    elif column.expression is not None:
        words.append(f"default {_lowered(column.expression).removesuffix(f'::{column.type}')}")
    return " ".join([*words, *rules])


def _flat(expression: str) -> str:
    return re.sub(r"\s*\n\s*", " ", _lowered(expression)).strip()


def _is_inline(rule: Rule) -> bool:
    """Tell whether a rule stands with its column: it is about this one alone, and its name is the automatic one."""
    return len(rule.columns) == 1 and _is_automatic(rule)


def _is_automatic(rule: Rule) -> bool:
    """Tell whether PostgreSQL would give this name to the first rule of its kind (ChooseConstraintName)."""
    columns = "_".join(rule.columns)
    about = f"_{columns}" if len(rule.columns) == 1 else ""
    name = AUTOMATIC_NAMES.get(rule.kind, "{table}{about}_check")
    return rule.name == name.format(table=rule.table_name, columns=columns, about=about)


def _inline(rule: Rule) -> str:
    """A rule without the column that it stands with."""
    return _lowered(rule.definition).replace(f" ({rule.columns[0]})", "", 1).removeprefix("foreign key ")


def _rule(rule: Rule) -> str:
    name = "" if _is_automatic(rule) else f"constraint {rule.name} "
    return name + _lowered(rule.definition)


def _statements(parts: Sequence[Index | Trigger], kind: str, place: str = "") -> str:
    """Indexes or triggers of a table, a comment behind its own."""
    return "".join(_statement(part.definition) + _comment(kind, part.name + place, part.comment) for part in parts)


def _statement(definition: str) -> str:
    text = _lowered(definition).replace(" using btree", "").replace(" public.", " ") + ";\n"
    return text if len(text) <= WIDTH + 1 else re.sub(r" (?=for each|where |execute )", "\n    ", text)


def _comment(kind: str, name: str, comment: str | None) -> str:
    if comment is None:
        return ""
    line = f"comment on {kind} {name} is {_literal(comment)};\n"
    if len(line) <= WIDTH + 1:
        return line
    return f"comment on {kind} {name} is\n    {_pieces(comment)};\n"


def _pieces(text: str) -> str:
    """Return a long literal over several lines: SQL takes literals that only line breaks part for one."""
    pieces = re.findall(r"(?s).{1,104}(?:\s|\Z)|.{105}", text)
    return "\n    ".join(map(_literal, pieces))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _type(name: str) -> str:
    for long, short in SHORT_TYPES:
        name = name.replace(long, short)
    return name


def _lowered(text: str) -> str:
    """SQL as PostgreSQL writes it, with keywords in small letters; what stands in quotes stays."""
    parts = re.split(r"""('(?:[^']|'')*'|"[^"]*")""", text)
    lowered = "".join(part if place % 2 else _type(part.lower()) for place, part in enumerate(parts))
    lowered = re.sub(r"('(?:[^']|'')*')::text(?!\[)", r"\1", lowered)
    return re.sub(r"(?<![\w.])(\d+)::double precision", r"\1", lowered)
