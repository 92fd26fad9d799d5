"""Faults of conventions: caches, reasoning, failed and retried calls: the contract bucket (D15)."""

from __future__ import annotations

from fractions import Fraction

from bench.causes.cell import Call, Cell, Mark, cost
from bench.causes.truth import BOTH, fault

UNCOUNTED = ("uncounted_calls_booked",)


def _booked_though(cell: Cell, outcome: str) -> list[Mark]:
    marks = []
    for unit in cell.picked():
        for call in unit.calls:
            call.fields["outcome"] = outcome
        marks.append(Mark((*unit.calls, unit.entry), unit.entry.amount))
    return marks


@fault("contract", *UNCOUNTED, grains=BOTH, needs=("no_rule",))
def failed_calls_booked(cell: Cell) -> list[Mark]:
    """Failed calls are booked in full, and nobody verified that they are billed."""
    return _booked_though(cell, "failed")


@fault("contract", *UNCOUNTED, grains=BOTH)
def cancelled_calls_booked(cell: Cell) -> list[Mark]:
    """Cancelled calls are booked in full, and nobody verified that they are billed."""
    return _booked_though(cell, "cancelled")


@fault("contract", "not_billable_booked", needs=("seller",))
def calls_booked_that_a_rule_does_not_bill(cell: Cell) -> list[Mark]:
    """Failed calls are booked in full, and a verified rule says that they are not billed."""
    return _booked_though(cell, "failed")


@fault("contract", *UNCOUNTED)
def retried_attempt_booked(cell: Cell) -> list[Mark]:
    """A failed attempt is booked beside the call that then completed."""
    marks = []
    for unit in cell.picked(lambda u: u.calls[0].quantities["output_tokens"] > 4):
        (call,) = unit.calls
        spent = {**call.quantities, "output_tokens": call.quantities["output_tokens"] // 3}
        attempt = Call(
            call.at, call.model, call.request_id, call.center, spent,
            fields={"outcome": "failed", "attempt": "1"},
        )  # fmt: skip
        call.fields["attempt"] = "2"
        entry = cell.add_call(attempt, attempt.cost, call.at)
        marks.append(Mark((call, attempt, unit.entry, entry), entry.amount))
    return marks


def _cache_cost(call: Call, at_the_rate_of: str) -> Fraction:
    rate = call.model.rates_at(call.at)[at_the_rate_of]
    return call.quantities.get("cache_read_tokens", 0) * rate


@fault("contract", "part_counted_twice", grains=BOTH, needs=("cache",))
def cached_tokens_counted_twice(cell: Cell) -> list[Mark]:
    """Cached tokens are booked within the input and once more as cached."""
    return cell.rebooked(lambda call: call.cost + _cache_cost(call, "input_tokens"))


@fault("contract", "part_priced_as_whole", grains=BOTH, needs=("cache",))
def cached_tokens_at_the_full_rate(cell: Cell) -> list[Mark]:
    """The books have no rate for cached tokens and take that of input."""
    return cell.rebooked(
        lambda call: call.cost + _cache_cost(call, "input_tokens")
        - _cache_cost(call, "cache_read_tokens")
    )  # fmt: skip


@fault("contract", "cache_not_counted", grains=BOTH, needs=("cache",))
def cached_tokens_left_out(cell: Cell) -> list[Mark]:
    """The books take off the cached tokens and then forget to price them."""
    return cell.rebooked(lambda call: call.cost - _cache_cost(call, "cache_read_tokens"))


@fault("contract", "part_counted_twice", grains=BOTH, needs=("reasoning",))
def reasoning_counted_twice(cell: Cell) -> list[Mark]:
    """Reasoning tokens are booked within the output and once more on their own."""

    def wrong(call: Call) -> Fraction:
        reasoning = {"reasoning_tokens": call.quantities.get("reasoning_tokens", 0)}
        return call.cost + cost(reasoning, call.model.rates_at(call.at))

    return cell.rebooked(wrong)
