"""The dated price book: captures become price sets with half-open intervals (P7).

A price is in force from the instant its source was accessed until the next capture of the same
source that counts; a model that is missing there ends. Lines with their own dates keep those.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from tieout.findings import Finding
from tieout.money import plain
from tieout.pricebook.book_findings import (
    set_aside,
    source_findings,
    superseded_finding,
    unapproved,
    unused,
)
from tieout.pricebook.captured import CapturedSource, DeclaredStart, Hold, Waiting, chain, meaning
from tieout.pricebook.declared import apply, in_order
from tieout.pricebook.intervals import Stretch, stretches
from tieout.pricebook.price_line import PriceRefusal, SourcePrice
from tieout.tables import PRICE_LINE, PRICE_SET, WAITING_PRICE

_DECLARED_GRADE: Final = "D"
# Grades whose prices never carry an approval by one person alone (D21).
TWO_PEOPLE: Final = frozenset("CD")
_NAMES_NEEDED: Final = 2


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
        refused: every price of a counted capture that could not be read.
        waiting: table WAITING_PRICE: newer prices that nobody approved (D27).
        waiting_lines: table PRICE_LINE: what those say.
    """

    price_sets: pa.Table
    price_lines: pa.Table
    findings: tuple[Finding, ...]
    refused: tuple[RefusedPrice, ...]
    waiting: pa.Table
    waiting_lines: pa.Table


@dataclass(frozen=True, slots=True)
class _Set:
    """One price set before it becomes a row: a stretch of one model of one capture."""

    capture: CapturedSource
    model: str
    stretch: Stretch
    grade: str
    hold: Hold
    waiting: bool = False

    @property
    def currency(self) -> str:
        """The currency of its prices."""
        return self.stretch.lines[0].currency

    @property
    def start_basis(self) -> str:
        """How its start is known: seen (it may have begun before), stated or declared."""
        if self.stretch.stated:
            return "stated"
        if self.hold.start_declared and self.stretch.start == self.hold.start:
            return "declared"
        return "seen"

    @property
    def needs_name(self) -> bool:
        """Whether it is of grade C or D without two names: never approval by itself (D21)."""
        return self.grade in TWO_PEOPLE and self.hold.names < _NAMES_NEEDED

    @property
    def set_id(self) -> str:
        """Digest of what makes the set itself; its end is not, a later capture moves that."""
        start = self.stretch.start.astimezone(UTC).isoformat()
        capture_id = self.capture.capture_id
        named = [capture_id, self.model, self.currency, start, self.hold.declared]
        if self.waiting:
            named.append("waiting")
        return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:20]


def build_price_book(
    captures: Sequence[CapturedSource],
    declarations: Sequence[DeclaredStart] = (),
    in_use: Collection[str] | None = None,
) -> PriceBook:
    """Build the price book from captures; only those that count price (D27).

    Args:
        captures: every capture, in any order.
        declarations: what was declared about captures, oldest first (D22).
        in_use: the models that are used or mapped; all of them, if it is left out.
    """
    built = _Built([], [], [], [])
    sources: dict[str, list[CapturedSource]] = {}
    for capture in sorted(captures, key=lambda c: (c.source_name, c.accessed_at, c.capture_id)):
        sources.setdefault(capture.source_name, []).append(capture)
    said = in_order(declarations)
    for own in sources.values():
        _build_source(built, own, said, in_use)
    known = {capture.capture_id for capture in captures}
    for one in said:
        if one.capture_id not in known:
            built.findings.append(unused(one, "no approved capture has this id"))
    return PriceBook(
        _set_table(built.sets),
        _line_table(built.sets),
        tuple(built.findings),
        tuple(built.refused),
        _waiting_table(built.waiting),
        _line_table(built.waiting),
    )


@dataclass(slots=True)
class _Built:
    """What has been built so far, over all sources."""

    sets: list[_Set]
    waiting: list[_Set]
    refused: list[RefusedPrice]
    findings: list[Finding]


def _build_source(
    built: _Built,
    own: list[CapturedSource],
    declarations: Sequence[DeclaredStart],
    in_use: Collection[str] | None,
) -> None:
    usable = {capture.capture_id: capture.parsed.usable() for capture in own}
    meanings = {
        capture_id: {model: meaning(lines) for model, lines in found.items()}
        for capture_id, found in usable.items()
    }
    counting: dict[str, CapturedSource] = {c.capture_id: c for c in own if c.approved}
    waits: dict[str, int] = {}
    mine = [one for one in declarations if one.capture_id in usable]
    answers: dict[DeclaredStart, set[str | None]] = {one: set() for one in mine}
    superseded: dict[tuple[str, str], int] = {}
    for model in dict.fromkeys(model for found in usable.values() for model in found):
        lines = {capture_id: found.get(model, []) for capture_id, found in usable.items()}
        links = chain(own, meanings, model, in_use=in_use is None or model in in_use)
        counting |= {capture.capture_id: capture for capture in links.counted}
        for one in links.waiting:
            waits[one.capture.capture_id] = waits.get(one.capture.capture_id, 0) + 1
            if links.counted and lines[one.capture.capture_id]:
                built.waiting += _waiting_sets(one, model, lines[one.capture.capture_id])
        holds = links.holds()
        for said in mine:
            if said.is_about(model) and (lines[said.capture_id] or said.models):
                done = apply(holds, said, links, lines)
                holds = done.holds
                answers[said].add(done.trouble)
        for hold in holds:
            if lines[hold.capture.capture_id]:
                built.sets += _sets(hold, model, lines[hold.capture.capture_id])
        for hold in links.holds():
            found = lines[hold.capture.capture_id]
            if never := _never_in_force(hold, found):
                superseded[hold.capture.capture_id, model] = never
    _say(built, own, counting, waits)
    by_id = {capture.capture_id: capture for capture in own}
    built.findings += [
        superseded_finding(by_id[capture_id], model, rows)
        for (capture_id, model), rows in superseded.items()
    ]
    for said, troubles in answers.items():
        if None not in troubles:
            trouble = min((one for one in troubles if one), default="the capture has no such model")
            built.findings.append(unused(said, trouble))


def _say(
    built: _Built,
    own: list[CapturedSource],
    counting: Mapping[str, CapturedSource],
    waits: Mapping[str, int],
) -> None:
    """What each capture of a source leaves to say: what could not be read, what waits."""
    for capture in own:
        if capture.set_aside:
            built.findings.append(set_aside(capture))
        elif not capture.approved and (models := waits.get(capture.capture_id, 0)):
            built.findings.append(unapproved(capture, models))
        if capture.capture_id in counting:
            built.refused += [
                RefusedPrice(capture.capture_id, capture.source_name, refusal)
                for refusal in capture.parsed.refused
            ]
            built.findings += source_findings(capture)


def _sets(hold: Hold, model: str, lines: list[SourcePrice]) -> Iterator[_Set]:
    capture = hold.capture
    if not hold.declared:
        for stretch in stretches(lines, hold.start, hold.end):
            yield _Set(capture, model, stretch, capture.grade, hold)
        return
    # A line with a start of its own says itself since when it holds; nothing is declared there.
    undated = [line for line in lines if line.effective_from is None]
    for stretch in stretches(undated, hold.start, hold.end):
        if stretch.lines and (hold.end is None or stretch.start < hold.end):
            yield _Set(capture, model, stretch, _DECLARED_GRADE, hold)


def _waiting_sets(one: Waiting, model: str, lines: list[SourcePrice]) -> Iterator[_Set]:
    hold = Hold(one.capture, one.start, one.end)
    for stretch in stretches(lines, one.start, one.end):
        yield _Set(one.capture, model, stretch, one.capture.grade, hold, waiting=True)


def _never_in_force(hold: Hold, lines: Sequence[SourcePrice]) -> int:
    """How many lines end before they start: announced, then superseded by a later capture."""
    spans = ((line.effective_from or hold.start, line.effective_until, line) for line in lines)
    ends = ((low, [e for e in (until, hold.end) if e is not None]) for low, until, _ in spans)
    return sum(1 for low, found in ends if found and min(found) <= low)


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
            "declared": [one.hold.declared for one in sets],
            "start_basis": [one.start_basis for one in sets],
            "needs_name": [one.needs_name for one in sets],
        }
    )


def _waiting_table(sets: list[_Set]) -> pa.Table:
    return WAITING_PRICE.arrow(
        {
            "price_set_id": [one.set_id for one in sets],
            "capture_id": [one.capture.capture_id for one in sets],
            "source_model_id": [one.model for one in sets],
            "currency": [one.currency for one in sets],
            "effective_from": [_naive(one.stretch.start) for one in sets],
            "effective_until": [_naive(one.stretch.end) for one in sets],
            "rates_digest": [_rates_digest(one.stretch.lines, one.currency) for one in sets],
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
