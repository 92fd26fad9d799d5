"""Every bomb is refused by name, whichever door it is brought to, and costs little.

The figures are printed by ``make bench ARGS="--part bombs"``; here the bounds are generous, because
a test machine is shared, and only the code is exact.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.bombs import MIB, Bomb, bombs, measure_one

pytestmark = pytest.mark.slow

BOMBS = list(bombs())


@pytest.mark.parametrize("bomb", BOMBS, ids=[f"{one.where} {one.form} {one.name}" for one in BOMBS])
def test_a_bomb_is_refused_by_name_and_costs_little(bomb: Bomb, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    bomb.write(path)
    cost = measure_one(bomb, path)
    path.unlink()
    assert cost.code == bomb.code
    # Half a second to two at most on a quiet machine; 5 is the goal (G29).
    assert cost.seconds < 20
    assert cost.own_growth < 64 * MIB
    assert cost.child_growth < 64 * MIB


def test_every_door_is_tried() -> None:
    assert {bomb.where for bomb in BOMBS} == {
        "usage",
        "ledger",
        "litellm",
        "price-list",
        "settings",
    }
