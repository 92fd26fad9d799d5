"""The dated price book: captures become price sets with half-open intervals (P7).

A price is in force from the instant its source was accessed until the next approved capture of the
same source; a model that is missing there ends. Lines with their own dates keep those.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from tieout.findings import FIRST_OWNER, Bucket, Finding, Kind, Severity
from tieout.money import plain
from tieout.pricebook.captured import CapturedSource, DeclaredStart, Place, put_in_order
from tieout.pricebook.intervals import Stretch, stretches
from tieout.pricebook.price_line import PriceRefusal, SourcePrice
from tieout.tables import PRICE_LINE, PRICE_SET

_DECLARED_GRADE = "D"


@dataclass(frozen=True, slots=True)
class RefusedPrice:
    """A price of an approved capture that could not be read, and whether its model waits."""

    capture_id: str
    source_name: str
    refusal: PriceRefusal


@dataclass(frozen=True, slots=True)
class PriceBook:
    """The prices in force and everything that could not become one.

    Attributes:
        price_sets: table PRICE_SET.
        price_lines: table PRICE_LINE.
        findings: what was noted, counted per capture and code.
        refused: every price of an approved capture that could not be read.
    """

    price_sets: pa.Table
    price_lines: pa.Table
    findings: tuple[Finding, ...]
    refused: tuple[RefusedPrice, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """One price set before it becomes a row: a stretch of one model of one capture."""

    capture: CapturedSource
    model: str
    currency: str
    stretch: Stretch
    grade: str
    declared: bool

    @property
    def set_id(self) -> str:
        """Digest of what makes the set itself; its end is not, a later capture moves that."""
        start = self.stretch.start.astimezone(UTC).isoformat()
        capture_id = self.capture.capture_id
        named = [capture_id, self.model, self.currency, start, self.declared]
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:20]


def build_price_book(
    captures: Sequence[CapturedSource], declarations: Sequence[DeclaredStart] = ()
) -> PriceBook:
    """Build the price book from captures; only approved ones price.

    Args:
        captures: every capture, in any order.
        declarations: earlier starts declared for captures, oldest first; the last of a capture
            counts (D22).
    """
    places, troubles = put_in_order(captures, declarations)
    sets: list[_Set] = []
    refused: list[RefusedPrice] = []
    findings: list[Finding] = list(troubles)
    for place in places:
        capture = place.capture
        refused += [
            RefusedPrice(capture.capture_id, capture.source_name, refusal)
            for refusal in capture.parsed.refused
        ]
        findings += _findings(capture)
        for model, lines in capture.parsed.usable().items():
            sets += _sets(place, model, lines)
            if never := _never_in_force(place, lines):
                findings.append(_superseded(capture, model, never))
    return PriceBook(_set_table(sets), _line_table(sets), tuple(findings), tuple(refused))


def _sets(place: Place, model: str, lines: list[SourcePrice]) -> Iterator[_Set]:
    capture = place.capture
    if place.declared_from is not None:
        # A line with a start of its own says itself since when it holds; nothing is declared there.
        undated = [line for line in lines if line.effective_from is None]
        for stretch in stretches(undated, place.declared_from, capture.accessed_at):
            if stretch.start < capture.accessed_at and stretch.lines:
                currency = stretch.lines[0].currency
                end = min(stretch.end or capture.accessed_at, capture.accessed_at)
                cut = Stretch(stretch.start, end, stretch.lines)
                yield _Set(capture, model, currency, cut, _DECLARED_GRADE, declared=True)
    for stretch in stretches(lines, capture.accessed_at, place.until):
        currency = stretch.lines[0].currency
        yield _Set(capture, model, currency, stretch, capture.grade, declared=False)


def _never_in_force(place: Place, lines: list[SourcePrice]) -> int:
    """How many lines end before they start: announced, then superseded by a later capture."""
    start, end = place.capture.accessed_at, place.until
    spans = ((line.effective_from or start, line.effective_until or end) for line in lines)
    return sum(1 for low, high in spans if high is not None and high <= low)


def _rates_digest(lines: Sequence[SourcePrice], currency: str) -> str:
    rates = sorted(f"{line.meter}={plain(line.unit_rate)}" for line in lines)
    return hashlib.sha256("\n".join([currency, *rates]).encode()).hexdigest()


def _set_table(sets: list[_Set]) -> pa.Table:
    ids = [one.set_id for one in sets]
    assert len(set(ids)) == len(ids), "two price sets have one id"
    return PRICE_SET.arrow(
        {
            "price_set_id": ids,
            "capture_id": [one.capture.capture_id for one in sets],
            "source_name": [one.capture.source_name for one in sets],
            "source_model_id": [one.model for one in sets],
            "currency": [one.currency for one in sets],
            "effective_from": [_naive(one.stretch.start) for one in sets],
            "effective_until": [_naive(one.stretch.end) for one in sets],
            "rates_digest": [_rates_digest(one.stretch.lines, one.currency) for one in sets],
            "grade": [one.grade for one in sets],
            "declared": [one.declared for one in sets],
        }
    )


def _line_table(sets: list[_Set]) -> pa.Table:
    named = [(one.set_id, one.stretch.lines) for one in sets]
    pairs = [(set_id, line) for set_id, lines in named for line in lines]
    lines = [line for _, line in pairs]
    return PRICE_LINE.arrow(
        {
            "price_set_id": [set_id for set_id, _ in pairs],
            "meter": [line.meter for line in lines],
            "price_text": [line.price_text for line in lines],
            "pricing_unit": [line.pricing_unit for line in lines],
            "multiplier_text": [line.multiplier_text for line in lines],
            "dialect": [line.dialect for line in lines],
            "locator": [line.locator for line in lines],
            "list_unit_rate": [line.list_unit_rate for line in lines],
            "unit_rate": [line.unit_rate for line in lines],
            "twice_unit_rate": [line.twice_unit_rate for line in lines],
        }
    )


def _naive(moment: datetime | None) -> datetime | None:
    """UTC without a zone, as the tables hold instants."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def _findings(capture: CapturedSource) -> Iterator[Finding]:
    """The notes and refusals of one capture, counted per code."""
    for note in capture.parsed.notes:
        yield _note(capture, note.code, note.message, note.rows, note.where)
    by_code: dict[str, list[PriceRefusal]] = {}
    for refusal in capture.parsed.refused:
        by_code.setdefault(refusal.reason_code, []).append(refusal)
    for code, refusals in sorted(by_code.items()):
        where = tuple(f"{r.source_model_id} at {r.locator}: {r.detail}" for r in refusals[:5])
        yield _note(capture, code, "prices that could not be used", len(refusals), where)


def _superseded(capture: CapturedSource, model: str, rows: int) -> Finding:
    message = "announced prices that a later capture superseded before they began"
    return _note(capture, "PRICE_SUPERSEDED", message, rows, (model,))


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
