"""Files that come again: the same bytes, or the same name with other bytes and what differs."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieout.close.on_record import latest_imports
from tieout.evidence.documents import Import, Leg
from tieout.evidence.records import imports
from tieout.findings import plural
from tieout.intake.framing import FramedFile, Note
from tieout.workspace.layout import Workspace


def duplicate_note(records: int) -> Note:
    """The note on a file that is on record already."""
    said = "The file is on record already through this feed; nothing of it is counted again."
    return Note("FILE_DUPLICATE", records, said)


def changed_notes(
    workspace: Workspace, leg: Leg, feed_name: str, name: str, framed: FramedFile
) -> list[Note]:
    """The note on a file whose name stands for other bytes in an earlier import, or nothing.

    Both stay on record, and a run reads both unless the one replaces the other.
    """
    earlier = [
        one
        for one in latest_imports(imports(workspace.log))
        if (one.leg, one.feed_name, one.original_name) == (leg, feed_name, name)
    ]
    if not earlier:
        return []
    mine = _digests(framed.records, framed.quarantined)
    theirs = _stored_digests(workspace, earlier[-1])
    new = _missing_in(mine, theirs)
    gone = _missing_in(theirs, mine)
    return [
        Note(
            "FILE_CHANGED",
            new,
            f"A file of this name was imported before (import {earlier[-1].import_id}):"
            f" {plural(len(mine) - new, 'record')} in both, {new:,} only in this one, {gone:,} only"
            " in that one.",
        )
    ]


def _missing_in(digests: pa.Array, others: pa.Array) -> int:
    found = pc.is_in(digests, value_set=others.unique())
    return len(digests) - int(pc.sum(found).as_py() or 0)


def _stored_digests(workspace: Workspace, one: Import) -> pa.Array:
    tables = [
        pq.read_table(io.BytesIO(workspace.store.get(name)), columns=["record_digest"])
        for name in (one.records_object, one.quarantine_object)
    ]
    return _digests(*tables)


def _digests(*found: pa.Table) -> pa.Array:
    columns = [table.column("record_digest").cast(pa.string()) for table in found]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())
