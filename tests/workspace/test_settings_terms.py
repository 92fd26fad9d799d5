"""Terms in the settings that the statements and the price readers depend on."""

from __future__ import annotations

import pytest

from tieout import tables
from tieout.errors import ConfigurationRefused
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


@pytest.mark.parametrize(("places", "kept"), [(0, True), (12, True), (13, False), (-1, False)])
def test_rounding_keeps_at_most_twelve_places(places: int, kept: bool) -> None:
    text = f'workspace = "w"\n[ledger_terms]\nrounding = {{ level = "line", places = {places} }}\n'
    if kept:
        assert read_settings(text.encode()).ledger_terms.rounding.places == places
    else:
        with pytest.raises(ConfigurationRefused, match="CFG_RANGE"):
            read_settings(text.encode())


def test_a_price_list_is_read_by_the_name_of_its_source() -> None:
    assert read_settings(LIST.encode()).prices["catalog"].meters == {"input_tokens": "in"}


def test_a_price_list_that_leaves_its_currency_open_is_refused() -> None:
    text = LIST.replace('currency = "USD"\n', "")
    with pytest.raises(ConfigurationRefused, match="CFG_PRICE_LIST"):
        read_settings(text.encode())
