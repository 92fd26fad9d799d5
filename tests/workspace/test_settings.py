"""The settings file: what is refused, under which code, and what is read exactly as written.

One row of the first table is one case; those of the catalogue of bad input are in tests/catalogue.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tieout.errors import ConfigurationRefused, ExitCode
from tieout.money import RoundingRule
from tieout.pricebook.sources.price_list_map import PriceListMap
from tieout.vendors_path import vendor_facts, vendors_folder
from tieout.workspace.feeds import profiles
from tieout.workspace.settings import Settings, read_settings

USAGE = """
[usage.gateway]
format = "csv"
time = { column = "at", form = "rfc3339" }
model = "model"
outcome = { column = "status", values = { "200" = "completed" } }
meters = { input_tokens = "in" }
"""
LEDGER = """
[ledger.books]
format = "csv"
time = { column = "date", form = "date", zone = "UTC" }
model = "model"
recorded = { column = "cost", currency = "USD" }
"""
NAME = 'workspace = "acme"\n'


def with_line(feed: str, line: str) -> str:
    """The feed with one more line."""
    return NAME + feed + line


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        pytest.param("workspace", "CFG_SYNTAX", "line 1", id="no TOML"),
        pytest.param("", "CFG_TYPE", "workspace", id="nothing"),
        pytest.param('workspace = " "', "CFG_NAME", "workspace", id="an empty name"),
        pytest.param("workspace = 7", "CFG_TYPE", "workspace", id="a name that is a number"),
        pytest.param(NAME + '[usage]\nformat = "csv"', "CFG_TYPE", "[usage.NAME]", id="no name"),
        pytest.param(
            NAME + USAGE.replace("gateway", '"Gate way"'), "CFG_NAME", "Gate way", id="a feed name"
        ),
        pytest.param(
            NAME + USAGE.replace('"csv"', '"xlsx"'), "CFG_TYPE", "usage.gateway.format", id="format"
        ),
        pytest.param(
            NAME + "\n".join(line for line in USAGE.split("\n") if "outcome" not in line),
            "CFG_MISSING", "never assumed", id="U2 no outcome",
        ),
        pytest.param(
            NAME + LEDGER.replace('recorded = { column = "cost", currency = "USD" }', ""),
            "CFG_MISSING", "recorded", id="no recorded cost",
        ),
        pytest.param(
            NAME + USAGE.replace('"completed"', '"complete"'), "CFG_WORD", "completed?",
            id="an outcome nobody knows",
        ),
        pytest.param(
            NAME + USAGE.replace("input_tokens", "input_token"), "CFG_WORD", "input_tokens?",
            id="a meter nobody knows",
        ),
        pytest.param(
            with_line(USAGE, 'absent_is_zero = ["images"]'), "CFG_WORD", "images",
            id="absent but never recorded",
        ),
        pytest.param(
            with_line(USAGE, 'row_type = "type"'), "CFG_ROW_KINDS", "both", id="row type alone"
        ),
        pytest.param(
            with_line(USAGE, 'row_type = "t"\nrow_kinds = { "2" = "usage" }'), "CFG_WORD",
            "usage", id="a row kind nobody knows",
        ),
        pytest.param(
            with_line(USAGE, 'recorded = { column = "c", currency = "USD" }'), "CFG_LEG",
            "recorded", id="a ledger key in usage",
        ),
        pytest.param(
            with_line(LEDGER, 'outcome = "status"'), "CFG_LEG", "outcome", id="a usage key in books"
        ),
        pytest.param(
            with_line(USAGE, 'project = { column = "p", value = "x" }'), "CFG_FIELD_SOURCE",
            "project", id="two sources of a field",
        ),
        pytest.param(
            with_line(USAGE, "project = {}"), "CFG_FIELD_SOURCE", "project", id="no source"
        ),
        pytest.param(
            NAME + LEDGER.replace(', currency = "USD"', ""), "CFG_CURRENCY", "recorded",
            id="no currency",
        ),
        pytest.param(
            NAME + LEDGER.replace('"USD"', '"US$"'), "CFG_CURRENCY", "US$", id="no currency code"
        ),
        pytest.param(
            with_line(USAGE, 'charged = { column = "q", currency = "USD", unit_value = "0" }'),
            "CFG_RANGE", "unit_value", id="a unit worth nothing",
        ),
        pytest.param(
            with_line(USAGE, 'charged = { column = "q", currency = "USD", unit_value = "?" }'),
            "CFG_RANGE", "unit_value", id="a unit of unknown worth",
        ),
        pytest.param(with_line(USAGE, 'delimiter = "::"'), "CFG_DELIMITER", "::", id="delimiter"),
        pytest.param(
            NAME + '[usage.v]\nprofile = "cometapi-lgo"', "CFG_PROFILE", "cometapi-log?",
            id="a profile nobody has",
        ),
        pytest.param(
            NAME + '[matching]\nkeys = ["day", "model"]', "CFG_WORD", "model", id="a match key"
        ),
        pytest.param(NAME + "[matching]\nkeys = []", "CFG_RANGE", "matching", id="no match key"),
        pytest.param(
            NAME + '[matching]\nkeys = ["day", "day"]', "CFG_RANGE", "matching", id="a key twice"
        ),
        pytest.param(
            NAME + '[prices.x]\nmodel = "m"', "CFG_PRICE_LIST", "price", id="a map of nothing"
        ),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(text: str, code: str, said: str) -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        read_settings(text.encode())
    assert caught.value.code == code
    assert said in caught.value.letter()
    assert caught.value.exit_code is ExitCode.CONFIGURATION


def test_a_column_called_like_a_secret_is_no_secret() -> None:
    settings = read_settings(with_line(USAGE, 'key_name = "api_key"').encode())
    assert settings.usage["gateway"].key_name == "api_key"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"0.1"', Decimal("0.1")),
        ("7", Decimal(7)),
    ],
)
def test_a_threshold_keeps_its_digits_and_never_is_a_float(written: str, value: Decimal) -> None:
    policy = read_settings(f"{NAME}[policy]\nmateriality = {written}".encode()).policy
    assert policy.materiality == value
    assert isinstance(policy.materiality, Decimal)


def test_every_setting_has_its_strict_default() -> None:
    settings = read_settings(NAME.encode())
    assert (settings.zone, settings.margin_days, settings.calculation_version) == ("UTC", 2, "v1")
    assert settings.policy.hold_limit == settings.policy.materiality == Decimal(0)
    assert settings.policy.quarantine_limit == 0
    assert settings.policy.absurd_factor == Decimal(100)
    assert settings.policy.price_max_age_days == 45
    assert settings.ledger_terms.recorded_step == 0
    assert settings.ledger_terms.rounding == RoundingRule("none", Decimal(0), "half_away")
    assert settings.matching.keys == ("day", "source_model_id", "cost_center")


def test_feeds_of_both_legs_and_terms_are_read() -> None:
    terms = (
        '[ledger_terms]\nbasis = "cash-effective"\nrecorded_step = "0.01"\n'
        'rounding = { level = "line", step = "0.01", mode = "half_away" }\n'
    )
    settings = read_settings((NAME + terms + USAGE + LEDGER).encode())
    assert settings.usage["gateway"].meters == {"input_tokens": "in"}
    recorded = settings.ledger["books"].recorded
    assert recorded is not None
    assert (recorded.column, recorded.currency) == ("cost", "USD")
    assert settings.ledger_terms.basis == "cash-effective"
    assert settings.ledger_terms.rounding == RoundingRule("line", Decimal("0.01"), "half_away")


def test_a_price_list_map_is_read_by_name() -> None:
    text = (
        '[prices.page]\nmodel = "m"\nfixed_unit = "1M tokens"\ncurrency = "USD"\n'
        'meters = { input_tokens = "in" }\n'
    )
    found = read_settings((NAME + text).encode()).prices["page"]
    assert isinstance(found, PriceListMap)
    assert found.model == "m"


def test_a_key_of_the_workspace_replaces_that_of_the_profile(tmp_path: Path) -> None:
    (tmp_path / "vend").mkdir()
    profile = USAGE.replace("[usage.gateway]\n", "") + 'request_id = "id"\n'
    (tmp_path / "vend" / "log-feed.toml").write_text(profile)
    text = '[usage.v]\nprofile = "vend-log"\nmeters = { output_tokens = "out" }\nproject = "p"\n'
    feed = read_settings((NAME + text).encode(), vendors=vendor_facts(tmp_path)).usage["v"]
    assert feed.meters == {"output_tokens": "out"}
    assert (feed.request_id, feed.project, feed.model) == ("id", "p", "model")


@pytest.mark.parametrize("name", sorted(profiles(vendor_facts())))
def test_every_shipped_profile_makes_a_usage_feed(name: str) -> None:
    settings = read_settings(f'{NAME}[usage.v]\nprofile = "{name}"\n'.encode())
    assert settings.usage["v"].meters


def test_unconfirmed_settings_let_nothing_be_priced() -> None:
    settings = read_settings((NAME + "confirmed = false\n").encode())
    with pytest.raises(ConfigurationRefused, match="CFG_UNCONFIRMED"):
        settings.require_confirmed()
    Settings(workspace="acme").require_confirmed()


def test_the_vendor_facts_lie_where_the_code_looks(repo_root: Path) -> None:
    assert vendors_folder() == repo_root / "vendors"
