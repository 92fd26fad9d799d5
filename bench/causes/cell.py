"""A cell: one model in one cost center for a month, its calls and its books, before any fault.

Costs are fractions: quantity times the price as written, times the multiplier as written, by a
million. Nothing here knows the calculation that is under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from bench.causes.figures import Prices

FIRST = datetime(2026, 8, 1, tzinfo=UTC)
DAYS = 31
MILLION = 1_000_000

Quantities = dict[str, int]
Rates = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Span:
    """One price and the time it is in force."""

    start: datetime
    until: datetime | None
    prices: Prices


@dataclass(slots=True)
class Model:
    """A model of the book: its prices over time and the multiplier of its source."""

    name: str
    spans: tuple[Span, ...]
    ratio: str | None = None
    currency: str = "USD"

    def rates(self, prices: Prices, times: int = 1) -> Rates:
        """Rates of one unit at some prices, the multiplier applied so many times."""
        factor = Fraction(self.ratio or 1) ** times
        rates = {meter: Fraction(text) * factor / MILLION for meter, text in prices.items()}
        rates.setdefault("reasoning_tokens", rates["output_tokens"])
        return rates

    def prices_at(self, at: datetime) -> Prices:
        """The prices in force at an instant."""
        (held,) = [
            span.prices
            for span in self.spans
            if span.start <= at and (span.until is None or at < span.until)
        ]
        return held

    def rates_at(self, at: datetime, times: int = 1) -> Rates:
        """The rates in force at an instant."""
        return self.rates(self.prices_at(at), times)


def cost(quantities: Quantities, rates: Rates) -> Fraction:
    """Quantity times rate, over every meter that has a rate."""
    return sum((n * rates[meter] for meter, n in quantities.items() if meter in rates), Fraction(0))


@dataclass(eq=False, slots=True)
class Call:
    """A call as it was, and as the export shows it where that differs.

    Its export states wholes that include their parts, or parts beside them, or whichever is drawn.
    """

    at: datetime
    model: Model
    request_id: str
    center: str
    quantities: Quantities
    logged: dict[str, int | None] | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    inclusive: bool | None = None

    @property
    def cost(self) -> Fraction:
        """What the call costs."""
        return cost(self.quantities, self.model.rates_at(self.at))


@dataclass(eq=False, slots=True)
class Entry:
    """An entry of the books."""

    amount: Fraction
    at: datetime
    model: str
    center: str
    request_id: str | None = None
    currency: str = "USD"
    quantities: Quantities = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Unit:
    """What is booked together: a call, or the calls of a day where the books hold days."""

    calls: list[Call]
    entry: Entry

    @property
    def at(self) -> datetime:
        """When its first call was made."""
        return self.calls[0].at


@dataclass(frozen=True, slots=True)
class Mark:
    """The effect of a fault on one line: rows that make the line, and recorded less expected."""

    rows: tuple[Call | Entry, ...]
    money: Fraction


@dataclass(eq=False, slots=True)
class Cell:
    """A model in a cost center, with what the faults of its kind ask for beside it."""

    name: str
    model: Model
    change: datetime
    chance: Random
    grain: str
    units: list[Unit]
    free: list[Unit]
    calls: list[Call]
    entries: list[Entry]
    others: dict[str, Model]
    page: Prices
    waiting: Prices
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> Fraction:
        """The multiplier of the source of its price."""
        return Fraction(self.model.ratio or 1)

    def picked(
        self, fits: Callable[[Unit], bool] = lambda _: True, least: int = 2, most: int = 6
    ) -> list[Unit]:
        """Some units that no other fault has; at most half of those there are."""
        fitting = [unit for unit in self.free if fits(unit)]
        most = max(least, min(most, len(fitting) // 2))
        if len(fitting) < least:
            raise NoRoomError(self.name)
        found = self.chance.sample(fitting, min(most, self.chance.randint(least, most)))
        self.take(found)
        return sorted(found, key=lambda unit: unit.at)

    def take(self, units: Iterable[Unit]) -> None:
        """Keep units from any other fault."""
        taken = set(map(id, units))
        self.free = [unit for unit in self.free if id(unit) not in taken]

    def rebooked(
        self,
        amount: Callable[[Call], Fraction],
        fits: Callable[[Unit], bool] = lambda _: True,
        least: int = 2,
        most: int = 6,
    ) -> list[Mark]:
        """Book some units at another amount, where that amount is another one."""

        def differs(unit: Unit) -> bool:
            return fits(unit) and sum(map(amount, unit.calls)) != unit.entry.amount

        marks = []
        for unit in self.picked(differs, least, most):
            wrong = sum(map(amount, unit.calls), Fraction(0))
            marks.append(Mark((*unit.calls, unit.entry), wrong - unit.entry.amount))
            unit.entry.amount = wrong
        return marks

    def drop(self, row: Call | Entry) -> None:
        """Take a row out of its leg."""
        if isinstance(row, Call):
            self.calls.remove(row)
        else:
            self.entries.remove(row)

    def add_call(self, call: Call, amount: Fraction, booked: datetime) -> Entry:
        """Add a call with an entry of its own."""
        entry = Entry(amount, booked, call.model.name, call.center, call.request_id)
        self.calls.append(call)
        self.entries.append(entry)
        return entry


class NoRoomError(Exception):
    """A cell has too few rows left for a fault; another cell is drawn."""


def day(at: datetime) -> datetime:
    """The start of the day of an instant."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def noon(at: datetime) -> datetime:
    """The middle of the day of an instant: when a day is posted."""
    return day(at) + timedelta(hours=12)
