"""Records attachments and what people key in from them; repeating either changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tieout.calendar import instant_text
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import sha256, short_id
from tieout.evidence.documents import AttachedKind, Attachment, Keying
from tieout.evidence.log import EvidenceLog
from tieout.evidence.records import append, append_once, attachments, require
from tieout.evidence.redact import redacted
from tieout.evidence.store import EvidenceStore


def record_attachment(  # noqa: PLR0913 - an attachment has that many facts, all named
    store: EvidenceStore,
    log: EvidenceLog,
    content: bytes,
    *,
    source_name: str,
    source_url: str,
    accessed_at: datetime,
    operator: str,
    kind: AttachedKind,
    original_name: str,
    at: datetime,
    notes: Sequence[str] = (),
) -> tuple[Attachment, bool]:
    """Record supporting evidence; the same bytes, source and time again change nothing.

    Raises:
        InputRefused: ``RECORD_FIELD``: the source or the operator has no name.
    """
    require(source_name=source_name, operator=operator)
    digest, accessed = sha256(content), instant_text(accessed_at)
    attachment_id = short_id([digest, source_name, accessed])
    with log.locked():
        for known in attachments(log):
            if known.attachment_id == attachment_id:
                return known, False
        attachment = Attachment(
            attachment_id=attachment_id,
            sha256=store.put(content),
            source_name=source_name,
            source_url=redacted(source_url),
            accessed_at=accessed,
            operator=operator,
            kind=kind,
            original_name=redacted(original_name),
            size=len(content),
            notes=tuple(redacted(note) for note in notes),
        )
        append(log, attachment, at)
    return attachment, True


def record_keying(
    store: EvidenceStore,
    log: EvidenceLog,
    attachment_id: str,
    content: bytes,
    *,
    keyed_by: str,
    original_name: str,
    at: datetime,
) -> tuple[Keying, bool]:
    """Record what a person keyed in from an attachment; their latest keying counts.

    Raises:
        ConfigurationRefused: ``ATTACHMENT_UNKNOWN``.
        InputRefused: ``RECORD_FIELD``: the person has no name.
    """
    require(keyed_by=keyed_by)
    with log.locked():
        require_attachment(log, attachment_id)
        keying = Keying(attachment_id, keyed_by, store.put(content), redacted(original_name))
        return keying, append_once(log, keying, at)


def require_attachment(log: EvidenceLog, attachment_id: str) -> Attachment:
    """The attachment of that id.

    Raises:
        ConfigurationRefused: ``ATTACHMENT_UNKNOWN``.
    """
    for attachment in attachments(log):
        if attachment.attachment_id == attachment_id:
            return attachment
    raise ConfigurationRefused(
        "ATTACHMENT_UNKNOWN",
        "There is no attachment of that id.",
        where=(ascii(attachment_id[:80]),),
        remedy="List the attachments with: tieout prices list",
    )
