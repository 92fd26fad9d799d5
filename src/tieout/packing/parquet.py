"""Tables of a pack as Parquet bytes, always the same for the same rows."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq


def table_bytes(table: pa.Table) -> bytes:
    """A table as Parquet, in the order of its rows, with a checksum for each page."""
    sink = io.BytesIO()
    pq.write_table(table.combine_chunks(), sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


def column_names(content: bytes) -> list[str]:
    """The names of the columns in Parquet bytes."""
    names: list[str] = pq.read_schema(io.BytesIO(content)).names
    return names
