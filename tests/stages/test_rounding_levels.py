"""Roundings of a total over several lines, and of several totals in one line (K4, D12)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.world import World, asked, rows, terms
from tieout.money import LEVELS, Level, Mode, RoundingRule

RATES = {"input_tokens": "0.000001", "output_tokens": "0"}
CENT = Decimal("0.01")


def causes(
    world: World,
    level: Level,
    mode: Mode = "half_away",
    *,
    keys: tuple[str, ...] = ("day", "source_model_id", "cost_center"),
    step: Decimal = CENT,
) -> list[str]:
    """The causes of the lines, in the order of day, model and cost center."""
    said = terms(keys, rounding=RoundingRule(level, step, mode))
    found = rows(
        asked(world, said),
        "SELECT cause, proof FROM variance_line"
        " ORDER BY day, currency, source_model_id, cost_center, recorded_cost",
    )
    assert {one["proof"] for one in found if one["cause"] == "declared_rounding"} <= {"proved"}
    return [one["cause"] for one in found]


def line(world: World, tokens: str, amount: str | None, at: str = "08-05", **labels: str) -> None:
    """A line of one call: that many micro-dollars expected, and what the books hold."""
    model = labels.pop("model", "m")
    currency = labels.pop("currency", "USD")
    world.use(model, at=f"{at} 10:00", input_tokens=tokens, output_tokens="0", **labels)
    if amount is not None:
        world.book(amount, model, at=at, currency=currency, **labels)


def priced(*models: str) -> World:
    world = World()
    for model in models or ("m",):
        world.price(model, RATES)
    return world


def test_a_day_is_rounded_once_over_its_lines() -> None:
    # 0.006 + 0.008 = 0.014, rounded 0.01; the second line carries the difference of 0.004.
    world = priced()
    line(world, "6000", "0.006", cost_center="a")
    line(world, "8000", "0.004", cost_center="b")
    assert causes(world, "day") == ["ties_out", "declared_rounding"]
    assert causes(world, "line") == ["ties_out", "unknown"]


def test_a_total_that_is_not_the_rounded_one_proves_nothing() -> None:
    for amount in ("0.005", "0.0041", "0.014"):
        world = priced()
        line(world, "6000", "0.006", cost_center="a")
        line(world, "8000", amount, cost_center="b")
        assert "declared_rounding" not in causes(world, "day")


def test_a_line_further_off_than_one_rounding_is_no_rounding() -> None:
    # 0.006 + 0.012 = 0.018, rounded 0.02; the second line is 0.006 short and the first 0.008 over.
    world = priced()
    line(world, "6000", "0.014", cost_center="a")
    line(world, "12000", "0.006", cost_center="b")
    assert causes(world, "day") == ["unknown", "unknown"]
    # Cut to cents, a rounding changes up to a whole one: 0.018 makes 0.01.
    world = priced()
    line(world, "6000", "0.006", cost_center="a")
    line(world, "12000", "0.004", cost_center="b")
    assert causes(world, "day", "down") == ["ties_out", "declared_rounding"]
    assert causes(world, "day", "half_even") == ["ties_out", "unknown"]


def test_a_line_that_is_missing_leaves_the_others_their_total() -> None:
    world = priced()
    line(world, "6000", "0.006", cost_center="a")
    line(world, "8000", "0.004", cost_center="b")
    line(world, "9000", None, cost_center="c")
    assert causes(world, "day") == ["ties_out", "declared_rounding", "not_in_ledger"]


def test_each_scope_stands_alone() -> None:
    # Two days: 0.014 makes 0.01 on each; the first holds 0.010 and the second 0.011.
    world = priced()
    for day, last in (("08-05", "0.004"), ("08-06", "0.005")):
        line(world, "6000", "0.006", day, cost_center="a")
        line(world, "8000", last, day, cost_center="b")
    found = ["ties_out", "declared_rounding", "ties_out", "unknown"]
    assert causes(world, "day") == found
    # Two models: the same amounts.
    world = priced("m", "n")
    for model, last in (("m", "0.004"), ("n", "0.005")):
        line(world, "6000", "0.006", "08-05", model=model, cost_center="a")
        line(world, "8000", last, "08-05", model=model, cost_center="b")
    assert causes(world, "model") == found
    # The period: 0.028 makes 0.03, and the books hold 0.021.
    assert "declared_rounding" not in causes(world, "period")


def test_currencies_are_rounded_apart() -> None:
    world = priced("m")
    world.price("n", RATES, currency="EUR")
    line(world, "6000", "0.006", cost_center="a")
    line(world, "8000", "0.004", cost_center="b")
    line(world, "6000", "0.006", model="n", currency="EUR", cost_center="a")
    line(world, "8000", "0.005", model="n", currency="EUR", cost_center="b")
    assert causes(world, "day") == ["ties_out", "unknown", "ties_out", "declared_rounding"]
    assert causes(world, "period") == ["ties_out", "unknown", "ties_out", "declared_rounding"]


def test_a_line_over_several_days_holds_the_sum_of_its_rounded_days() -> None:
    # 0.006 each day: rounded 0.01 + 0.01 = 0.02, while the month rounded once would be 0.01.
    for amount, by_day, by_line in (
        ("0.02", "declared_rounding", "unknown"),
        ("0.01", "unknown", "declared_rounding"),
    ):
        world = priced()
        for at in ("08-05 10:00", "08-06 10:00"):
            world.use(at=at, input_tokens="6000", output_tokens="0")
        world.book(amount, at="08-31")
        assert causes(world, "day", keys=("source_model_id",)) == [by_day]
        assert causes(world, "line", keys=("source_model_id",)) == [by_line]
        # One model, and one line in the period: both are rounded once.
        assert causes(world, "model", keys=("source_model_id",)) == [by_line]
        assert causes(world, "period", keys=("source_model_id",)) == [by_line]


def test_a_line_over_several_models_holds_the_sum_of_its_rounded_models() -> None:
    # 0.006 + 0.006 by model: 0.01 + 0.01.
    world = priced("m", "n")
    for model in ("m", "n"):
        world.use(model, at="08-05 10:00", input_tokens="6000", output_tokens="0")
    world.book("0.02", at="08-05")
    assert causes(world, "model", keys=("day",)) == ["declared_rounding"]
    assert causes(world, "day", keys=("day",)) == ["unknown"]


def test_a_wrong_price_is_still_seen_through_the_rounding_of_a_day() -> None:
    # 6,000 tokens at the price in force are 0.006, rounded 0.01; at the other 0.024, rounded 0.02.
    world = World()
    world.price("m", RATES, until="08-20")
    world.price("m", {"input_tokens": "0.000004", "output_tokens": "0"}, start="08-20")
    line(world, "6000", "0.02")
    assert causes(world, "day") == ["price_not_in_force"]


@pytest.mark.parametrize("level", LEVELS)
def test_exact_books_tie_out_at_every_level(level: Level) -> None:
    world = priced()
    line(world, "6000", "0.006", cost_center="a")
    line(world, "8000", "0.008", cost_center="b")
    assert causes(world, level) == ["ties_out", "ties_out"]
