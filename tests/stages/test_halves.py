"""Booking and billing: a zero between books and price never hides what the vendor took (D8)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.world import UNIT, World, asked, rows, terms
from tieout.engine.duckdb import DuckDBEngine
from tieout.money import RoundingRule

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
TOKENS = {"input_tokens": "1000", "output_tokens": "100"}  # 0.003; times 0.8: 0.0024


def world_of(recorded: str, charged: str | None, multiplier: str | None = None) -> World:
    world = World()
    world.price("m", RATES, multiplier=multiplier)
    world.use(request_id="a", cost_center="x", charged_cost=charged, **TOKENS)
    world.book(recorded, request_id="a", cost_center="x")
    return world


def line(world: World, *, unit: Decimal = Decimal(0), basis: str = "net", **said: Any) -> Any:
    engine = asked(world, replace(terms(**said), charge_unit=unit, basis=basis))
    (one,) = rows(engine, "SELECT * FROM variance_line")
    return one


def halves(engine: DuckDBEngine) -> list[dict[str, Any]]:
    return rows(engine, "SELECT * FROM half_total ORDER BY scope, name")


def test_billing_is_the_ratios_against_the_price_and_then_the_arithmetic() -> None:
    # Published: 0.003 x 0.8. The row's ratios leave the 0.8 out: 1,500 units; 1,600 were taken.
    world = World()
    world.price("m", RATES, multiplier="0.8")
    frozen = {"model_ratio": "1", "completion_ratio": "5", "group_ratio": "1"}
    world.use(request_id="a", charged_units="1600", charged_cost="0.0032", frozen=frozen, **TOKENS)
    world.book("0.004", request_id="a")
    world.use(request_id="b", charged_cost="0.002", **TOKENS)  # froze nothing: 0.0004 too little
    world.book("0.002", request_id="b")
    found = halves(asked(world))
    assert [one["scope"] for one in found] == ["cost_center", "currency", "model"]
    for one in found:
        assert (one["lines"], one["recomputed_lines"]) == (2, 1)
        assert (one["ratio_plus"], one["ratio_minus"]) == (Decimal("0.0006"), 0)
        assert (one["arithmetic_plus"], one["arithmetic_minus"]) == (Decimal("0.0002"), 0)
        assert (one["other_billing_plus"], one["other_billing_minus"]) == (0, Decimal("-0.0004"))
        assert (one["billing_plus"], one["billing_minus"]) == (
            Decimal("0.0008"), Decimal("-0.0004"),
        )  # fmt: skip


def test_a_line_with_one_charge_that_cannot_be_recomputed_is_not_split() -> None:
    world = World()
    world.price("m", RATES)
    frozen = {"model_ratio": "1", "completion_ratio": "5"}
    world.use(charged_units="1500", charged_cost="0.003", frozen=frozen, **TOKENS)
    world.use(charged_cost="0.004", **TOKENS)  # the same group, and nothing frozen
    world.book("0.007", at="08-10")
    (one,) = (one for one in halves(asked(world)) if one["scope"] == "currency")
    assert (one["lines"], one["recomputed_lines"]) == (1, 0)
    assert one["other_billing_plus"] == Decimal("0.001")


@pytest.mark.parametrize(
    ("recorded", "charged", "state", "cause"),
    [
        ("0.003", "0.004", "cancels", "halves_cancel"),
        ("0.003", "0.002", "cancels", "halves_cancel"),
        ("0.003", "0.003", "ties_out", "ties_out"),
        ("0.003", None, "ties_out", "ties_out"),  # unknown is no difference
        ("0.004", "0.004", "open", "booked_as_charged"),  # booking 0, billing all of it
    ],
)
def test_a_charge_apart_from_its_price_is_an_item_though_the_books_tie_out(
    recorded: str, charged: str | None, state: str, cause: str
) -> None:
    one = line(world_of(recorded, charged))
    assert (one["line_state"], one["cause"]) == (state, cause)


def test_a_line_that_cancels_is_a_group_in_the_bucket_of_billing_with_its_billing() -> None:
    engine = asked(world_of("0.003", "0.004"))
    (group,) = rows(engine, "SELECT * FROM cause_group")
    assert (group["bucket"], group["proof"], group["cost_center"], group["net"]) == (
        "source", "proved", "x", Decimal("0.001"),
    )  # fmt: skip
    (found,) = rows(engine, "SELECT open_lines, unknown_lines FROM slice")
    assert found == {"open_lines": 1, "unknown_lines": 0}
    buckets = rows(engine, "SELECT bucket, lines, net FROM bucket_total ORDER BY bucket")
    assert buckets == [
        {"bucket": "rounding", "lines": 0, "net": Decimal(0)},
        {"bucket": "source", "lines": 1, "net": Decimal(0)},
    ]


def test_what_is_below_the_recorded_step_is_rounding_where_the_halves_cancel() -> None:
    world = world_of("0.00304", "0.004")
    engine = asked(world, terms(step="0.0001"))
    found = rows(engine, "SELECT bucket, net FROM bucket_total ORDER BY bucket")
    assert found == [
        {"bucket": "rounding", "net": Decimal("0.00004")},
        {"bucket": "source", "net": Decimal(0)},
    ]
    (one,) = rows(engine, "SELECT rounding_part, variance FROM variance_line")
    assert one == {"rounding_part": Decimal("0.00004"), "variance": Decimal("0.00004")}


@pytest.mark.parametrize(
    ("charged", "state"),
    [
        ("0.003002", "ties_out"),  # one unit
        ("0.003004", "cancels"),  # two units
        ("0.002998", "ties_out"),
        ("0.002996", "cancels"),
    ],
)
def test_a_charge_that_is_rounded_to_a_whole_unit_cancels_nothing(charged: str, state: str) -> None:
    assert line(world_of("0.003", charged), unit=UNIT)["line_state"] == state


def test_what_the_booking_rounds_cancels_nothing() -> None:
    cent = RoundingRule("line", Decimal("0.01"))
    world = world_of("0", "0.004")  # 0.003 rounded to cents is 0.00
    assert line(world, step="0.01", rounding=cent)["line_state"] == "ties_out"


def test_a_list_ledger_that_ties_out_does_not_hide_a_charge_above_the_price() -> None:
    one = line(world_of("0.003", "0.0028", multiplier="0.8"), basis="list")
    assert (one["line_state"], one["billing_variance"], one["basis_part"]) == (
        "cancels", Decimal("0.0004"), Decimal("0.0006"),
    )  # fmt: skip


def test_in_a_ledger_of_charges_nothing_can_cancel() -> None:
    one = line(world_of("0.004", "0.004"), basis="charged")
    assert (one["line_state"], one["overcharge"]) == ("ties_out", Decimal("0.001"))


def test_a_charge_of_whole_units_is_no_overcharge_by_its_rounding() -> None:
    one = line(world_of("0.003002", "0.003002"), basis="charged", unit=UNIT)
    assert one["overcharge"] == 0


def test_both_halves_stand_per_model_and_cost_center_with_plus_and_minus() -> None:
    world = world_of("0.003", "0.004")
    world.price("n", RATES)
    world.use("n", request_id="b", cost_center="y", charged_cost="0.002", **TOKENS)
    world.book("0.003", "n", request_id="b", cost_center="y")
    world.use("n", request_id="c", cost_center="y", **TOKENS)
    world.book("0.005", "n", request_id="c", cost_center="y")
    found = {(one["scope"], one["name"]): one for one in halves(asked(world))}
    assert len(found) == 5
    whole = found["currency", None]
    names = ("billing_plus", "billing_minus", "booking_plus", "booking_minus")
    thousandth = Decimal("0.001")
    assert [whole[name] for name in names] == [thousandth, -thousandth, thousandth, -thousandth]
    assert (whole["lines"], whole["cancelling_lines"], whole["cancelling_gross"]) == (
        2, 2, Decimal("0.002"),
    )  # fmt: skip
    # The call whose charge nobody knows is in neither half, and is not lost.
    assert (whole["unsplit_lines"], whole["unsplit_variance"]) == (1, Decimal("0.002"))
    assert found["model", "m"]["billing_plus"] == thousandth
    assert found["cost_center", "y"]["booking_plus"] == thousandth
