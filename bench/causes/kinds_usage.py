"""Faults of rows and meters: missing, repeated, mislabelled, swapped: the usage bucket (D15)."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from fractions import Fraction

from bench.causes.cell import Call, Cell, Entry, Mark, Quantities, cost, day
from bench.causes.truth import BOTH, fault


def _swapped(quantities: Quantities) -> Quantities:
    taken, given = quantities["input_tokens"], quantities["output_tokens"]
    return {**quantities, "input_tokens": given, "output_tokens": taken}


@fault("usage", "tokens_swapped", grains=BOTH)
def tokens_swapped_in_the_books(cell: Cell) -> list[Mark]:
    """The books take input for output and output for input."""
    return cell.rebooked(lambda c: cost(_swapped(c.quantities), c.model.rates_at(c.at)))


@fault("usage", "tokens_swapped")
def tokens_swapped_in_the_export(cell: Cell) -> list[Mark]:
    """The export takes input for output and output for input; the books are right."""
    marks = []
    for unit in cell.picked(lambda u: _unequal(u.calls[0])):
        (call,) = unit.calls
        call.logged = {**_swapped(call.quantities)}
        seen = cost(_swapped(call.quantities), call.model.rates_at(call.at))
        marks.append(Mark((call, unit.entry), unit.entry.amount - seen))
    return marks


def _unequal(call: Call) -> bool:
    return call.quantities["input_tokens"] != call.quantities["output_tokens"]


@fault("usage", "posted_repeatedly", grains=BOTH)
def posted_twice(cell: Cell) -> list[Mark]:
    """An entry is posted a second time."""
    marks = []
    for unit in cell.picked():
        first = unit.entry
        again = Entry(
            first.amount, first.at, first.model, first.center, first.request_id, first.currency
        )
        cell.entries.append(again)
        marks.append(Mark((*unit.calls, first, again), first.amount))
    return marks


@fault("usage", "counted_repeatedly", grains=BOTH)
def parent_and_child_both_counted(cell: Cell) -> list[Mark]:
    """One entry holds the cost of a call twice: of the parent span and of the child."""
    return cell.rebooked(lambda call: call.cost * 2)


@fault("usage", "not_in_ledger", grains=BOTH)
def entry_missing(cell: Cell) -> list[Mark]:
    """The books lost an entry."""
    marks = []
    for unit in cell.picked():
        cell.drop(unit.entry)
        marks.append(Mark((*unit.calls,), -unit.entry.amount))
    return marks


@fault("usage", "not_in_usage", grains=BOTH)
def usage_row_missing(cell: Cell) -> list[Mark]:
    """The export lost its rows; the books have them."""
    marks = []
    for unit in cell.picked():
        for call in unit.calls:
            cell.drop(call)
        marks.append(Mark((unit.entry,), unit.entry.amount))
    return marks


@fault("usage", "usage_excluded")
def test_key_booked(cell: Cell) -> list[Mark]:
    """Calls of a test key, which a rule leaves out, are booked to a team."""
    marks = []
    for unit in cell.picked():
        for call in unit.calls:
            call.fields["key_name"] = "bench-test-key"
        marks.append(Mark((unit.entry,), unit.entry.amount))
    return marks


@fault("usage", "left_out_booked", grains=("group",))
def test_calls_in_the_total_of_a_day(cell: Cell) -> list[Mark]:
    """A call of a test key, which a rule leaves out, is in the total of its day."""
    marks = []
    for unit in cell.picked(lambda u: len(u.calls) > 1):
        unit.calls[0].fields["key_name"] = "bench-test-key"
        marks.append(Mark((*unit.calls[1:], unit.entry), unit.calls[0].cost))
    return marks


@fault("usage", "left_out_booked", grains=("group",))
def repeated_row_in_the_total_of_a_day(cell: Cell) -> list[Mark]:
    """The export repeats a row, and the total of its day was made from the export as it is."""
    marks = []
    for unit in cell.picked():
        unit.calls[0].inclusive = cell.chance.random() < 0.5
        again = copy(unit.calls[0])
        cell.calls.append(again)
        marks.append(Mark((*unit.calls[1:], unit.entry), again.cost))
        unit.entry.amount += again.cost
    return marks


@fault("usage", "other_cost_center", grains=("group",), needs=("center",))
def day_booked_to_another_cost_center(cell: Cell) -> list[Mark]:
    """What a team used on a day stands under another team."""
    marks = []
    for unit in cell.picked(least=1):
        center = cell.extras["center"]
        marks.append(Mark(tuple(unit.calls), -unit.entry.amount))
        theirs = [one for one in cell.extras["center_units"] if day(one.at) == day(unit.at)]
        if theirs:
            theirs[0].entry.amount += unit.entry.amount
            cell.drop(unit.entry)
            entry = theirs[0].entry
        else:
            unit.entry.center = center
            entry = unit.entry
        marks.append(Mark((entry,), -marks[-1].money))
    return marks


@fault("usage", "other_cost_center", grains=("group",), needs=("center",))
def part_of_a_day_in_another_cost_center(cell: Cell) -> list[Mark]:
    """Some of what a team used on a day stands under another team, beside that team's own."""
    marks = []
    shared = {day(one.at): one for one in cell.extras["center_units"]}
    for unit in cell.picked(lambda u: len(u.calls) > 1 and day(u.at) in shared, least=1):
        moved = unit.calls[0].cost
        unit.entry.amount -= moved
        theirs = shared[day(unit.at)].entry
        theirs.amount += moved
        marks.append(Mark((*unit.calls, unit.entry), -moved))
        marks.append(Mark((theirs,), moved))
    return marks


@fault("usage", "other_id")
def request_id_cut(cell: Cell) -> list[Mark]:
    """The books cut the request id, so that it finds no usage row."""
    marks = []
    for unit in cell.picked():
        entry = unit.entry
        entry.request_id = str(entry.request_id)[:-2]
        marks.append(Mark((*unit.calls,), -entry.amount))
        marks.append(Mark((entry,), entry.amount))
    return marks


@fault("usage", "meter_not_counted", grains=BOTH)
def streamed_output_lost(cell: Cell) -> list[Mark]:
    """Output of streamed calls is not counted in the books."""
    return cell.rebooked(lambda call: _without(call, "output_tokens", "reasoning_tokens"))


@fault("usage", "meter_not_counted", grains=BOTH, needs=("reasoning",))
def reasoning_not_counted(cell: Cell) -> list[Mark]:
    """Reasoning tokens are not counted in the books."""
    return cell.rebooked(lambda call: _without(call, "reasoning_tokens"))


def _without(call: Call, *meters: str) -> Fraction:
    kept = {meter: n for meter, n in call.quantities.items() if meter not in meters}
    return cost(kept, call.model.rates_at(call.at))


@fault("usage", "quantities_differ")
def output_counted_short(cell: Cell) -> list[Mark]:
    """The books state fewer output tokens than the export, and price what they state."""
    marks = []
    for unit in cell.picked(lambda u: u.calls[0].quantities["output_tokens"] > 9):
        (call,) = unit.calls
        counted = dict(call.quantities)
        counted["output_tokens"] = counted["output_tokens"] * cell.chance.randint(40, 80) // 100
        wrong = cost(counted, call.model.rates_at(call.at))
        marks.append(Mark((call, unit.entry), wrong - unit.entry.amount))
        unit.entry.amount, unit.entry.quantities = wrong, counted
    return marks


@fault("usage", "posted_as_credit", grains=BOTH)
def posted_as_a_credit(cell: Cell) -> list[Mark]:
    """A charge is posted with the sign of a credit."""
    return cell.rebooked(lambda call: -call.cost)


@fault("usage", "not_reconcilable")
def output_missing_in_the_export(cell: Cell) -> list[Mark]:
    """The export lost the output tokens of some rows; the whole entry is in question."""
    marks = []
    for unit in cell.picked():
        (call,) = unit.calls
        call.logged = {**call.quantities, "output_tokens": None}
        marks.append(Mark((call, unit.entry), unit.entry.amount))
    return marks


@fault("usage", "usage_waits")
def one_id_on_two_records(cell: Cell) -> list[Mark]:
    """The export has another record under the id of a call: both wait."""
    marks = []
    for unit in cell.picked():
        (call,) = unit.calls
        other = {**call.quantities, "output_tokens": call.quantities["output_tokens"] + 1}
        copy = Call(call.at + timedelta(seconds=1), call.model, call.request_id, call.center, other)
        cell.calls.append(copy)
        marks.append(Mark((unit.entry,), unit.entry.amount))
    return marks
