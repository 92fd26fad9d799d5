"""price_during_call, cost_during_call, expected_cost: only the end of a call was logged (D5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, asked, moment, rows

# Per token: 2 and 3 USD a million in, 10 a million out.
OLD = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
NEW = {"input_tokens": "0.000003", "output_tokens": "0.00001"}
# 100,000 x 0.000002 + 10,000 x 0.00001 = 0.2 + 0.1; at the new rate 0.3 + 0.1.
TOKENS = {"input_tokens": "100000", "output_tokens": "10000"}
AT_OLD, AT_NEW = Decimal("0.3"), Decimal("0.4")

Cost = tuple[Decimal, Decimal, Decimal | None]


def repriced(
    *later: tuple[str, dict[str, str]], first: dict[str, str] = OLD, **terms: Any
) -> World:
    """Model m at one price until noon, and at others from later instants on."""
    world = World(**terms)
    world.price("m", first, until=later[0][0])
    for (start, rates), end in zip(later, [*(s for s, _ in later[1:]), None], strict=True):
        world.price("m", rates, start=start, until=end)
    return world


def ended(world: World, at: str, seconds: int | None, **fields: Any) -> None:
    """A call that was logged at its end; without seconds nobody knows how long it took."""
    end = moment(at)
    basis = "end" if seconds is None else "duration"
    start = end - timedelta(seconds=seconds or 0)
    world.use("m", start, ended_at=end, time_basis=basis, **{**TOKENS, **fields})


def cost(world: World) -> Cost:
    (row,) = rows(asked(world), "SELECT expected_cost, low_cost, high_cost FROM expected_cost")
    return row["expected_cost"], row["low_cost"], row["high_cost"]


NOON = "08-10 12:00:00"
CERTAIN_OLD: Cost = (AT_OLD, AT_OLD, AT_OLD)
CERTAIN_NEW: Cost = (AT_NEW, AT_NEW, AT_NEW)


@pytest.mark.parametrize(
    ("end", "seconds", "expected"),
    [
        ("08-10 11:59:59", 60, CERTAIN_OLD),
        # The price from noon on is in force at the stroke, and the end belongs to the call.
        ("08-10 12:00:00", 60, (AT_OLD, AT_OLD, AT_NEW)),
        ("08-10 12:00:59", 60, (AT_OLD, AT_OLD, AT_NEW)),
        # Starts at the stroke: no other price was in force while it ran.
        ("08-10 12:01:00", 60, CERTAIN_NEW),
        ("08-10 12:00:00", 0, CERTAIN_NEW),
    ],
)
def test_a_price_boundary_inside_the_call_makes_a_range(
    end: str, seconds: int, expected: Cost
) -> None:
    world = repriced((NOON, NEW))
    ended(world, end, seconds)
    assert cost(world) == expected


def test_a_price_that_fell_widens_the_low_end() -> None:
    world = repriced((NOON, OLD), first=NEW)
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == (AT_NEW, AT_OLD, AT_NEW)


def test_every_price_in_force_during_the_call_counts_not_only_the_first_and_last() -> None:
    # 100,000 x 0.00001 + 10,000 x 0.00001 = 1.1 between 12:00:00 and 12:00:10.
    world = repriced((NOON, {**OLD, "input_tokens": "0.00001"}), ("08-10 12:00:10", NEW))
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == (AT_OLD, AT_OLD, Decimal("1.1"))


def test_a_logged_start_is_certain_however_long_the_call_ran() -> None:
    world = repriced((NOON, NEW))
    world.use("m", "08-10 11:59:00", ended_at=moment("08-10 12:01:00"), **TOKENS)
    assert cost(world) == CERTAIN_OLD


def test_a_new_capture_of_the_same_price_makes_no_range() -> None:
    world = repriced((NOON, OLD))
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == CERTAIN_OLD


def test_a_failed_call_across_a_change_is_open_up_to_the_highest_price() -> None:
    world = repriced((NOON, NEW))
    ended(world, "08-10 12:00:30", 60, outcome="failed")
    assert cost(world) == (Decimal(0), Decimal(0), AT_NEW)


def test_an_end_without_duration_is_certain_only_beyond_the_margin() -> None:
    # The margin of the terms is two days.
    for end, expected in (
        ("08-12 11:59:59", (AT_NEW, AT_OLD, AT_NEW)),
        ("08-12 12:00:00", CERTAIN_NEW),
    ):
        world = repriced((NOON, NEW))
        ended(world, end, None)
        assert cost(world) == expected, end


@pytest.mark.parametrize("until", ["08-10 11:59:50", "08-10 12:00:30"])
def test_no_price_in_force_in_part_of_the_call_leaves_no_bound(until: str) -> None:
    world = World()
    world.price("m", OLD, until=until)
    world.price("m", NEW, start="08-10 12:00:40")
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == (AT_OLD, Decimal(0), None)


def test_a_first_price_after_the_earliest_start_leaves_no_bound() -> None:
    world = World()
    world.price("m", NEW, start=NOON)
    ended(world, "08-10 12:00:30", None)
    assert cost(world) == (AT_NEW, Decimal(0), None)


def test_two_prices_at_once_in_part_of_the_call_leave_no_bound() -> None:
    world = repriced((NOON, OLD))
    world.price("m", NEW, start=NOON)
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == (AT_OLD, Decimal(0), None)


@pytest.mark.parametrize(
    ("rates", "low"),
    [
        ({"input_tokens": "0.000001"}, "0"),  # names no rate for the output that was used
        ({**NEW, "cache_read_tokens": "0.0000003"}, "0"),  # recorded by the format, not in the row
        ({**OLD, "input_tokens": "0.000001", "seconds": "0.1"}, "0.2"),  # not recorded at all
    ],
)
def test_a_price_that_cannot_be_applied_leaves_no_bound(rates: dict[str, str], low: str) -> None:
    recorded = ("input_tokens", "output_tokens", "cache_read_tokens", "requests")
    world = repriced((NOON, rates), recorded={"usage": recorded})
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == (AT_OLD, Decimal(low), None)


def test_a_price_in_another_currency_leaves_no_bound() -> None:
    world = World()
    world.price("m", OLD, until=NOON)
    world.price("m", NEW, start=NOON, currency="EUR")
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == (AT_OLD, Decimal(0), None)


def test_an_unrecorded_part_keeps_its_range_at_every_price() -> None:
    # Cache reads cost 0.0000002 then 0.0000003 and are not told apart:
    # lowest 100,000 x 0.0000002 + 0.1 = 0.12, highest 100,000 x 0.000003 + 0.1 = 0.4.
    world = repriced(
        (NOON, {**NEW, "cache_read_tokens": "0.0000003"}),
        first={**OLD, "cache_read_tokens": "0.0000002"},
    )
    ended(world, "08-10 12:00:30", 60)
    assert cost(world) == (AT_OLD, Decimal("0.12"), AT_NEW)
