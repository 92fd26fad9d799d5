"""Two faults on one line: another price, other quantities, an entry that is wrong; two by two.

The truth is what each fault adds, the one about the calls first: worked out in fractions, as for
single faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Final

from bench.causes.cell import (
    Call,
    Cell,
    Entry,
    Mark,
    NoRoomError,
    Quantities,
    Rates,
    cost,
    day,
)
from bench.causes.figures import Figures
from bench.causes.judging import DECLARED, ONE_PERCENT, Judged, Line, Score, calculated, lines_of
from bench.causes.months import Maker, Month, month_of
from bench.causes.truth import BOTH, Bucket, FaultKind, Truth

ORDER: Final[tuple[Bucket, ...]] = ("contract", "source", "usage")
TRIES: Final = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One of two faults on a line.

    Attributes:
        name: the word in the table of results.
        bucket: where it belongs by D15.
        cause: the word of the closed list that names it.
        needs: what its cell must have.
        rates: the rates at which the books price a call.
        counted: the quantities that the books price.
        outcome: what became of the call, where it is another word than completed.
        times: how often the books hold the cost, in one entry.
        again: whether they hold a second entry like the first.
    """

    name: str
    bucket: Bucket
    cause: str
    needs: tuple[str, ...] = ()
    rates: Callable[[Cell, Call], Rates] | None = None
    counted: Callable[[Quantities], Quantities] | None = None
    outcome: str | None = None
    times: Fraction = Fraction(1)
    again: bool = False


def _listed(times: int) -> Callable[[Cell, Call], Rates]:
    return lambda _cell, call: call.model.rates_at(call.at, times)


def _moved(taken: str, to: str | None, *, kept: bool = False) -> Callable[[Quantities], Quantities]:
    def moved(quantities: Quantities) -> Quantities:
        counted = dict(quantities)
        amount = counted.get(taken, 0)
        if not kept:
            counted[taken] = 0
        if to is not None:
            counted[to] += amount
        return counted

    return moved


def _swapped(quantities: Quantities) -> Quantities:
    taken, given = quantities["input_tokens"], quantities["output_tokens"]
    return {**quantities, "input_tokens": given, "output_tokens": taken}


CACHED: Final = "cache_read_tokens"
PRICES: Final = (
    Fault("old price", "source", "price_not_in_force",
          rates=lambda cell, _: cell.model.rates(cell.model.spans[0].prices)),
    Fault("price of the page", "source", "price_not_in_force", ("page",),
          rates=lambda cell, _: cell.model.rates(cell.page)),
    Fault("price nobody approved", "source", "price_not_in_force", ("waiting",),
          rates=lambda cell, _: cell.model.rates(cell.waiting)),
    Fault("ratio left out", "source", "ratio_not_applied", ("ratio",), rates=_listed(0)),
    Fault("ratio twice", "source", "ratio_applied_twice", ("ratio",), rates=_listed(2)),
)  # fmt: skip
COUNTS: Final = (
    Fault("tokens swapped", "usage", "tokens_swapped", counted=_swapped),
    Fault("cache left out", "contract", "cache_not_counted", ("cache",),
          counted=_moved(CACHED, None)),
    Fault("cache twice", "contract", "part_counted_twice", ("cache",),
          counted=_moved(CACHED, "input_tokens", kept=True)),
    Fault("cache as input", "contract", "part_priced_as_whole", ("cache",),
          counted=_moved(CACHED, "input_tokens")),
    Fault("reasoning left out", "usage", "meter_not_counted", ("reasoning",),
          counted=_moved("reasoning_tokens", None)),
    Fault("cancelled calls", "contract", "uncounted_calls_booked", outcome="cancelled"),
)  # fmt: skip
ENTRIES: Final = (
    Fault("posted twice", "usage", "posted_repeatedly", again=True),
    Fault("counted twice", "usage", "counted_repeatedly", times=Fraction(2)),
    Fault("as a credit", "usage", "posted_as_credit", times=Fraction(-1)),
    Fault("per 1K for 1M", "source", "factor_thousand", times=Fraction(1000)),
    Fault("cents", "source", "power_of_ten", times=Fraction(100)),
)
BOTH_OF: Final = tuple(
    (first, second)
    for firsts, seconds in ((PRICES, COUNTS), (PRICES, ENTRIES), (COUNTS, ENTRIES))
    for first in firsts
    for second in seconds
)


@dataclass(frozen=True, slots=True)
class Stacked:
    """Two faults on the lines of a cell, and what each adds to each line.

    Attributes:
        faults: the two, in the order in which they add up.
        truth: the lines and their whole money.
        effects: what each of the two adds, a line each.
    """

    faults: tuple[Fault, Fault]
    truth: Truth
    effects: tuple[tuple[Fraction, Fraction], ...]


def stacked(figures: Figures, seed: int) -> Iterator[Judged]:
    """Every two faults on lines of a cell of their own, in one month."""
    chance = Random(f"{seed} together")
    maker = Maker(figures, chance)
    made = [_injected(maker, both, chance.choice(BOTH)) for both in BOTH_OF]
    month = month_of(((cell, [one.truth]) for cell, one in made), chance)
    lines, members = calculated(month, DECLARED["exact"])
    scores = [_score(month, one, lines, members, seed) for _, one in made]
    yield Judged(tuple(scores), (), tuple(_written(month, one, seed) for _, one in made))


def _injected(maker: Maker, both: tuple[Fault, Fault], grain: str) -> tuple[Cell, Stacked]:
    needs = frozenset(both[0].needs + both[1].needs)
    for _ in range(TRIES):
        cell = maker.cell(needs, grain)
        try:
            return cell, _inject(cell, both, grain)
        except NoRoomError:
            continue
    raise NoRoomError(" and ".join(one.name for one in both))


def _inject(cell: Cell, both: tuple[Fault, Fault], grain: str) -> Stacked:
    """Book some units wrong in two ways; those where one of them changes nothing are left out."""
    faults = (both[1], both[0]) if both[1].outcome else both
    marks, effects = [], []
    for unit in cell.picked(lambda u: day(u.at) > cell.change, most=4):
        right = Fraction(0) if any(one.outcome for one in faults) else unit.entry.amount
        amounts = [right, *(_booked(cell, unit.calls, faults[: n + 1]) for n in range(2))]
        added = (amounts[1] - amounts[0], amounts[2] - amounts[1])
        if 0 in added:
            continue
        rows: list[Call | Entry] = [*unit.calls, unit.entry]
        unit.entry.amount = amounts[2]
        if any(one.again for one in faults):
            unit.entry.amount = amounts[1]
            rows.append(_again(cell, unit.entry))
        for call in unit.calls:
            for one in faults:
                call.fields |= {} if one.outcome is None else {"outcome": one.outcome}
        marks.append(Mark(tuple(rows), amounts[2] - right))
        effects.append(added)
    if not marks:
        raise NoRoomError(cell.name)
    name = " and ".join(one.name for one in faults)
    kind = FaultKind(name, faults[0].bucket, (), BOTH, frozenset(), "exact", lambda _: [])
    return Stacked(faults, Truth(kind, cell.name, grain, tuple(marks)), tuple(effects))


def _booked(cell: Cell, calls: list[Call], faults: tuple[Fault, ...]) -> Fraction:
    """What the books hold of some calls under some faults."""
    total = Fraction(0)
    for call in calls:
        rates, quantities = call.model.rates_at(call.at), call.quantities
        for one in faults:
            rates = rates if one.rates is None else one.rates(cell, call)
            quantities = quantities if one.counted is None else one.counted(quantities)
        total += cost(quantities, rates)
    for one in faults:
        total *= 2 if one.again else one.times
    return total


def _again(cell: Cell, first: Entry) -> Entry:
    again = Entry(first.amount, first.at, first.model, first.center, first.request_id)
    cell.entries.append(again)
    return again


def _score(
    month: Month, one: Stacked, lines: dict[str, Line], members: dict[tuple[str, int], str],
    seed: int,
) -> Score:  # fmt: skip
    in_bucket = named = attributed = true_money = Fraction(0)
    found, falsely = [], []
    names = [fault.cause for fault in one.faults]
    for mark, effects in zip(one.truth.marks, one.effects, strict=True):
        money = sum(map(abs, effects), Fraction(0))
        true_money += money
        for key in lines_of(month, mark.rows, lines, members):
            line = lines[key]
            found.append(f"{line['cause']}/{line['variant']}/{line['bucket']}/{line['causes']}")
            falsely += [f"{key} {line['cause']}"] if line["proof"] == "proved" else []
            in_bucket += money if line["bucket"] == _larger(one.faults, effects) else 0
            if [line["first_cause"], line["second_cause"]] == names:
                named += money
                attributed += _attributed(line, effects)
    return Score(
        one.truth, seed, "", tuple(found), 2 * in_bucket > true_money, 2 * named > true_money,
        true_money, attributed, tuple(falsely),
    )  # fmt: skip


def _attributed(line: Line, effects: tuple[Fraction, Fraction]) -> Fraction:
    """The money of both effects, where each is the truth within 1 %."""
    second = Fraction(line["second_effect"])
    said = (Fraction(line["variance"]) - Fraction(line["basis_part"]) - second, second)
    right = all(abs(a - b) <= ONE_PERCENT * abs(b) for a, b in zip(said, effects, strict=True))
    return sum(map(abs, said), Fraction(0)) if right else Fraction(0)


def _larger(faults: tuple[Fault, Fault], effects: tuple[Fraction, Fraction]) -> Bucket:
    """The bucket of the line: of the larger effect, ties in the order of D15."""
    if abs(effects[0]) == abs(effects[1]):
        return min((one.bucket for one in faults), key=ORDER.index)
    return faults[abs(effects[1]) > abs(effects[0])].bucket


def _written(month: Month, one: Stacked, seed: int) -> dict[str, object]:
    """A line of the truth file."""
    return {
        "seed": seed,
        "kind": one.truth.kind.name,
        "causes": [fault.cause for fault in one.faults],
        "cell": one.truth.cell,
        "grain": one.truth.grain,
        "lines": [
            {
                "rows": [month.row_ids[id(row)] for row in mark.rows if id(row) in month.row_ids],
                "money": str(mark.money),
                "effects": [str(effect) for effect in effects],
                "bucket": _larger(one.faults, effects),
            }
            for mark, effects in zip(one.truth.marks, one.effects, strict=True)
        ],
    }
