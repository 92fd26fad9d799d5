"""Generated months of the vendor's log: the charge once more, in SQL and in fractions."""

from __future__ import annotations

import os
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from tests.differential.gateway_month import Maker, Month
from tests.world import terms
from tieout import tables
from tieout.close import calculation
from tieout.close.calculation import Inputs
from tieout.close.pipeline import STAGES
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.statements import statement
from tieout.intake.feed import Feed
from tieout.intake.framing import frame
from tieout.metering.reading import read_usage

# `make nightly-charges` asks for a hundred thousand.
ROWS = int(os.environ.get("TIEOUT_CHARGES", "6000"))
UP_TO = "rating/recomputed_charge"


def recomputed(repo_root: Path, month: Month) -> dict[int, dict[str, Any]]:
    """What the calculation makes of a month, by the place of the row in it."""
    text = (repo_root / "vendors/cometapi/log-feed.toml").read_text(encoding="utf-8")
    feed = msgspec.toml.decode(text, type=Feed)
    framed = frame(month.page(), feed, leg="usage", import_id="0" * 12, name="page.json")
    reading = read_usage(framed.records, feed, import_id="0" * 12, first_row_id=0)
    assert reading.quarantined.num_rows == 0, reading.quarantined.to_pylist()[:3]
    assert reading.rows.num_rows == reading.charges.num_rows == len(month.rows)
    empty = {
        name: getattr(tables, declared).schema.empty_table()
        for name, declared in (
            ("ledger", "LEDGER_READING"), ("recorded_meters", "RECORDED_METER"),
            ("price_sets", "PRICE_SET"), ("price_lines", "PRICE_LINE"), ("aliases", "ALIAS"),
            ("exclusions", "EXCLUSION"),
        )
    }  # fmt: skip
    inputs = Inputs(usage=reading.rows, charges=reading.charges, frozen=reading.frozen, **empty)
    engine = DuckDBEngine(2)
    calculation._load_witnesses(engine, inputs)
    calculation._load_terms(engine, inputs, terms())
    for stage in STAGES:
        engine.run(statement(stage.path))
        if stage.path == UP_TO:
            break
    found: pa.Table = engine.fetch("SELECT * FROM recomputed_charge")
    engine.close()
    return {row["row_id"]: row for row in found.to_pylist()}


@pytest.fixture(scope="module")
def month() -> Month:
    return Maker(20261128).month_of(ROWS)


@pytest.fixture(scope="module")
def found(repo_root: Path, month: Month) -> dict[int, dict[str, Any]]:
    return recomputed(repo_root, month)


def on_a_boundary(exact: Decimal | None) -> bool:
    """Whether a sum lies so near to a whole unit that 18 decimals of a rate cannot tell."""
    return exact is not None and abs(exact - round(exact)) < Decimal("1e-12")


def test_a_month_has_every_kind_of_row(month: Month) -> None:
    assert set(month.kinds) >= {
        "openai", "claude", "gemini", "image", "audio", "realtime", "tools", "factors", "fixed",
        "fixed_tools", "task", "refund", "stranger", "extra", "less", "expression", "error", "fee",
        "unused", "smallest", "no_ratio", "top_up", "manage", "gift",
    }  # fmt: skip


def test_the_second_calculator_agrees_on_every_row(
    month: Month, found: dict[int, dict[str, Any]]
) -> None:
    compared = wider = 0
    for place, reckoned in enumerate(month.reckoned):
        row = found.get(place)
        assert (row is None) == (reckoned is None), month.rows[place]
        if row is None or reckoned is None:
            continue
        compared += 1
        said = tuple(row[name] for name in ("least_units", "recomputed_units", "most_units"))
        least = reckoned.least
        if said[0] != least and on_a_boundary(row["exact_units"]):
            # A rounded rate cannot tell this sum from one just below: the band is one unit wider.
            least = None if least is None else least - 1
            wider += 1
        assert said == (least, reckoned.units, reckoned.most), month.rows[place]
        assert (row["reason"] or "") == reckoned.reason, month.rows[place]
    assert compared > ROWS * 9 // 10
    assert wider <= ROWS // 10_000


def test_every_charge_is_equal_in_the_band_or_one_that_was_planted(
    month: Month, found: dict[int, dict[str, Any]]
) -> None:
    differing = {place for place, row in found.items() if row["agreement"] == "differs"}
    assert differing == month.wrong
    agreements = Counter(row["agreement"] for row in found.values())
    assert agreements["equal"] > agreements["within_band"] > 0
    # Whatever is not recomputed has a reason; whatever has one is not recomputed.
    for row in found.values():
        assert (row["reason"] is None) == (row["agreement"] != "not_recomputed")


def test_a_call_in_the_band_is_one_unit_below(
    month: Month, found: dict[int, dict[str, Any]]
) -> None:
    checked = 0
    for place, row in found.items():
        factors = '"n":' in month.rows[place]["other"]
        if row["agreement"] == "within_band" and row["formula"] != "task" and not factors:
            assert row["recomputed_units"] - row["charged_units"] == 1
            checked += 1
    assert checked > ROWS // 100
