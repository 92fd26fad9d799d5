"""One month from a seed: calls, books with planted faults, in a fixed order of draws."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from tieout.demo.calls import Call, Entry, entry_for
from tieout.demo.faults import Draft, plant_in_books, plant_in_calls
from tieout.demo.market import open_market
from tieout.demo.quota import round_booking
from tieout.demo.story import Story
from tieout.demo.traffic import Traffic


def generate(story: Story, seed: int, requests: int) -> Draft:
    """The month of a seed; the same seed and size give the same month, to the byte."""
    rng = Random(seed)  # noqa: S311 - must be repeatable, not unguessable
    market = open_market(story)
    traffic = Traffic(story, market, rng)
    draft = Draft(story.plan, market, traffic, rng, traffic.month(requests), [])
    draft.calls.sort(key=lambda call: call.start)
    plant_in_calls(draft)
    refunds = traffic.refunds(draft.calls)
    draft.entries.extend(_books(draft.calls, story.facts.gateway.unit_value))
    draft.entries.extend(entry_for(replace(call, seconds=0)) for call in refunds)
    plant_in_books(draft)
    draft.calls.extend(traffic.retries(draft.calls, requests))
    draft.calls.extend(traffic.failures(requests))
    draft.calls.extend(replace(call, request_id="") for call in refunds)
    draft.calls.sort(key=lambda call: (call.written, call.request_id, call.row))
    draft.entries.sort(key=lambda entry: (entry.booked_at, entry.request_id))
    return draft


def _books(calls: list[Call], unit_value: Decimal) -> list[Entry]:
    """The books before any fault of theirs: one entry for each call that is booked."""
    found = []
    for call in calls:
        if call.state == "excluded":
            continue
        entry = entry_for(call)
        if call.row == "error":
            entry.cost = round_booking(call.cost_of(call.price))
        elif call.state != "rated":
            # Without a price line the books can only repeat what the vendor took.
            entry.cost = round_booking(call.units * unit_value)
        if call.fault:
            entry.fault = call.fault
        found.append(entry)
    return found
