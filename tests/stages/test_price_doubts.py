"""price_gap, price_applied, price_in_doubt: a change seen late, a price not approved (P7, D27)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, asked, moment, rows, terms

# 100,000 in and 10,000 out: at 2 and 10 USD a million 0.2 + 0.1, at 3 and 10 USD 0.3 + 0.1.
OLD = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
NEW = {"input_tokens": "0.000003", "output_tokens": "0.00001"}
TOKENS = {"input_tokens": "100000", "output_tokens": "10000"}
AT_OLD, AT_NEW = Decimal("0.3"), Decimal("0.4")
Cost = tuple[Decimal, Decimal, Decimal | None]
CERTAIN_OLD: Cost = (AT_OLD, AT_OLD, AT_OLD)
CERTAIN_NEW: Cost = (AT_NEW, AT_NEW, AT_NEW)
RANGE: Cost = (AT_OLD, AT_OLD, AT_NEW)


def seen_late(old: str = "08-10", new: str = "08-15", **terms_of_new: Any) -> World:
    """Model m at one price, seen last on the 10th, and at another, seen first on the 15th."""
    world = World()
    world.price("m", OLD, start="08-01", until=old, basis="seen")
    world.price("m", OLD, start=old, until=new, basis="seen")
    world.price("m", NEW, start=new, **{"basis": "seen", **terms_of_new})
    return world


def costs(world: World, gap_hours: int = 48) -> list[Cost]:
    """Expected, low and high of the rated rows, in the order of time."""
    engine = asked(world, terms(gap_hours=gap_hours))
    found = rows(
        engine,
        "SELECT e.expected_cost, e.low_cost, e.high_cost FROM expected_cost AS e"
        " JOIN usage_record AS u ON u.row_id = e.row_id ORDER BY u.occurred_at, u.row_id",
    )
    return [(row["expected_cost"], row["low_cost"], row["high_cost"]) for row in found]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("08-09 12:00:00", CERTAIN_OLD),  # seen again on the 10th
        ("08-10 00:00:00", CERTAIN_OLD),  # the stroke at which it was seen
        ("08-10 00:00:01", RANGE),
        ("08-14 23:59:59", RANGE),
        ("08-15 00:00:00", CERTAIN_NEW),
    ],
)
def test_a_change_seen_late_makes_a_range_between_the_two_captures(at: str, expected: Cost) -> None:
    world = seen_late()
    world.use("m", at, **TOKENS)
    assert costs(world) == [expected]


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, CERTAIN_OLD), (120, RANGE), (121, CERTAIN_OLD)]
)
def test_the_policy_says_from_which_gap_on(hours: int, expected: Cost) -> None:
    # From the 10th to the 15th there are 5 days = 120 hours.
    world = seen_late()
    world.use("m", "08-12 00:00", **TOKENS)
    assert costs(world, hours) == [expected]


@pytest.mark.parametrize("basis", ["stated", "declared"])
def test_a_start_that_is_known_leaves_no_gap(basis: str) -> None:
    world = seen_late(basis=basis)
    world.use("m", "08-12 00:00", **TOKENS)
    assert costs(world) == [CERTAIN_OLD]


def test_another_source_that_saw_the_old_price_later_shortens_the_gap() -> None:
    world = seen_late()
    world.price("m", OLD, start="08-12", until="08-15", basis="seen")
    world.use("m", "08-11 00:00", **TOKENS)
    world.use("m", "08-13 00:00", **TOKENS)
    assert costs(world) == [CERTAIN_OLD, RANGE]


def with_ratios(*seen: tuple[str, str | None]) -> World:
    world = seen_late()
    for at, ratio in seen:
        frozen = {} if ratio is None else {"frozen": {"model_ratio": ratio}}
        world.use("m", at, **TOKENS, **frozen)
    return world


def test_the_first_row_with_the_new_ratio_ends_the_gap() -> None:
    world = with_ratios(
        ("08-09 00:00", "1"), ("08-11 00:00", "1"), ("08-12 00:00", None),
        ("08-13 00:00", "1.5"), ("08-14 00:00", None), ("08-16 00:00", "1.5"),
    )  # fmt: skip
    # The row of the 11th still has the old ratio, that of the 13th the new one.
    assert costs(world) == [CERTAIN_OLD, CERTAIN_OLD, RANGE, CERTAIN_NEW, CERTAIN_NEW, CERTAIN_NEW]


@pytest.mark.parametrize(
    "seen",
    [
        # Nothing tells what the ratio was before.
        [("08-13 00:00", "1.5"), ("08-16 00:00", "1.5")],
        # Never seen after the change: a third price, or another key.
        [("08-09 00:00", "1"), ("08-13 00:00", "1.4"), ("08-16 00:00", "1.5")],
        # Seen on both sides: it is no ratio of this price.
        [("08-09 00:00", "1.5"), ("08-13 00:00", "1.5"), ("08-16 00:00", "1.5")],
        # Old ratios after new ones: keys of different groups.
        [("08-09 00:00", "1"), ("08-12 00:00", "1.5"), ("08-13 00:00", "1"), ("08-16", "1.5")],
    ],
)
def test_ratios_that_prove_nothing_leave_the_range(seen: list[tuple[str, str | None]]) -> None:
    inside = [at for at, _ in seen if "08-10" < at < "08-15"]
    found = costs(with_ratios(*seen))
    assert found.count(RANGE) == len(inside)


def test_a_call_logged_at_its_end_is_judged_by_the_narrowed_change() -> None:
    world = with_ratios(("08-09 00:00", "1"), ("08-12 00:00", "1.5"), ("08-16 00:00", "1.5"))
    world.use("m", "08-13 00:00", ended_at=moment("08-13 00:01"), time_basis="duration", **TOKENS)
    assert costs(world)[2] == CERTAIN_NEW


def test_a_newer_price_that_nobody_approved_makes_a_range_and_keeps_the_old_one() -> None:
    world = World()
    world.price("m", OLD)
    world.wait("m", NEW, start="08-10", until="08-20")
    for at in ("08-09 23:59:59", "08-10 00:00:00", "08-19 23:59:59", "08-20 00:00:00"):
        world.use("m", at, **TOKENS)
    assert costs(world, 0) == [CERTAIN_OLD, RANGE, RANGE, CERTAIN_OLD]


def test_a_waiting_price_in_another_currency_leaves_no_bound() -> None:
    world = World()
    world.price("m", OLD)
    world.wait("m", NEW, start="08-10", currency="EUR")
    world.use("m", "08-11 00:00", **TOKENS)
    assert costs(world, 0) == [(AT_OLD, Decimal(0), None)]


def test_a_waiting_price_makes_no_model_known() -> None:
    world = World()
    world.price("other", OLD)
    world.wait("m", NEW, start="08-10")
    world.use("m", "08-11 00:00", **TOKENS)
    (state,) = rows(asked(world), "SELECT row_state, state_reason FROM usage_state")
    assert (state["row_state"], state["state_reason"]) == ("unmapped", "MODEL_UNMAPPED")


def test_a_failed_call_in_a_gap_is_open_up_to_the_higher_price() -> None:
    world = seen_late()
    world.use("m", "08-12 00:00", outcome="failed", **TOKENS)
    assert costs(world) == [(Decimal(0), Decimal(0), AT_NEW)]
