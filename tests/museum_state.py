"""All that a museum holds as hashes: one of the rows of each table, one of each bucket's listing."""

import hashlib
from collections.abc import Collection

from heritage_color import db
from heritage_color.catalog.schema import read_schema
from heritage_color.store import Store


def state(settings, but: Collection[str] = ()) -> dict[str, str]:
    """SHA-256 of tables and buckets; left out are `table.column`, `table where ...` (rows) and `object KEY`."""
    with db.connect(settings) as connection:
        tables = {
            table.name: [column.name for column in table.columns if f"{table.name}.{column.name}" not in but]
            for table in read_schema(connection).tables
        }
        hashes = {name: _rows(connection, name, columns, but) for name, columns in tables.items()}
    for bucket in (settings.archive_bucket, settings.public_bucket):
        hashes[bucket] = _listing(settings, bucket, [part.removeprefix("object ") for part in but])
    return hashes


def _rows(connection, table: str, columns: list[str], but: Collection[str]) -> str:
    left_out = [part.partition(" where ")[2] for part in but if part.startswith(f"{table} where ")]
    kept = " and ".join(f"not ({condition})" for condition in left_out) or "true"
    listed = ", ".join(f'"{name}"::text' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"select array[{listed}] as values from {table} where {kept}")
        rows = sorted(repr(row["values"]) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _listing(settings, bucket: str, but: list[str]) -> str:
    """Of keys, sizes and what the server says of the content, which is its MD5."""
    pages = Store(settings).client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    objects = [one for page in pages for one in page.get("Contents", ())]
    kept = [one for one in objects if one["Key"] not in but]
    lines = sorted(f"{one['Key']} {one['Size']} {one['ETag']}" for one in kept)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
