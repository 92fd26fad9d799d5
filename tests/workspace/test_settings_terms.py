"""Terms in the settings that the statements and the price readers depend on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tieout import tables
from tieout.errors import ConfigurationRefused
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.workspace.policy import GROUP_KEYS
from tieout.workspace.settings import read_settings

LIST = """
workspace = "w"
[prices.catalog]
model = "model"
meters = { input_tokens = "in" }
fixed_unit = "1M tokens"
currency = "USD"
"""


def test_group_keys_are_exactly_those_the_statements_know() -> None:
    known = {name.removeprefix("by_") for name in tables.MATCH_TERMS.column_names}
    assert {*GROUP_KEYS, "currency"} == known


@pytest.mark.parametrize("key", ["key_name", "workspace"])
def test_a_key_no_statement_knows_is_refused(key: str) -> None:
    text = f'workspace = "w"\n[matching]\nkeys = ["day", "{key}"]\n'
    with pytest.raises(ConfigurationRefused, match="CFG_WORD"):
        read_settings(text.encode())


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        ('"0.01"', True), ('"0.05"', True), ('"0.000002"', True), ("1", True), ('"1000000"', True),
        ('"1e-20"', True), ('"1e-21"', False), ('"0"', False), ('"-0.01"', False),
        ('"1000000.01"', False),
    ],
)  # fmt: skip
def test_any_positive_step_rounds_whose_half_is_an_amount(step: str, kept: bool) -> None:
    text = f'workspace = "w"\n[ledger_terms]\nrounding = {{ level = "line", step = {step} }}\n'
    if kept:
        rule = read_settings(text.encode()).ledger_terms.rounding
        assert rule.step == Decimal(step.strip('"'))
    else:
        with pytest.raises(ConfigurationRefused, match="CFG_RANGE"):
            read_settings(text.encode())


@pytest.mark.parametrize(("places", "step"), [("0", '"1"'), ("2", '"0.01"'), ("6", '"0.000001"')])
def test_a_number_of_decimals_is_refused_with_the_step_it_stands_for(
    places: str, step: str
) -> None:
    text = f'workspace = "w"\n[ledger_terms]\nrounding = {{ level = "line", places = {places} }}\n'
    with pytest.raises(ConfigurationRefused) as refusal:
        read_settings(text.encode())
    assert refusal.value.code == "CFG_UNKNOWN_KEY"
    assert refusal.value.remedy == f"Write step = {step} in its place."


def test_a_level_without_a_step_is_refused() -> None:
    with pytest.raises(ConfigurationRefused, match="no step") as refusal:
        read_settings(b'workspace = "w"\n[ledger_terms]\nrounding = { level = "day" }\n')
    assert refusal.value.code == "CFG_ROUNDING"


@pytest.mark.parametrize("level", ["none", "request", "line", "day", "model", "period"])
@pytest.mark.parametrize("mode", ["half_away", "half_even", "down", "up", "floor", "ceiling"])
def test_every_level_and_mode_is_a_setting(level: str, mode: str) -> None:
    text = (
        'workspace = "w"\n[ledger_terms]\n'
        f'rounding = {{ level = "{level}", step = "0.05", mode = "{mode}" }}\n'
    )
    rule = read_settings(text.encode()).ledger_terms.rounding
    assert (rule.level, rule.step, rule.mode) == (level, Decimal("0.05"), mode)


def test_a_price_list_is_read_by_the_name_of_its_source() -> None:
    found = read_settings(LIST.encode()).prices["catalog"]
    assert isinstance(found, PriceListMap)
    assert found.meters == {"input_tokens": "in"}


def test_a_price_list_that_leaves_its_currency_open_is_refused() -> None:
    text = LIST.replace('currency = "USD"\n', "")
    with pytest.raises(ConfigurationRefused, match="CFG_PRICE_LIST"):
        read_settings(text.encode())
