"""Tables of ratios: what a ratio of one costs is declared, the rest is multiplied, never rounded.

Rates are worked out by hand: at 2 USD per 1M tokens, a ratio of 1.25 is 2.5 USD per 1M tokens.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from tieout.errors import ConfigurationRefused, InputRefused
from tieout.pricebook import ParsedSource, RatioTable, diff, parse_source, verify_locator
from tieout.pricebook.difference import compare, is_near_power_of_ten
from tieout.pricebook.rederived import beside_ratio, rate, text_at

TABLE = RatioTable(price_at_one="2", unit="1M tokens", currency="USD")
TEAM = msgspec.structs.replace(TABLE, group="team")

MAPS = """{
 "model_ratio": {"alpha": 1.25, "beta/b": 0.5, "gamma": 2},
 "completion_ratio": {"alpha": 4, "beta/b": 3.0},
 "cache_ratio": {"alpha": 0.5},
 "create_cache_ratio": {"alpha": 1.25},
 "image_ratio": {"beta/b": 6},
 "audio_ratio": {"beta/b": 8},
 "audio_completion_ratio": {"beta/b": 2},
 "model_price": {"picture": 0.04},
 "group_ratio": {"default": 1, "team": 0.8}
}"""
ROWS = """{"success": true, "group_ratio": {"default": 1, "team": 0.8}, "data": [
 {"model_name": "alpha", "quota_type": 0, "model_ratio": 1.25, "model_price": 0,
  "completion_ratio": 4, "cache_ratio": 0.5, "create_cache_ratio": 1.25,
  "enable_groups": ["default", "team"]},
 {"model_name": "beta/b", "quota_type": 0, "model_ratio": 0.5, "completion_ratio": 3.0,
  "image_ratio": 6, "audio_ratio": 8, "audio_completion_ratio": 2},
 {"model_name": "gamma", "model_ratio": 2},
 {"model_name": "picture", "quota_type": 1, "model_ratio": 0, "model_price": 0.04,
  "completion_ratio": 0}
]}"""
# By hand, USD per one: the ratio as written, and the rate before the ratio of a group.
RATES = {
    ("alpha", "input_tokens"): ("1.25", "2.5e-6"),
    ("alpha", "output_tokens"): ("4", "10e-6"),
    ("alpha", "cache_read_tokens"): ("0.5", "1.25e-6"),
    ("alpha", "cache_write_tokens"): ("1.25", "3.125e-6"),
    ("beta/b", "input_tokens"): ("0.5", "1e-6"),
    ("beta/b", "output_tokens"): ("3.0", "3e-6"),
    ("beta/b", "image_input_tokens"): ("6", "6e-6"),
    ("beta/b", "audio_input_tokens"): ("8", "8e-6"),
    ("beta/b", "audio_output_tokens"): ("2", "16e-6"),
    ("gamma", "input_tokens"): ("2", "4e-6"),
    ("picture", "requests"): ("0.04", "0.04"),
}


def read(text: str, table: RatioTable = TABLE) -> ParsedSource:
    return parse_source(text.encode(), "gateway-ratios", table)


def refusals(parsed: ParsedSource) -> list[tuple[str, str, str]]:
    return [(one.source_model_id, one.reason_code, one.locator) for one in parsed.refused]


def row(fields: str) -> str:
    """A price page of one model with these fields and one sound model beside it."""
    sound = '{"model_name": "sound", "quota_type": 0, "model_ratio": 1, "completion_ratio": 1}'
    return f'{{"success": true, "data": [{{"model_name": "m", {fields}}}, {sound}]}}'


@pytest.mark.parametrize("text", [MAPS, ROWS], ids=["by model", "in rows"])
@pytest.mark.parametrize("table", [TABLE, TEAM], ids=["no group", "a group"])
def test_each_ratio_prices_its_meter_exactly_and_keeps_its_text(
    text: str, table: RatioTable
) -> None:
    parsed = read(text, table)
    paid = Fraction("0.8") if table.group else Fraction(1)
    found = {(one.source_model_id, one.meter): one for one in parsed.prices}
    assert found.keys() == RATES.keys()
    for key, (written, listed) in RATES.items():
        price = found[key]
        assert price.price_text == written == verify_locator(text.encode(), price.locator)
        assert Fraction(price.list_unit_rate) == Fraction(listed)
        assert Fraction(price.unit_rate) == Fraction(listed) * paid
        assert price.dialect == ("list_with_ratio" if table.group else "list")
        assert price.currency == "USD"
    assert refusals(parsed) == [
        ("gamma", "PRICE_MISSING", found["gamma", "input_tokens"].locator),
    ]
    assert parsed.waiting_models() == frozenset()


@pytest.mark.parametrize("text", [MAPS, ROWS], ids=["by model", "in rows"])
@pytest.mark.parametrize("table", [TABLE, TEAM], ids=["no group", "a group"])
def test_another_way_through_the_bytes_gives_the_same_rates(text: str, table: RatioTable) -> None:
    content = text.encode()
    for price in read(text, table).prices:
        beside = beside_ratio(content, price.locator, table.group)
        if price.meter != "requests":
            beside *= Fraction(table.price_at_one)
        written = text_at(content, price.locator).value
        assert rate(written, price.pricing_unit, str(beside)) == Fraction(price.unit_rate)
        assert Fraction(price.multiplier_text or "1") == beside


def test_a_ratio_applied_twice_is_that_of_the_group_alone() -> None:
    for price in read(MAPS, TEAM).prices:
        assert price.twice_unit_rate is not None
        assert Fraction(price.twice_unit_rate) == Fraction(price.unit_rate) * Fraction("0.8")
    assert {price.twice_unit_rate for price in read(MAPS).prices} == {None}


def test_the_price_at_one_may_be_stated_per_thousand() -> None:
    table = RatioTable(price_at_one="0.002", unit="1K tokens", currency="USD")
    here = {(one.source_model_id, one.meter): one.unit_rate for one in read(MAPS, table).prices}
    there = {(one.source_model_id, one.meter): one.unit_rate for one in read(MAPS).prices}
    assert here == there


BAD = {
    "a negative model ratio": (
        '"quota_type": 0, "model_ratio": -1, "completion_ratio": 1',
        [("PRICE_RATIO", "/data/0/model_ratio")],
    ),
    "a negative completion ratio": (
        '"quota_type": 0, "model_ratio": 1, "completion_ratio": -4',
        [("PRICE_RATIO", "/data/0/completion_ratio")],
    ),
    "a negative price per call": (
        '"quota_type": 1, "model_price": -1',
        [("PRICE_RATIO", "/data/0/model_price")],
    ),
    "a ratio in words": (
        '"quota_type": 0, "model_ratio": "varies", "completion_ratio": 1',
        [("PRICE_TEXT", "/data/0/model_ratio")],
    ),
    "a ratio with a decimal comma": (
        '"quota_type": 0, "model_ratio": "1,25", "completion_ratio": 1',
        [("NUM_LOCALE", "/data/0/model_ratio")],
    ),
    "a ratio of true": (
        '"quota_type": 0, "model_ratio": 1, "completion_ratio": true',
        [("PRICE_TEXT", "/data/0/completion_ratio")],
    ),
    "a product finer than a unit rate": (
        '"quota_type": 0, "model_ratio": 1.3207547169811, "completion_ratio": 1',
        [
            ("NUM_SCALE", "/data/0/model_ratio"),
            ("NUM_SCALE", "/data/0/completion_ratio"),
        ],
    ),
    "a ratio and a price, and no word which is billed": (
        '"model_ratio": 1, "completion_ratio": 1, "model_price": 0.1',
        [("PRICE_UNIT_AMBIGUOUS", "/data/0")],
    ),
    "another way of billing": (
        '"quota_type": 2, "model_ratio": 1, "completion_ratio": 1',
        [("PRICE_UNIT_AMBIGUOUS", "/data/0")],
    ),
    "a price by an expression": (
        '"quota_type": 0, "model_ratio": 1, "completion_ratio": 1, "billing_mode": "tiered_expr"',
        [("PRICE_EXPRESSION", "/data/0")],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_price_is_refused_by_name_and_the_others_stay(case: str) -> None:
    fields, expected = BAD[case]
    parsed = read(row(fields))
    assert refusals(parsed) == [("m", code, place) for code, place in expected]
    assert parsed.usable().keys() == {"sound"}


NOT_STATED = {
    "a model ratio of null": ('"model_ratio": null, "completion_ratio": 2', set()),
    "a price per call of null": ('"quota_type": 1, "model_price": null', set()),
    "a completion ratio of null": (
        '"model_ratio": 1, "completion_ratio": null',
        {"input_tokens"},
    ),
    "no completion ratio": ('"model_ratio": 1', {"input_tokens"}),
    "audio out without audio in": (
        '"model_ratio": 1, "completion_ratio": 1, "audio_completion_ratio": 2',
        {"input_tokens", "output_tokens"},
    ),
}


@pytest.mark.parametrize("case", NOT_STATED)
def test_a_ratio_that_is_not_stated_has_no_default(case: str) -> None:
    fields, priced = NOT_STATED[case]
    parsed = read(row(fields))
    assert {one.reason_code for one in parsed.refused} == {"PRICE_MISSING"}
    assert {p.meter for p in parsed.prices if p.source_model_id == "m"} == priced


def test_a_model_that_is_not_offered_to_the_group_has_no_price_there() -> None:
    text = ROWS.replace('["default", "team"]', '["default"]')
    assert "alpha" in read(text).usable()
    parsed = read(text, TEAM)
    assert ("alpha", "PRICE_MISSING", "/data/0") in refusals(parsed)
    assert "alpha" not in parsed.usable()


def test_a_ratio_of_zero_is_a_price_of_zero_on_every_line_and_is_noted() -> None:
    parsed = read('{"model_ratio": {"m": 0, "n": 1}, "completion_ratio": {"m": 4, "n": 0}}')
    free = {(p.source_model_id, p.meter) for p in parsed.prices if not p.unit_rate}
    assert free == {("m", "input_tokens"), ("m", "output_tokens"), ("n", "output_tokens")}
    (note,) = (one for one in parsed.notes if one.code == "PRICE_ZERO")
    assert (note.rows, note.where) == (
        3,
        ("/model_ratio/m", "/completion_ratio/m", "/completion_ratio/n"),
    )


def test_a_ratio_a_thousand_times_higher_is_a_slip_of_the_unit() -> None:
    old = read('{"model_ratio": {"m": 0.325, "n": 1}, "completion_ratio": {"m": 1, "n": 1}}')
    new = read('{"model_ratio": {"m": 325, "n": 1.5}, "completion_ratio": {"m": 1, "n": 1}}')
    changes = {(one.source_model_id, one.meter): one.change for one in diff(old, new)}
    assert changes == {
        ("m", "input_tokens"): "unit_slip",
        ("m", "output_tokens"): "unit_slip",
        ("n", "input_tokens"): "price_change",
        ("n", "output_tokens"): "price_change",
    }


def test_the_same_ratios_in_another_form_are_the_same_prices() -> None:
    assert {one.change for one in diff(read(MAPS), read(ROWS))} <= {"cosmetic", "unchanged"}


def test_one_model_in_two_rows_with_other_ratios_waits() -> None:
    other = row('"quota_type": 0, "model_ratio": 1, "completion_ratio": 1')
    twice = other.replace('"sound", "quota_type": 0, "model_ratio": 1', '"m", "model_ratio": 2')
    assert "m" in read(twice).waiting_models()
    assert {one.reason_code for one in read(twice).refused} == {"PRICE_CONFLICT"}


def test_a_key_about_money_that_is_not_read_is_named() -> None:
    parsed = read(row('"model_ratio": 1, "completion_ratio": 1, "tool_price": 3'))
    assert [(one.source_model_id, one.field, one.text) for one in parsed.unread] == [
        ("m", "tool_price", "3")
    ]
    parsed = read('{"model_ratio": {"m": 1}, "tool_prices": {"m": 3}}')
    assert [one.field for one in parsed.unread] == ["tool_prices"]


def test_ratios_of_groups_without_a_declared_group_are_said() -> None:
    (note,) = (one for one in read(MAPS).notes if one.code == "PRICE_GROUP")
    assert note.where == ("/group_ratio",)
    assert [one for one in read(MAPS, TEAM).notes if one.code == "PRICE_GROUP"] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "PRICE_SHAPE"),
        ("{}", "PRICE_SHAPE"),
        ('{"model_ratio": {}}', "PRICE_EMPTY"),
        ('{"model_ratio": [1]}', "PRICE_SHAPE"),
        ('{"success": true, "data": {}}', "PRICE_SHAPE"),
        ('{"success": true, "data": []}', "PRICE_EMPTY"),
        ('{"success": "true", "data": []}', "API_NOT_SUCCESS"),
        ('{"data": []}', "API_NOT_SUCCESS"),
        ('{"model_ratio": {"m": 1, "m": 2}}', "JSON_DUP_KEY"),
    ],
)
def test_bytes_that_are_no_table_of_ratios_are_refused(text: str, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(text)
    assert refused.value.code == code


@pytest.mark.parametrize("ratio", ["-0.8", '"much"', "null", "{}"])
def test_a_group_without_a_usable_ratio_refuses_the_table(ratio: str) -> None:
    with pytest.raises(InputRefused, match="PRICE_GROUP"):
        read(MAPS.replace("0.8", ratio), TEAM)
    with pytest.raises(InputRefused, match="PRICE_GROUP"):
        read('{"model_ratio": {"m": 1}}', TEAM)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"price_at_one": "0"}, "no number above zero"),
        ({"price_at_one": "two"}, "no number above zero"),
        ({"unit": "request"}, "not one of tokens"),
        ({"unit": "thousand"}, "not one of tokens"),
        ({"currency": "usd"}, "ISO 4217"),
    ],
)
def test_a_declaration_that_cannot_price_is_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationRefused, match=said) as refused:
        read(MAPS, msgspec.structs.replace(TABLE, **change))
    assert refused.value.code == "CFG_RATIO_TABLE"


# --- the tables two gateways came with -----------------------------------------------------------

NAMES = {
    "model_ratio": "model_ratio",
    "completion_ratio_overrides": "completion_ratio",
    "cache_read_ratio": "cache_ratio",
    "cache_write_ratio": "create_cache_ratio",
    "model_price_usd_per_call": "model_price",
    "group_ratio": "group_ratio",
}
NEW, ONE = "new-api_default_ratios_2025-04-11.json", "one-api_default_ratios_2025-02-21.json"


class Real:
    """One of the published tables, its numbers as they are written, in the form that is read."""

    def __init__(self, path: Path) -> None:
        """Read it in place."""
        plain = json.JSONDecoder(parse_float=_Number, parse_int=_Number)
        self.said = plain.decode(path.read_text(encoding="utf-8"))
        members = []
        for key, name in NAMES.items():
            if key in self.said:
                pairs = (f"{json.dumps(m)}: {e['value']}" for m, e in self.said[key].items())
                members.append(f'"{name}": {{{", ".join(pairs)}}}')
        self.parsed = read(f"{{{', '.join(members)}}}")

    def why(self, code: str) -> set[str]:
        return {one.source_model_id for one in self.parsed.refused if one.reason_code == code}

    def price(self, model: str, meter: str = "input_tokens") -> Fraction:
        (found,) = (
            one for one in self.parsed.prices if (one.source_model_id, one.meter) == (model, meter)
        )
        return Fraction(found.unit_rate) * 1_000_000


class _Number(str):
    __slots__ = ()


@pytest.fixture(scope="module")
def tables(datasets: Path) -> dict[str, Real]:
    """Both tables by file name."""
    folder = datasets / "gateway-default-ratios"
    return {name: Real(folder / name) for name in (NEW, ONE)}


@pytest.mark.datasets
def test_every_model_of_the_published_tables_is_priced_or_refused_by_name(
    tables: dict[str, Real],
) -> None:
    # 175 and 21 with one model in both; 566 with two completion ratios of models of the 566.
    assert tables[NEW].parsed.models == 175 + 21 - 1
    assert tables[ONE].parsed.models == 566
    for real in tables.values():
        numbers = {m: Fraction(e["value"]) for m, e in real.said["model_ratio"].items()}
        # What does not fit eighteen decimals of a unit is a product of binary floats.
        fine = {m for m, n in numbers.items() if n >= 0 and (n * 2 / 10**6 * 10**18) % 1}
        outputs = {
            m
            for m, e in real.said["completion_ratio_overrides"].items()
            if (numbers.get(m, Fraction(0)) * Fraction(e["value"]) * 2 * 10**12) % 1
        }
        assert real.why("NUM_SCALE") == fine | outputs
    assert len(tables[NEW].why("NUM_SCALE")) == 33
    assert len(tables[ONE].why("NUM_SCALE")) == 89


@pytest.mark.datasets
def test_the_oddities_of_the_published_tables_are_each_found_by_name(
    tables: dict[str, Real],
) -> None:
    new, one = tables[NEW], tables[ONE]
    assert one.why("PRICE_RATIO") == {"openrouter/auto"}
    assert new.why("PRICE_RATIO") == set()
    assert new.why("PRICE_UNIT_AMBIGUOUS") == {"gpt-4-gizmo-*"}
    # 1 / 1000 * USD in whole numbers is 0: two models are free by mistake, others on purpose.
    divided = {m for m, e in new.said["model_ratio"].items() if "1 / 1000 * USD" in e["expr"]}
    free = {p.source_model_id for p in new.parsed.prices if not p.unit_rate}
    assert len(divided) == 2
    assert free == divided | {"glm-4-flash", "mj_inpaint", "mj_custom_zoom"}
    noted = Counter({n.code: n.rows for n in new.parsed.notes})
    assert noted["PRICE_ZERO"] == 5


@pytest.mark.datasets
def test_the_published_slip_by_a_thousand_shows_beside_another_source(
    tables: dict[str, Real], datasets: Path
) -> None:
    # 0.650 * USD is a ratio of 325, or 650 USD per 1M tokens; others state 0.65.
    assert tables[ONE].price("meta/llama-2-70b") == 650
    other = datasets / "litellm-price-history" / "model_prices_2025-03-24.json.gz"
    listed = {
        (one.source_model_id.removeprefix("replicate/"), one.meter): one
        for one in parse_source(gzip.decompress(other.read_bytes()), "litellm", None).prices
        if one.source_model_id.startswith("replicate/")
    }
    both = [
        (listed[key], one)
        for one in tables[ONE].parsed.prices
        if (key := (one.source_model_id, one.meter)) in listed
    ]
    assert len(both) == 9
    for right, slipped in both:
        assert Fraction(slipped.unit_rate) == 1000 * Fraction(right.unit_rate)
        change, said = compare(right, slipped)
        assert change == "unit_change"
        assert "about a power of ten apart" in said


@pytest.mark.datasets
def test_whole_number_division_makes_prices_a_little_low_and_no_slip(
    tables: dict[str, Real],
) -> None:
    said = tables[ONE].said["model_ratio"]
    in_yuan = {m: e["expr"] for m, e in said.items() if "RMB" in e["expr"]}
    assert len(in_yuan) == 152
    compared = 0
    for price in tables[ONE].parsed.prices:
        if price.source_model_id in in_yuan and price.meter == "input_tokens" and price.unit_rate:
            # Yuan a thousand, times 500 / 7 = 71.428...; the table has 71, 0.6 % less.
            number = in_yuan[price.source_model_id].removesuffix(" * RMB").partition(" / ")
            yuan = Fraction(number[0]) / Fraction(number[2] or "1")
            right = yuan * Fraction(500, 7) * 2
            paid = Fraction(price.unit_rate) * 1_000_000
            assert abs(paid / right - Fraction(497, 500)) < Fraction(1, 10**12)
            assert not is_near_power_of_ten(Decimal(497), Decimal(500))
            compared += 1
    refused = tables[ONE].why("NUM_SCALE") & in_yuan.keys()
    assert compared == 152 - len(refused) == 71
