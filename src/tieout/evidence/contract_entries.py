"""Verifications and contradictions of contract items enter the log (C2); bytes before the entry.

Saying the same thing again, whenever, changes nothing while it is the last word about the item.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from tieout.calendar import parse_instant
from tieout.evidence.documents import Contradiction, Verification
from tieout.evidence.log import EvidenceLog
from tieout.evidence.records import append, contradictions, require, verifications
from tieout.evidence.redact import redacted
from tieout.evidence.store import EvidenceStore

Entry = Verification | Contradiction


def record_verification(
    store: EvidenceStore, log: EvidenceLog, said: Verification, proof: bytes, at: datetime
) -> tuple[Verification, bool]:
    """Record that somebody verified an item; tells whether that is new.

    Args:
        store: where the bytes of the proof are kept.
        log: the evidence log.
        said: the verification; its ``proof_object`` is set from the bytes.
        proof: the bytes of the proof.
        at: the time of the entry.

    Raises:
        InputRefused: ``RECORD_FIELD``: a name or a value is missing, or the proof is empty.
    """
    require(verified_by=said.verified_by, value=said.value, proof=proof.hex()[:2])
    with log.locked():
        entry = msgspec.structs.replace(
            said,
            proof_object=store.put(proof),
            proof_name=redacted(said.proof_name),
            source_url=redacted(said.source_url),
            proves_not=redacted(said.proves_not),
        )
        last = _last(log, said.vendor, said.item_id)
        if isinstance(last, Verification) and (
            msgspec.structs.replace(last, verified_at=entry.verified_at) == entry
        ):
            return last, False
        append(log, entry, at)
    return entry, True


def record_contradiction(
    store: EvidenceStore, log: EvidenceLog, said: Contradiction, evidence: bytes, at: datetime
) -> tuple[Contradiction, bool]:
    """Record that somebody contradicts an item with evidence; tells whether that is new.

    Raises:
        InputRefused: ``RECORD_FIELD``: name or reason is missing, or the evidence is empty.
    """
    require(contradicted_by=said.contradicted_by, reason=said.reason, evidence=evidence.hex()[:2])
    with log.locked():
        entry = msgspec.structs.replace(
            said,
            evidence_object=store.put(evidence),
            evidence_name=redacted(said.evidence_name),
            reason=redacted(said.reason),
        )
        last = _last(log, said.vendor, said.item_id)
        if isinstance(last, Contradiction) and (
            msgspec.structs.replace(last, contradicted_at=entry.contradicted_at) == entry
        ):
            return last, False
        append(log, entry, at)
    return entry, True


def moment_of(entry: Entry) -> datetime:
    """When an entry was made."""
    said = entry.verified_at if isinstance(entry, Verification) else entry.contradicted_at
    return parse_instant(said, "evidence log")


def _last(log: EvidenceLog, vendor: str, item_id: str) -> Entry | None:
    """The last word about an item."""
    every: list[Entry] = [*verifications(log), *contradictions(log)]
    mine = [one for one in every if (one.vendor, one.item_id) == (vendor, item_id)]
    return max(mine, key=moment_of, default=None)
