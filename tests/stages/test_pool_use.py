"""Use of the prepaid pool by cost center: what the wallet paid, less what came back (B3)."""

from __future__ import annotations

from decimal import Decimal

from tests.stages.test_balance_proof import proved, rows
from tests.world import World
from tieout.engine.statements import statement

CHARGE = {"input_tokens": "1", "output_tokens": "1"}


def test_use_is_counted_by_label_and_by_what_left_the_wallet() -> None:
    """Ads used 700 less 150; nobody's label 20; ops paid 50 of 300 from the wallet."""
    world = World()
    world.use("m", "07-31 23:59", charged_units="1", cost_center="ads", **CHARGE)
    world.use("m", "08-01 00:00", charged_units="400", cost_center="ads", **CHARGE)
    world.use("m", "08-02 10:00", charged_units="300", cost_center="ads", **CHARGE)
    world.use("m", "08-03 10:00", charged_units="150", cost_center="ads", entry_kind="refund")
    world.use("m", "08-04 10:00", charged_units="20", **CHARGE)
    paid_otherwise = {"funding": "subscription", "cost_center": "ops", **CHARGE}
    world.use("m", "08-05 10:00", charged_units="300", wallet_units="50", **paid_otherwise)
    world.use("m", "08-06 10:00", charged_units="900", **paid_otherwise)
    world.use("m", "09-01 00:00", charged_units="7", cost_center="ads", **CHARGE)
    engine = proved(world.inputs())
    engine.run(statement("credits/pool_use"))
    found = {row["cost_center"]: row for row in rows(engine, "pool_use")}
    engine.close()
    assert {name: row["units"] for name, row in found.items()} == {
        "ads": Decimal(550), None: Decimal(20), "ops": Decimal(50),
    }  # fmt: skip
    assert {name: (row["requests"], row["refunds"]) for name, row in found.items()} == {
        "ads": (2, 1), None: (1, 0), "ops": (2, 0),
    }  # fmt: skip
