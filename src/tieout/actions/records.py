"""Usage exports and ledgers: importing their records, and checking a file before it is imported.

Both legs are the same work with another reader. A file is framed and read before anything is
recorded; the same file in the same leg through the same feed changes nothing (D4).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tieout.actions.changed_files import changed_notes, duplicate_note
from tieout.actions.file_reading import FileReading, with_notes
from tieout.actions.guarded import OpenFile, opened, records_read
from tieout.actions.reading_child import Records
from tieout.actions.replacing import admission, repeated_ids
from tieout.actions.shared_types import SharedTypes
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import plain_document
from tieout.evidence.capture import import_identity, record_import
from tieout.evidence.documents import Import, Leg
from tieout.intake.feed import Feed
from tieout.workspace.layout import Workspace
from tieout.workspace.settings import Settings


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file on record: its reading, its record, whether it is new, and what looks wrong."""

    reading: FileReading
    record: Import
    is_new: bool
    warnings: tuple[str, ...] = ()


def choose_feed(settings: Settings, leg: Leg, name: str | None) -> str:
    """The feed of that name, or the only one there is.

    Raises:
        ConfigurationRefused: ``CFG_FEED``: there is none, several, or none of that name.
    """
    feeds = settings.usage if leg == "usage" else settings.ledger
    if name is None and len(feeds) == 1:
        return next(iter(feeds))
    if name is not None and name in feeds:
        return name
    listed = ", ".join(sorted(feeds)) or "none"
    raise ConfigurationRefused(
        "CFG_FEED",
        f"There is no {leg} feed {name!r}." if name else f"Which {leg} feed is meant is not clear.",
        where=(f"tieout.toml, [{leg}.NAME]: {listed}",),
        remedy=f"Name one with --feed NAME, or write a table [{leg}.NAME].",
    )


def import_files(
    workspace: Workspace,
    leg: Leg,
    files: Sequence[Path],
    *,
    operator: str,
    feed_name: str | None = None,
    replaces: str | None = None,
    at: datetime | None = None,
) -> Iterator[ImportedFile]:
    """Import files one after another; each is recorded before the next is opened.

    Args:
        workspace: where they are recorded.
        leg: usage or ledger.
        files: the exports; gzip and zstd are unpacked.
        operator: initials of the person or id of the job.
        feed_name: the feed; by default the only one of the leg.
        replaces: the import that the one file corrects; a run then leaves that one out.
        at: the time of the entries in the log; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CFG_FEED``, ``CFG_UNCONFIRMED``: the settings are a proposal, or
            ``IMPORT_UNKNOWN``, ``IMPORT_REPLACED``, ``IMPORT_SEVERAL``: what ``replaces`` names.
        InputRefused: a file cannot be read without guessing, or ``SCHEMA_DRIFT``; the files before
            it are recorded.
    """
    workspace.settings.require_confirmed()
    chosen = choose_feed(workspace.settings, leg, feed_name)
    if replaces is not None and len(files) != 1:
        raise ConfigurationRefused(
            "IMPORT_SEVERAL",
            "One file replaces one import.",
            remedy="Import the corrected file with --replaces, the others without it.",
        )
    types = SharedTypes()
    for file in files:
        moment = at or datetime.now(UTC)
        yield _imported(workspace, leg, chosen, file, operator, replaces, moment, types)


def _imported(
    workspace: Workspace,
    leg: Leg,
    feed_name: str,
    file: Path,
    operator: str,
    replaces: str | None,
    at: datetime,
    types: SharedTypes,
) -> ImportedFile:
    with opened(file) as source:
        document = _feed_document(workspace.settings, leg, feed_name)
        standing = admission(workspace, leg, source.sha256, document, replaces)
        if standing.known is not None:
            known = standing.known
            asked = _asked(source, leg, known.feed_name, known.feed, known.import_id)
            with records_read(source, asked) as read:
                said = repeated_ids(workspace, known, read.framed.records)
                reading = with_notes(read.reading, [duplicate_note(read.reading.records)])
                return ImportedFile(reading, known, is_new=False, warnings=said)
        import_id = import_identity(source.sha256, leg, document, standing.replaces)
        asked = _asked(source, leg, feed_name, document, import_id)
        with records_read(source, asked) as read:
            framed = read.framed
            types.compare(source.name, framed.types)
            changed = changed_notes(workspace, leg, feed_name, source.name, framed)
            reading = with_notes(read.reading, changed)
            record, is_new = record_import(
                workspace.store,
                workspace.log,
                leg=leg,
                feed_name=feed_name,
                feed=document,
                original_sha256=source.sha256,
                size=source.size,
                original_name=source.name,
                records=parquet_bytes(framed.records),
                quarantine=parquet_bytes(framed.quarantined),
                records_framed=framed.records_framed,
                records_recounted=framed.records_recounted,
                quarantined=framed.quarantined.num_rows,
                operator=operator,
                at=at,
                notes=[f"{note.code} ({note.rows}): {note.message}" for note in reading.notes],
                replaces=standing.replaces,
            )
            said = repeated_ids(workspace, record, framed.records)
            return ImportedFile(reading, record, is_new, said)


def check_file(
    workspace: Workspace, leg: Leg, file: Path, feed_name: str | None = None
) -> FileReading:
    """Read a file as an import would, and record nothing.

    Raises:
        ConfigurationRefused: ``CFG_FEED``.
        InputRefused: the file cannot be read without guessing.
    """
    chosen = choose_feed(workspace.settings, leg, feed_name)
    document = _feed_document(workspace.settings, leg, chosen)
    with opened(file) as source:
        import_id = import_identity(source.sha256, leg, document)
        with records_read(source, _asked(source, leg, chosen, document, import_id)) as read:
            return read.reading


def _asked(
    source: OpenFile, leg: Leg, feed_name: str, document: Mapping[str, Any], import_id: str
) -> Records:
    # Through its document, as a run will read it from the log.
    return Records(source.name, leg, feed_name, msgspec.convert(document, Feed), import_id)


def _feed_document(settings: Settings, leg: Leg, name: str) -> dict[str, Any]:
    feeds = settings.usage if leg == "usage" else settings.ledger
    document: dict[str, Any] = plain_document(feeds[name])
    # A log of one's own says nothing about a vendor, so that its import keeps the id it had.
    return {key: value for key, value in document.items() if key != "vendor" or value}


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as the bytes of an object of the store."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
