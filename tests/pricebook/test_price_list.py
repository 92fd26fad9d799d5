"""CSV price lists: the column map decides, every cell has a place, times are half-open."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from tieout.errors import ConfigurationRefused, InputRefused, IntegrityRefused
from tieout.pricebook import ParsedSource, PriceListMap, parse_source, verify_locator

LONG = PriceListMap(
    model="model",
    price="price",
    meter="what",
    meter_values={"in": "input_tokens", "out": "output_tokens", "sec": "seconds"},
    unit="per",
    currency_column="cur",
    multiplier="factor",
    effective_from="from",
    effective_until="until",
    time_form="date",
    zone="Asia/Shanghai",
)
HEADER = "model,what,price,per,cur,factor,from,until\n"


def read(*lines: str, columns: PriceListMap = LONG) -> ParsedSource:
    return parse_source((HEADER + "".join(lines)).encode(), "price-list", columns)


def test_a_line_is_read_by_its_map() -> None:
    (price,) = read("m,in,2.50,1K tokens,EUR,0.8,2026-08-10,2026-09-01\n").prices
    assert (price.source_model_id, price.meter, price.price_text) == ("m", "input_tokens", "2.50")
    assert (price.pricing_unit, price.per, price.currency) == ("1K tokens", 1000, "EUR")
    assert (price.multiplier_text, price.dialect) == ("0.8", "list_with_ratio")
    assert Fraction(price.unit_rate) == Fraction(2, 1000)
    assert Fraction(price.list_unit_rate) == Fraction(25, 10_000)
    assert price.locator == "line 2, column price"
    # Midnight in Shanghai is 16:00 UTC of the day before.
    assert price.effective_from == datetime(2026, 8, 9, 16, tzinfo=UTC)
    assert price.effective_until == datetime(2026, 8, 31, 16, tzinfo=UTC)


def test_one_column_per_meter_is_read_from_one_line() -> None:
    columns = PriceListMap(
        model="model",
        meters={"input_tokens": "in", "requests": "call"},
        fixed_unit="1M tokens",
        units={"requests": "request"},
        currency="USD",
        meaning="discounted",
        delimiter=";",
    )
    content = b'model;in;call\n"a;b";3;\nb;;0.05\n'
    parsed = parse_source(content, "price-list", columns)
    assert [(p.source_model_id, p.meter, p.locator, p.dialect) for p in parsed.prices] == [
        ("a;b", "input_tokens", "line 2, column in", "discounted"),
        ("b", "requests", "line 3, column call", "discounted"),
    ]
    assert [(r.reason_code, r.locator) for r in parsed.refused] == [
        ("PRICE_MISSING", "line 2, column call"),
        ("PRICE_MISSING", "line 3, column in"),
    ]
    assert verify_locator(content, "line 3, column call", ";") == "0.05"


REFUSED = [
    ("m,sec,2,minute,USD,,,\n", "PRICE_UNIT", "line 2, column price"),
    ("m,in,2,second,USD,,,\n", "PRICE_UNIT", "line 2, column price"),
    ("m,tea,2,token,USD,,,\n", "PRICE_METER", "line 2, column what"),
    ('m,in,"2,5",token,USD,,,\n', "NUM_LOCALE", "line 2, column price"),
    ("m,in,-2,token,USD,,,\n", "NUM_RANGE", "line 2, column price"),
    ("m,in,2,token,,,,\n", "PRICE_CURRENCY", "line 2, column cur"),
    ("m,in,2,token,USD,0,,\n", "PRICE_RATIO", "line 2, column factor"),
    ("m,in,2,token,USD,-1,,\n", "PRICE_RATIO", "line 2, column factor"),
    ("m,in,2,token,USD,x,,\n", "PRICE_RATIO", "line 2, column factor"),
    ("m,in,2,token,USD,,2026-02-30,\n", "PRICE_EFFECTIVE", "line 2, column from"),
    ("m,in,2,token,USD,,2026-08,\n", "PRICE_EFFECTIVE", "line 2, column from"),
    ("m,in,2,token,USD,,2026-08-02,2026-08-02\n", "PRICE_EFFECTIVE", "line 2, column until"),
    ("m,in,2,token,USD,,,,,\n", "PRICE_ROW", "line 2, column model"),
    (",in,2,token,USD,,,\n", "PRICE_ROW", "line 2, column model"),
    ("m,in,1e-19,token,USD,,,\n", "NUM_SCALE", "line 2, column price"),
]


@pytest.mark.parametrize(("line", "code", "locator"), REFUSED)
def test_a_line_that_cannot_be_read_is_listed_with_its_cell(
    line: str, code: str, locator: str
) -> None:
    parsed = read(line, "good,out,1,token,USD,,,\n")
    assert [(r.reason_code, r.locator) for r in parsed.refused] == [(code, locator)]
    assert [price.source_model_id for price in parsed.prices] == ["good"]


def test_a_promotion_and_the_price_after_it_are_two_prices() -> None:
    parsed = read(
        "m,in,3,token,USD,,2026-08-24,2026-11-22\n",
        "m,in,4,token,USD,,2026-11-22,\n",
        "m,in,5,token,USD,,,2026-08-24\n",
    )
    assert len(parsed.prices) == 3
    assert parsed.refused == ()


@pytest.mark.parametrize(
    "second",
    [
        "m,in,4,token,USD,,2026-11-21,\n",
        "m,in,4,token,USD,,,\n",
        "m,out,4,token,EUR,,2026-11-21,\n",
    ],
)
def test_two_prices_for_one_time_leave_the_model_without_any(second: str) -> None:
    parsed = read("m,in,3,token,USD,,2026-08-24,2026-11-22\n", second, "n,in,1,token,USD,,,\n")
    assert set(parsed.usable()) == {"n"}
    assert [r.reason_code for r in parsed.refused] == ["PRICE_CONFLICT"]


def test_an_instant_needs_its_offset() -> None:
    columns = PriceListMap(
        model="model", price="price", fixed_meter="requests", fixed_unit="request",
        currency="USD", effective_from="from",
    )  # fmt: skip
    content = (
        b"model,price,from\n"
        b"a,1,2026-08-10T09:00:00+08:00\nb,1,2026-08-10T09:00:00\nc,1,20260810T090000Z\n"
        b"d,1,2026-08-10T25:00:00Z\n"
    )
    parsed = parse_source(content, "price-list", columns)
    assert [p.effective_from for p in parsed.prices] == [datetime(2026, 8, 10, 1, tzinfo=UTC)]
    assert [r.reason_code for r in parsed.refused] == ["PRICE_EFFECTIVE"] * 3


def test_lines_are_counted_as_a_reader_of_the_file_counts_them() -> None:
    content = HEADER.encode() + b'"m\nn",in,1,token,USD,,,\n\nk,in,2,token,USD,,,\n'
    parsed = parse_source(content, "price-list", LONG)
    assert [p.locator for p in parsed.prices] == ["line 2, column price", "line 5, column price"]
    assert verify_locator(content, "line 5, column price") == "2"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"model,model\n", "CSV_HEADER"),
        (b"", "CSV_HEADER"),
        (b"model,price\nm,1\n", "CSV_COLUMN"),
        (HEADER.encode() + b'm,in,"2,token,USD,,,\n', "CSV_SYNTAX"),
        (HEADER.encode() + b'm,in,"2"x,token,USD,,,\n', "CSV_SYNTAX"),
        (HEADER.encode() + b"m\0,in,2,token,USD,,,\n", "CSV_SYNTAX"),
        (HEADER.encode() + b"\xff,in,2,token,USD,,,\n", "ENC_INVALID_UTF8"),
    ],
)
def test_a_file_that_cannot_be_framed_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        parse_source(content, "price-list", LONG)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"price": "p"},
        {"price": "p", "meters": {"seconds": "s"}},
        {"price": "p", "meter": "m", "fixed_meter": "seconds"},
        {"price": "p", "fixed_meter": "tea"},
        {"meters": {"seconds": "s"}, "meter": "m"},
        {"price": "p", "fixed_meter": "seconds", "unit": "u"},
        {"price": "p", "fixed_meter": "seconds", "fixed_unit": "fortnight"},
        {"price": "p", "fixed_meter": "seconds", "currency_column": "c"},
        {"price": "p", "fixed_meter": "seconds", "currency": "usd"},
        {"price": "p", "fixed_meter": "seconds", "effective_from": "f", "time_form": "date"},
        {"price": "p", "fixed_meter": "seconds", "zone": "CST"},
        {"price": "p", "fixed_meter": "seconds", "delimiter": '"'},
    ],
)
def test_a_map_that_leaves_something_open_is_refused(settings: dict[str, object]) -> None:
    base: dict[str, object] = {"model": "model", "fixed_unit": "second", "currency": "USD"}
    columns = PriceListMap(**{**base, **settings})  # type: ignore[arg-type]
    with pytest.raises(ConfigurationRefused):
        parse_source(b"model,p,s,m,u,c,f\n", "price-list", columns)


@pytest.mark.parametrize("place", ["line 9, column price", "line 2, column tea", "row 2", "line 0"])
def test_a_place_that_does_not_exist_fails_verification(place: str) -> None:
    with pytest.raises(IntegrityRefused, match="PRICE_LOCATOR"):
        verify_locator(HEADER.encode() + b"m,in,1,token,USD,,,\n", place)


def test_a_conflict_two_lines_further_on_is_seen() -> None:
    parsed = read(
        "m,in,3,token,USD,,2026-08-01,2026-08-05\n",
        "m,in,3,token,USD,,2026-08-04,2026-09-30\n",
        "m,in,4,token,USD,,2026-09-01,\n",
    )
    assert parsed.usable() == {}
    assert [(r.reason_code, r.locator) for r in parsed.refused] == [
        ("PRICE_CONFLICT", "line 4, column price")
    ]
