"""What the price book has to say about its captures, as findings."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.calendar import instant_text
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity
from tieout.pricebook.captured import CapturedSource, DeclaredStart
from tieout.pricebook.price_line import PriceRefusal


def source_findings(capture: CapturedSource) -> Iterator[Finding]:
    """The notes and refusals of one capture, counted per code."""
    for note in capture.parsed.notes:
        yield _note(capture, note.code, note.message, note.rows, note.where)
    by_code: dict[str, list[PriceRefusal]] = {}
    for refusal in capture.parsed.refused:
        by_code.setdefault(refusal.reason_code, []).append(refusal)
    for code, refusals in sorted(by_code.items()):
        where = tuple(f"{r.source_model_id} at {r.locator}: {r.detail}" for r in refusals[:5])
        yield _note(capture, code, "prices that could not be used", len(refusals), where)


def superseded_finding(capture: CapturedSource, model: str, rows: int) -> Finding:
    """Announced prices of a model that never came into force."""
    message = "announced prices that a later capture superseded before they began"
    return _note(capture, "PRICE_SUPERSEDED", message, rows, (model,))


def unapproved(capture: CapturedSource, models: int) -> Finding:
    """A capture that waits for an approval; what money depends on it, the run says."""
    message = "is not approved: the models it states other prices for keep the price before it"
    return Finding(
        code="PRICE_UNAPPROVED",
        kind=Kind.PRICE_INTERPRETATION,
        severity=Severity.NOTE,
        owner=FIRST_OWNER[Bucket.SOURCE],
        message=f"{capture.source_name}, capture {capture.capture_id} {message}",
        rows=models,
    )


def set_aside(capture: CapturedSource) -> Finding:
    """A capture that a roll-back took out of the book."""
    message = "was set aside by a roll-back: it prices nothing until somebody approves it anew"
    return Finding(
        code="PRICE_SET_ASIDE",
        kind=Kind.PRICE_INTERPRETATION,
        severity=Severity.NOTE,
        owner=FIRST_OWNER[Bucket.SOURCE],
        message=f"{capture.source_name}, capture {capture.capture_id} {message}",
        rows=capture.parsed.models,
    )


def unused(said: DeclaredStart, trouble: str) -> Finding:
    """A declaration that changes nothing, and why."""
    return Finding(
        code="PRICE_DECLARATION",
        kind=Kind.PRICE_INTERPRETATION,
        severity=Severity.OPEN,
        owner=FIRST_OWNER[Bucket.SOURCE],
        message=f"the start declared for capture {said.capture_id} at"
        f" {instant_text(said.effective_from)} is not used: {trouble}",
        where=(said.capture_id,),
    )


def _note(
    capture: CapturedSource, code: str, message: str, rows: int, where: tuple[str, ...]
) -> Finding:
    return Finding(
        code=code,
        kind=Kind.PRICE_INTERPRETATION,
        severity=Severity.NOTE,
        owner=FIRST_OWNER[Bucket.SOURCE],
        message=f"{capture.source_name}, capture {capture.capture_id}: {message}",
        rows=rows,
        where=where,
    )
