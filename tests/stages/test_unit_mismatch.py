"""unit_mismatch: a mapping approved for another unit than the price's prices nothing (D2)."""

from __future__ import annotations

import pytest

from tests.world import World, asked, rows
from tieout.errors import ConfigurationRefused
from tieout.mapping.alias import alias_table, read_mapping

RATES = {"input_tokens": "0.000002", "output_tokens": "0.00001"}
TOKENS = {"input_tokens": "100", "output_tokens": "10"}


def homes(world: World) -> list[tuple[str, str]]:
    found = rows(asked(world), "SELECT row_state, state_reason FROM usage_state ORDER BY row_id")
    return [(row["row_state"], row["state_reason"]) for row in found]


def called(unit: str | None, *priced_in: str) -> World:
    """One call of an alias approved for a unit, whose model is priced in these units."""
    world = World()
    world.price("m", RATES)
    for line, priced in zip(world.price_lines, priced_in, strict=True):
        line["pricing_unit"] = priced
    world.alias("small", "m", unit=unit)
    world.use("small", **TOKENS)
    return world


def test_a_call_through_a_mapping_in_another_unit_waits_as_a_source_mismatch() -> None:
    world = called("1K tokens", "1M tokens", "1M tokens")
    world.book("0.0003", "small")
    assert homes(world) == [("unrated", "MAP_UNIT_MISMATCH")]
    found = rows(asked(world), "SELECT line_state, bucket, reason_not_rated FROM variance_line")
    assert {tuple(row.values()) for row in found} == {
        ("not_comparable", "source", "MAP_UNIT_MISMATCH")
    }


def test_one_unit_among_the_units_of_the_price_is_enough() -> None:
    assert homes(called("request", "1M tokens", "request")) == [("rated", "COMPLETED")]
    assert homes(called("1M tokens", "1M tokens", "request")) == [("rated", "COMPLETED")]
    assert homes(called("second", "1M tokens", "request")) == [("unrated", "MAP_UNIT_MISMATCH")]


def test_the_exact_id_is_not_touched_by_a_mapping_in_another_unit() -> None:
    world = called("1K tokens", "1M tokens", "1M tokens")
    world.use("m", **TOKENS)
    assert homes(world) == [("unrated", "MAP_UNIT_MISMATCH"), ("rated", "COMPLETED")]


def test_each_price_is_held_against_the_mapping_on_its_own() -> None:
    world = World()
    world.price("m", RATES, until="08-10", unit="1M tokens")
    world.price("m", RATES, start="08-10", unit="1K tokens")
    world.alias("small", "m", unit="1M tokens")
    world.use("small", at="08-09 12:00", **TOKENS)
    world.use("small", at="08-11 12:00", **TOKENS)
    assert homes(world) == [("rated", "COMPLETED"), ("unrated", "MAP_UNIT_MISMATCH")]


def mapping(unit: str) -> bytes:
    return (
        "internal_model_alias,source_model_id,pricing_unit,effective_from,approved_by\n"
        f'small,m,"{unit}",2026-01-01T00:00:00Z,finance\n'
    ).encode()


def test_two_spellings_of_a_unit_are_one_unit() -> None:
    (alias,) = read_mapping(mapping("1,000,000 tokens"), "mapping.csv")
    assert alias.pricing_unit == "1,000,000 tokens"
    assert alias_table((alias,)).column("pricing_unit").to_pylist() == ["1M tokens"]


def test_a_unit_nobody_knows_is_refused_with_the_spellings_that_are_known() -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        read_mapping(mapping("per million"), "mapping.csv")
    assert refused.value.code == "MAP_UNIT"
    assert "mapping.csv, line 2" in refused.value.where[0]
    assert "1M tokens" in refused.value.remedy
    assert "1K requests" in refused.value.remedy
