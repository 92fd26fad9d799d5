"""Catalogue ST54-ST62: Parquet, whose rows are counted instead of cut and so have no byte of their own."""

# ruff: noqa: E501 - a case is one row of the table, however long its bytes are

from __future__ import annotations

import io
import pickle
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from tests.catalogue.reading_case import (
    HEADER,
    PARQUET,
    ROW,
    Case,
    accepted,
    noted,
    refused,
)
from tieout.errors import ExitCode

LOCAL = {**PARQUET, "time": {"column": "time", "form": "local", "zone": "UTC"}}
OTHER = {**PARQUET, "meters": {"input_tokens": "tokens", "output_tokens": "out"}}
PICKLED = {
    "ARROW:extension:name": "arrow.py_extension_type",
    "ARROW:extension:metadata": pickle.dumps("never loaded", 0),
}
WHOLE_FILE = "A column that cannot be read is the fault of the file and not of a row."
PARTS = "Each part is read alone through the declared feed and never merged by its schema, so a drift shows as a column that is missed."


def parquet(
    *,
    checksums: bool = True,
    int96: bool = False,
    field: pa.Field | None = None,
    **columns: pa.Array,
) -> bytes:
    """A Parquet file of one row, some columns replaced."""
    base = {
        "time": pa.array(["2026-08-01T00:00:00Z"]),
        "model": pa.array(["m-1"]),
        "id": pa.array(["a1"]),
        "tokens": pa.array([10]),
        "cost": pa.array(["0.5"]),
    }
    table = pa.table(base | columns)
    if field is not None:
        table = table.set_column(table.column_names.index(field.name), field, table[field.name])
    buffer = io.BytesIO()
    pq.write_table(
        table, buffer, write_page_checksum=checksums, use_deprecated_int96_timestamps=int96
    )
    return buffer.getvalue()


def flipped(content: bytes, marker: bytes) -> bytes:
    """The content with one bit changed in the first byte of a marker."""
    at = content.index(marker)
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def lying_footer() -> bytes:
    """12,345 rows, and a footer that says 12,346.

    The footer writes the number of rows as field 3, a zigzag varint: 12,345 x 2 = 24,690 is
    ``f2 c0 01`` and 24,692 is ``f4 c0 01``; the list of row groups follows it.
    """
    rows = 12_345
    buffer = io.BytesIO()
    names = ("time", "model", "id", "cost")
    texts = {name: pa.array(["x"] * rows) for name in names} | {"tokens": pa.array([1] * rows)}
    pq.write_table(pa.table(texts), buffer)
    content = buffer.getvalue()
    told = b"\x16\xf2\xc0\x01\x19\x1c"
    assert content.count(told) == 1
    return content.replace(told, b"\x16\xf4\xc0\x01\x19\x1c")


SOUND = parquet()
ZONED = pa.timestamp("us", "UTC")
UUID = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16], pa.binary(16)))
FINE = parquet(time=pa.array([1_785_542_400_000_000_001], pa.timestamp("ns", "UTC")))

CASES = (
    refused("ST54", "A Parquet feed, and a file that is none", HEADER + ROW, "PQ_FOOTER", (0, 1, 61), feed=PARQUET, name="x.parquet"),
    refused("ST54b", "The footer is cut", SOUND[:-9], "PQ_FOOTER", (0, 1, len(SOUND) - 9), feed=PARQUET, name="x.parquet"),
    accepted("ST54c", "A sound file", SOUND, 1, feed=PARQUET, name="x.parquet", reads=((1, "input_tokens", Decimal(10)), (1, "charged_cost", Decimal("0.5")))),
    refused("ST55", "A bit is flipped in a page that has a checksum", flipped(parquet(model=pa.array(["unmistakable"])), b"unmistakable"), "PQ_CORRUPT", (0, 1, 0), feed=PARQUET, name="x.parquet"),
    noted("ST55b", "The pages have no checksums, so that a flipped bit would pass", parquet(checksums=False), "PQ_NO_CHECKSUM", 0, 1, feed=PARQUET, name="x.parquet"),
    noted("ST56", "The cost column is a binary float: its shortest decimal text is read", parquet(cost=pa.array([0.1])), "PQ_DOUBLE", 1, 1, feed=PARQUET, name="x.parquet", reads=((1, "charged_cost", Decimal("0.1")),)),
    refused("ST57", "Times without a zone", parquet(time=pa.array([0], pa.timestamp("us"))), "TIME_NAIVE", (0, 1, 0), feed=PARQUET, name="x.parquet"),
    refused("ST57b", "Times in the old form of 96 bits", parquet(time=pa.array([0], pa.timestamp("ns")), int96=True), "TIME_NAIVE", (0, 1, 0), feed=PARQUET, name="x.parquet"),
    accepted("ST57c", "Times without a zone, which the feed declares", parquet(time=pa.array([1_785_542_400_000_000], pa.timestamp("us"))), 1, feed=LOCAL, name="x.parquet"),
    accepted("ST57d", "Times with a zone", parquet(time=pa.array([1_785_542_400], pa.timestamp("s", "UTC"))), 1, feed=PARQUET, name="x.parquet"),
    noted("ST58", "A time is finer than a microsecond", FINE, "TIME_PRECISION", 1, 1, feed=PARQUET, name="x.parquet"),
    refused("ST59", "A part of a later export lacks a column of the feed", SOUND, "SCHEMA_MISSING", (0, 1, 0), feed=OTHER, name="x.parquet", why=PARTS),
    accepted("ST59b", "A part holds the same column in another type", parquet(tokens=pa.array(["10"]), cost=pa.array([Decimal("0.5")])), 1, feed=PARQUET, name="x.parquet", reads=((1, "input_tokens", Decimal(10)), (1, "charged_cost", Decimal("0.5"))), why="Each value is read by one grammar whatever its type was, so the difference loses nothing."),
    Case(id="ST60", title="The footer counts another number of rows than are there", outcome="file refused", code="COUNT_MISMATCH", content=lying_footer, feed=PARQUET, name="x.parquet", exit_code=ExitCode.INTEGRITY),
    refused("ST61", "A column has an extension type", parquet(id=UUID), "PQ_EXTENSION", (0, 1, 0), feed=PARQUET, name="x.parquet"),
    refused("ST61b", "A column carries a pickled type", parquet(field=pa.field("id", pa.string(), metadata=PICKLED)), "PQ_EXTENSION", (0, 1, 0), feed=PARQUET, name="x.parquet"),
    refused("ST61c", "A column of lists", parquet(cost=pa.array([["0.5"]])), "FIELD_TYPE", (0, 1, 0), feed=PARQUET, name="x.parquet", why=WHOLE_FILE),
    refused("ST61d", "A column of bytes that are no text", parquet(id=pa.array([b"\xff"])), "ENC_INVALID_UTF8", (0, 1, 0), feed=PARQUET, name="x.parquet", why=WHOLE_FILE),
    Case(id="ST62", title="Empty row groups by the million, or a dictionary that unpacks without end", outcome="not applicable", code="BOMB", feed=PARQUET, why="The limits of the child process refuse it; they are tried where the child process is tested."),
)  # fmt: skip
