"""From when until when a price is in force: half-open, cut where any line of a model changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tieout.pricebook.price_line import SourcePrice


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time with the lines of one model that are in force throughout.

    Its start is ``stated`` where a line of the source says it: then nobody has to guess it.
    """

    start: datetime
    end: datetime | None
    lines: tuple[SourcePrice, ...]
    stated: bool = False


def stretches(
    lines: Sequence[SourcePrice], start: datetime, end: datetime | None
) -> Iterator[Stretch]:
    """Cut the lines of one model of one capture into stretches, oldest first.

    A line without its own start or end takes those of the capture; none outlives its capture, whose
    successor supersedes what was announced. Equal lines of one meter in one stretch count once; a
    line that would end before it starts is in force nowhere.
    """
    if all(line.effective_from is None and line.effective_until is None for line in lines):
        yield Stretch(start, end, _one_per_meter(lines))
        return
    spans = [
        (line.effective_from or start, _earlier(line.effective_until, end), line) for line in lines
    ]
    dates = {line.effective_from for line in lines} | {line.effective_until for line in lines}
    cuts = {low for low, high, _ in spans if high is None or low < high}
    cuts |= {high for low, high, _ in spans if high is not None and low < high}
    ordered: list[datetime | None] = [*sorted(cuts), None]
    for low, high in pairwise(ordered):
        assert low is not None, "only the last cut is open"
        inside = [
            line for first, last, line in spans if first <= low and (last is None or low < last)
        ]
        if inside:
            yield Stretch(low, high, _one_per_meter(inside), stated=low in dates)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None else one if other is None else min(one, other)


def _one_per_meter(lines: Sequence[SourcePrice]) -> tuple[SourcePrice, ...]:
    found: dict[str, SourcePrice] = {}
    for line in lines:
        found.setdefault(line.meter, line)
    return tuple(found.values())
