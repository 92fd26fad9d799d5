"""A pack's own verifier multiplies a gateway's ratios again, from their places in the capture."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.pricebook.test_gateway_ratios import MAPS, ROWS
from tieout.pricebook import RatioTable, parse_source

SETTINGS = """
[prices.gateway]
form = "ratios"
price_at_one = "2"
unit = "1M tokens"
currency = "USD"
group = "team"
"""
TEAM = RatioTable(price_at_one="2", unit="1M tokens", currency="USD", group="team")


def packed(captured: str, prices_of: str) -> SimpleNamespace:
    """As much of a pack as the check of prices reads: these bytes, and the prices of those."""
    objects = {hashlib.sha256(t.encode()).hexdigest(): t for t in (captured, SETTINGS)}
    capture, settings = objects
    prices = [
        {
            "capture_id": "c",
            "locator": one.locator,
            "price_text": one.price_text,
            "pricing_unit": one.pricing_unit,
            "multiplier_text": one.multiplier_text,
            "unit_rate": f"{one.unit_rate:f}",
        }
        for one in parse_source(prices_of.encode(), "gateway-ratios", TEAM).prices
    ]
    record = {
        "capture_id": "c", "sha256": capture, "format": "gateway-ratios", "source_name": "gateway",
    }  # fmt: skip
    manifest: dict[str, Any] = {"objects": {"settings": settings}, "captures": [record]}
    files = {"run/pricing_snapshot.json": json.dumps({"prices": prices}).encode()}
    return SimpleNamespace(manifest=manifest, files=files, text=objects.__getitem__)


@pytest.mark.parametrize("text", [MAPS, ROWS], ids=["by model", "in rows"])
def test_every_rate_of_a_table_of_ratios_is_derived_again(verifier: ModuleType, text: str) -> None:
    said = verifier.check_prices(packed(text, text))
    assert said == "11 rates; 0 stand on a page, whose text is not read here"


@pytest.mark.parametrize(
    ("text", "written", "other"),
    [
        (MAPS, '"team": 0.8', '"team": 0.9'),
        (ROWS, '"team": 0.8', '"team": 0.9'),
        (MAPS, '"audio_ratio": {"beta/b": 8}', '"audio_ratio": {"beta/b": 9}'),
        (ROWS, '"audio_ratio": 8', '"audio_ratio": 9'),
        (MAPS, '"model_ratio": {"alpha": 1.25', '"model_ratio": {"alpha": 1.5'),
    ],
)
def test_a_factor_that_is_not_in_the_bytes_shows(
    verifier: ModuleType, text: str, written: str, other: str
) -> None:
    assert written in text
    with pytest.raises(verifier.Wrong):
        verifier.check_prices(packed(text, text.replace(written, other)))


def test_the_factor_is_taken_from_the_bytes_and_not_from_the_record(verifier: ModuleType) -> None:
    pack = packed(MAPS, MAPS)
    prices = json.loads(pack.files["run/pricing_snapshot.json"])["prices"]
    for one in prices:
        if one["multiplier_text"] != "0.8":
            one["multiplier_text"] = "3"
            one["unit_rate"] = str(Fraction(one["price_text"]) * 3 / 10**6)
    pack.files["run/pricing_snapshot.json"] = json.dumps({"prices": prices}).encode()
    with pytest.raises(verifier.Wrong, match="gives another rate"):
        verifier.check_prices(pack)
