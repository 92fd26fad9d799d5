"""The known faults: each planted once, in its scope, on calls that no other fault touches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Final

from msgspec import structs

from tieout.demo.calls import Call, Entry, entry_for
from tieout.demo.market import Market
from tieout.demo.quota import round_booking
from tieout.demo.sampling import request_id
from tieout.demo.story import FaultPlan, Kind, MonthPlan
from tieout.demo.traffic import Traffic
from tieout.errors import ConfigurationRefused

# A fault on a call of a thousandth of a dollar or more cannot be mistaken for rounding.
_VISIBLE: Final = Decimal("0.001")
_EDITABLE: Final = Decimal("0.03")
_CACHE_RATIO: Final = "0.1"
_THOUSAND: Final = 1000


@dataclass(slots=True)
class Draft:
    """The month while it is being written: calls, the books, and what makes them."""

    plan: MonthPlan
    market: Market
    traffic: Traffic
    rng: Random
    calls: list[Call]
    entries: list[Entry]

    def scope(self, fault: FaultPlan, least: Decimal) -> list[Call]:
        """The untouched, rated calls a fault may take, in the order they were made.

        Raises:
            ConfigurationRefused: ``DEMO_TOO_SMALL`` when the month has no such call.
        """
        first = int((fault.first or self.plan.first).timestamp())
        end = int((fault.end or self.plan.end).timestamp())
        found = [
            call
            for call in self.calls
            if call.model.model_id == fault.model and call.key.team == fault.team
            if first <= call.start < end and not call.fault
            if call.state == "rated" and call.row == call.model.row and call.expected >= least
        ]
        if not found:
            raise ConfigurationRefused(
                "DEMO_TOO_SMALL",
                f"The month has too few requests for fault {fault.fault_id}.",
                remedy="Ask for more requests; 12,000 are enough.",
            )
        if fault.take and len(found) > fault.take:
            found = sorted(self.rng.sample(found, fault.take), key=lambda call: call.start)
        for call in found:
            call.fault = fault.fault_id
        return found


def plant_in_calls(draft: Draft) -> None:
    """The faults and oddities of the usage itself; the books are not written yet."""
    for fault in draft.plan.faults:
        if fault.kind == "unmapped_model":
            _mark(draft, fault, lambda call: call.state == "unmapped")
        elif fault.kind == "test_key":
            _mark(draft, fault, lambda call: call.state == "excluded")
        elif fault.kind == "failed_booked":
            for call in draft.scope(fault, _VISIBLE):
                draft.traffic.fail(call)
        elif fault.kind == "cached_tokens":
            for call in draft.scope(fault, _VISIBLE):
                draft.traffic.cache(call, 1000 + draft.rng.randrange(20_000), _CACHE_RATIO)
        elif fault.kind == "absurd_amount":
            call = draft.scope(structs.replace(fault, take=1), _VISIBLE)[0]
            call.tokens_in, call.tokens_out = fault.input_tokens, fault.output_tokens
            draft.traffic.settle(call)


def plant_in_books(draft: Draft) -> None:
    """The faults of the books, one planted after the other."""
    for fault in draft.plan.faults:
        plant = _PLANTS.get(fault.kind)
        if plant is not None:
            plant(draft, fault)


def _mark(draft: Draft, fault: FaultPlan, belongs: Callable[[Call], bool]) -> None:
    for call in draft.calls:
        if belongs(call):
            call.fault = fault.fault_id


def _taken(draft: Draft, fault: FaultPlan, least: Decimal = _VISIBLE) -> list[Entry]:
    """The entries of the calls a fault takes."""
    names = {id(call) for call in draft.scope(fault, least)}
    found = [entry for entry in draft.entries if entry.call is not None and id(entry.call) in names]
    for entry in found:
        entry.fault = fault.fault_id
    return found


def _recost(
    draft: Draft, fault: FaultPlan, cost: Callable[[Call], Decimal], least: Decimal = _VISIBLE
) -> None:
    for entry in _taken(draft, fault, least):
        assert entry.call is not None
        entry.cost = round_booking(cost(entry.call))


def _price_before_change(draft: Draft, fault: FaultPlan) -> None:
    _recost(draft, fault, lambda call: call.cost_of(draft.market.before[call.model.model_id]))


def _factor_thousand(draft: Draft, fault: FaultPlan) -> None:
    _recost(draft, fault, lambda call: call.expected * _THOUSAND)


def _ratio_left_out(draft: Draft, fault: FaultPlan) -> None:
    _recost(
        draft,
        fault,
        lambda call: call.price.list_cost(call.tokens_in, call.tokens_out, call.seconds),
    )


def _ratio_twice(draft: Draft, fault: FaultPlan) -> None:
    _recost(draft, fault, lambda call: call.expected * call.price.ratio)


def _tokens_swapped(draft: Draft, fault: FaultPlan) -> None:
    for entry in _taken(draft, fault):
        assert entry.call is not None
        entry.tokens_in, entry.tokens_out = entry.tokens_out, entry.tokens_in
        entry.cost = round_booking(entry.call.price.cost(entry.tokens_in, entry.tokens_out, 0))


def _not_booked(draft: Draft, fault: FaultPlan) -> None:
    lost = {id(entry) for entry in _taken(draft, fault)}
    draft.entries[:] = [entry for entry in draft.entries if id(entry) not in lost]


def _booked_twice(draft: Draft, fault: FaultPlan) -> None:
    draft.entries.extend(replace(entry) for entry in _taken(draft, fault))


def _booked_late(draft: Draft, fault: FaultPlan) -> None:
    end = int(draft.plan.end.timestamp())
    for entry in _taken(draft, fault):
        entry.booked_at = end + 6 * 3600 + (entry.booked_at % 3600)


def _absurd_amount(draft: Draft, fault: FaultPlan) -> None:
    for entry in draft.entries:
        if entry.call is not None and entry.call.fault == fault.fault_id:
            entry.fault = fault.fault_id
            entry.cost += fault.amounts[0]


def _manual_edit(draft: Draft, fault: FaultPlan) -> None:
    edited = _taken(draft, structs.replace(fault, take=len(fault.amounts)), _EDITABLE)
    for entry, amount in zip(edited, fault.amounts, strict=False):
        entry.cost += amount


def _no_usage(draft: Draft, fault: FaultPlan) -> None:
    likeness = [call for call in draft.calls if call.model.model_id == fault.model]
    first = int((fault.first or draft.plan.first).timestamp())
    end = int((fault.end or draft.plan.end).timestamp())
    for like in draft.rng.sample(likeness, fault.take):
        entry = entry_for(like)
        entry.booked_at = first + draft.rng.randrange(end - first)
        entry.request_id = request_id(draft.rng, entry.booked_at)
        entry.cost = round_booking(like.cost_of(like.price))
        entry.call = None
        entry.fault = fault.fault_id
        draft.entries.append(entry)


_PLANTS: Final[dict[Kind, Callable[[Draft, FaultPlan], None]]] = {
    "price_before_change": _price_before_change,
    "factor_thousand": _factor_thousand,
    "ratio_left_out": _ratio_left_out,
    "ratio_twice": _ratio_twice,
    "tokens_swapped": _tokens_swapped,
    "not_booked": _not_booked,
    "booked_twice": _booked_twice,
    "booked_late": _booked_late,
    "absurd_amount": _absurd_amount,
    "manual_edit": _manual_edit,
    "no_usage": _no_usage,
}
