"""Rows of a catalog that are no rows with prices, and what a row means by its own keys.

What a single price may say is in the catalogue of bad input, tests/catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tieout.pricebook import ParsedSource


@dataclass(frozen=True)
class Case:
    """One row that prices nothing.

    Attributes:
        name: number and story.
        rows: the catalog rows, as JSON texts; a pricing object alone stands for the model ``m``.
        refused: (reason, locator) of every refusal.
    """

    name: str
    rows: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()


P = "/data/0/pricing"
CASES = [
    Case("a row that is no object", ("7",), refused=(("PRICE_ROW", "/data/0"),)),
    Case("a row without an id", ('{"pricing": {}}',), refused=(("PRICE_ROW", "/data/0"),)),
    Case("an id that is a number", ('{"id": 5}',), refused=(("PRICE_ROW", "/data/0"),)),
    Case("prices that are a list", ('{"id": "m", "pricing": []}',), refused=(("PRICE_TEXT", P),)),
    Case(
        "a price that is a flag",
        ('{"currency": "USD", "per_request": true}',),
        refused=(("PRICE_TEXT", f"{P}/per_request"),),
    ),
    Case(
        "a price that is an object",
        ('{"currency": "USD", "per_request": {"low": 1}}',),
        refused=(("PRICE_TEXT", f"{P}/per_request"),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_price_case_is_read_as_the_table_says(
    case: Case, read_rows: Callable[..., ParsedSource]
) -> None:
    rows = [
        row if row.startswith(('{"id"', "7", '{"pricing"')) else f'{{"id": "m", "pricing": {row}}}'
        for row in case.rows
    ]
    parsed = read_rows(*rows)
    assert parsed.prices == ()
    assert tuple((r.reason_code, r.locator) for r in parsed.refused) == case.refused


def test_the_dialect_follows_the_ratio_key_of_each_row(
    read_rows: Callable[..., ParsedSource],
) -> None:
    parsed = read_rows(
        '{"id": "a", "pricing": {"per_request": 1}}',
        '{"id": "b", "pricing": {"per_request": 1, "ratio": 0.8}}',
        '{"id": "c", "pricing": {"per_request": 1, "ratio": null}}',
    )
    assert [(p.source_model_id, p.dialect, p.multiplier_text) for p in parsed.prices] == [
        ("a", "discounted", None),
        ("b", "list_with_ratio", "0.8"),
        ("c", "discounted", None),
    ]


def test_the_ratio_applied_twice_is_kept_beside_the_rate(
    read_rows: Callable[..., ParsedSource],
) -> None:
    parsed = read_rows('{"id": "a", "pricing": {"input": 5, "output": 25, "ratio": 0.8}}')
    assert [str(p.twice_unit_rate) for p in parsed.prices] == ["0.0000032", "0.000016"]


def test_a_model_with_an_unreadable_price_waits_as_a_whole(
    read_rows: Callable[..., ParsedSource],
) -> None:
    parsed = read_rows(
        '{"id": "a", "pricing": {"input": 5, "output": "five"}}',
        '{"id": "b", "pricing": {"input": 5, "output": null}}',
    )
    assert set(parsed.usable()) == {"b"}
