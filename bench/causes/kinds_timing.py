"""Faults of time and of rounding: the timing and rounding buckets (D15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from bench.causes.cell import DAYS, FIRST, Call, Cell, Entry, Mark, NoRoomError, Unit, day, noon
from bench.causes.truth import fault

END = FIRST + timedelta(days=DAYS)


@fault("timing", "other_period")
def booked_in_the_next_period(cell: Cell) -> list[Mark]:
    """Calls of the last hour are booked on the first of the next month."""
    marks = []
    for n, unit in enumerate(cell.picked()):
        (call,) = unit.calls
        call.at = END - timedelta(minutes=3 + 5 * n)
        unit.entry.amount, unit.entry.at = call.cost, END + timedelta(minutes=10)
        marks.append(Mark((call, unit.entry), -unit.entry.amount))
    return marks


@fault("timing", "other_period")
def calls_of_the_period_before(cell: Cell) -> list[Mark]:
    """Calls of the last hour of the month before are booked on the first of this one."""
    marks = []
    for n, unit in enumerate(cell.picked()):
        (call,) = unit.calls
        call.at = FIRST - timedelta(minutes=3 + 5 * n)
        unit.entry.amount, unit.entry.at = call.cost, FIRST + timedelta(minutes=10)
        marks.append(Mark((call, unit.entry), unit.entry.amount))
    return marks


@fault("timing", "other_day", grains=("group",))
def day_posted_on_another_day(cell: Cell) -> list[Mark]:
    """What was used on a day is posted on another one."""
    marks = []
    used = {day(unit.at) for unit in cell.units}
    empty = [FIRST + timedelta(days=n) for n in range(DAYS)]
    empty = [one for one in empty if one not in used]
    for unit in cell.picked(least=1, most=2):
        if not empty:
            raise NoRoomError(cell.name)
        unit.entry.at = noon(empty.pop(cell.chance.randrange(len(empty))))
        marks.append(Mark(tuple(unit.calls), -unit.entry.amount))
        marks.append(Mark((unit.entry,), unit.entry.amount))
    return marks


@fault("timing", "other_day", grains=("group",))
def late_calls_in_the_next_day(cell: Cell) -> list[Mark]:
    """The last calls of a day come with the posting of the next one."""
    days = {day(unit.at): unit for unit in cell.free}
    fitting = [
        unit for unit in cell.free
        if len(unit.calls) > 1 and day(unit.at) + timedelta(days=1) in days
    ]  # fmt: skip
    if not fitting:
        raise NoRoomError(cell.name)
    unit = cell.chance.choice(fitting)
    after = days[day(unit.at) + timedelta(days=1)]
    cell.take((unit, after))
    late = unit.calls[-1].cost
    unit.entry.amount -= late
    after.entry.amount += late
    return [Mark((unit.entry,), -late), Mark((after.entry,), late)]


@fault("timing", "other_zone", "other_day", "other_period", grains=("group",), needs=("whole",))
def days_of_another_zone(cell: Cell) -> list[Mark]:
    """The books cut days in another zone than the one of the report."""
    hours = cell.chance.choice((8, -7, 2, -5))
    booked: dict[datetime, Fraction] = {}
    for call in cell.calls:
        there = day(call.at + timedelta(hours=hours))
        booked[there] = booked.get(there, Fraction(0)) + call.cost
    marks = []
    by_day = {day(unit.at): unit for unit in cell.units}
    for unit in cell.units:
        cell.drop(unit.entry)
    cell.take(cell.units)
    for there in sorted(booked.keys() | by_day.keys()):
        right = by_day[there].entry.amount if there in by_day else Fraction(0)
        rows: list[Call | Entry] = list(by_day[there].calls) if there in by_day else []
        if there in booked:
            entry = Entry(booked[there], noon(there), cell.model.name, cell.units[0].entry.center)
            cell.entries.append(entry)
            rows.append(entry)
        delta = booked.get(there, Fraction(0)) - right
        if delta and FIRST <= there < END:
            marks.append(Mark(tuple(rows), delta))
    return marks


@fault("timing", "refund_of_other_period", needs=("charges",))
def refund_of_an_earlier_call(cell: Cell) -> list[Mark]:
    """A refund of this month gives back a call of the month before, and the books post it now."""
    marks = []
    for n, unit in enumerate(cell.picked(least=1, most=3)):
        (call,) = unit.calls
        amount = call.cost
        earlier = FIRST - timedelta(days=9 + n)
        origin = Call(
            earlier, call.model, f"{call.request_id}-before", call.center, call.quantities,
            fields={"task_id": f"{call.request_id}-task", "charged": amount},
        )  # fmt: skip
        refund = Call(
            call.at, call.model, "", call.center, {},
            fields={
                "entry_kind": "refund", "task_id": f"{call.request_id}-task", "charged": -amount
            },
        )  # fmt: skip
        cell.calls += [origin, refund]
        entry = Entry(-amount, call.at, call.model.name, call.center, origin.request_id)
        cell.entries.append(entry)
        marks.append(Mark((refund, entry), -amount))
    return marks


@fault("timing", "clears_carried")
def call_of_an_earlier_period_booked_now(cell: Cell) -> list[Mark]:
    """A call that an earlier run left without an entry is booked in this period."""
    marks = []
    for n, unit in enumerate(cell.picked(least=1, most=3)):
        (call,) = unit.calls
        call.at = FIRST - timedelta(days=12 + n)
        unit.entry.amount = call.cost
        cell.extras.setdefault("carried", []).append(call)
        marks.append(Mark((call, unit.entry), unit.entry.amount))
    return marks


# --- rounding --------------------------------------------------------------------------------


def decimal(amount: Fraction) -> Decimal:
    """A fraction that is a decimal, exactly."""
    with localcontext() as context:
        context.prec = 60
        made = Decimal(amount.numerator) / amount.denominator
        assert Fraction(made) == amount, amount
    return made


def _cut(cell: Cell, units: list[Unit], step: str, mode: str) -> list[Mark]:
    marks = []
    for unit in units:
        right = unit.entry.amount
        unit.entry.amount = Fraction(decimal(right).quantize(Decimal(step), rounding=mode))
        if unit.entry.amount != right:
            marks.append(Mark((*unit.calls, unit.entry), unit.entry.amount - right))
    if not marks:
        raise NoRoomError(cell.name)
    return marks


@fault("rounding", "declared_rounding", books="row")
def each_row_rounded(cell: Cell) -> list[Mark]:
    """The books round each call to six decimals, as they declare."""
    return _cut(cell, cell.units, "0.000001", ROUND_HALF_EVEN)


@fault("rounding", "declared_rounding", books="row_down")
def each_row_cut(cell: Cell) -> list[Mark]:
    """The books cut each call to five decimals, as they declare."""
    return _cut(cell, cell.units, "0.00001", ROUND_DOWN)


@fault("rounding", "declared_rounding", grains=("group",), books="line")
def each_day_rounded(cell: Cell) -> list[Mark]:
    """The books round each day of a team and a model to cents, as they declare."""
    return _cut(cell, cell.units, "0.01", ROUND_HALF_EVEN)


@fault("rounding", "ties_out", "declared_rounding", "float_noise", books="step")
def float_noise(cell: Cell) -> list[Mark]:
    """The books add up binary floats; they declare nine decimals."""
    marks = []
    for unit in cell.picked(most=12):
        (call,) = unit.calls
        right = unit.entry.amount
        rates = call.model.rates_at(call.at)
        noisy = 0.0
        for meter, n in call.quantities.items():
            noisy += n * float(rates[meter])
        unit.entry.amount = Fraction(Decimal(str(noisy)).quantize(Decimal("1e-21")))
        if unit.entry.amount != right:
            marks.append(Mark((call, unit.entry), unit.entry.amount - right))
    if not marks:
        raise NoRoomError(cell.name)
    return marks


@fault("rounding", "undeclared_rounding", "declared_rounding", grains=("request", "group"))
def amounts_cut_without_a_rule(cell: Cell) -> list[Mark]:
    """The books cut amounts to four decimals and declare nothing."""
    return _cut(
        cell, cell.picked(lambda u: u.entry.amount > Fraction(1, 1000)), "0.0001", ROUND_DOWN
    )
