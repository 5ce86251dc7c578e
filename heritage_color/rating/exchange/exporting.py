"""The votes of a campaign on their way out: a bag of CSV and Parquet with a codebook, or a zip file."""

import csv
import hashlib
import io
import secrets
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.digests import blocks_of
from heritage_color.errors import RatingError
from heritage_color.keys import Algorithm, FileName, TableName
from heritage_color.preservation import bags, targets
from heritage_color.rating.campaigns.campaign import Campaign
from heritage_color.rating.campaigns.lifecycle import find_campaign
from heritage_color.rating.exchange import codebook
from heritage_color.rating.exchange.codebook import ScreenedCount
from heritage_color.rating.methods import SCALED
from heritage_color.rating.statistics import interval
from heritage_color.scans.integrity.bags import PAYLOAD
from heritage_color.settings import Settings

queries = db.queries("rating/exchange")
moments = db.queries("rating/moments")
feeding = db.queries("rating/campaigns/feeding")

BYTES_PER_VOTE = 400  # in CSV and Parquet together, generously: what a bag makes sure is free
BLOCK = 1 << 22  # bytes of CSV that become one row group of Parquet; a few are read ahead
ARROW = {"text": "string", "integer": "int64", "number": "float64", "boolean": "bool", "date": "date32"}
BEGINNING = (1980, 1, 1, 0, 0, 0)

Cell = str | int | float | bool | datetime | None
Rows = Iterator[list[tuple[Cell, ...]]]  # of a table, some at a time
Clean = Callable[[Cell], object]  # makes the text of a cell harmless where people open it in a spreadsheet


@dataclass(frozen=True)
class Exported:
    """Rows of each table that were written, bytes of the payload, and where the bag stands."""

    votes: int
    raters: int
    items: int
    results: int
    bytes: int
    place: str


@dataclass(frozen=True)
class Snapshot:
    """A campaign at one moment, with the votes that each rule set aside, and the pictures held back from raters."""

    campaign: Campaign
    counts: list[ScreenedCount]
    held_back: int

    @property
    def votes(self) -> int:
        """All its votes."""
        return sum(count.votes for count in self.counts)


def export(settings: Settings, name: str, place: Path, salt: str = "") -> Exported:
    """Write the votes of a campaign as a BagIt bag.

    The payload is votes, raters, items and results, each as CSV and as Parquet, and a codebook for people and for
    programs. Raters have pseudonyms of this export; exports with the same `salt` have the same ones. Memory does not
    grow with the votes. If it is killed, nothing stands at `place`, and the same command writes it anew. Raises
    RatingError for an unknown or an imported campaign, DeliveryError where the place is taken or has no room.
    """
    with db.connect(settings) as connection:
        snapshot = _begin(connection, name)
        bag = targets.open_target(place, False, BYTES_PER_VOTE * snapshot.votes)
        assert isinstance(bag, targets.Folder)
        rows = {table: write_table(bag, table, rows) for table, rows in _tables(connection, snapshot.campaign, salt)}
    for table in rows:
        write_parquet(bag, table)
    _write_codebook(bag, snapshot, rows)
    size = _write_tags(bag, settings, name)
    bag.finish()
    return Exported(**rows, bytes=size, place=str(place))


def stream(settings: Settings, name: str, clean: Clean = str) -> Iterator[bytes]:
    """Yield the same tables as CSV in a zip file, and the codebook, block by block.

    The zip file is written to the temporary folder first: while it is sent, however slowly, the catalog keeps no
    snapshot for it, which would keep dead rows from being cleared away. Raises RatingError before the first block, as
    `export`.
    """
    with TemporaryFile() as file:
        with db.connect(settings) as connection:
            _write_zip(file, connection, _begin(connection, name), clean)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def check(settings: Settings, name: str) -> None:
    """Raise RatingError where a campaign cannot be exported."""
    with db.connect(settings) as connection:
        _find(connection, name)


def _find(connection: Connection, name: str) -> Campaign:
    campaign = find_campaign(connection, name)
    if campaign.imported_from is not None:
        file = campaign.imported_from.get("file", "that they came in")
        raise RatingError("campaign-imported", f"The votes of {name!r} came from elsewhere: pass on the file {file}.")
    return campaign


def _begin(connection: Connection, name: str) -> Snapshot:
    """The campaign as it is at one moment, which all later queries of the transaction see."""
    moments.freeze(connection)
    queries.sort_in_memory(connection)
    campaign = _find(connection, name)
    counts = queries.count_screened(connection, campaign_id=campaign.campaign_id)
    return Snapshot(campaign, db.records(ScreenedCount, counts), feeding.count_held_back(connection))


def _tables(connection: Connection, campaign: Campaign, salt: str) -> Iterator[tuple[TableName, Rows]]:
    """The tables of an export, one after the other, as rows that are read while they are written."""
    number = campaign.campaign_id
    digest = hashlib.sha256(salt.encode()).hexdigest() if salt else secrets.token_hex(32)
    yield "votes", db.stream(connection, queries.export_votes, campaign_id=number, salt=digest)
    yield "raters", db.stream(connection, queries.export_raters, campaign_id=number, salt=digest)
    yield "items", db.stream(connection, queries.export_items, campaign_id=number)
    yield "results", _results(connection, campaign)


def _results(connection: Connection, campaign: Campaign) -> Rows:
    """Mean, interval and deviation of each item, or its choices. Memory holds six numbers per item."""
    stream_of_sums = db.stream(connection, queries.export_sums, campaign_id=campaign.campaign_id)
    sums = [row for rows in stream_of_sums for row in rows]
    if not sums:
        return
    items, simulated, *numbers = zip(*sums, strict=True)
    votes, total, squares, first, second = (np.array(column, np.int64) for column in numbers)
    scored = campaign.method in SCALED
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
    figures = tuple(np.full(len(simulated), np.nan) for _ in range(3))
    for kind in (False, True):
        mine = simulated == kind
        for whole, part in zip(figures, interval.interval(*(column[mine] for column in sums)), strict=True):
            whole[mine] = part
    return figures


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _word(value: bool) -> str:
    return "true" if value else "false"


def _csv_blocks(table: TableName, rows: Rows, clean: Clean | None = None) -> Iterator[tuple[bytes, int]]:
    """Yield a table as blocks of CSV, each with its number of rows; first the header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in codebook.TABLES[table])
    yield text.getvalue().encode(), 0
    for part in rows:
        text.seek(0)
        text.truncate()
        writer.writerows([["" if cell is None else clean(cell) for cell in row] for row in part] if clean else part)
        yield text.getvalue().encode(), len(part)


def write_table(bag: targets.Folder, table: TableName, rows: Rows) -> int:
    """Write a table of `codebook.TABLES` as CSV; an empty text and a missing one are empty cells. Returns its rows."""
    count = 0
    with bag.opened(f"{PAYLOAD}/{table}.csv") as file:
        for block, number in _csv_blocks(table, rows):
            file.write(block)
            count += number
    return count


def write_parquet(bag: targets.Folder, table: TableName) -> None:
    """Write the same table as Parquet: the CSV is read back block by block, and each block becomes a row group."""
    import pyarrow as arrow
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    columns = codebook.TABLES[table]
    types = {column.name: getattr(arrow, _maker(column.kind))() for column in columns}
    fields = [arrow.field(column.name, types[column.name], metadata={"meaning": column.meaning}) for column in columns]
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


def _codebook(snapshot: Snapshot, rows: dict[TableName, int]) -> dict[FileName, bytes]:
    today = datetime.now(UTC).date().isoformat()
    return {
        "codebook.md": codebook.page(snapshot.campaign, snapshot.counts, snapshot.held_back, rows, today).encode(),
        "codebook.json": codebook.codebook_json(
            snapshot.campaign, snapshot.counts, snapshot.held_back, rows, today
        ).encode(),
    }


def _write_codebook(bag: targets.Folder, snapshot: Snapshot, rows: dict[TableName, int]) -> None:
    for name, content in _codebook(snapshot, rows).items():
        with bag.opened(f"{PAYLOAD}/{name}") as file:
            file.write(content)


def _write_tags(bag: targets.Folder, settings: Settings, name: str) -> int:
    """Write everything beside the payload. Returns the bytes of the payload."""
    payload = sorted(path for path in bag.written if path.parent == bag.partial / PAYLOAD)
    digests = {f"{PAYLOAD}/{path.name}": targets.copy(blocks_of(path)) for path in payload}
    size = sum(digest.bytes for digest in digests.values())
    software = f"heritage-color {version('heritage-color')}"
    what = f"Votes of the campaign {name}"
    today = datetime.now(UTC).date()
    tags = {
        "bagit.txt": bags.DECLARATION,
        "bag-info.txt": bags.information(settings.institution, software, what, size, len(digests), today),
    } | {f"manifest-{algorithm}.txt": _lines(digests, algorithm) for algorithm in bags.ALGORITHMS}
    written = {name: targets.copy([text.encode()]) for name, text in tags.items()}
    tags |= {f"tagmanifest-{algorithm}.txt": _lines(written, algorithm) for algorithm in bags.ALGORITHMS}
    for tag, text in tags.items():
        with bag.opened(tag) as file:
            file.write(text.encode())
    return size


def _lines(digests: dict[FileName, targets.Digests], algorithm: Algorithm) -> str:
    return "".join(bags.line(getattr(digest, algorithm), name) for name, digest in digests.items())


def _write_zip(file: IO[bytes], connection: Connection, snapshot: Snapshot, clean: Clean) -> None:
    counts = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for table, rows in _tables(connection, snapshot.campaign, ""):
            counts[table] = 0
            with archive.open(_entry(f"{table}.csv"), "w", force_zip64=True) as entry:
                for block, number in _csv_blocks(table, rows, clean):
                    entry.write(block)
                    counts[table] += number
        for name, content in _codebook(snapshot, counts).items():
            archive.writestr(_entry(name), content)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, BEGINNING)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
