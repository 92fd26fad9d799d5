"""Records the resolution of a source conflict in the log, with its evidence (P4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tieout.evidence.documents import Resolution, ResolvedModel
from tieout.evidence.log import EvidenceLog
from tieout.evidence.records import append, require, require_capture, resolutions
from tieout.evidence.redact import redacted
from tieout.evidence.store import EvidenceStore


def record_resolution(  # noqa: PLR0913 - a resolution has that many facts, all named
    store: EvidenceStore,
    log: EvidenceLog,
    evidence: bytes,
    *,
    kept_capture: str,
    other_capture: str,
    models: Sequence[ResolvedModel],
    reason: str,
    resolved_by: str,
    at: datetime,
) -> tuple[Resolution, bool]:
    """Record which of two prices holds, with evidence and a name; tells whether that is new.

    Of several resolutions of the same prices the last counts, so one that is said again after
    another is recorded again.

    Raises:
        ConfigurationRefused: ``CAPTURE_UNKNOWN``.
        InputRefused: ``RECORD_FIELD``: reason or name is missing, or the evidence is empty.
    """
    require(reason=reason, resolved_by=resolved_by, evidence=evidence.hex()[:2])
    with log.locked():
        for capture_id in (kept_capture, other_capture):
            require_capture(log, capture_id)
        resolution = Resolution(
            kept_capture=kept_capture,
            other_capture=other_capture,
            models=tuple(models),
            evidence_sha256=store.put(evidence),
            reason=redacted(reason),
            resolved_by=resolved_by,
        )
        known = resolutions(log)
        if known and known[-1] == resolution:
            return resolution, False
        append(log, resolution, at)
    return resolution, True
