"""What is claimed of a row: above its own ratios, above the price, and never more than it is.

One row throughout: 1,000 input tokens, of which 200 came from a cache, and 500 output tokens. Its
ratios make (800 + 200 x 0.5 + 500 x 4) x 1 x 0.8 = 2,320 units, at 0.000002 each 0.00464; so does
the published price: 800 x 0.0000016 + 200 x 0.0000008 + 500 x 0.0000064.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.world import UNIT, World, calculated, rows, terms
from tieout.close.pipeline import run_stage
from tieout.close.views import VIEWS
from tieout.engine.duckdb import DuckDBEngine

RATIOS = {"model_ratio": "1", "completion_ratio": "4", "cache_ratio": "0.5", "group_ratio": "0.8"}
TOKENS = {"input_tokens": "1000", "cache_read_tokens": "200", "output_tokens": "500"}
METERS = ("input_tokens", "cache_read_tokens", "output_tokens")
PRICE = ("0.0000016", "0.0000008", "0.0000064")
HALF = ("0.0000008", "0.0000004", "0.0000032")  # makes 0.00232
VIEW = {stage.path: stage for stage in VIEWS}


def world_of(price: tuple[str, ...] = PRICE) -> World:
    world = World(recorded={"usage": METERS})
    world.price("m", dict(zip(METERS, price, strict=True)), name="set")
    return world


def charged(world: World, units: str, request_id: str = "a", **fields: Any) -> None:
    said = {"input_includes_parts": True, "frozen": RATIOS, **TOKENS, **fields}
    world.use(
        request_id=request_id, charged_units=units, charged_cost=str(Decimal(units) * UNIT), **said
    )


def refunded(world: World, units: str, request_id: str = "a") -> None:
    world.use(
        request_id=request_id, entry_kind="refund", charged_units=units,
        charged_cost=str(-Decimal(units) * UNIT),
    )  # fmt: skip


def engine_of(world: World) -> DuckDBEngine:
    engine = calculated(world, replace(terms(), charge_unit=UNIT))
    for path in ("credits/claim_row", "credits/claim_total"):
        run_stage(engine, VIEW[path])
    return engine


def claimed(world: World) -> list[tuple[str, Decimal | None, Decimal]]:
    found = rows(engine_of(world), "SELECT * FROM claim_row ORDER BY request_id, cause DESC")
    return [(one["cause"], one["amount_units"], one["amount"]) for one in found]


def test_what_ratios_and_price_make_is_no_claim() -> None:
    world = world_of()
    charged(world, "2320")
    assert claimed(world) == []


def test_what_the_ratios_of_the_row_do_not_make_is_claimed_in_units_and_money() -> None:
    world = world_of()
    charged(world, "2420")
    assert claimed(world) == [("charged_above_ratios", Decimal(100), Decimal("0.0002"))]


def test_ratios_above_the_published_price_are_claimed_as_money() -> None:
    world = world_of(HALF)
    charged(world, "2320")
    assert claimed(world) == [("charged_above_price", None, Decimal("0.00232"))]


def test_both_causes_of_one_row_add_up_to_what_was_taken_too_much() -> None:
    world = world_of(HALF)
    charged(world, "2420")
    # 2,420 units are 0.00484; the price makes 0.00232.
    assert claimed(world) == [
        ("charged_above_ratios", Decimal(100), Decimal("0.0002")),
        ("charged_above_price", None, Decimal("0.00232")),
    ]


def test_a_whole_unit_is_rounding_and_more_is_not() -> None:
    world = World()
    world.price("m", {"input_tokens": "0.000002"})
    for name, units in (("a", "1001"), ("b", "1002"), ("c", "999")):
        charged(world, units, name, frozen={}, input_tokens="1000", output_tokens="0",
                cache_read_tokens=None)  # fmt: skip
    assert claimed(world) == [("charged_above_price", None, Decimal("0.000004"))]


@pytest.mark.parametrize(
    ("back", "left"),
    [
        ("2420", []),  # returned in full
        ("60", [("charged_above_ratios", Decimal(100), Decimal("0.00008"))]),
        ("100", []),
    ],
)
def test_what_came_back_is_no_claim_any_more(
    back: str, left: list[tuple[str, Decimal, Decimal]]
) -> None:
    world = world_of()
    charged(world, "2420")
    refunded(world, back)
    assert claimed(world) == left


def test_a_call_that_is_not_billed_is_claimed_whole() -> None:
    world = world_of()
    world.sold("set")
    world.rule("failed", billable=False)
    charged(world, "2320", outcome="failed")
    assert claimed(world) == [("charged_not_billed", None, Decimal("0.00464"))]


def test_a_doubt_is_in_the_favour_of_the_vendor() -> None:
    world = world_of()
    # Nothing verified says whether failed calls are billed: expected is 0, and up to 0.00464.
    charged(world, "2320", "a", outcome="failed")
    charged(world, "2330", "b", outcome="failed", frozen={})
    assert claimed(world) == [("charged_above_price", None, Decimal("0.00002"))]


def test_without_a_price_only_the_ratios_of_the_row_make_a_claim() -> None:
    world = world_of()
    charged(world, "2420", model="other")
    charged(world, "2420", "b", model="other", frozen={})
    assert claimed(world) == [("charged_above_ratios", Decimal(100), Decimal("0.0002"))]


def test_a_charge_in_another_currency_is_not_held_against_the_price() -> None:
    world = world_of(HALF)
    charged(world, "2320", currency="EUR")
    assert claimed(world) == []


def test_a_copy_of_a_row_is_claimed_once() -> None:
    world = world_of()
    charged(world, "2420")
    charged(world, "2420")
    assert claimed(world) == [("charged_above_ratios", Decimal(100), Decimal("0.0002"))]


def test_a_claim_holds_the_rows_of_one_cause_model_and_currency() -> None:
    world = world_of()
    charged(world, "2420", "a", at="08-10 12:00")
    charged(world, "2430", "b", at="08-12 12:00")
    (one,) = rows(engine_of(world), "SELECT * FROM claim_total")
    assert (one["cause"], one["model"], one["usage_rows"], one["amount"]) == (
        "charged_above_ratios", "m", 2, Decimal("0.00042"),
    )  # fmt: skip
    assert (str(one["first_day"]), str(one["last_day"])) == ("2026-08-10", "2026-08-12")


def test_the_digest_sums_are_those_of_the_rows_whatever_their_order() -> None:
    world = world_of(HALF)
    for place in range(6):
        charged(world, str(2400 + place), f"r{place}")
    query = "SELECT cause, first_sum, second_sum FROM claim_total ORDER BY cause"
    first = rows(engine_of(world), query)
    assert rows(engine_of(world.shuffled(7)), query) == first
    charged(world, "2399", "r9")
    assert rows(engine_of(world), query) != first


def test_the_control_total_sees_a_row_of_which_more_is_claimed_than_was_taken() -> None:
    world = world_of()
    charged(world, "2420")
    engine = engine_of(world)
    (control,) = (
        one for one in VIEW["credits/claim_row"].controls if "more is claimed" in one.name
    )
    assert engine.fetch(control.right).column(0)[0].as_py() == 0
    more = "SELECT import_id, ordinal, charged_cost, amount + charged_cost AS amount FROM claim_row"
    engine.load("more", engine.fetch(more))
    asked = control.right.replace("FROM claim_row", "FROM more")
    assert engine.fetch(asked).column(0)[0].as_py() == 1
