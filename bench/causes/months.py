"""Clean cells with what a fault asks for beside them, and the month they make together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from bench.causes.cell import (
    DAYS,
    FIRST,
    Call,
    Cell,
    Entry,
    Model,
    NoRoomError,
    Span,
    Unit,
    noon,
)
from bench.causes.figures import Figures, Prices, Tokens
from bench.causes.kinds_timing import decimal
from bench.causes.truth import FaultKind, Truth
from tests.world import World

RATIOS = ("0.8", "0.9", "0.88", "0.93")
EARLY = FIRST - timedelta(days=200)
TEST_KEY = "bench-test-key"
RECORDED = (
    "input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens", "requests",
)  # fmt: skip
TRIES = 60


def times(prices: Prices, factor: str, *, output: str | None = None) -> Prices:
    """Prices times a factor, as they would be written."""
    own = {"output_tokens": output or factor}
    return {
        meter: format(Decimal(text) * Decimal(own.get(meter, factor)), "f")
        for meter, text in prices.items()
    }


@dataclass
class Maker:
    """Makes cells; every draw comes from one generator."""

    figures: Figures
    chance: Random
    made: int = 0

    def cell(self, needs: frozenset[str], grain: str) -> Cell:
        """A clean cell that has what a kind needs."""
        self.made += 1
        chance = self.chance
        pair = chance.choice(self.figures.prices)
        name = f"{pair.name}#{self.made}"
        change = FIRST + timedelta(days=chance.randint(11, 19), hours=chance.choice((0, 1, 12)))
        ratio = chance.choice(RATIOS) if "ratio" in needs or chance.random() < 0.4 else None
        model = Model(name, self._spans(pair.old, pair.new, change, needs), ratio)
        others = self._others(model, needs)
        center = f"team-{self.made}"
        units = self._units(model, center, grain, needs)
        page = times(pair.new, chance.choice(("1.2", "0.9", "1.25")), output="1.1")
        waiting = times(pair.new, chance.choice(("1.15", "0.7", "1.3")))
        cell = Cell(
            name, model, change, chance, grain, units, list(units),
            [call for unit in units for call in unit.calls], [unit.entry for unit in units],
            others, page, waiting, {"needs": needs},
        )  # fmt: skip
        self._beside(cell, needs)
        return cell

    def _spans(
        self, old: Prices, new: Prices, change: datetime, needs: frozenset[str]
    ) -> tuple[Span, ...]:
        if "promotion" not in needs:
            return Span(EARLY, change, old), Span(change, None, new)
        begins = FIRST + timedelta(days=self.chance.randint(2, 4))
        promotion = times(old, self.chance.choice(("0.6", "0.75", "0.85")))
        return Span(EARLY, begins, old), Span(begins, change, promotion), Span(change, None, new)

    def _others(self, model: Model, needs: frozenset[str]) -> dict[str, Model]:
        def sibling(mark: str, factor: str, output: str) -> Model:
            spans = tuple(
                Span(s.start, s.until, times(s.prices, factor, output=output)) for s in model.spans
            )
            return Model(f"{model.name}:{mark}", spans, model.ratio)

        made: dict[str, Model] = {}
        if "long" in needs:
            made["long"] = sibling("long", "2", "1.5")
        if "batch" in needs:
            made["batch"] = sibling("batch", "0.5", "0.5")
        if "other" in needs:
            pair = self.chance.choice(self.figures.prices)
            prices = times(pair.new, "1", output="1.01")
            made["other"] = Model(f"{model.name}/{pair.name}", (Span(EARLY, None, prices),))
        return made

    def _beside(self, cell: Cell, needs: frozenset[str]) -> None:
        """Neighbours of a cell that books days: another team, another model."""
        for need, model, center in (
            ("center", cell.model, f"{cell.units[0].entry.center}-beside"),
            ("other", cell.others.get("other"), cell.units[0].entry.center),
        ):
            if need not in needs or cell.grain != "group" or model is None:
                continue
            there = self._units(model, center, "group", needs) if self.chance.random() < 0.7 else []
            cell.extras[f"{need}_units"] = there
            if need == "center":
                cell.extras["center"] = center
            cell.calls += [call for unit in there for call in unit.calls]
            cell.entries += [unit.entry for unit in there]

    def _units(self, model: Model, center: str, grain: str, needs: frozenset[str]) -> list[Unit]:
        days = sorted(self.chance.sample(range(1, DAYS - 2), 9))
        each = 4 if grain == "group" else 3
        units: list[Unit] = []
        for one in days:
            starts = FIRST + timedelta(days=one)
            calls = [self._call(model, center, starts, needs) for _ in range(each)]
            calls.sort(key=lambda call: call.at)
            groups = [calls] if grain == "group" else [[call] for call in calls]
            units += [Unit(group, _entry(group, center, model, grain)) for group in groups]
        return units

    def _call(self, model: Model, center: str, starts: datetime, needs: frozenset[str]) -> Call:
        chance = self.chance
        found = self._tokens(cached="cache" in needs)
        spread = chance.randrange(86_400)
        if "whole" in needs:  # close to midnight, where zones differ
            spread = chance.choice((chance.randrange(28_000), 58_000 + chance.randrange(28_000)))
        output = max(found.output, 1)
        quantities = {
            "input_tokens": max(found.uncached, 1),
            "cache_read_tokens": found.cached,
            "output_tokens": output,
        }
        if "reasoning" in needs and output > 3:
            quantities["reasoning_tokens"] = output * chance.randint(20, 70) // 100
            quantities["output_tokens"] = output - quantities["reasoning_tokens"]
        self.made += 1
        at = starts + timedelta(seconds=spread)
        request_id = f"call-{self.made:06}-{chance.randrange(90) + 10}"
        return Call(at, model, request_id, center, quantities)

    def _tokens(self, *, cached: bool) -> Tokens:
        while True:
            found = self.chance.choice(self.figures.calls)
            if not cached or found.cached > 0:
                return found


def _entry(calls: list[Call], center: str, model: Model, grain: str) -> Entry:
    amount = sum((call.cost for call in calls), Fraction(0))
    if grain == "group":
        return Entry(amount, noon(calls[0].at), model.name, center)
    return Entry(amount, calls[0].at, model.name, center, calls[0].request_id)


@dataclass
class Month:
    """A month with its faults, as typed rows, and where each row of the truth stands."""

    world: World
    truths: list[Truth]
    row_ids: dict[int, tuple[str, int]] = field(default_factory=dict)


def injected(maker: Maker, kinds: tuple[FaultKind, ...], grain: str) -> tuple[Cell, list[Truth]]:
    """A cell with the faults of some kinds, each on rows of its own."""
    needs = frozenset().union(*(kind.needs for kind in kinds))
    for _ in range(TRIES):
        cell = maker.cell(needs, grain)
        try:
            found = [Truth(kind, cell.name, grain, tuple(kind.inject(cell))) for kind in kinds]
        except NoRoomError:
            continue
        if all(truth.marks for truth in found):
            return cell, found
    raise NoRoomError(" and ".join(kind.name for kind in kinds))


def month_of(made: Iterable[tuple[Cell, list[Truth]]], chance: Random) -> Month:
    """The typed rows of some cells together, in an order that says nothing."""
    world = World(recorded={"usage": RECORDED})
    world.exclude("key_name", TEST_KEY)
    month = Month(world, [])
    calls: list[tuple[Cell, Call]] = []
    entries: list[Entry] = []
    for cell, truths in made:
        _price(world, cell)
        calls += [(cell, call) for call in cell.calls]
        entries += cell.entries
        month.truths += truths
    if any("seller" in cell.extras["needs"] for cell, _ in calls):
        world.rule("failed", billable=False)
    chance.shuffle(calls)
    chance.shuffle(entries)
    for n, (cell, call) in enumerate(calls, 1):
        _use(world, cell, call)
        month.row_ids[id(call)] = ("usage", n)
    for n, entry in enumerate(entries, 1):
        _book(world, entry)
        month.row_ids[id(entry)] = ("ledger", n)
    return month


def _price(world: World, cell: Cell) -> None:
    needs = cell.extras["needs"]
    for model in (cell.model, *cell.others.values()):
        for span in model.spans:
            until = None if span.until is None else _text(span.until)
            price_set = world.price(
                model.name, _unit(span.prices), start=_text(span.start), until=until,
                multiplier=model.ratio,
            )  # fmt: skip
            if "seller" in needs:
                world.sold(price_set)
    name, ratio = cell.model.name, cell.model.ratio
    if "page" in needs:
        world.check(name, _unit(cell.page), start=_text(EARLY), multiplier=ratio)
    if "waiting" in needs:
        at = _text(cell.change + timedelta(days=2))
        world.wait(name, _unit(cell.waiting), start=at, multiplier=ratio)
    if "alias" in needs:
        world.alias(f"{name}-by-the-thousand", name, unit="1K tokens")
    for call in cell.extras.get("carried", []):
        world.carry(
            f"id:{call.request_id}", str(-decimal(call.cost)), _text(call.at),
            source_model_id=name, cost_center=call.center,
        )  # fmt: skip


def _unit(prices: Prices) -> dict[str, str]:
    return {meter: format(Decimal(text) / 1_000_000, "f") for meter, text in prices.items()}


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _use(world: World, cell: Cell, call: Call) -> None:
    fields: dict[str, Any] = dict(call.fields)
    charged = fields.pop("charged", None)
    if charged is None and "charges" in cell.extras["needs"]:
        charged = call.cost
    if charged is not None:
        fields["charged_cost"] = decimal(charged)
    quantities = call.quantities if call.logged is None else call.logged
    shown = {meter: None if n is None else Decimal(n) for meter, n in quantities.items()}
    if not shown:
        fields["requests"] = None
    elif cell.chance.random() < 0.5 if call.inclusive is None else call.inclusive:
        shown, whole = _inclusive(shown)
        fields |= whole
    world.use(
        fields.pop("model_as_logged", call.model.name), call.at.replace(tzinfo=None),
        request_id=call.request_id or None, cost_center=call.center, **fields, **shown,
    )  # fmt: skip


def _inclusive(
    shown: dict[str, Decimal | None],
) -> tuple[dict[str, Decimal | None], dict[str, bool]]:
    """The same counts as a format states them whose wholes include their parts."""
    taken, given = shown["input_tokens"], shown["output_tokens"]
    cached, reasoning = shown.get("cache_read_tokens"), shown.get("reasoning_tokens")
    whole = {**shown}
    whole["input_tokens"] = None if taken is None else taken + (cached or 0)
    whole["output_tokens"] = None if given is None else given + (reasoning or 0)
    return whole, {"input_includes_parts": True, "output_includes_parts": True}


def _book(world: World, entry: Entry) -> None:
    world.book(
        decimal(entry.amount), entry.model, entry.at.replace(tzinfo=None),
        request_id=entry.request_id, cost_center=entry.center, currency=entry.currency,
        **{meter: Decimal(n) for meter, n in entry.quantities.items()},
    )  # fmt: skip
