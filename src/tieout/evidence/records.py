"""The log as typed records: state is a replay of it, and a record enters it through here.

Answers what was captured, approved, declared, imported and run so far.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from tieout.calendar import parse_instant
from tieout.errors import ConfigurationRefused, InputRefused
from tieout.evidence.canonical import plain_document
from tieout.evidence.documents import (
    KINDS,
    Attachment,
    BalanceReading,
    Capture,
    Contradiction,
    Declaration,
    Document,
    FailedCapture,
    Import,
    Keying,
    MovementList,
    Page,
    PoolOpening,
    Posting,
    Resolution,
    Run,
    StatementTotal,
    Verification,
)
from tieout.evidence.known_prices import known_prices, read_entry
from tieout.evidence.log import EvidenceLog, ReadableLog
from tieout.evidence.vendor_count import CountList, VendorCount

D = TypeVar(
    "D",
    Import,
    Run,
    Verification,
    Contradiction,
    Page,
    FailedCapture,
    Resolution,
    Attachment,
    Keying,
    VendorCount,
    CountList,
    MovementList,
    BalanceReading,
    PoolOpening,
    Posting,
    StatementTotal,
)


def captures(log: ReadableLog, known_at: datetime | None = None) -> tuple[Capture, ...]:
    """Every capture known at an instant, oldest first, with its approvals and roll-backs (P7)."""
    return known_prices(log.entries(), known_at).captures


def declarations(log: ReadableLog, known_at: datetime | None = None) -> tuple[Declaration, ...]:
    """Every declaration known at an instant, oldest first."""
    return known_prices(log.entries(), known_at).declarations


def resolutions(log: ReadableLog, known_at: datetime | None = None) -> tuple[Resolution, ...]:
    """Every resolution of a source conflict known at an instant, oldest first."""
    return _replay(log, Resolution, known_at)


def imports(log: ReadableLog) -> tuple[Import, ...]:
    """Every import, oldest first, each with the time at which the log took it."""
    return tuple(
        msgspec.structs.replace(read_entry(entry, Import), recorded_at=entry.at)
        for entry in log.entries()
        if entry.kind == KINDS[Import]
    )


def runs(log: ReadableLog, size: int | None = None) -> tuple[Run, ...]:
    """Every published run among so many entries, oldest first; all of them by default."""
    return tuple(read_entry(one, Run) for one in log.entries()[:size] if one.kind == KINDS[Run])


def vendor_counts(log: ReadableLog, known_at: datetime | None = None) -> tuple[VendorCount, ...]:
    """Every reading of a vendor's own sums, oldest first."""
    return _replay(log, VendorCount, known_at)


def count_lists(log: ReadableLog, known_at: datetime | None = None) -> tuple[CountList, ...]:
    """Every list of a vendor's counts that counts, oldest first: without those corrected since."""
    found = _replay(log, CountList, known_at)
    corrected = {one.replaces for one in found}
    return tuple(one for one in found if one.list_id not in corrected)


def movement_lists(log: ReadableLog, known_at: datetime | None = None) -> tuple[MovementList, ...]:
    """Every movement list that counts, oldest first: without those that another one corrects."""
    found = _replay(log, MovementList, known_at)
    corrected = {one.replaces for one in found}
    return tuple(one for one in found if one.list_id not in corrected)


def balance_readings(
    log: ReadableLog, known_at: datetime | None = None
) -> tuple[BalanceReading, ...]:
    """Every reading of the vendor's balance, oldest entry first."""
    return _replay(log, BalanceReading, known_at)


def pool_openings(log: ReadableLog, known_at: datetime | None = None) -> tuple[PoolOpening, ...]:
    """Every stated opening of the pool, oldest first."""
    return _replay(log, PoolOpening, known_at)


def postings(log: ReadableLog, known_at: datetime | None = None) -> tuple[Posting, ...]:
    """Every posting of a journal, oldest first."""
    return _replay(log, Posting, known_at)


def statement_totals(log: ReadableLog) -> tuple[StatementTotal, ...]:
    """Every total of a statement, oldest first."""
    return _replay(log, StatementTotal)


def pages(log: ReadableLog) -> tuple[Page, ...]:
    """Every page captured as evidence, oldest first."""
    return _replay(log, Page)


def failed_captures(log: ReadableLog) -> tuple[FailedCapture, ...]:
    """Every fetch that did not do, oldest first."""
    return _replay(log, FailedCapture)


def verifications(log: ReadableLog, known_at: datetime | None = None) -> tuple[Verification, ...]:
    """Every verification of a contract item, oldest first."""
    return _replay(log, Verification, known_at)


def contradictions(log: ReadableLog, known_at: datetime | None = None) -> tuple[Contradiction, ...]:
    """Every contradiction of a contract item, oldest first."""
    return _replay(log, Contradiction, known_at)


def attachments(log: ReadableLog) -> tuple[Attachment, ...]:
    """Every attachment, oldest first."""
    return _replay(log, Attachment)


def keyings(log: ReadableLog) -> tuple[Keying, ...]:
    """Every keying, oldest first."""
    return _replay(log, Keying)


def append(log: EvidenceLog, document: Document, at: datetime) -> None:
    """Add a record to the log."""
    log.append(KINDS[type(document)], _body(document), at)


def append_once(log: EvidenceLog, document: Document, at: datetime) -> bool:
    """Add a record unless an equal one is there; tells whether it is new."""
    known = any(e.body == _body(document) for e in log.entries() if e.kind == KINDS[type(document)])
    if not known:
        append(log, document, at)
    return not known


def _body(document: Document) -> dict[str, Any]:
    body: dict[str, Any] = plain_document(document)
    return body


def require_capture(log: ReadableLog, capture_id: str) -> Capture:
    """The capture of that id.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``.
    """
    for capture in captures(log):
        if capture.capture_id == capture_id:
            return capture
    raise ConfigurationRefused(
        "CAPTURE_UNKNOWN",
        "There is no capture of that id.",
        where=(ascii(capture_id[:80]),),
        remedy="List the captures with: tieout prices list",
    )


def require_kept(log: ReadableLog, capture_id: str) -> Capture | Page:
    """The capture or the page of that id: whatever bytes were read somewhere and kept.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``.
    """
    for page in pages(log):
        if page.capture_id == capture_id:
            return page
    return require_capture(log, capture_id)


def require(**fields: str) -> None:
    """Refuse a record whose named fields are blank.

    Raises:
        InputRefused: ``RECORD_FIELD``.
    """
    for name, value in fields.items():
        if not value.strip():
            raise InputRefused(
                "RECORD_FIELD",
                f"The record has no {name.replace('_', ' ')}.",
                remedy="Evidence needs a name and a reason; give it and repeat the command.",
            )


def _replay(log: ReadableLog, document: type[D], known_at: datetime | None = None) -> tuple[D, ...]:
    kind = KINDS[document]
    return tuple(
        read_entry(entry, document)
        for entry in log.entries()
        if entry.kind == kind
        and (known_at is None or parse_instant(entry.at, "evidence log") <= known_at)
    )
