"""overlapping_cost: what a call would cost at each of the prices that hold at its time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.world import World, asked, rows

IN, OUT = "input_tokens", "output_tokens"


def costs(world: World) -> list[tuple[Any, ...]]:
    sql = (
        "SELECT u.request_id, o.price_set_id, o.cost FROM overlapping_cost AS o"
        " JOIN usage_record AS u ON u.row_id = o.row_id"
        " ORDER BY 1, 2"
    )
    return [tuple(row.values()) for row in rows(asked(world), sql)]


def overlapping(first: dict[str, str], second: dict[str, str]) -> World:
    """Two sources state a price of one model; the second from 10 August on."""
    w = World()
    w.price("m", first, name="a")
    w.price("m", second, start="08-10", name="b")
    for name, day in (("before", "08-09"), ("both", "08-11")):
        w.use("m", f"{day} 00:00", request_id=name, **{IN: "100", OUT: "10"})
    return w


def test_a_call_has_a_cost_at_each_price_only_while_both_hold() -> None:
    w = overlapping({IN: "2", OUT: "5"}, {IN: "3", OUT: "5"})
    # 100 x 2 + 10 x 5 and 100 x 3 + 10 x 5.
    assert costs(w) == [("both", "a", Decimal(250)), ("both", "b", Decimal(350))]


def test_a_price_without_a_rate_for_what_was_used_gives_no_amount() -> None:
    w = overlapping({IN: "2", OUT: "5"}, {IN: "3"})
    assert costs(w) == [("both", "a", Decimal(250)), ("both", "b", None)]


def test_prices_that_agree_overlap_without_harm() -> None:
    assert costs(overlapping({IN: "2", OUT: "5"}, {IN: "2.0", OUT: "5"})) == []
