"""Records captures, approvals, declarations, imports and runs in the log.

Recording the same thing twice changes nothing: each function returns the record of the log and
whether it is new. Bytes are stored before the entry that names them; what a crash leaves is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tieout.calendar import instant_text
from tieout.errors import ConflictRefused, IntegrityRefused
from tieout.evidence.canonical import canonical, plain_document, sha256, short_id
from tieout.evidence.documents import (
    Approval,
    Capture,
    Declaration,
    Grade,
    Import,
    Leg,
    Method,
    PriceFormat,
    Run,
)
from tieout.evidence.log import EvidenceLog
from tieout.evidence.records import (
    append,
    append_once,
    captures,
    declarations,
    imports,
    require,
    require_capture,
    runs,
)
from tieout.evidence.redact import redacted
from tieout.evidence.store import EvidenceStore

__all__ = [
    "Approval",
    "Capture",
    "Declaration",
    "Import",
    "Run",
    "captures",
    "declarations",
    "import_identity",
    "imports",
    "record_approval",
    "record_capture",
    "record_declaration",
    "record_import",
    "record_run",
    "runs",
]


def record_capture(  # noqa: PLR0913 - a capture has that many facts, all named
    store: EvidenceStore,
    log: EvidenceLog,
    content: bytes,
    *,
    source_name: str,
    source_url: str,
    accessed_at: datetime,
    method: Method,
    operator: str,
    format: PriceFormat,  # noqa: A002 - the word of the record
    original_name: str,
    at: datetime,
    approved_by: str = "",
    effective_from: datetime | None = None,
    notes: Sequence[str] = (),
    grade: Grade = "B",
    evidence: bytes = b"",
    exchange: bytes = b"",
    attachment_id: str = "",
    keyed_by: Sequence[str] = (),
) -> tuple[Capture, bool]:
    """Record the bytes of a price source; the same bytes, source and time again change nothing.

    The record that is returned is the one the log holds: on a repetition that is the first one,
    whatever else was said this time. A later approval is :func:`record_approval`. A grade other
    than B has its evidence: the agreement or the order form, or how the price was worked out.

    Raises:
        InputRefused: ``RECORD_FIELD``: the source or the operator has no name.
    """
    require(source_name=source_name, operator=operator)
    digest, accessed = sha256(content), instant_text(accessed_at)
    capture_id = short_id([digest, source_name, accessed])
    with log.locked():
        known = captures(log)
        for capture in known:
            if capture.capture_id == capture_id:
                return capture, False
        same = [capture.capture_id for capture in known if capture.sha256 == digest]
        linked = [f"DUPLICATE_BYTES: the same bytes as capture {other}" for other in same]
        capture = Capture(
            capture_id=capture_id,
            sha256=store.put(content),
            source_name=source_name,
            source_url=redacted(source_url),
            accessed_at=accessed,
            method=method,
            operator=operator,
            approved_by=approved_by,
            format=format,
            original_name=redacted(original_name),
            size=len(content),
            effective_from="" if effective_from is None else instant_text(effective_from),
            notes=(*(redacted(note) for note in notes), *linked),
            grade=grade,
            evidence_object=store.put(evidence) if evidence else "",
            exchange_object=store.put(exchange) if exchange else "",
            attachment_id=attachment_id,
            keyed_by=tuple(keyed_by),
        )
        append(log, capture, at)
    return capture, True


def record_approval(
    log: EvidenceLog,
    capture_id: str,
    *,
    approved_by: str,
    at: datetime,
    reason: str = "",
    declaration_id: str = "",
) -> tuple[Approval, bool]:
    """Record that somebody approves a capture, or a declaration about it (D27).

    An approval repeated while it counts changes nothing; after a roll-back it is a new one.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``.
        InputRefused: ``RECORD_FIELD``: the approver has no name.
    """
    require(approved_by=approved_by)
    approval = Approval(capture_id, approved_by, redacted(reason), declaration_id)
    with log.locked():
        capture = require_capture(log, capture_id)
        counted = capture.approvals
        for declaration in declarations(log):
            if declaration_id == declaration.declaration_id:
                counted = declaration.approvals
        if approved_by in counted:
            return approval, False
        append(log, approval, at)
        return approval, True


def record_declaration(  # noqa: PLR0913 - a declaration has that many facts, all named
    store: EvidenceStore,
    log: EvidenceLog,
    capture_id: str,
    evidence: bytes,
    *,
    effective_from: datetime,
    reason: str,
    declared_by: str,
    at: datetime,
    effective_until: datetime | None = None,
    models: Sequence[str] = (),
) -> tuple[Declaration, bool]:
    """Record that the prices of a capture held over a time, with evidence (D22).

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``.
        InputRefused: ``RECORD_FIELD``: reason or name is missing, or the evidence is empty.
    """
    require(reason=reason, declared_by=declared_by, evidence=evidence.hex()[:2])
    with log.locked():
        require_capture(log, capture_id)
        declaration = Declaration(
            capture_id=capture_id,
            effective_from=instant_text(effective_from),
            reason=redacted(reason),
            evidence_sha256=store.put(evidence),
            declared_by=declared_by,
            effective_until="" if effective_until is None else instant_text(effective_until),
            models=tuple(models),
        )
        return declaration, append_once(log, declaration, at)


def import_identity(
    original_sha256: str, leg: Leg, feed: Mapping[str, object], replaces: str = ""
) -> str:
    """The id of an import: one file in one leg through one feed (D4), in the place of another."""
    named = [replaces] if replaces else []
    return short_id([original_sha256, leg, sha256(canonical(feed)), *named])


def record_import(  # noqa: PLR0913 - an import has that many facts, all named
    store: EvidenceStore,
    log: EvidenceLog,
    *,
    leg: Leg,
    feed_name: str,
    feed: Mapping[str, object],
    original_sha256: str,
    size: int,
    original_name: str,
    records: bytes,
    quarantine: bytes,
    records_framed: int,
    records_recounted: int,
    quarantined: int,
    operator: str,
    at: datetime,
    notes: Sequence[str] = (),
    replaces: str = "",
    collected: bytes = b"",
) -> tuple[Import, bool]:
    """Record an imported file; the same file in the same leg through the same feed changes nothing.

    Rows that were collected from a vendor's log come with the record of their window: one entry
    makes both stand, so that no crash leaves rows without a window or a window without rows.

    Raises:
        IntegrityRefused: ``COUNTERS_DISAGREE``: the two counters of records differ (L2).
        InputRefused: ``RECORD_FIELD``: feed or operator has no name.
    """
    require(feed_name=feed_name, operator=operator)
    if records_framed != records_recounted or not 0 <= quarantined <= records_framed:
        raise IntegrityRefused(
            "COUNTERS_DISAGREE",
            "Two independent counters find different numbers of records.",
            where=(f"framed {records_framed}, recounted {records_recounted}, {quarantined} aside",),
            remedy="Nothing was imported. Report this file: it shows a fault of the framer.",
        )
    import_id = import_identity(original_sha256, leg, feed, replaces)
    with log.locked():
        for known in imports(log):
            if known.import_id == import_id:
                return known, False
        document = Import(
            import_id=import_id,
            leg=leg,
            feed_name=feed_name,
            feed=plain_document(feed),
            sha256=original_sha256,
            size=size,
            original_name=redacted(original_name),
            records_object=store.put(records),
            quarantine_object=store.put(quarantine),
            records_framed=records_framed,
            records_recounted=records_recounted,
            quarantined=quarantined,
            operator=operator,
            notes=tuple(notes),
            replaces=replaces,
            collected_object=store.put(collected) if collected else "",
        )
        append(log, document, at)
    return msgspec.structs.replace(document, recorded_at=instant_text(at)), True


def record_run(
    store: EvidenceStore, log: EvidenceLog, run: Run, manifest: bytes, at: datetime
) -> tuple[Run, bool]:
    """Record a run whose folder is published; ``run.manifest_object`` is set from the manifest.

    The entry makes the run exist. A published folder without an entry is a leftover.

    Raises:
        ConflictRefused: ``RUN_DIFFERS``: another run has that id.
    """
    with log.locked():
        document = msgspec.structs.replace(run, manifest_object=store.put(manifest))
        for known in runs(log):
            if known == document:
                return known, False
            if known.run_id == document.run_id:
                raise ConflictRefused(
                    "RUN_DIFFERS",
                    "Another run with that id is in the log; Tieout overwrites nothing.",
                    where=(f"run {known.run_id} of {known.period}, as of {known.as_of}",),
                    remedy="Repeat the run; it gets an id of its own.",
                )
        append(log, document, at)
    return document, True
