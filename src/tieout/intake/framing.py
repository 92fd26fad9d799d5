"""Framing: the bytes of a file become records with a place, counted by two independent counters.

What a row is, is decided here. A file is framed whole or refused whole; a damaged record waits in
quarantine with its exact place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tieout.errors import IntegrityRefused
from tieout.intake.container import open_source
from tieout.intake.csv_framing import frame_csv
from tieout.intake.feed import Feed
from tieout.intake.json_documents import frame_json
from tieout.intake.json_framing import frame_jsonl
from tieout.intake.parquet_framing import frame_parquet
from tieout.intake.quarantine import quarantine_table
from tieout.intake.records import FramedFile, Framing, Note, Source
from tieout.intake.recount import recount
from tieout.intake.whole_file import check_columns, check_name

__all__ = ["FramedFile", "Note", "frame"]

_FRAMERS: Final[dict[str, Callable[[Source], Framing]]] = {
    "csv": frame_csv,
    "json": frame_json,
    "jsonl": frame_jsonl,
    "parquet": frame_parquet,
}


def frame(content: bytes, feed: Feed, *, leg: str, import_id: str, name: str) -> FramedFile:
    """The records of a file, and those that could not be read.

    Args:
        content: the original bytes; gzip and zstd are unpacked.
        feed: the declared column map; only its columns are kept (D28).
        leg: ``usage`` or ``ledger``, for the quarantine rows.
        import_id: the import, for the quarantine rows.
        name: the file's name, for refusals.

    Raises:
        InputRefused: the file cannot be read without guessing.
        IntegrityRefused: ``COUNT_MISMATCH``: the two counters disagree.
    """
    check_name(content, feed, name)
    source, packing = open_source(content, feed, name)
    framing = _FRAMERS[feed.format](source)
    check_columns(framing.records, source)
    second = recount(source.content, feed)
    if second != framing.count:
        raise IntegrityRefused(
            "COUNT_MISMATCH",
            f"Two counters disagree: {framing.count} records framed, {second} counted.",
            where=(name,),
            remedy="Nothing was read. Keep the file and report it; one counter is wrong.",
        )
    quarantined = quarantine_table(framing.damaged, leg=leg, import_id=import_id)
    framed = FramedFile(
        without_words(framing.records, feed),
        quarantined,
        framing.count,
        second,
        (*packing, *framing.notes),
        framing.types,
    )
    assert framed.records.num_rows + framed.quarantined.num_rows == framed.records_framed
    return framed


def without_words(records: pa.Table, feed: Feed) -> pa.Table:
    """The records, the words of every row that is about a call dropped (D28).

    Only a row about the account says in words what moved its balance; the words of a call may hold
    anything, an error's text for example.
    """
    column = feed.movement_text
    if column is None or feed.row_type is None:
        return records
    kept = [kind for kind, means in feed.row_kinds.items() if means == "not_usage"]
    about = pc.is_in(records.column(feed.row_type), value_set=pa.array(kept, pa.string()))
    words = pc.if_else(about, records.column(column), pa.scalar(None, pa.string()))
    return records.set_column(records.schema.get_field_index(column), column, words)
