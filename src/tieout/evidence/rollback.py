"""Records a roll-back of the price book: an entry of the log, nothing is deleted (L6)."""

from __future__ import annotations

from datetime import datetime

from tieout.calendar import instant_text, parse_instant
from tieout.errors import ConfigurationRefused
from tieout.evidence.canonical import plain_document
from tieout.evidence.documents import KINDS, Rollback
from tieout.evidence.known_prices import KnownPrices, known_prices
from tieout.evidence.log import Entry, EvidenceLog
from tieout.evidence.records import append, require
from tieout.evidence.redact import redacted
from tieout.evidence.store import EvidenceStore


def record_rollback(
    store: EvidenceStore,
    log: EvidenceLog,
    target: str,
    evidence: bytes,
    *,
    source_name: str,
    reason: str,
    rolled_back_by: str,
    at: datetime,
) -> tuple[Rollback, KnownPrices]:
    """Record a roll-back, and tell what is known from now on.

    Args:
        store: where the evidence is kept.
        log: where the entry is made.
        target: a capture: later ones of its source are set aside; or an instant: what was approved
            or declared after it is set aside.
        evidence: the bytes that show why.
        source_name: only this source, with an instant; empty for all.
        reason: why.
        rolled_back_by: who does it.
        at: the time of the entry, from which on it is known.

    Raises:
        ConfigurationRefused: ``ROLLBACK_TARGET``: neither a capture nor an instant, an instant yet
            to come, or nothing would be set aside.
        InputRefused: ``RECORD_FIELD``: reason or name is missing, or the evidence is empty.
    """
    require(reason=reason, rolled_back_by=rolled_back_by, evidence=evidence.hex()[:2])
    with log.locked():
        entries = log.entries()
        before = known_prices(entries)
        said = next((c.source_name for c in before.captures if c.capture_id == target), None)
        rollback = Rollback(
            target=target if said is not None else _instant(target, at),
            source_name=source_name if said is None else said,
            reason=redacted(reason),
            evidence_object=store.put(evidence),
            rolled_back_by=rolled_back_by,
        )
        kind, body = KINDS[Rollback], plain_document(rollback)
        supposed = Entry(len(entries) + 1, instant_text(at), kind, body, "", "")
        after = known_prices((*entries, supposed))
        if (before.captures, before.declarations) == (after.captures, after.declarations):
            raise _refused("Nothing that counts now is later than that.", target)
        append(log, rollback, at)
        return rollback, after


def _instant(text: str, at: datetime) -> str:
    try:
        moment = parse_instant(text, "--to")
    except ConfigurationRefused as error:
        raise _refused("The target is neither a capture nor an instant.", text) from error
    if moment > at:
        raise _refused("The target lies in the future.", text)
    return instant_text(moment)


def _refused(sentence: str, target: str) -> ConfigurationRefused:
    return ConfigurationRefused(
        "ROLLBACK_TARGET",
        sentence,
        where=(ascii(target[:80]),),
        remedy="Name a capture (tieout prices list) or an instant like 2026-08-10T09:00:00Z.",
    )
