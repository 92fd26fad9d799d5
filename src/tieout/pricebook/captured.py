"""Captures in order of time: which price, from when until when, and how far back they are declared.

A capture is in force until the next approved capture of the same source. A declared start (D22)
reaches back before the first capture only: where a captured price is known, none is declared.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout.calendar import instant_text
from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity
from tieout.pricebook.price_line import ParsedSource


@dataclass(frozen=True, slots=True)
class CapturedSource:
    """A capture with its content read.

    Attributes:
        capture_id: first 12 hex digits of the capture's digest.
        source_name: the price source.
        accessed_at: when the source was read; with an offset.
        grade: A to D (D21).
        approved: whether the capture was approved; only then it prices.
        parsed: what it says.
    """

    capture_id: str
    source_name: str
    accessed_at: datetime
    grade: str
    approved: bool
    parsed: ParsedSource


@dataclass(frozen=True, slots=True)
class DeclaredStart:
    """A declaration that a capture's prices held before it was made (D22)."""

    capture_id: str
    effective_from: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A capture that prices, the instant it ends, and the declared start before it."""

    capture: CapturedSource
    until: datetime | None
    declared_from: datetime | None


def put_in_order(
    captures: Sequence[CapturedSource], declarations: Sequence[DeclaredStart]
) -> tuple[tuple[Place, ...], tuple[Finding, ...]]:
    """The captures that price, by source and time, and what speaks against the others."""
    ordered = sorted(captures, key=lambda c: (c.source_name, c.accessed_at, c.capture_id))
    approved = [capture for capture in ordered if capture.approved]
    starts: dict[str, list[datetime]] = {}
    for capture in approved:
        starts.setdefault(capture.source_name, []).append(capture.accessed_at)
    declared = {one.capture_id: one.effective_from for one in declarations}
    troubles = [_unapproved(capture) for capture in ordered if not capture.approved]
    places = []
    for capture in approved:
        line = starts[capture.source_name]
        after = bisect_right(line, capture.accessed_at)
        # Captures of one source at one instant all hold until the next later one: where they
        # differ, two prices are in force and the model waits; neither is preferred.
        until = line[after] if after < len(line) else None
        start = declared.pop(capture.capture_id, None)
        trouble = None if start is None else _declaration_trouble(capture, start, line[0])
        if trouble is not None and start is not None:
            troubles.append(_unused(capture.capture_id, start, trouble))
            start = None
        places.append(Place(capture, until, start))
    for capture_id, moment in declared.items():
        troubles.append(_unused(capture_id, moment, "no approved capture has this id"))
    return tuple(places), tuple(troubles)


def _declaration_trouble(capture: CapturedSource, start: datetime, first: datetime) -> str | None:
    if start >= capture.accessed_at:
        return "it does not reach back before the capture"
    if first < capture.accessed_at:
        return "an earlier capture of the same source is approved"
    return None


def _unapproved(capture: CapturedSource) -> Finding:
    return Finding(
        code="PRICE_UNAPPROVED",
        kind=Kind.PRICE_INTERPRETATION,
        severity=Severity.NOTE,
        owner=FIRST_OWNER[Bucket.SOURCE],
        message=f"{capture.source_name}, capture {capture.capture_id} is not approved: "
        "it prices nothing",
        rows=capture.parsed.models,
    )


def _unused(capture_id: str, start: datetime, trouble: str) -> Finding:
    return Finding(
        code="PRICE_DECLARATION",
        kind=Kind.PRICE_INTERPRETATION,
        severity=Severity.OPEN,
        owner=FIRST_OWNER[Bucket.SOURCE],
        message=f"the start declared for capture {capture_id} at {instant_text(start)} "
        f"is not used: {trouble}",
        where=(capture_id,),
    )
