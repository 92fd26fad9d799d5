"""What the gateway charges: the worked checks of the contract, and the edges of its rounding."""

from __future__ import annotations

from decimal import Decimal

from tieout.demo.quota import (
    Ratios,
    Tokens,
    price_of,
    request_units,
    round_booking,
    task_units,
    token_units,
)
from tieout.demo.story import Statement

UNITS_PER_USD = 500_000


def ratios(model: str, completion: str, group: str, **cache: str) -> Ratios:
    more = {name: Decimal(text) for name, text in cache.items()}
    return Ratios(Decimal(model), Decimal(completion), Decimal(group), **more)


def test_a_prompt_that_includes_its_cache_gives_the_units_of_the_worked_check() -> None:
    tokens = Tokens(prompt=1000, completion=500, cache_read=200)
    assert token_units(tokens, ratios("1", "4", "0.8", cache_read="0.5")) == 2320


def test_a_prompt_that_excludes_its_cache_gives_the_units_of_the_worked_check() -> None:
    tokens = Tokens(14, 397, cache_read=29_892, cache_write=1_322, excluding=True)
    frozen = ratios("2.5", "5", "0.8", cache_read="0.1", cache_write="2")
    assert token_units(tokens, frozen) == 15_264


def test_half_a_unit_is_rounded_away_from_zero() -> None:
    assert token_units(Tokens(5, 0), ratios("0.5", "1", "1")) == 3


def test_any_use_costs_at_least_one_unit() -> None:
    assert token_units(Tokens(1, 0), ratios("0.15", "4", "0.8")) == 1


def test_a_call_without_tokens_costs_nothing() -> None:
    assert token_units(Tokens(0, 0), ratios("2.5", "5", "0.8")) == 0


def test_a_ratio_of_zero_costs_nothing() -> None:
    assert token_units(Tokens(10, 10), ratios("0", "1", "0.8")) == 0


def test_a_task_costs_its_seconds_at_the_announced_price() -> None:
    # Announced: 0.40 x 0.8 = 0.32 USD a second.
    units = task_units(Decimal("0.4"), Decimal("0.8"), 8, UNITS_PER_USD)
    assert units * Decimal("0.000002") == Decimal("2.56")


def test_task_units_are_cut_not_rounded() -> None:
    assert task_units(Decimal("0.0000059"), Decimal(1), 3, UNITS_PER_USD) == 6


def test_a_fixed_price_is_rounded_to_whole_units() -> None:
    assert request_units(Decimal("0.035"), Decimal("0.8"), UNITS_PER_USD) == 14_000
    assert request_units(Decimal("0.000001"), Decimal(1), UNITS_PER_USD) == 1


def test_a_completion_ratio_is_cut_to_four_decimals() -> None:
    # Published: output 3.19998 = 0.76 x 4.2105, where 4 / 0.95 = 4.210526...
    stated = Statement(
        key="x",
        source_id="x",
        captured="x",
        dialect="list_with_ratio",
        basis="published",
        per_input=Decimal("0.95"),
        per_output=Decimal(4),
        ratio=Decimal("0.8"),
    )
    assert price_of(stated).ratios.completion == Decimal("4.2105")


def test_the_books_round_half_away_from_zero_at_six_decimals() -> None:
    assert round_booking(Decimal("0.0000125")) == Decimal("0.000013")
    assert round_booking(Decimal("-0.0000125")) == Decimal("-0.000013")
    assert round_booking(Decimal("0.0000124999")) == Decimal("0.000012")
