"""Declared times of a price: what somebody says, with evidence, that no capture shows (D22).

A declaration says that the prices of a capture held from an instant on, and perhaps until one. It
reaches back before the capture, down to the last capture that shows another price; it ends a price
that was announced to end; it puts off a price that was captured before it began; and after an
ended price it takes up an earlier capture again. Where a captured price is in force and stands by
its own right, nothing is declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tieout.pricebook.captured import Chain, DeclaredStart, Hold, meaning
from tieout.pricebook.price_line import SourcePrice

Lines = Mapping[str, Sequence[SourcePrice]]


@dataclass(frozen=True, slots=True)
class Declared:
    """The holds of a model once a declaration is applied, or why it is not."""

    holds: list[Hold]
    trouble: str | None = None


def in_order(declarations: Sequence[DeclaredStart]) -> tuple[DeclaredStart, ...]:
    """The declarations that count: of two about one capture and time, the later one."""
    kept: list[DeclaredStart] = []
    for one in declarations:
        kept = [other for other in kept if not _replaces(one, other)]
        kept.append(one)
    return tuple(kept)


def _replaces(later: DeclaredStart, earlier: DeclaredStart) -> bool:
    if (later.capture_id, later.models) != (earlier.capture_id, earlier.models):
        return False
    apart = (
        earlier.effective_until is not None and earlier.effective_until <= later.effective_from
    ) or (later.effective_until is not None and later.effective_until <= earlier.effective_from)
    return not apart


def apply(
    holds: list[Hold],
    said: DeclaredStart,
    counted: Chain,
    lines: Lines,
) -> Declared:
    """The holds of one model of one source with one declaration applied.

    Args:
        holds: the holds so far.
        said: the declaration.
        counted: the captures that count for the model.
        lines: the usable prices of the model, by capture id.
    """
    capture = next((c for c in counted.counted if c.capture_id == said.capture_id), None)
    if capture is None:
        return Declared(holds, "no approved capture has this id")
    if not lines.get(capture.capture_id):
        return Declared(holds, "the capture has no price of the model")
    own = [one for one in holds if one.capture is capture and not one.declared]
    if said.effective_from < capture.accessed_at:
        return _before(holds, said, own[0], counted, lines)
    if any(_within(said.effective_from, one) for one in own):
        return _put_off(holds, said, own[0])
    if any(_in_force(said.effective_from, one, lines) for one in holds):
        return Declared(holds, "a captured price is in force then")
    return _taken_up(holds, said, own[0], counted)


def _before(
    holds: list[Hold],
    said: DeclaredStart,
    own: Hold,
    counted: Chain,
    lines: Lines,
) -> Declared:
    """A start before the capture, not before the last one that shows another price."""
    start, seen = said.effective_from, own.capture.accessed_at
    earlier = [c for c in counted.counted if c.accessed_at < seen]
    if earlier and start < earlier[-1].accessed_at:
        return Declared(holds, "an earlier capture of the same source is approved")
    both = [meaning(lines.get(one.capture_id)) for one in (*earlier[-1:], own.capture)]
    if earlier and both[0] == both[1]:
        return Declared(holds, "an earlier capture of the same source shows the same price")
    until = said.effective_until
    reach = seen if until is None else min(until, seen)
    changed = [_ended(one, start) if _reaches(one, start, seen) else one for one in holds]
    changed = [_ended(one, until) if one is own and until is not None else one for one in changed]
    back = Hold(own.capture, start, reach, declared=True, start_declared=True, names=said.names)
    return Declared([*(one for one in changed if not _is_empty(one)), back])


def _put_off(holds: list[Hold], said: DeclaredStart, own: Hold) -> Declared:
    """A later start than the access, of a price that was announced; and its end, where one is."""
    start, seen = said.effective_from, own.capture.accessed_at
    until = said.effective_until
    later = _ended(replace(own, start=start, start_declared=start > seen), until)
    others = [one for one in holds if one is not own]
    before = [one for one in others if one.end == seen and not one.declared]
    extended = [
        replace(one, start=seen, end=start, declared=True, start_declared=True, names=said.names)
        for one in before
        if start > seen
    ]
    return Declared([*others, *extended, later])


def _taken_up(holds: list[Hold], said: DeclaredStart, own: Hold, counted: Chain) -> Declared:
    """An earlier capture again, after the price behind it has ended, until the next capture."""
    start = said.effective_from
    later = [c.accessed_at for c in counted.counted if c.accessed_at > start]
    ends = [moment for moment in (said.effective_until, *later[:1]) if moment is not None]
    again = Hold(
        own.capture,
        start,
        min(ends, default=None),
        declared=True,
        start_declared=True,
        names=said.names,
    )
    return Declared([*holds, again])


def _within(moment: datetime, hold: Hold) -> bool:
    return hold.start <= moment and (hold.end is None or moment < hold.end)


def _reaches(hold: Hold, start: datetime, seen: datetime) -> bool:
    """Whether an earlier hold reaches into the time before a capture."""
    return hold.start < seen and (hold.end is None or hold.end > start)


def _ended(hold: Hold, end: datetime | None) -> Hold:
    if end is None or (hold.end is not None and hold.end <= end):
        return hold
    return replace(hold, end=end)


def _is_empty(hold: Hold) -> bool:
    return hold.end is not None and hold.end <= hold.start


def _in_force(moment: datetime, hold: Hold, lines: Lines) -> bool:
    """Whether a hold has a price at a moment: a line may have ended before its capture did."""
    return _within(moment, hold) and any(
        (line.effective_from is None or line.effective_from <= moment)
        and (line.effective_until is None or moment < line.effective_until)
        for line in lines.get(hold.capture.capture_id, ())
    )
