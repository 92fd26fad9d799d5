"""The price cases of the threat model, one line of a table each: what is written, what is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from tieout.pricebook import ParsedSource


@dataclass(frozen=True)
class Case:
    """One price case.

    Attributes:
        name: number and story.
        rows: the catalog rows, as JSON texts; a pricing object alone stands for the model ``m``.
        rates: unit rate per (model, meter) as a fraction text; empty where nothing may be priced.
        refused: (reason, locator) of every refusal.
        notes: note codes to their count, those the case is about.
    """

    name: str
    rows: tuple[str, ...]
    rates: dict[tuple[str, str], str] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    notes: dict[str, int] = field(default_factory=dict)


P = "/data/0/pricing"
IN = ("m", "input_tokens")
OUT = ("m", "output_tokens")
REQUEST = ("m", "requests")
SECOND = ("m", "seconds")


def request(price: str, more: str = "") -> str:
    return f'{{"currency": "USD", "per_request": {price}{more}}}'


def refused_request(name: str, price: str, reason: str) -> Case:
    return Case(name, (request(price),), refused=((reason, f"{P}/per_request"),))


def refused_ratio(name: str, ratio: str) -> Case:
    row = request("1", f', "ratio": {ratio}')
    return Case(name, (row,), refused=(("PRICE_RATIO", f"{P}/ratio"),))


def refused_currency(name: str, text: str) -> Case:
    row = f'{{"currency": {text}, "per_request": 1}}'
    return Case(name, (row,), refused=(("PRICE_CURRENCY", f"{P}/currency"),))


CASES = [
    refused_request("PR01 a price with its unit in words", '"$3 / 1M tokens"', "PRICE_TEXT"),
    refused_request("PR02 a decimal comma", '"3,00"', "NUM_LOCALE"),
    refused_request("PR02 points for groups and a comma", '"1.234,56"', "NUM_LOCALE"),
    refused_request("PR02 a no-break space", '"1\u00a0234.56"', "NUM_LOCALE"),
    Case(
        "PR03 an exponent",
        (request("1.5E-7"),),
        rates={REQUEST: "15/100000000"},
        notes={"NUM_SCIENTIFIC": 1},
    ),
    refused_request("PR04 an exponent of seven digits", "1e2000000", "NUM_EXPONENT"),
    refused_request("PR04 an exponent no price has", "1e99", "NUM_RANGE"),
    refused_request("PR05 a number of a million digits", "1" * 1_000_000, "NUM_TOO_LONG"),
    Case(
        "PR06 a product of binary floats",
        (request("0.08000000000000002"),),
        rates={REQUEST: "8000000000000002/100000000000000000"},
        notes={"NUM_BINARY_ARTIFACT": 1},
    ),
    Case(
        "PR06 a product of binary floats, from below",
        (request("0.06999999999999999"),),
        rates={REQUEST: "6999999999999999/100000000000000000"},
        notes={"NUM_BINARY_ARTIFACT": 1},
    ),
    Case(
        "PR07 a list price with its ratio",
        ('{"currency": "USD / M Tokens", "input": 5, "output": 25, "ratio": 0.8}',),
        rates={IN: "4/1000000", OUT: "20/1000000"},
        notes={"PRICE_DIALECT_MIXED": 0, "CURRENCY_NOT_STATED": 0},
    ),
    Case(
        "PR07 a ratio of one",
        (request("3", ', "ratio": 1.0'),),
        rates={REQUEST: "3"},
    ),
    Case(
        "PR08 a price without a ratio",
        ('{"currency": "USD / M Tokens", "input": 4, "output": 24}',),
        rates={IN: "4/1000000", OUT: "24/1000000"},
        notes={"PRICE_RATIO_NULL": 0},
    ),
    Case(
        "PR08 a null ratio is none, and said",
        (request("3", ', "ratio": null'),),
        rates={REQUEST: "3"},
        notes={"PRICE_RATIO_NULL": 1},
    ),
    Case(
        "PR09 two dialects in one catalog",
        (request("1"), '{"id": "n", "pricing": {"per_request": 1, "ratio": 0.8}}'),
        rates={REQUEST: "1", ("n", "requests"): "8/10"},
        notes={"PRICE_DIALECT_MIXED": 1, "CURRENCY_NOT_STATED": 1},
    ),
    refused_ratio("PR10 ratio zero", "0"),
    refused_ratio("PR10 ratio negative", "-0.8"),
    refused_ratio("PR10 ratio above one", "1.0000001"),
    refused_ratio("PR10 ratio a word", '"eight tenths"'),
    refused_ratio("PR10 ratio not a number", '"NaN"'),
    refused_ratio("PR10 ratio a flag", "true"),
    Case(
        "PR11 every price null",
        ('{"currency": "USD", "input": null, "output": null, "per_request": null}',),
        refused=(("PRICE_MISSING", P),),
    ),
    Case("PR11 no prices at all", ('{"id": "m"}',), refused=(("PRICE_MISSING", "/data/0"),)),
    Case(
        "PR11 half of a pair null",
        ('{"currency": "USD", "input": 2, "output": null}',),
        rates={IN: "2/1000000"},
        refused=(("PRICE_MISSING", f"{P}/output"),),
    ),
    Case(
        "PR12 a price of zero",
        (request("0"),),
        rates={REQUEST: "0"},
        notes={"PRICE_ZERO": 1},
    ),
    refused_request("PR13 a negative price", "-1", "NUM_RANGE"),
    refused_request("PR13 a price not a number", '"NaN"', "NUM_RANGE"),
    refused_request("PR13 an infinite price", '"-Infinity"', "NUM_RANGE"),
    Case(
        "PR14 per request and per second",
        (request("1", ', "per_second": 2'),),
        refused=(("PRICE_UNIT_AMBIGUOUS", P),),
    ),
    Case(
        "PR14 tokens and per request",
        (request("1", ', "input": 2'),),
        refused=(("PRICE_UNIT_AMBIGUOUS", P),),
    ),
    refused_currency("PR15 a currency not listed", '"CNY"'),
    refused_currency("PR15 an empty currency", '""'),
    refused_currency("PR15 a currency in small letters", '"usd"'),
    Case(
        "PR15 a currency text that names another unit",
        ('{"currency": "USD / M Tokens", "per_second": 2}',),
        rates={SECOND: "2"},
        notes={"PRICE_UNIT_STATED": 1},
    ),
    Case(
        "PR15 no currency",
        ('{"currency": null, "per_second": 2}',),
        rates={SECOND: "2"},
        notes={"CURRENCY_NOT_STATED": 1},
    ),
    Case(
        "PR18 one model twice, equal",
        (request("0.50"), request("0.5")),
        rates={REQUEST: "1/2"},
        notes={"PRICE_DUPLICATE": 1},
    ),
    Case(
        "PR19 one model twice, different",
        (request("1"), request("2")),
        refused=(("PRICE_CONFLICT", "/data/1"),),
    ),
    Case(
        "PR19 one model twice, equal charge of other meaning",
        (request("4"), request("5", ', "ratio": 0.8')),
        refused=(("PRICE_CONFLICT", "/data/1"),),
    ),
    Case(
        "PR21 id and code differ",
        ('{"id": "m.5", "code": "m-5", "pricing": {"currency": "USD", "per_request": 1}}',),
        rates={("m.5", "requests"): "1"},
    ),
    Case(
        "PR22 one display name on two models",
        (
            '{"id": "m", "name": "Em", "pricing": {"currency": "USD", "per_request": 1}}',
            '{"id": "M", "name": "Em", "pricing": {"currency": "USD", "per_request": 2}}',
        ),
        rates={REQUEST: "1", ("M", "requests"): "2"},
        notes={"PRICE_DUPLICATE": 0},
    ),
    Case(
        "PR23 an announced model",
        ('{"id": "m", "upcoming": true, "pricing": {"currency": "USD", "per_request": 1}}',),
        refused=(("PRICE_UPCOMING", "/data/0"),),
    ),
    Case(
        "PR23 a model no longer only announced",
        ('{"id": "m", "upcoming": false, "pricing": {"currency": "USD", "per_request": 1}}',),
        rates={REQUEST: "1"},
    ),
    Case(
        "PR26 eighteen decimals fit",
        (request("0.000000000000000001"),),
        rates={REQUEST: "1/1000000000000000000"},
    ),
    refused_request("PR26 nineteen decimals do not", "0.0000000000000000001", "NUM_SCALE"),
    Case(
        "PR26 thirteen decimals per million tokens are nineteen per token",
        ('{"currency": "USD", "input": 0.0000000000001, "output": 1}',),
        rates={OUT: "1/1000000"},
        refused=(("NUM_SCALE", f"{P}/input"),),
    ),
    Case(
        "PR29 an unknown key beside the prices",
        (request("1", ', "cache_read": {"hit": 0.1}'),),
        rates={REQUEST: "1"},
        notes={"SCHEMA_NEW_KEY": 1},
    ),
    Case(
        "PR30 numbers given as texts",
        (request('"2.50"', ', "ratio": "0.8"'),),
        rates={REQUEST: "2"},
        notes={"NUM_AS_STRING": 2},
    ),
    Case("a row that is no object", ("7",), refused=(("PRICE_ROW", "/data/0"),)),
    Case("a row without an id", ('{"pricing": {}}',), refused=(("PRICE_ROW", "/data/0"),)),
    Case("an id that is a number", ('{"id": 5}',), refused=(("PRICE_ROW", "/data/0"),)),
    Case("prices that are a list", ('{"id": "m", "pricing": []}',), refused=(("PRICE_TEXT", P),)),
    refused_request("a price that is a flag", "true", "PRICE_TEXT"),
    refused_request("a price that is an object", '{"low": 1}', "PRICE_TEXT"),
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
    rates = {(p.source_model_id, p.meter): Fraction(p.unit_rate) for p in parsed.prices}
    assert rates == {key: Fraction(text) for key, text in case.rates.items()}
    assert tuple((r.reason_code, r.locator) for r in parsed.refused) == case.refused
    counted = {code: sum(n.rows for n in parsed.notes if n.code == code) for code in case.notes}
    assert counted == case.notes


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
