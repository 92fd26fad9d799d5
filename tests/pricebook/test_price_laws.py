"""Laws of prices: what is charged for a block is what is written, exactly, and nothing is lost."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.pricebook import (
    CapturedSource,
    DeclaredStart,
    PriceListMap,
    build_price_book,
    diff,
    parse_source,
)

COLUMNS = PriceListMap(
    model="model", price="price", meter="meter", unit="unit", currency="USD", multiplier="factor",
)  # fmt: skip
UNITS = {"token": 1, "1K tokens": 1000, "1M tokens": 1_000_000}
LINES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["input_tokens", "output_tokens"]),
        st.decimals(0, 9999, allow_nan=False, allow_infinity=False, places=9),
        st.sampled_from(sorted(UNITS)),
        st.one_of(st.none(), st.integers(1, 999)),
    ),
    max_size=8,
)
Line = tuple[str, str, Decimal, str, int | None]


def text_of(lines: list[Line]) -> bytes:
    rows = [
        f"{model},{meter},{price:f},{unit},{'' if factor is None else f'0.{factor:03d}'}\n"
        for model, meter, price, unit, factor in lines
    ]
    return ("model,meter,price,unit,factor\n" + "".join(rows)).encode()


@pytest.mark.law
@given(LINES)
def test_unit_rate_times_block_is_price_times_multiplier(lines: list[Line]) -> None:
    parsed = parse_source(text_of(lines), "price-list", COLUMNS)
    written = {f"line {number}, column price": line for number, line in enumerate(lines, 2)}
    for price in parsed.prices:
        _, meter, amount, unit, factor = written[price.locator]
        times = Fraction(1) if factor is None else Fraction(factor, 1000)
        assert price.meter == meter
        assert Fraction(price.unit_rate) * UNITS[unit] == Fraction(amount) * times
        assert Fraction(price.list_unit_rate) * UNITS[unit] == Fraction(amount)
        if factor is not None and price.twice_unit_rate is not None:
            assert Fraction(price.twice_unit_rate) * UNITS[unit] == Fraction(amount) * times**2


@pytest.mark.law
@given(LINES)
def test_every_model_of_a_list_is_priced_or_refused(lines: list[Line]) -> None:
    parsed = parse_source(text_of(lines), "price-list", COLUMNS)
    priced = {price.source_model_id for price in parsed.prices}
    refused = {refusal.source_model_id for refusal in parsed.refused}
    assert priced | refused == {line[0] for line in lines}


@pytest.mark.law
@given(LINES)
def test_a_source_differs_from_itself_in_nothing(lines: list[Line]) -> None:
    parsed = parse_source(text_of(lines), "price-list", COLUMNS)
    assert {found.change for found in diff(parsed, parsed)} <= {"unchanged"}


@pytest.mark.law
@given(
    st.lists(st.tuples(st.integers(0, 9), LINES), min_size=1, max_size=4, unique_by=lambda c: c[0]),
    st.integers(-3, 9),
    st.randoms(use_true_random=False),
)
def test_one_source_has_one_price_at_a_time_in_any_order_of_captures(
    captured: list[tuple[int, list[Line]]], declared: int, shuffled: object
) -> None:
    start = datetime(2026, 8, 1, tzinfo=UTC)
    captures = [
        CapturedSource(
            f"c{day}", "list", start + timedelta(days=day), "B", approved=True,
            parsed=parse_source(text_of(lines), "price-list", COLUMNS),
        )
        for day, lines in captured
    ]  # fmt: skip
    first = f"c{min(day for day, _ in captured)}"
    declarations = [DeclaredStart(first, start + timedelta(days=declared))]
    book = build_price_book(captures, declarations)
    shuffled.shuffle(captures)  # type: ignore[attr-defined]
    again = build_price_book(captures, declarations)
    assert (again.price_sets, again.price_lines) == (book.price_sets, book.price_lines)
    rows = sorted(
        book.price_sets.to_pylist(), key=lambda r: (r["source_model_id"], r["effective_from"])
    )
    for _, group in itertools.groupby(rows, key=lambda row: str(row["source_model_id"])):
        for earlier, later in itertools.pairwise(group):
            assert earlier["effective_until"] is not None
            assert earlier["effective_until"] <= later["effective_from"]
    ids = set(book.price_sets.column("price_set_id").to_pylist())
    assert set(book.price_lines.column("price_set_id").to_pylist()) == ids
