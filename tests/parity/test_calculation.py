"""One world on both engines: every table of the calculation holds equal rows."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from tests.differential.random_world import random_world
from tests.faults.busy_world import busy_world
from tests.parity.two_engines import differing, every_table
from tests.world import terms
from tieout.close.calculation import Terms
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.port import Engine
from tieout.money import RoundingRule

pytestmark = pytest.mark.slow

# `make nightly-parity` asks for a million.
ROWS = int(os.environ.get("TIEOUT_PARITY_ROWS", "2000"))


def assert_same(rows: int, seed: int, said: Terms, engine: Engine) -> dict[str, int]:
    world = random_world(seed, rows, two_currencies=True) if rows else busy_world()
    duckdb = DuckDBEngine(2)
    made = every_table(duckdb, world, said)
    assert every_table(engine, world, said) == made
    assert differing(duckdb, engine, made) == []
    duckdb.close()
    return made


def test_a_world_with_work_for_nearly_every_statement_is_the_same(engine: Engine) -> None:
    made = assert_same(0, 0, terms(), engine)
    assert sum(1 for rows in made.values() if rows) >= 50


@pytest.mark.skipif("TIEOUT_PARITY_ROWS" not in os.environ, reason="at night: make nightly-parity")
def test_generated_rows_are_the_same_to_the_last_digit(engine: Engine) -> None:
    said = terms(step="0.000002", rounding=RoundingRule("line", Decimal("0.000001")))
    made = assert_same(ROWS, 20261123, said, engine)
    assert made["usage_record"] >= ROWS
