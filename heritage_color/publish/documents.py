"""Records as JSON documents, and back. Pure.

A field is a name of the document, or the one that its metadata give as `json`. A field that is None by default is left
out while it is None.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import TypeVar, cast, get_args, get_origin, get_type_hints

from heritage_color.rows import Shape

Document = TypeVar("Document", bound=Shape)
_hints = cache(get_type_hints)


def json_values(value: object) -> object:
    """A record, or what a field of one holds, as JSON's own kinds: objects, lists, texts, numbers."""
    if is_dataclass(value):
        held = [(field, getattr(value, field.name)) for field in fields(value)]
        kept = [(field, part) for field, part in held if part is not None or field.default is not None]
        return {field.metadata.get("json", field.name): json_values(part) for field, part in kept}
    return [json_values(part) for part in value] if isinstance(value, tuple | list) else value


def to_json(record: Shape) -> bytes:
    """Return the one byte sequence of a record: sorted names, UTF-8."""
    return (json.dumps(json_values(record), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def from_json(kind: type[Document], content: bytes) -> Document:
    """The record of a document; names that it does not know are passed over. Raises KeyError for one that it lacks."""
    return cast(Document, _made(kind, json.loads(content)))


def _made(kind: object, value: object) -> object:
    """Return what JSON holds, as a field of this type takes it."""
    if get_origin(kind) is tuple and isinstance(value, list):
        return tuple(_made(get_args(kind)[0], part) for part in value)
    if NoneType in get_args(kind):
        return None if value is None else _made(get_args(kind)[0], value)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind, value)
    return value


def _record(kind: type[Shape], value: object) -> Shape:
    """Return an object of JSON as a record; what it holds is looked at by the types of the fields."""
    parts, types = dict(cast(Mapping[str, object], value)), _hints(kind)
    names = {field.name: field.metadata.get("json", field.name) for field in fields(kind)}
    absent = {field.name for field in fields(kind) if field.default is not MISSING and names[field.name] not in parts}
    return kind(**{name: _made(types[name], parts[names[name]]) for name in names.keys() - absent})
