"""Records what was fetched beside prices: pages as evidence, and fetches that did not do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tieout.calendar import instant_text
from tieout.evidence.canonical import sha256, short_id
from tieout.evidence.documents import FailedCapture, Page
from tieout.evidence.log import EvidenceLog
from tieout.evidence.records import append, append_once, require
from tieout.evidence.redact import redacted
from tieout.evidence.store import EvidenceStore


def record_page(  # noqa: PLR0913 - a page has that many facts, all named
    store: EvidenceStore,
    log: EvidenceLog,
    content: bytes,
    *,
    source_url: str,
    accessed_at: datetime,
    operator: str,
    media_type: str,
    exchange: bytes,
    at: datetime,
    notes: Sequence[str] = (),
) -> Page:
    """Record a public page as evidence.

    Raises:
        InputRefused: ``RECORD_FIELD``: the operator has no name.
    """
    require(operator=operator)
    digest, accessed = sha256(content), instant_text(accessed_at)
    with log.locked():
        page = Page(
            capture_id=short_id([digest, source_url, accessed]),
            sha256=store.put(content),
            source_url=redacted(source_url),
            accessed_at=accessed,
            operator=operator,
            media_type=media_type,
            size=len(content),
            exchange_object=store.put(exchange),
            notes=tuple(redacted(note) for note in notes),
        )
        append_once(log, page, at)
    return page


def record_failure(  # noqa: PLR0913 - as many as it has, all named
    store: EvidenceStore,
    log: EvidenceLog,
    *,
    source_name: str,
    source_url: str,
    failed_at: datetime,
    code: str,
    what: str,
    where: Sequence[str],
    operator: str,
    exchange: bytes,
    body: bytes,
    at: datetime,
) -> FailedCapture:
    """Record a fetch that did not do, with what came of it.

    Raises:
        InputRefused: ``RECORD_FIELD``: source or operator has no name.
    """
    require(source_name=source_name, operator=operator)
    with log.locked():
        failure = FailedCapture(
            source_name=source_name,
            source_url=redacted(source_url),
            failed_at=instant_text(failed_at),
            code=code,
            what=redacted(what),
            where=tuple(redacted(one) for one in where),
            operator=operator,
            exchange_object=store.put(exchange),
            body_object=store.put(body) if body else "",
        )
        append(log, failure, at)
    return failure
