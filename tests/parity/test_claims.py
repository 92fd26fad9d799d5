"""A world with overcharges of every cause: its claims and halves are the same on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.credits.test_claim_rows import HALF, charged, refunded, world_of
from tests.parity.two_engines import differing, every_table
from tests.world import UNIT, behind, terms
from tieout.engine.duckdb import DuckDBEngine
from tieout.engine.port import Engine

pytestmark = pytest.mark.slow

# The rest of the tables is compared over a world of its own, in test_calculation.py.
CLAIMED = behind("claim_row", "half_total", "line_recomputed", "charge_agreement")


def test_claims_and_halves_are_the_same_to_the_last_digit(engine: Engine) -> None:
    world = world_of(HALF)
    world.sold("set")
    world.rule("failed", billable=False)
    charged(world, "2420", "a")
    charged(world, "2430", "b")
    refunded(world, "60", "b")
    charged(world, "2320", "c", outcome="failed")
    charged(world, "2420", "d", model="other")
    world.book("0.00232", request_id="a")
    said = replace(terms(), charge_unit=UNIT)
    duckdb = DuckDBEngine(2)
    made = every_table(duckdb, world, said, CLAIMED)
    assert made["claim_row"] >= 5
    assert every_table(engine, world, said, CLAIMED) == made
    assert differing(duckdb, engine, made) == []
    duckdb.close()
