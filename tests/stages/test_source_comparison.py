"""Second sources: what is compared, over which time, and which calls a conflict touches."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, asked, moment, rows

IN, OUT, CACHE = "input_tokens", "output_tokens", "cache_read_tokens"


def compared(world: World) -> list[tuple[Any, ...]]:
    sql = "SELECT meter, difference, standing FROM source_comparison ORDER BY meter, compared_from"
    return [tuple(row.values()) for row in rows(asked(world), sql)]


def test_equal_rates_agree_whatever_the_spelling_and_the_unit() -> None:
    w = World()
    w.price("m", {IN: "0.000003", OUT: "0.000015"}, unit="1M tokens")
    w.check("m", {IN: "0.0000030", OUT: "0.000015"}, unit="1K tokens")
    # Reasoning is priced as the output it is part of, on both sides.
    assert compared(w) == [
        (IN, None, "agrees"),
        (OUT, None, "agrees"),
        ("reasoning_tokens", None, "agrees"),
    ]


def test_what_is_charged_is_compared_and_not_the_list_price() -> None:
    w = World()
    w.price("m", {IN: "0.000005"}, multiplier="0.8")
    w.check("m", {IN: "0.000004"})
    assert compared(w) == [(IN, None, "agrees")]


@pytest.mark.parametrize(
    ("rates", "facts", "found"),
    [
        ({IN: "0.000004"}, {}, [(IN, "price", "conflict")]),
        ({IN: "0.000003000000000001"}, {}, [(IN, "price", "conflict")]),
        ({IN: "0.000003"}, {"currency": "EUR"}, [(IN, "currency", "conflict")]),
        (
            {"requests": "0.000003"},
            {},
            [(IN, "unit", "conflict"), ("requests", "unit", "conflict")],
        ),
        (
            {IN: "0.000003", CACHE: "0.0000003"},
            {},
            [(CACHE, "presence", "only_check"), (IN, None, "agrees")],
        ),
    ],
    ids=["price", "the last digit", "currency", "unit", "one more meter"],
)
def test_a_difference_has_its_kind(
    rates: dict[str, str], facts: dict[str, Any], found: list[tuple[Any, ...]]
) -> None:
    w = World()
    w.price("m", {IN: "0.000003"})
    w.check("m", rates, **facts)
    assert compared(w) == found


def test_only_times_at_which_both_hold_are_compared_and_only_in_the_period() -> None:
    w = World()
    w.price("m", {IN: "1"}, start="07-01", until="08-10")
    w.price("m", {IN: "2"}, start="08-10")
    w.check("m", {IN: "1"}, start="08-05", until="08-20")
    w.check("m", {IN: "2"}, start="08-20")
    sql = "SELECT compared_from, compared_until, standing FROM source_comparison ORDER BY 1"
    assert [tuple(row.values()) for row in rows(asked(w), sql)] == [
        (moment("08-05"), moment("08-10"), "agrees"),
        (moment("08-10"), moment("08-20"), "conflict"),
        (moment("08-20"), moment("09-01"), "agrees"),
    ]


def test_a_signed_agreement_is_compared_with_no_published_price() -> None:
    w = World()
    w.price("m", {IN: "1"}, grade="A")
    w.check("m", {IN: "2"})
    assert compared(w) == []


def test_a_name_that_is_merely_alike_is_never_joined() -> None:
    w = World()
    w.price("m-1", {IN: "1"})
    w.check("M-1", {IN: "2"})
    w.check("m_1", {IN: "2"})
    assert compared(w) == []


def disputed(world: World) -> list[tuple[Any, ...]]:
    sql = (
        "SELECT u.request_id, d.lowest_cost, d.highest_cost FROM disputed_cost AS d"
        " JOIN usage_record AS u ON u.row_id = d.row_id ORDER BY 1"
    )
    return [tuple(row.values()) for row in rows(asked(world), sql)]


def conflicting(**facts: Any) -> World:
    """Documentation says 2 and 10 from July on; the page says 3 and 10 from 10 August on."""
    w = World()
    w.price("m", {IN: "2", OUT: "10"}, start="07-01")
    w.check("m", {IN: "3", OUT: "10"}, start="08-10", **facts)
    return w


def test_a_call_under_the_conflict_costs_what_the_other_source_says() -> None:
    w = conflicting()
    w.use("m", "08-12 10:00", request_id="a", input_tokens="5", output_tokens="1")
    # 5 x 3 + 1 x 10
    assert disputed(w) == [("a", Decimal(25), Decimal(25))]


def test_a_call_before_any_second_source_is_judged_by_the_later_comparison() -> None:
    w = conflicting()
    w.use("m", "08-02 10:00", request_id="a", input_tokens="5", output_tokens="1")
    assert disputed(w) == [("a", Decimal(25), Decimal(25))]


def test_a_call_at_a_time_when_both_agreed_is_not_touched() -> None:
    w = conflicting()
    w.check("m", {IN: "2", OUT: "10"}, start="08-01", until="08-10")
    w.use("m", "08-02 10:00", request_id="a", input_tokens="5", output_tokens="1")
    w.use("m", "08-10 00:00", request_id="b", input_tokens="1", output_tokens="1")
    assert disputed(w) == [("b", Decimal(13), Decimal(13))]


def test_a_call_without_the_disputed_meter_is_not_touched() -> None:
    w = conflicting()
    w.use("m", "08-12 10:00", request_id="a", input_tokens="0", output_tokens="1")
    assert disputed(w) == []


def test_a_meter_the_other_source_does_not_state_counts_at_the_own_rate() -> None:
    w = World(recorded={"usage": (IN, OUT, CACHE, "requests")})
    w.price("m", {IN: "2", OUT: "10", CACHE: "1"})
    w.check("m", {IN: "3", OUT: "10"})
    w.use("m", request_id="a", input_tokens="5", output_tokens="1", cache_read_tokens="4")
    # 5 x 3 + 1 x 10 + 4 x 1
    assert disputed(w) == [("a", Decimal(29), Decimal(29))]


def test_another_currency_leaves_no_bound() -> None:
    w = World()
    w.price("m", {IN: "2", OUT: "10"})
    w.check("m", {IN: "2", OUT: "10"}, currency="EUR")
    w.use("m", request_id="a", input_tokens="5", output_tokens="1")
    assert disputed(w) == [("a", Decimal(0), None)]


def test_a_settled_conflict_touches_no_call() -> None:
    w = conflicting()
    w.settle("set-000", "check-000")
    w.use("m", "08-12 10:00", request_id="a", input_tokens="5", output_tokens="1")
    assert disputed(w) == []
    # Input is settled; output is equal on both sides, and so is reasoning.
    assert [standing for _, _, standing in compared(w)] == ["resolved", "agrees", "agrees"]


def test_the_expected_cost_stays_and_its_range_reaches_the_other_price() -> None:
    w = conflicting()
    w.use("m", "08-12 10:00", request_id="a", input_tokens="5", output_tokens="1")
    sql = "SELECT low_cost, expected_cost, high_cost FROM expected_cost"
    assert [tuple(row.values()) for row in rows(asked(w), sql)] == [
        (Decimal(20), Decimal(20), Decimal(25))
    ]
