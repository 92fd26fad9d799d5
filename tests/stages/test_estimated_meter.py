"""Estimates of meters that were not recorded, against the same worked out in fractions."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World, asked, rows
from tieout.engine.duckdb import DuckDBEngine

RATES = {"input_tokens": "0.000002", "output_tokens": "0.000008", "cache_read_tokens": "0.0000005"}
WHOLE = ("input_tokens", "cache_read_tokens", "output_tokens")


def world_of(*meters: str) -> World:
    """A world with one price, whose export records these meters."""
    recorded = meters or WHOLE
    world = World(recorded={"usage": recorded})
    world.price("m", {meter: RATES[meter] for meter in recorded})
    return world


def costs(engine: DuckDBEngine) -> dict[str, tuple[Any, ...]]:
    """State, expected, low and high of each row, by its request id."""
    found = rows(
        engine,
        "SELECT u.request_id, s.rating_state, e.expected_cost, e.low_cost, e.high_cost"
        " FROM usage_state AS s JOIN usage_record AS u ON u.row_id = s.row_id"
        " LEFT JOIN expected_cost AS e ON e.row_id = s.row_id",
    )
    return {row["request_id"]: tuple(row.values())[1:] for row in found}


def test_a_missing_meter_is_rated_by_its_estimate_as_a_range() -> None:
    world = world_of("input_tokens", "output_tokens")
    world.use(request_id="r1", input_tokens="1000000", output_tokens=None)
    world.use(request_id="r2", input_tokens="1000000", output_tokens="500")
    assert costs(asked(world))["r1"] == ("not_reconcilable", None, None, None)
    world.estimate("m", "output_tokens", ("250000", "100000", "1000000"))
    found = costs(asked(world))
    # By hand: 2 for the input, and 250,000, 100,000 and 1,000,000 at 8 a million.
    assert found["r1"] == ("rated", Decimal(4), Decimal("2.8"), Decimal(10))
    # A row that states the meter is not touched: 2 and 500 at 8 a million.
    assert found["r2"] == ("rated", *[Decimal("2.004")] * 3)


def test_an_estimate_may_be_a_multiple_of_a_meter_that_is_stated() -> None:
    world = world_of("input_tokens", "output_tokens")
    world.use(request_id="r1", input_tokens="1000", output_tokens=None)
    world.use(request_id="r2", input_tokens="1000.5", output_tokens=None)
    world.use(request_id="r3", input_tokens="999999999999", output_tokens=None)
    world.use(request_id="r4", input_tokens=None, output_tokens=None)
    world.estimate("m", "output_tokens", ("0.125", "0.1", "1.5"), per="input_tokens")
    found = costs(asked(world))
    # 1,000 at 2 and 125, 100 and 1,500 at 8 a million.
    assert found["r1"] == ("rated", Decimal("0.003"), Decimal("0.0028"), Decimal("0.014"))
    # Half a token times an eighth is no exact quantity, and the third does not fit: both wait.
    assert {found[name][0] for name in ("r2", "r3", "r4")} == {"not_reconcilable"}


def test_an_estimated_part_comes_off_the_whole_that_includes_it() -> None:
    world = world_of()
    terms: dict[str, Any] = {
        "input_tokens": "1000000",
        "output_tokens": "0",
        "input_includes_parts": True,
    }
    world.use(request_id="r1", **terms)
    world.use(request_id="r2", **{**terms, "input_tokens": "700000"})
    world.use(request_id="r3", **{**terms, "input_includes_parts": False})
    world.estimate("m", "cache_read_tokens", ("400000", "200000", "800000"))
    found = costs(asked(world))
    # 600,000 at 2 and 400,000 at 0.5 a million: 1.2 + 0.2. The ends are each taken apart:
    # 200,000 at 2 and 200,000 at 0.5, and 800,000 at 2 and 800,000 at 0.5.
    assert found["r1"] == ("rated", Decimal("1.4"), Decimal("0.5"), Decimal(2))
    # The whole is smaller than the estimate may be: nothing is estimated.
    assert found["r2"][0] == "not_reconcilable"
    # Beside the whole, where the format counts it apart.
    assert found["r3"] == ("rated", Decimal("2.2"), Decimal("2.1"), Decimal("2.4"))


@pytest.mark.parametrize(
    ("model", "at", "kind"),
    [
        ("other", "08-10 12:00", "consumption"),
        ("m", "07-31 23:59", "consumption"),
        ("m", "09-01 00:00", "consumption"),
    ],
)
def test_an_estimate_is_for_its_model_and_period_alone(model: str, at: str, kind: str) -> None:
    world = world_of("input_tokens", "output_tokens")
    world.price("other", RATES)
    world.use(model, at, request_id="r1", entry_kind=kind, input_tokens="1", output_tokens=None)
    world.estimate("m", "output_tokens", ("1", "1", "1"))
    assert costs(asked(world))["r1"][0] == "not_reconcilable"


def test_the_rated_line_names_the_estimate() -> None:
    world = world_of("input_tokens", "output_tokens")
    world.use(request_id="r1", input_tokens="10", output_tokens=None)
    name = world.estimate("m", "output_tokens", ("5", "5", "5"))
    found = rows(asked(world), "SELECT meter, estimate_id, is_rest, quantity FROM estimated_meter")
    assert found == [
        {
            "meter": "output_tokens", "estimate_id": name, "is_rest": False,
            "quantity": Decimal("5.000"),
        }
    ]  # fmt: skip


Ask = tuple[str, Fraction, Fraction, Fraction, str | None]


def oracle(row: dict[str, Any], asks: list[Ask]) -> tuple[Fraction, Fraction, Fraction] | None:
    """Expected, low and high of a row in fractions; none where something stays unknown."""
    stated_units = {m: None if row.get(m) is None else Fraction(row[m]) for m in WHOLE}
    guesses: dict[str, tuple[Fraction, Fraction, Fraction]] = {}
    for meter, middle, low, high, per in asks:
        if stated_units[meter] is not None:
            continue
        factor = Fraction(1) if per is None else stated_units[per]
        if factor is None or (per is not None and factor.denominator != 1):
            continue
        guesses[meter] = (middle * factor, low * factor, high * factor)
    leaves: dict[str, tuple[Fraction, Fraction, Fraction]] = {}
    for meter in WHOLE:
        units = stated_units[meter]
        if units is not None:
            leaves[meter] = (units, units, units)
    whole = stated_units["input_tokens"]
    if row["input_includes_parts"] and whole is not None:
        known = stated_units["cache_read_tokens"]
        if known is not None:
            leaves["input_tokens"] = (whole - known,) * 3
        elif "cache_read_tokens" in guesses:
            middle, low, high = guesses["cache_read_tokens"]
            if high > whole:
                del guesses["cache_read_tokens"]
            else:
                leaves["input_tokens"] = (whole - middle, whole - high, whole - low)
    leaves |= guesses
    if set(leaves) != set(WHOLE):
        return None
    sums = [
        sum((leaves[m][place] * Fraction(RATES[m]) for m in WHOLE), Fraction(0))
        for place in range(3)
    ]
    return sums[0], sums[1], sums[2]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_every_estimated_row_is_what_fractions_say(seed: int) -> None:
    order = random.Random(seed)  # noqa: S311 - repeatable, not secret
    world, asks = world_of(), []
    for meter in order.sample(WHOLE, order.randint(1, 3)):
        low, middle, high = sorted(Decimal(order.randint(0, 9_000)) / 8 for _ in range(3))
        per = order.choice([None, None, *(m for m in WHOLE if m != meter)])
        if per is not None:
            low, middle, high = (n.quantize(Decimal("0.001")) / 1000 for n in (low, middle, high))
            low, middle, high = (n.quantize(Decimal("0.001")) for n in (low, middle, high))
        world.estimate("m", meter, (str(middle), str(low), str(high)), per=per)
        asks.append((meter, Fraction(middle), Fraction(low), Fraction(high), per))
    for number in range(order.randint(1, 12)):
        units: dict[str, Any] = {
            m: order.choice([None, str(order.randint(0, 4000)), f"{order.randint(0, 99)}.25"])
            for m in WHOLE
        }
        includes = order.choice([True, False])
        whole, cached = units["input_tokens"], units["cache_read_tokens"]
        if includes and whole and cached and Decimal(cached) > Decimal(whole):
            units["cache_read_tokens"] = "0"
        world.use(request_id=f"r{number}", input_includes_parts=includes, **units)
    engine = asked(world)
    found = costs(engine)
    engine.close()
    for row in world.usage:
        wanted = oracle(row, asks)
        state, *amounts = found[row["request_id"]]
        if wanted is None:
            assert state == "not_reconcilable", (row, asks)
        else:
            assert (state, *map(Fraction, amounts)) == ("rated", *wanted), (row, asks)
