"""The geometry of the report's charts, in whole SVG units, from exact decimals.

A position is an exact fraction of the axis, rounded once to a unit. A bar runs from the position
before it to the position after it, so bars that add up as money add up as drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tieout.money import plain
from tieout.report.parts import BridgeStep, Day

UNITS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis from one amount to another, over so many units."""

    origin: Fraction
    top: Fraction
    units: int = UNITS

    def at(self, amount: Decimal) -> int:
        """The position of an amount, to the nearest unit."""
        span = self.top - self.origin
        return round((Fraction(amount) - self.origin) * self.units / span) if span else 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it starts and how far it goes; ``rising`` is false when it takes away."""

    label: str
    kind: str
    amount: str
    left: int
    width: int
    rising: bool
    after: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bridge as bars; ``axis_from`` is the amount at the left edge when that is not zero."""

    bars: tuple[Bar, ...]
    axis_from: str | None
    low: int | None
    high: int | None
    open_ended: bool
    adds_up: bool


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One day: a column for recorded, a mark for expected, a column for the variance."""

    day: str
    left: int
    width: int
    recorded: tuple[int, int] | None
    expected: int | None
    variance: tuple[int, int] | None
    rising: bool


@dataclass(frozen=True, slots=True)
class DayChart:
    """The days, with the heights of the two panels in units and their zero lines."""

    columns: tuple[DayColumn, ...]
    money_zero: int
    variance_zero: int
    largest: str
    largest_variance: str


@dataclass(frozen=True, slots=True)
class Share:
    """One bar of a comparison of counts."""

    label: str
    count: int
    width: int


def waterfall(steps: Sequence[BridgeStep], low: str | None, high: str | None) -> Waterfall | None:
    """The bridge as bars, or None when an amount is unknown or start or end is missing.

    Args:
        steps: start, steps, end, as the report states them.
        low: the lower bound of expected; null while unknown.
        high: the upper bound of expected; null while unknown.
    """
    if len(steps) < 2 or steps[0].kind != "start" or steps[-1].kind != "end":
        return None
    if any(step.amount is None for step in steps):
        return None
    amounts = [Decimal(step.amount or "0") for step in steps]
    totals, adds_up = [amounts[0]], True
    for step, amount in zip(steps[1:-1], amounts[1:-1], strict=True):
        # A subtotal adds nothing; it says what the steps before it must have come to.
        adds_up = adds_up and (step.kind != "subtotal" or totals[-1] == amount)
        totals.append(amount if step.kind == "subtotal" else totals[-1] + amount)
    bounds = [Decimal(bound) for bound in (low, high) if bound is not None]
    axis, cut = _axis_for([*totals, amounts[-1], *bounds])
    places = [axis.at(total) for total in totals]
    bars = [_total_bar(steps[0], amounts[0], axis)]
    for step, amount, before, after in zip(
        steps[1:-1], amounts[1:-1], places, places[1:], strict=False
    ):
        if step.kind == "subtotal":
            bars.append(_total_bar(step, amount, axis))
            continue
        left, width = min(before, after), abs(after - before)
        bars.append(Bar(step.label, step.kind, plain(amount), left, width, amount >= 0, after))
    bars.append(_total_bar(steps[-1], amounts[-1], axis))
    return Waterfall(
        bars=tuple(bars),
        axis_from=plain(cut) if cut else None,
        low=None if low is None else axis.at(Decimal(low)),
        high=None if high is None else axis.at(Decimal(high)),
        open_ended=high is None,
        adds_up=adds_up and totals[-1] == amounts[-1],
    )


def day_chart(days: Sequence[Day]) -> DayChart | None:
    """Expected, recorded and variance per day, or None when no day has an amount."""
    money = [Decimal(text) for day in days for text in (day.expected, day.recorded) if text]
    if not money:
        return None
    variances = [Decimal(day.variance) for day in days if day.variance] or [Decimal(0)]
    zero = Decimal(0)
    axis = Axis(Fraction(min(zero, *money)), Fraction(max(zero, *money)))
    reach = max(abs(amount) for amount in variances)
    spread = Axis(Fraction(-reach), Fraction(reach))
    columns = []
    for index, day in enumerate(days):
        left = index * UNITS // len(days)
        width = (index + 1) * UNITS // len(days) - left
        columns.append(
            DayColumn(
                day=day.day,
                left=left + width // 6,
                width=width - width // 3,
                recorded=_column(day.recorded, axis),
                expected=UNITS - axis.at(Decimal(day.expected)) if day.expected else None,
                variance=_column(day.variance, spread),
                rising=day.variance is None or Decimal(day.variance) >= 0,
            )
        )
    return DayChart(
        columns=tuple(columns),
        money_zero=UNITS - axis.at(Decimal(0)),
        variance_zero=UNITS - spread.at(Decimal(0)),
        largest=plain(max(money, key=abs)),
        largest_variance=plain(max(variances, key=abs)),
    )


def shares(counts: Sequence[tuple[str, int]]) -> tuple[Share, ...]:
    """Counts as bars of one common scale."""
    whole = max((count for _, count in counts), default=0)
    return tuple(
        Share(label, count, count * UNITS // whole if whole else 0) for label, count in counts
    )


def _axis_for(amounts: Sequence[Decimal]) -> tuple[Axis, Decimal]:
    """An axis over the amounts; it starts above zero when steps would else be too thin to see."""
    least, most = min(amounts), max(amounts)
    span = most - least
    if least > 0 and span and span * 3 < most:
        step = Decimal(1).scaleb(span.adjusted())
        start = ((least - span / 8) // step) * step
        if start > 0:
            return Axis(Fraction(start), Fraction(most)), start
    return Axis(Fraction(min(least, Decimal(0))), Fraction(max(most, Decimal(0)))), Decimal(0)


def _total_bar(step: BridgeStep, amount: Decimal, axis: Axis) -> Bar:
    place, zero = axis.at(amount), max(0, axis.at(Decimal(0)))
    left, width = min(place, zero), abs(place - zero)
    return Bar(step.label, step.kind, plain(amount), left, width, amount >= 0, place)


def _column(amount: str | None, axis: Axis) -> tuple[int, int] | None:
    """Top and height of a column, measured from the top of its panel."""
    if amount is None:
        return None
    place, zero = UNITS - axis.at(Decimal(amount)), UNITS - axis.at(Decimal(0))
    return min(place, zero), abs(place - zero)
