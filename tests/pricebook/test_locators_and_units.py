"""From a price back to its bytes, and the closed list of units."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.errors import IntegrityRefused
from tieout.meters import METERS
from tieout.pricebook import CatalogRules, json_texts, parse_source, verify_locator
from tieout.pricebook.json_text import locate, pointer
from tieout.pricebook.price_text import is_binary_leftover, read_price
from tieout.pricebook.units import SPELLINGS, read_unit

CATALOG = (
    b'{"success": true, "total": 2, "data": ['
    b'{"id": "a/b", "pricing": {"input": 5.0, "output": "25.00", "ratio": 0.80}},'
    b'{"id": "c", "pricing": {"per_second": 4e-1}}]}'
)


def test_every_locator_of_a_catalog_leads_back_to_the_text(rules: CatalogRules) -> None:
    parsed = parse_source(CATALOG, "cometapi-catalog", rules)
    text_at = json_texts(CATALOG)
    found = [(p.locator, text_at(p.locator)) for p in parsed.prices]
    assert found == [
        ("/data/0/pricing/input", "5.0"),
        ("/data/0/pricing/output", "25.00"),
        ("/data/1/pricing/per_second", "4e-1"),
    ]
    assert [p.price_text for p in parsed.prices] == [text for _, text in found]


@pytest.mark.parametrize(
    "place",
    [
        "/data/2/pricing/input",
        "/data/-1/pricing/input",
        "/data/00/pricing/input",
        "/data/0/pricing/tea",
        "/data/0/pricing",
        "/data/0/pricing/input/0",
        "/success",
        "",
    ],
)
def test_a_pointer_to_no_number_fails_verification(place: str) -> None:
    with pytest.raises(IntegrityRefused, match="PRICE_LOCATOR"):
        verify_locator(CATALOG, place)


@pytest.mark.law
@given(st.lists(st.text(max_size=6), max_size=5))
def test_a_pointer_finds_what_it_was_made_for(keys: list[str]) -> None:
    document: object = "here"
    for key in reversed(keys):
        document = {key: document, key + "/": "elsewhere"}
    assert locate(document, pointer(*keys)) == "here"  # type: ignore[arg-type]


@pytest.mark.datasets
def test_every_locator_of_a_real_price_map_leads_back(datasets: Path) -> None:
    path = datasets / "litellm-price-history" / "model_prices_2025-09-01.json.gz"
    content = gzip.decompress(path.read_bytes())
    text_at = json_texts(content)
    prices = parse_source(content, "litellm", None).prices
    assert len(prices) > 3000
    assert all(text_at(price.locator) == price.price_text for price in prices)


@pytest.mark.parametrize(
    ("spelling", "name", "unit", "per"),
    [
        ("1M tokens", "1M tokens", "Tokens", 1_000_000),
        ("M Tokens", "1M tokens", "Tokens", 1_000_000),
        ("1K tokens", "1K tokens", "Tokens", 1000),
        ("token", "token", "Tokens", 1),
        ("request", "request", "Requests", 1),
        ("call", "request", "Requests", 1),
        ("second", "second", "Seconds", 1),
        ("image", "image", "Images", 1),
        ("1K characters", "1K characters", "Characters", 1000),
        ("character", "character", "Characters", 1),
        ("minute", "minute", "Minutes", 1),
    ],
)
def test_a_listed_spelling_names_one_unit(spelling: str, name: str, unit: str, per: int) -> None:
    found = read_unit(spelling)
    assert found is not None
    assert (found.name, found.unit, found.per) == (name, unit, per)


@pytest.mark.parametrize("spelling", ["", "tokens per million", "1m tokens ", "1B tokens", "sec"])
def test_a_spelling_that_is_not_listed_is_no_unit(spelling: str) -> None:
    assert read_unit(spelling) is None


def test_no_meter_is_counted_in_minutes_and_every_meter_has_a_unit() -> None:
    minute = SPELLINGS["minute"]
    assert not any(minute.prices(meter.name) for meter in METERS)
    for meter in METERS:
        assert any(unit.prices(meter.name) for unit in SPELLINGS.values()), meter.name


@pytest.mark.parametrize(
    ("text", "leftover"),
    [
        ("0.08000000000000002", True),
        ("0.028000000000000004", True),
        ("0.06999999999999999", True),
        ("4.2105263157894736", False),
        ("3.19998", False),
        ("0.08", False),
        ("0.000000000000000001", False),
    ],
)
def test_a_leftover_of_binary_floats_is_told_from_a_long_price(text: str, leftover: bool) -> None:
    assert is_binary_leftover(read_price(text)) is leftover
