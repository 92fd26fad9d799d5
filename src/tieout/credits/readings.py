"""Which balance readings a period is proved between: the nearest to each of its bounds (B2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout.calendar import Period, parse_instant
from tieout.evidence.credit_entries import BalanceReading


@dataclass(frozen=True, slots=True)
class Between:
    """The two readings a proof rests on; none where there is none, or only one for both."""

    opening: BalanceReading | None
    closing: BalanceReading | None


def between(readings: Sequence[BalanceReading], period: Period) -> Between:
    """The readings nearest to the start and to the end of a period.

    One reading cannot prove anything with itself: if it is the nearest to both bounds, it is taken
    for the nearer one and the other has none. Of two equally near the later one counts.
    """
    if not readings:
        return Between(None, None)
    opening, closing = _nearest(readings, period.start), _nearest(readings, period.end)
    if opening == closing:
        at = instant_of(opening)
        if abs(at - period.start) <= abs(at - period.end):
            others = [one for one in readings if instant_of(one) > at]
            return Between(opening, _nearest(others, period.end) if others else None)
        others = [one for one in readings if instant_of(one) < at]
        return Between(_nearest(others, period.start) if others else None, closing)
    return Between(opening, closing)


def instant_of(reading: BalanceReading) -> datetime:
    """When it was read."""
    return parse_instant(reading.read_at, "balance reading")


def _nearest(readings: Sequence[BalanceReading], bound: datetime) -> BalanceReading:
    return min(
        readings, key=lambda one: (abs(instant_of(one) - bound), -instant_of(one).timestamp())
    )
