"""The votes of a campaign on their way out: a bag of CSV and Parquet with a codebook, or a zip file that streams."""

import csv
import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

from heritage_color import db
from heritage_color.digests import blocks_of
from heritage_color.errors import RatingError
from heritage_color.preservation import bags, targets
from heritage_color.rating.exchange import codebook
from heritage_color.rating.statistics import interval
from heritage_color.scans.integrity.bags import PAYLOAD
from heritage_color.settings import Settings

queries = db.queries("rating/exchange")
moments = db.queries("rating/moments")

BYTES_PER_VOTE = 400  # in CSV and Parquet together, generously: what a bag makes sure is free
BLOCK = 1 << 22  # bytes of CSV that become one row group of Parquet; a few are read ahead
ARROW = {"text": "string", "integer": "int64", "number": "float64", "boolean": "bool", "date": "date32"}
BEGINNING = (1980, 1, 1, 0, 0, 0)

Rows = Iterator[list[tuple]]


def export(settings: Settings, name: str, place: Path, salt: str = "") -> dict:
    """Write the votes of a campaign as a BagIt bag: `{"votes", "raters", "items", "results", "bytes", "place"}`.

    The payload is votes, raters, items and results, each as CSV and as Parquet, and a codebook for people and for
    programs. Raters have pseudonyms of this export; exports with the same `salt` have the same ones. Memory does not
    grow with the votes. Killed anywhere, nothing stands at `place`, and the same command writes it anew. Raises
    RatingError for an unknown or an imported campaign, DeliveryError where the place is taken or has no room.
    """
    with db.connect(settings) as connection:
        campaign = _begin(connection, name)
        needed = BYTES_PER_VOTE * sum(row["votes"] for row in campaign["counts"])
        bag = targets.open_target(place, False, needed)
        assert isinstance(bag, targets.Folder)
        rows = {table: write_table(bag, table, rows) for table, rows in _tables(connection, campaign, salt)}
    for table in rows:
        write_parquet(bag, table)
    _write_codebook(bag, campaign, rows)
    size = _write_tags(bag, settings, name)
    bag.finish()
    return rows | {"bytes": size, "place": str(place)}


def stream(settings: Settings, name: str, clean: Callable = str) -> Iterator[bytes]:
    """The same tables as CSV in a zip file, and the codebook, block by block as they are read.

    `clean` makes the text of a cell harmless where people open it in a spreadsheet. Raises RatingError before the
    first block, as `export`.
    """
    with db.connect(settings) as connection:
        yield from _zipped(connection, _begin(connection, name), clean)


def check(settings: Settings, name: str) -> None:
    """Raise RatingError where a campaign cannot be exported."""
    with db.connect(settings) as connection:
        _find(connection, name)


def _find(connection, name: str) -> dict:
    campaign = queries.find_exported(connection, name=name)
    if campaign is None:
        raise RatingError("campaign-unknown", f"There is no campaign {name!r}.")
    if campaign["imported_from"] is not None:
        raise RatingError(
            "campaign-imported", f"The votes of {name!r} came from elsewhere: pass on the file {_file_of(campaign)}."
        )
    return dict(campaign)


def _file_of(campaign: dict) -> str:
    return campaign["imported_from"].get("file", "that they came in")


def _begin(connection, name: str) -> dict:
    """The campaign as it is at one moment, which all later queries see, with `counts` of its votes."""
    moments.freeze(connection)
    queries.sort_in_memory(connection)
    campaign = _find(connection, name)
    counts = list(queries.count_screened(connection, campaign_id=campaign["campaign_id"]))
    return campaign | {"counts": counts}


def _tables(connection, campaign: dict, salt: str) -> Iterator[tuple[str, Rows]]:
    """The tables of an export, one after the other, as rows that are read while they are written."""
    one = {"campaign_id": campaign["campaign_id"]}
    salted = one | {"salt": hashlib.sha256(salt.encode()).hexdigest() if salt else secrets.token_hex(32)}
    yield "votes", db.stream(connection, queries.export_votes, **salted)
    yield "raters", db.stream(connection, queries.export_raters, **salted)
    yield "items", db.stream(connection, queries.export_items, **one)
    yield "results", _results(connection, campaign["campaign_id"], campaign["method"])


def _results(connection, campaign_id: int, method: str) -> Rows:
    """Mean, interval and deviation of each item, or its choices; what is held are six numbers per item."""
    found = [row for rows in db.stream(connection, queries.export_sums, campaign_id=campaign_id) for row in rows]
    if not found:
        return
    items, simulated, *numbers = zip(*found, strict=True)
    votes, total, squares, first, second = (np.array(column, np.int64) for column in numbers)
    scored = method in ("acr", "acr-hr")
    mos, low, high = _intervals(np.array(simulated), votes, total, squares)
    spread = np.maximum(squares - total**2 / np.maximum(votes, 1), 0)
    sos = np.sqrt(np.divide(spread, votes - 1, where=votes > 1, out=np.full(len(votes), np.nan)))
    figures = [
        [_rounded(value) for value in column] if scored else [None] * len(items) for column in (mos, low, high, sos)
    ]
    chosen = [[None] * len(items) if scored else column.tolist() for column in (first, second)]
    counted = (votes if scored else first + second).tolist()
    yield list(zip(items, [_word(value) for value in simulated], counted, *figures, *chosen, strict=True))


def _intervals(simulated: np.ndarray, *sums: np.ndarray) -> tuple[np.ndarray, ...]:
    """Mean and interval; people's votes lend their spread to people's items only."""
    found = tuple(np.full(len(simulated), np.nan) for _ in range(3))
    for kind in (False, True):
        mine = simulated == kind
        for whole, part in zip(found, interval.interval(*(column[mine] for column in sums)), strict=True):
            whole[mine] = part
    return found


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _word(value: bool) -> str:
    return "true" if value else "false"


def _csv_blocks(table: str, rows: Iterable[list[tuple]], clean: Callable | None = None) -> Iterator[tuple[bytes, int]]:
    """A table as blocks of CSV, each with its number of rows; first the header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in codebook.TABLES[table])
    yield text.getvalue().encode(), 0
    for part in rows:
        text.seek(0)
        text.truncate()
        writer.writerows([["" if cell is None else clean(cell) for cell in row] for row in part] if clean else part)
        yield text.getvalue().encode(), len(part)


def write_table(bag: targets.Folder, table: str, rows: Rows) -> int:
    """A table of `codebook.TABLES` as CSV; a text without a letter is an empty cell, as one that is missing."""
    count = 0
    with bag.opened(f"{PAYLOAD}/{table}.csv") as file:
        for block, number in _csv_blocks(table, rows):
            file.write(block)
            count += number
    return count


def write_parquet(bag: targets.Folder, table: str) -> None:
    """The same table as Parquet: the CSV is read back block by block, each block becomes a row group."""
    import pyarrow as arrow
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    columns = codebook.TABLES[table]
    types = {column.name: getattr(arrow, _maker(column.kind))() for column in columns}
    fields = [arrow.field(one.name, types[one.name], metadata={"meaning": one.meaning}) for one in columns]
    reading = arrow_csv.ReadOptions(block_size=BLOCK, use_threads=False)
    parsing = arrow_csv.ParseOptions(newlines_in_values=True)  # titles of other people
    # Left to itself, Arrow takes a title NA, NULL or nan for a missing one
    converting = arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    source = bag.partial / PAYLOAD / f"{table}.csv"
    with arrow_csv.open_csv(source, reading, parsing, converting) as batches:
        with bag.opened(f"{PAYLOAD}/{table}.parquet") as file:
            with parquet.ParquetWriter(file, arrow.schema(fields), compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch.cast(arrow.schema(fields)))


def _maker(kind: str) -> str:
    return {"bool": "bool_"}.get(ARROW[kind], ARROW[kind])


def _codebook(campaign: dict, rows: dict[str, int]) -> dict[str, bytes]:
    today = datetime.now(UTC).date().isoformat()
    facts = {name: value for name, value in campaign.items() if name not in ("counts", "campaign_id")}
    told = (facts, campaign["counts"], rows, today)
    return {
        "codebook.md": codebook.page(*told).encode(),
        "codebook.json": (json.dumps(codebook.as_json(*told), indent=1, ensure_ascii=False) + "\n").encode(),
    }


def _write_codebook(bag: targets.Folder, campaign: dict, rows: dict[str, int]) -> None:
    for name, content in _codebook(campaign, rows).items():
        with bag.opened(f"{PAYLOAD}/{name}") as file:
            file.write(content)


def _write_tags(bag: targets.Folder, settings: Settings, name: str) -> int:
    """Everything beside the payload; the bytes of the payload."""
    payload = sorted(path for path in bag.written if path.parent == bag.partial / PAYLOAD)
    digests = {f"{PAYLOAD}/{path.name}": targets.copy(blocks_of(path)) for path in payload}
    size = sum(one.bytes for one in digests.values())
    software = f"heritage-color {version('heritage-color')}"
    what = f"Votes of the campaign {name}"
    today = datetime.now(UTC).date()
    tags = {
        "bagit.txt": bags.DECLARATION,
        "bag-info.txt": bags.information(settings.institution, software, what, size, len(digests), today),
    } | {f"manifest-{one}.txt": _lines(digests, one) for one in bags.ALGORITHMS}
    written = {name: targets.copy([text.encode()]) for name, text in tags.items()}
    tags |= {f"tagmanifest-{one}.txt": _lines(written, one) for one in bags.ALGORITHMS}
    for tag, text in tags.items():
        with bag.opened(tag) as file:
            file.write(text.encode())
    return size


def _lines(digests: dict[str, targets.Digests], algorithm: str) -> str:
    return "".join(bags.line(getattr(one, algorithm), name) for name, one in digests.items())


class _Outlet(io.RawIOBase):
    """Where a zip file writes to that nobody can go back in; `take` empties it."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block) -> int:
        self.blocks.append(bytes(block))
        return len(block)

    def take(self) -> bytes:
        """What was written since."""
        blocks, self.blocks = self.blocks, []
        return b"".join(blocks)


def _zipped(connection, campaign: dict, clean: Callable) -> Iterator[bytes]:
    outlet, counts = _Outlet(), {}
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for table, rows in _tables(connection, campaign, ""):
            counts[table] = 0
            with archive.open(_entry(f"{table}.csv"), "w", force_zip64=True) as file:
                for block, number in _csv_blocks(table, rows, clean):
                    file.write(block)
                    counts[table] += number
                    yield outlet.take()
        for name, content in _codebook(campaign, counts).items():
            archive.writestr(_entry(name), content)
    yield outlet.take()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, BEGINNING)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
