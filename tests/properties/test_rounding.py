"""Rounding as data: every mode at any step, against fractions, in Python and in its statement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world import rows
from tieout import tables
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement
from tieout.money import MODES, Mode, RoundingRule
from tieout.tables.stages import STAGE_TABLES

STEPS = ("1", "0.01", "0.05", "0.000002", "0.25", "0.3", "1000", "0.00000000000000000001")
AMOUNTS = st.one_of(
    st.decimals(-(10**9), 10**9, places=21, allow_nan=False, allow_infinity=False),
    st.integers(-2000, 2000).map(lambda n: Decimal(n) * Decimal("0.005")),
    st.integers(-99, 99).map(lambda n: Decimal(n) * Decimal("0.5")),
)


def oracle(amount: Decimal, step: str, mode: str) -> Fraction:
    """The same in whole numbers of steps, from what the words mean."""
    steps = Fraction(amount) / Fraction(step)
    low, high = math.floor(steps), math.ceil(steps)
    toward, away = (low, high) if steps >= 0 else (high, low)
    middle = steps - low == Fraction(1, 2)
    near = low if steps - low < Fraction(1, 2) else high
    chosen = {
        "half_away": away if middle else near,
        "half_even": (low if low % 2 == 0 else high) if middle else near,
        "down": toward,
        "up": away,
        "floor": low,
        "ceiling": high,
    }[mode]
    return chosen * Fraction(step)


# What a step of 1 makes of 2.5, 3.5, 2.4, 0 and their negatives, written down by hand.
TABLE: dict[Mode, tuple[int, ...]] = {
    "half_away": (3, 4, 2, 0, -3, -4, -2),
    "half_even": (2, 4, 2, 0, -2, -4, -2),
    "down": (2, 3, 2, 0, -2, -3, -2),
    "up": (3, 4, 3, 0, -3, -4, -3),
    "floor": (2, 3, 2, 0, -3, -4, -3),
    "ceiling": (3, 4, 3, 0, -2, -3, -2),
}


def in_sql(amounts: Sequence[Decimal], rule: RoundingRule) -> list[Decimal]:
    """Each amount as the expected cost of a row of its own, through the statement itself."""
    engine = DuckDBEngine(1)
    count = len(amounts)
    numbers: list[object] = list(range(count))
    row: dict[str, list[object]] = {
        name: [None] * count for name in STAGE_TABLES["open_row"].column_names
    }
    row.update(
        line_key=["l"] * count, row_id=numbers, day=[date(2026, 8, 3)] * count,
        source_model_id=["m"] * count, price_set_id=["p"] * count, currency=["USD"] * count,
        counts=[True] * count, expected_cost=list(amounts), full_cost=list(amounts),
        list_cost=list(amounts),
    )  # fmt: skip
    engine.load("open_row", STAGE_TABLES["open_row"].arrow(row))
    engine.load(
        "row_counterfactual",
        STAGE_TABLES["row_counterfactual"].arrow(
            {
                "line_key": ["l"] * count, "row_id": numbers, "cause": ["c"] * count,
                "variant": ["v"] * count, "amount": list(amounts),
            }
        ),
    )  # fmt: skip
    scopes = STAGE_TABLES["rounding_scope"]
    engine.load("rounding_scope", scopes.arrow({name: [] for name in scopes.column_names}))
    terms: dict[str, list[object]] = {name: [None] for name in tables.LEDGER_TERMS.column_names}
    terms.update(
        half_step=[Decimal(0)], rounding_level=[rule.level], rounding_step=[rule.step],
        rounding_mode=[rule.mode], rounding_bound=[rule.bound],
    )  # fmt: skip
    engine.load("ledger_terms", tables.LEDGER_TERMS.arrow(terms))
    engine.run(statement("variance/rounded_amount"))
    found = rows(engine, "SELECT rounded_amount FROM rounded_amount ORDER BY CAST(part AS INT)")
    engine.close()
    return [one["rounded_amount"] for one in found]


@pytest.mark.parametrize("mode", MODES)
def test_the_table_written_by_hand(mode: Mode) -> None:
    amounts = [Decimal(text) for text in ("2.5", "3.5", "2.4", "0", "-2.5", "-3.5", "-2.4")]
    rule = RoundingRule("request", Decimal(1), mode)
    wanted = [Decimal(value) for value in TABLE[mode]]
    assert [rule.round(amount) for amount in amounts] == wanted
    assert in_sql(amounts, rule) == wanted
    assert [oracle(amount, "1", mode) for amount in amounts] == wanted


@pytest.mark.law
@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=25)
@given(step=st.sampled_from(STEPS), amounts=st.lists(AMOUNTS, min_size=1, max_size=40))
def test_any_amount_at_any_step(mode: Mode, step: str, amounts: list[Decimal]) -> None:
    rule = RoundingRule("request", Decimal(step), mode)
    wanted = [oracle(amount, step, mode) for amount in amounts]
    assert [Fraction(rule.round(amount)) for amount in amounts] == wanted
    assert [Fraction(amount) for amount in in_sql(amounts, rule)] == wanted
    # D12: half a step for nearest modes, a full step for directed ones.
    for amount, rounded in zip(amounts, wanted, strict=True):
        assert abs(rounded - Fraction(amount)) <= Fraction(rule.bound)
    assert rule.bound == Decimal(step) * (Decimal("0.5") if "half" in mode else 1)


def test_no_level_rounds_nothing() -> None:
    assert RoundingRule().round(Decimal("0.0149")) == Decimal("0.0149")
    assert RoundingRule().bound == 0
