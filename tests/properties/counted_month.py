"""A month of calls as it was, and what arrives of it: calls lost, delivered twice, or late.

Calls and prices are drawn from real traces and price books where they are at hand. What the vendor
counts, what the books hold and what a fault does to both is added up here, from the calls as they
were made, never by the statements.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Final, Literal

from bench.causes.figures import METERS, Figures, Prices, figures, found_datasets
from tests.world import World

Kind = Literal["lost", "doubled", "late"]
# Ids on both legs; ids on the usage alone, beside books of one amount a day; no id anywhere.
Books = Literal["ids", "ids of usage", "no ids"]
Place = tuple[date, str]
Amounts = dict[tuple[str, ...], Decimal]
Named = str | tuple[str | None, str | None] | None

FIRST: Final = datetime(2026, 8, 1)  # noqa: DTZ001 (tables hold UTC)
DAYS: Final = 31
ROWS: Final = 20_000
LAST: Final = FIRST.date() + timedelta(days=DAYS - 1)
# What share of the calls each has; the rarest model with the rarest key has one call a day.
MODELS: Final = (40, 25, 15, 10, 7, 3)
KEYS: Final[dict[str | None, int]] = {"chat-live": 50, "search-live": 30, "batch": 15, None: 5}
CENTERS: Final = {"chat-live": "chat", "search-live": "search", "batch": "search", None: "chat"}
COUNTED: Final = ("rows", "input_tokens", "output_tokens")
RECORDED: Final = ("input_tokens", "cache_read_tokens", "output_tokens", "requests")
# One call in so many fails: it is billed for its input, and counted by the vendor as any other.
FAILED: Final = 50


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was made."""

    at: datetime
    model: str
    key: str | None
    taken: int
    cached: int
    given: int
    cost: Decimal

    @property
    def place(self) -> Place:
        """Its day and its model."""
        return self.at.date(), self.model

    @property
    def line(self) -> tuple[str, ...]:
        """Where books of one amount a day hold it."""
        return str(self.at.date()), self.model, CENTERS[self.key]

    def counted(self) -> Iterator[tuple[tuple[str, ...], Decimal]]:
        """What it adds to each count of the vendor."""
        for meter, quantity in zip(COUNTED, (1, self.taken, self.given), strict=True):
            yield (str(self.at.date()), self.model, self.key or "", meter), Decimal(quantity)


@dataclass(frozen=True, slots=True)
class Fault:
    """What befell a call on its way: for a late one, the call as the export shows it."""

    kind: Kind
    number: int
    call: Call
    shown: Call

    @property
    def places(self) -> set[Place]:
        """Each day of the month, with the model, on which rows are missing or too many."""
        return {one.place for one in (self.call, self.shown) if one.at.date() <= LAST}


@dataclass(frozen=True, slots=True)
class Month:
    """A month without a fault: its calls, and the world they make with their books and counts."""

    books: Books
    calls: tuple[Call, ...]
    world: World


@cache
def month(books: Books) -> Month:
    """The month, drawn once; its calls are the same whatever its books are."""
    named = os.environ.get("TIEOUT_DATASETS")
    said = figures(Path(named) if named else found_datasets())
    chance = Random(20261129)  # noqa: S311 (repeatable, not secret)
    pairs = chance.sample(said.prices, len(MODELS))
    prices = {pair.name: pair.new for pair in pairs}
    calls = tuple(_calls(said, prices, chance))
    world = World(recorded={"usage": RECORDED})
    for model, rates in prices.items():
        world.sold(world.price(model, {meter: str(_unit(rates[meter])) for meter in rates}))
    world.rule("failed", billable=True)
    for number, call in enumerate(calls):
        _use(world, call, None if books == "no ids" else f"call-{number:05}")
    _book(world, calls, books)
    _count(world, calls)
    return Month(books, calls, world)


def befallen(calls: tuple[Call, ...], kinds: tuple[Kind, ...], chance: Random) -> list[Fault]:
    """One call in a thousand, by lot, with what befalls it."""
    return [
        _fault(chance.choice(kinds), number, calls[number], chance)
        for number in chance.sample(range(len(calls)), len(calls) // 1000)
    ]


def delivered(clean: Month, faults: Iterable[Fault]) -> World:
    """The world of the month with the usage rows that arrive; books and counts stay."""
    usage = dict(enumerate(clean.world.usage))
    again = []
    for one in faults:
        if one.kind == "lost":
            del usage[one.number]
        elif one.kind == "doubled":
            again.append(usage[one.number])
        else:
            late = {"occurred_at": one.shown.at, "payload_digest": f"late-{one.number}"}
            usage[one.number] = {**usage[one.number], **late}
    return replace(clean.world, usage=[*usage.values(), *again])


def counts_moved(faults: Iterable[Fault], books: Books) -> Amounts:
    """By how much our rows are more than the vendor's count: by day, model, key and meter."""
    return _summed(
        (key, sign * quantity)
        for sign, call in _shown_and_missing(faults, books)
        for key, quantity in call.counted()
    )


def money_moved(faults: Iterable[Fault], books: Books) -> Amounts:
    """By how much the books are more than the usage is worth: by day, model and cost center.

    A call that has an id stands beside its entry on whatever day it is shown, as long as that day
    is of the period.
    """
    if books == "ids":
        gone = (one for one in faults if one.kind == "lost" or one.shown.at.date() > LAST)
        return _summed((one.call.line, one.call.cost) for one in gone)
    moved = _shown_and_missing(faults, books)
    return _summed((call.line, -sign * call.cost) for sign, call in moved)


def _shown_and_missing(faults: Iterable[Fault], books: Books) -> Iterator[tuple[int, Call]]:
    """Calls of the month that are not where they were, and those that are where none was."""
    for one in faults:
        if one.kind != "doubled":
            yield -1, one.call
        # A copy with an id is seen to be one, and counts once.
        extra = one.kind == "late" or (one.kind == "doubled" and books == "no ids")
        if extra and one.shown.at.date() <= LAST:
            yield 1, one.shown


def _fault(kind: Kind, number: int, call: Call, chance: Random) -> Fault:
    midnight = datetime.combine(call.at.date() + timedelta(days=1), datetime.min.time())
    late = midnight + timedelta(milliseconds=chance.randrange(7_200_000))
    return Fault(kind, number, call, replace(call, at=late) if kind == "late" else call)


def _calls(said: Figures, prices: dict[str, Prices], chance: Random) -> Iterator[Call]:
    """Calls all over the month; those of no trace differ a little, as those of a trace do."""
    apart = 0 if len(set(said.calls)) > ROWS // 4 else 400
    models = chance.choices(tuple(prices), MODELS, k=ROWS)
    keys = chance.choices(tuple(KEYS), tuple(KEYS.values()), k=ROWS)
    for number, (model, key) in enumerate(zip(models, keys, strict=True)):
        tokens = chance.choice(said.calls)
        taken = max(tokens.uncached, 1) + chance.randint(0, apart) + tokens.cached
        given = 0 if number % FAILED == 0 else max(tokens.output, 1) + chance.randint(0, apart)
        used = zip(METERS.values(), (taken - tokens.cached, given, tokens.cached), strict=True)
        yield Call(
            FIRST + timedelta(milliseconds=chance.randrange(DAYS * 86_400_000)),
            model, key, taken, tokens.cached, given,
            sum((n * _unit(prices[model][meter]) for meter, n in used), Decimal(0)),
        )  # fmt: skip


def _unit(price: str) -> Decimal:
    return Decimal(price) / 1_000_000


def _use(world: World, call: Call, request_id: str | None) -> None:
    world.use(
        call.model, call.at, request_id=request_id, key_name=call.key,
        cost_center=CENTERS[call.key], outcome="completed" if call.given else "failed",
        input_tokens=Decimal(call.taken), cache_read_tokens=Decimal(call.cached),
        output_tokens=Decimal(call.given), input_includes_parts=True, output_includes_parts=True,
    )  # fmt: skip


def _book(world: World, calls: tuple[Call, ...], books: Books) -> None:
    if books == "ids":
        for number, one in enumerate(calls):
            center = CENTERS[one.key]
            named = f"call-{number:05}"
            world.book(one.cost, one.model, one.at, request_id=named, cost_center=center)
        return
    for (day, model, center), cost in _summed((one.line, one.cost) for one in calls).items():
        world.book(cost, model, datetime.fromisoformat(f"{day}T12:00"), cost_center=center)


def _count(world: World, calls: tuple[Call, ...]) -> None:
    told: defaultdict[tuple[str, str], dict[Named, str | int]] = defaultdict(dict)
    for (day, model, key, meter), quantity in _summed(
        pair for one in calls for pair in one.counted()
    ).items():
        told[day, meter][model, key or None] = str(quantity)
    for (day, meter), quantities in told.items():
        world.count(meter, day, quantities, by=("model", "key"))


def _summed(found: Iterable[tuple[tuple[str, ...], Decimal]]) -> Amounts:
    """Each key with what it comes to; what comes to nothing is left out."""
    sums: defaultdict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for key, amount in found:
        sums[key] += amount
    return {key: total for key, total in sums.items() if total}
