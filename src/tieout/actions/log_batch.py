"""Recording a batch of a vendor's log: it enters as a usage export, with its window (D28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from tieout.actions.fetched_windows import fetched_windows
from tieout.actions.file_reading import FileReading
from tieout.actions.guarded import SERVER, OpenFile, records_read
from tieout.actions.reading_child import Records
from tieout.actions.records import parquet_bytes
from tieout.calendar import instant_text
from tieout.evidence.canonical import plain_document
from tieout.evidence.capture import import_identity, record_import
from tieout.evidence.documents import Import
from tieout.intake.child import AVAILABLE, nameless
from tieout.intake.feed import Feed
from tieout.metering.collection.batch import Batch, Origin
from tieout.metering.collection.window import Window
from tieout.workspace.layout import Workspace


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window that is new on record: its import, its seconds, and how its rows were read."""

    record: Import
    window: Window
    reading: FileReading


def record_batch(
    workspace: Workspace,
    feed_name: str,
    batch: Batch,
    origin: Origin,
    *,
    operator: str,
    at: datetime,
    replaces: str = "",
) -> NewWindow | None:
    """Record a batch as one import; None where another process has recorded its seconds meanwhile.

    Raises:
        InputRefused: its rows cannot be read through the feed.
    """
    feed: dict[str, Any] = plain_document(workspace.settings.usage[feed_name])
    if AVAILABLE:
        SERVER.start()
    name = f"log {batch.window.text()}"
    with nameless() as file:
        size, digest = batch.write(file, origin.rows_at)
        file.seek(0)
        import_id = import_identity(digest, "usage", feed, replaces)
        asked = Records(name, "usage", feed_name, msgspec.convert(feed, Feed), import_id)
        with records_read(OpenFile(name, file, size, digest, ""), asked) as read:
            framed, reading = read.framed, read.reading
            with workspace.log.locked():
                others = (
                    one
                    for one in fetched_windows(workspace, feed_name)
                    if one.record.import_id != replaces
                )
                if any(one.window.meets(batch.window) for one in others):
                    return None
                record, _ = record_import(
                    workspace.store,
                    workspace.log,
                    leg="usage",
                    feed_name=feed_name,
                    feed=feed,
                    original_sha256=digest,
                    size=size,
                    original_name=name,
                    records=parquet_bytes(framed.records),
                    quarantine=parquet_bytes(framed.quarantined),
                    records_framed=framed.records_framed,
                    records_recounted=framed.records_recounted,
                    quarantined=framed.quarantined.num_rows,
                    operator=operator,
                    at=at,
                    notes=[
                        *(f"{note.code} ({note.rows}): {note.message}" for note in reading.notes),
                        *origin.notes,
                    ],
                    replaces=replaces,
                    collected=batch.record(origin, instant_text(at)),
                )
    return NewWindow(record, batch.window, reading)
