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
from tieout.actions.file_reading import FileReading, file_reading, with_notes
from tieout.actions.opened import file_content
from tieout.actions.replacing import admission, repeated_ids
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import plain_document, sha256
from tieout.evidence.capture import import_identity, record_import
from tieout.evidence.documents import Import, Leg
from tieout.intake.feed import Feed
from tieout.intake.framing import FramedFile, frame
from tieout.intake.remarks import remarks
from tieout.ledger.reading import LedgerReading, read_ledger
from tieout.metering.reading import UsageReading, read_usage
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
        files: the exports; gzip is unpacked.
        operator: initials of the person or id of the job.
        feed_name: the feed; by default the only one of the leg.
        replaces: the import that the one file corrects; a run then leaves that one out.
        at: the time of the entries in the log; now, if it is left out.

    Raises:
        ConfigurationRefused: ``CFG_FEED``, ``CFG_UNCONFIRMED``: the settings are a proposal, or
            ``IMPORT_UNKNOWN``, ``IMPORT_REPLACED``, ``IMPORT_SEVERAL``: what ``replaces`` names.
        InputRefused: a file cannot be read without guessing; the files before it are recorded.
    """
    workspace.settings.require_confirmed()
    chosen = choose_feed(workspace.settings, leg, feed_name)
    if replaces is not None and len(files) != 1:
        raise ConfigurationRefused(
            "IMPORT_SEVERAL",
            "One file replaces one import.",
            remedy="Import the corrected file with --replaces, the others without it.",
        )
    for file in files:
        yield _imported(workspace, leg, chosen, file, operator, replaces, at or datetime.now(UTC))


def _imported(
    workspace: Workspace,
    leg: Leg,
    feed_name: str,
    file: Path,
    operator: str,
    replaces: str | None,
    at: datetime,
) -> ImportedFile:
    content = file_content(file)
    digest = sha256(content)
    document = _feed_document(workspace.settings, leg, feed_name)
    standing = admission(workspace, leg, digest, document, replaces)
    if standing.known is not None:
        known = standing.known
        framed, reading = _read(
            content, file.name, leg, known.feed_name, known.feed, known.import_id
        )
        said = repeated_ids(workspace, known, framed.records)
        reading = with_notes(reading, [duplicate_note(reading.records)])
        return ImportedFile(reading, known, is_new=False, warnings=said)
    import_id = import_identity(digest, leg, document, standing.replaces)
    framed, reading = _read(content, file.name, leg, feed_name, document, import_id)
    reading = with_notes(reading, changed_notes(workspace, leg, feed_name, file.name, framed))
    record, is_new = record_import(
        workspace.store,
        workspace.log,
        leg=leg,
        feed_name=feed_name,
        feed=document,
        original_sha256=digest,
        size=len(content),
        original_name=file.name,
        records=_parquet(framed.records),
        quarantine=_parquet(framed.quarantined),
        records_framed=framed.records_framed,
        records_recounted=framed.records_recounted,
        quarantined=framed.quarantined.num_rows,
        operator=operator,
        at=at,
        notes=[f"{note.code} ({note.rows}): {note.message}" for note in reading.notes],
        replaces=standing.replaces,
    )
    return ImportedFile(reading, record, is_new, repeated_ids(workspace, record, framed.records))


def check_file(
    workspace: Workspace, leg: Leg, file: Path, feed_name: str | None = None
) -> FileReading:
    """Read a file as an import would, and record nothing.

    Raises:
        ConfigurationRefused: ``CFG_FEED``.
        InputRefused: the file cannot be read without guessing.
    """
    chosen = choose_feed(workspace.settings, leg, feed_name)
    content = file_content(file)
    document = _feed_document(workspace.settings, leg, chosen)
    import_id = import_identity(sha256(content), leg, document)
    return _read(content, file.name, leg, chosen, document, import_id)[1]


def read_records(
    records: pa.Table, leg: Leg, feed: Feed, import_id: str
) -> UsageReading | LedgerReading:
    """Framed records as typed rows of their leg."""
    reader = read_usage if leg == "usage" else read_ledger
    return reader(records, feed, import_id=import_id, first_row_id=0)


def _read(
    content: bytes,
    name: str,
    leg: Leg,
    feed_name: str,
    document: Mapping[str, Any],
    import_id: str,
) -> tuple[FramedFile, FileReading]:
    # Through its document, as a run will read it from the log.
    feed = msgspec.convert(document, Feed)
    framed = frame(content, feed, leg=leg, import_id=import_id, name=name)
    reading = read_records(framed.records, leg, feed, import_id)
    said = remarks(framed, feed)
    return framed, file_reading(name, leg, feed_name, framed, reading, said)


def _feed_document(settings: Settings, leg: Leg, name: str) -> dict[str, Any]:
    feeds = settings.usage if leg == "usage" else settings.ledger
    document: dict[str, Any] = plain_document(feeds[name])
    return document


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
