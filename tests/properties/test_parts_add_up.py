"""From expected to recorded, every part and every effect adds up, in every world (V3).

The sums are made anew in fractions: what the ledger holds from its own entries, what an effect
comes to from the lines it is an effect of. ``make nightly-parts`` does it in 10,000 worlds.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest

from tests.differential.oracle import window
from tests.differential.random_world import random_world
from tests.world import Row, World, asked, rows, terms

pytestmark = pytest.mark.law
WORLDS: Final = int(os.environ.get("TIEOUT_ADDED_WORLDS", "8"))
FIRST: Final = int(os.environ.get("TIEOUT_FIRST_WORLD", "20261129"))
SHARES: Final = 4
PARTS: Final = ("basis", "rate", "quantity", "mapping", "timing", "rounding", "unknown")
BASES: Final = ("net", "list", "charged")
SCOPES: Final = {
    "currency": None,
    "day": "day",
    "model": "source_model_id",
    "cost_center": "cost_center",
    "project": "project",
}
Sums = dict[tuple[Any, ...], Fraction]


def added(found: Iterable[tuple[tuple[Any, ...], Decimal]]) -> Sums:
    """Each key with what its amounts come to; what comes to nothing is left out."""
    sums: defaultdict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
    for key, amount in found:
        sums[key] += Fraction(amount)
    return {key: total for key, total in sums.items() if total}


def booked(world: World) -> Sums:
    """What the entries of the period come to, by currency."""
    return added(
        ((one["currency"],), one["recorded_cost"])
        for one in world.ledger
        if window(one["posted_at"]) == "period"
    )


def faults_of(world: World, basis: str) -> list[str]:
    """What does not add up in a world."""
    engine = asked(world, replace(terms(), basis=basis))
    lines, effects = (
        rows(engine, f"SELECT * FROM {name}") for name in ("variance_line", "effect_total")
    )
    engine.close()
    found = [f"line {one['line_key']}" for one in lines if not _line_adds_up(one)]
    if added(((one["currency"],), one["recorded_cost"]) for one in lines) != booked(world):
        found.append("what the ledger holds")
    for scope, column in SCOPES.items():
        wanted = added(
            ((None if column is None else _name(one[column]), one["currency"]), one["variance"])
            for one in lines
        )
        told = added(
            (
                (None if column is None else one["name"], one["currency"]),
                one["plus_cost"] + one["minus_cost"],
            )
            for one in effects
            if one["scope"] == scope
        )
        if wanted != told:
            found.append(f"effects by {scope}")
    return found


def _line_adds_up(line: Row) -> bool:
    variance = Fraction(line["recorded_cost"]) - Fraction(line["expected_cost"])
    parts = sum(Fraction(line[f"{part}_part"]) for part in PARTS)
    booking, billing = line["booking_variance"], line["billing_variance"]
    split = booking is None or Fraction(booking) + Fraction(billing) == variance
    return parts == variance == line["variance"] and split


def _name(value: object) -> str | None:
    return None if value is None else str(value)


@pytest.mark.parametrize("share", range(SHARES))
def test_parts_and_effects_add_up_to_what_the_ledger_holds(share: int) -> None:
    found = {}
    worlds = range(FIRST + share, FIRST + WORLDS, SHARES)
    for seed in worlds:
        world = random_world(seed, seed % 31, two_currencies=seed % 2 == 0)
        if faults := faults_of(world, BASES[seed % len(BASES)]):
            found[seed] = faults
    assert found == {}
    assert len(worlds) >= 1
